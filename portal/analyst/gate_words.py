"""Put into words what a figure of the gate measures. The pipeline names each figure and explains it in English."""

from __future__ import annotations

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from portal.analyst.reasons import COLUMN, in_words

WHOLE = {
    "rows": _("Aantal rijen in het bestand"),
    "rows.valid": _("Aantal rijen dat meetelt"),
    "rows.ratio_to_previous": _("Aantal rijen, gedeeld door dat van de vorige levering"),
    "quarantined.share": _("Deel van de rijen dat apart is gezet"),
    "duplicates.share": _("Deel van de rijen dat dubbel in het bestand staat"),
    "unknown_agreement.share": _("Deel van de rijen met een overeenkomst of woning die niet in het huurdersregister staat"),
    "newest_row.age_days": _("Dagen tussen de peildatum en de nieuwste rij"),
    "huurder_id.nobody.rows": _("Overeenkomsten met een huurdernummer dat voor niemand staat"),
    "huurder_id.two_names.rows": _("Huurdernummers met twee heel verschillende namen"),
    "huurder_id.eenheid_id.most": _("Meeste woningen met één huurdernummer"),
    "eenheid_id.overeenkomst_id.most": _("Meeste overeenkomsten tegelijk in één woning"),
    "breedtegraad.abroad.rows": _("Woningen met coördinaten buiten Nederland"),
    "overeenkomst_id.fresh.share": _("Deel van de overeenkomsten dat in geen eerder register stond"),
    "huurder_id.crowd.rows": _("Overeenkomsten die ineens bij één huurdernummer horen"),
    "huurder_id.nobody_new.rows": _("Nieuwe overeenkomsten met een huurdernummer dat voor niemand staat"),
    "rows.few.rows": _("Aantal rijen; in elke eerdere levering waren dat er veel meer"),
    "brutohuur.nothing.rows": _("Overeenkomsten met een huur van 0 die eerst een huur hadden"),
    "wijk.gone.rows": _("Rijen van wijken die op de vorige lijst stonden en nu helemaal ontbreken"),
}  # fmt: skip
"""Figures about the whole delivery, by name."""
KINDS = {
    "median.ratio_to_previous": _("Middelste waarde van %(column)s, gedeeld door die van de vorige levering"),
    "ratio_to_previous": _("Som van %(column)s, gedeeld door die van een eerdere lijst"),
    "unmapped.share": _("Deel van de rijen met een onbekende code in %(column)s"),
    "stray.rows": _("Rijen met een andere %(column)s dan hun lijst"),
    "other_form.share": _("Deel van %(column)s dat anders geschreven is dan eerst"),
    "contradicts.share": _("Deel van de rijen waarin %(column)s een andere kolom tegenspreekt"),
    "less_filled.share": _("Deel van de rijen waarin %(column)s is ingevuld; in de vorige levering was dat bijna elke rij"),
    "older.share": _("Deel van de rijen dat nieuw is en ouder dan alle rijen van de vorige levering, volgens %(column)s"),
    "sums.rows": _("Rijen die volgens een andere kolom een som of een beginsaldo zijn"),
    "filled.share": _("Deel van de rijen waarin %(column)s nu is ingevuld en eerst bijna nooit"),
    "filled": _("Rijen waarin %(column)s is ingevuld; in de vorige levering waren dat er veel meer"),
    "negative.share": _("Deel van %(column)s onder nul"),
    "cents.share": _("Deel van %(column)s met centen; in de vorige levering waren die er wel"),
    "afternoon.share": _("Deel van %(column)s na twaalf uur; in de vorige levering waren die er wel"),
    "several.share": _("Deel van de rijen met meer dan één dag in %(column)s; eerst waren die er wel"),
    "same.share": _("Deel van de rijen met een en dezelfde waarde in %(column)s"),
    "newest.days_back": _("Dagen dat de nieuwste %(column)s ouder is dan in de vorige levering"),
    "repeated.rows": _("Rijen die gelijk zijn aan een eerdere lijst; alleen %(column)s verschilt"),
    "known.age_days": _("Dagen sinds de nieuwste %(column)s, die al eerder was geleverd"),
    "least.share": _("Deel van de vorige lijst met een %(column)s lager dan de laagste van nu"),
    "largest.share": _("Deel van de rijen met precies de hoogste %(column)s"),
    "day_totals.rows": _("Dagen waarop één boeking de som van alle andere van die dag is"),
    "total.rows": _("Rijen waarvan %(column)s de som van andere is"),
    "undone.rows": _("Rijen die %(column)s kwijtraakten sinds de vorige levering"),
    "passed.share": _("Deel van de bekende rijen met een andere %(column)s dan eerst"),
    "nothing_new.age_days": _("Dagen sinds de nieuwste %(column)s; in eerdere leveringen waren dat er minder"),
    "same_day.share": _("Deel van de rijen over iemand over wie er op die dag nog een rij is, volgens %(column)s"),
    "nobody_left.rows": _("Overeenkomsten op een lijst waar niemand af ging of bij kwam, volgens %(column)s"),
    "old_debts_gone.share": _("Deel van de oude schulden op de vorige lijst dat nu ontbreekt, volgens %(column)s"),
    "of_rent.share": _("Deel van de boekingen waarvan %(column)s ongeveer de huur van de overeenkomst is"),
    "unpaid.share": _("Deel van de nieuwe betalingen waarna %(column)s gelijk bleef"),
    "order.correlation": _("Hoe de volgorde van %(column)s lijkt op die van de vorige lijst"),
    "cut.share": _("Deel waar %(column)s of het eind van de lijst lijkt afgekapt"),
    "again.share": _("Deel van de vorige levering dat terugkomt, volgens %(column)s"),
    "of_register.share": _("Deel van %(column)s dat een nummer uit het huurdersregister is"),
    "sign_beside.rows": _("Rijen waarin het plus- of minteken van %(column)s in een andere kolom staat"),
    "utc.share": _("Deel van %(column)s met een tijd die een dag te vroeg lijkt"),
    "one_month.age_days": _("Dagen sinds de nieuwste %(column)s; dag en maand zijn misschien verwisseld"),
    "other_shape.share": _("Deel van %(column)s dat er anders uitziet dan het hoort"),
    "times.median": _("Hoeveel keer zo hoog %(column)s is als op de vorige lijst"),
    "median": _("Middelste waarde van %(column)s"),
    "moved.share": _("Deel van de rijen waarin %(column)s bevat wat eerst in een andere kolom stond"),
    "credits_gone.rows": _("Overeenkomsten waarvan %(column)s eerst onder nul was en nu erboven"),
    "turned.share": _("Deel van de rijen waarin %(column)s het omgekeerde teken heeft"),
    "order_turned.share": _("Deel van de rijen waarin %(column)s en een andere datum van volgorde zijn gewisseld"),
    "changed.share": _("Deel van de rijen waarin %(column)s anders verdeeld is dan eerst"),
    "changed.rows": _("Woningen met een andere %(column)s dan eerst"),
    "reused.rows": _("Rijen met een %(column)s die al van een eerdere, andere rij is"),
    "issued.rows": _("Rijen die eerst bij niemand hoorden en nu meetellen voor wie dit nummer kreeg, volgens %(column)s"),
    "running_gone.share": _("Deel van de lopende overeenkomsten uit het vorige register dat nu ontbreekt, volgens %(column)s"),
    "partly_old.rows": _("Overeenkomsten na elkaar die precies zo op de vorige lijst stonden; alleen %(column)s verschilt"),
    "back.rows": _("Rijen van de vorige levering met een latere %(column)s dan alle rijen van deze"),
    "known.rows": _("Rijen die allemaal al in de vorige levering stonden, volgens %(column)s"),
    "gone.rows": _("Rijen die in de vorige versie wel stonden en nu niet, volgens %(column)s"),
    "ended.share": _("Deel van wat gold en nu een dag in %(column)s heeft"),
    "damaged.share": _("Deel van %(column)s met beschadigde letters"),
    "letters_lost.share": _("Deel van %(column)s dat letters als ê of ç verloor"),
    "emptied.share": _("Deel van de overeenkomsten waarvan %(column)s leeg werd"),
    "repeated.share": _("Deel van de rijen dat op %(column)s na gelijk is aan een andere rij"),
}  # fmt: skip
"""Figures about one column, by what follows its name. A longer ending comes before a shorter one that it contains."""


def meaning(figure: str) -> str:
    """Return what a figure measures in the reader's language; "" for an unknown figure of a later version."""
    if (whole := WHOLE.get(figure)) is not None:
        return str(whole)
    for kind, words in KINDS.items():
        if figure.endswith(f".{kind}"):
            return words % {"column": figure.removesuffix(f".{kind}")}
    return _set_apart(figure)


def quantity(figure: str, value: float | None, *limits: float | None) -> str:
    """Write the value of a figure, a share as a percentage; with more digits where it would read as one of its limits."""
    if value is None:
        return "–"
    if not figure.endswith(".share"):
        return _number(value, 3)
    others = [limit for limit in limits if limit not in (None, value)]
    for digits in (1, 2, 3):
        words = f"{_number(100 * value, digits)}%"
        if words not in {f"{_number(100 * limit, digits)}%" for limit in others}:
            break
    return words


def _number(value: float, digits: int) -> str:
    """Write a number with at most this many decimals, without zeros at its end."""
    return number_format(Decimal(f"{Decimal(str(round(value, digits))).normalize():f}"))


def _set_apart(figure: str) -> str:
    """Return the words for the share of rows quarantined for a reason, as in `bad_amount_saldo.share`."""
    reason = figure.removesuffix(".share")
    for code in COLUMN:
        if reason.startswith(start := code.replace(" ", "_") + "_"):
            return _("Deel van de rijen: %(reason)s") % {
                "reason": in_words(f"{code} {reason.removeprefix(start)}")
            }
    words = in_words(reason.replace("_", " "))
    return "" if words == reason.replace("_", " ") else _("Deel van de rijen: %(reason)s") % {"reason": words}

"""Answer the manager's questions, each in sentences with the conclusion first; the tables below hold the figures.

Every figure is one that the page shows anyway (`portal.trends.suppress`), or came from the pipeline as sentences
(`portal.trends.models.Evidence`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from statistics import median
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.manager import care, change, first_contact, objections, stop, wijken
from portal.manager.answer import BRIEF, Answer
from portal.runs.models import Run
from portal.runs.sentences import spoken
from portal.trends import suppress
from portal.trends.models import Evidence, EvidenceName
from portal.trends.reach import Reach
from portal.trends.tables import Table, about, write

WEEKS = 13


def answers(reach: Reach, tables: dict[str, Table], now: dict[str, Any]) -> list[Answer]:
    """Return the answers for a selection; those about coaches' work only for all wijken together."""
    lines, known = wijken.changed(reach)
    question = _("Welke wijk stijgt of daalt meer dan toeval?")
    per_wijk = Answer(question, lines, "known" if known else "open", "wijken" if known else "")
    if not reach.complete:
        return [per_wijk, change.most(reach)]
    given = {row.name: row for row in Evidence.objects.filter(corporation=reach.corporation)}
    effect = _sent(
        given.get(EvidenceName.EFFECT),
        _("Helpt het?"),
        _("Nog niet gemeten: de analist heeft dit nog niet laten uitrekenen."),
    )
    costs = _sent(
        given.get(EvidenceName.COSTS),
        _("Wat kost het, en wat levert het op?"),
        _("Nog niet berekend: de analist heeft dit nog niet laten uitrekenen."),
    )
    backtest = _sent(
        given.get(EvidenceName.BACKTEST),
        _("Vindt de lijst meer dan sorteren op de hoogste schuld?"),
        _("Dat is met uw eigen gegevens nog niet nagegaan: de analist heeft dit nog niet laten uitrekenen."),
    )
    return [
        _undated(effect, reach),
        _undated(help_needed(given.get(EvidenceName.NEEDS)), reach),
        _places(reach, given.get(EvidenceName.SLOT), late=now["overdue"].value != 0),
        change.most(reach),
        per_wijk,
        _waiting(now, tables, reach),
        care.answer(tables, reach),
        objections.answer(tables, reach),
        _undated(costs, reach),
        _undated(backtest, reach),
        _undated(_groups(given.get(EvidenceName.FAIRNESS)), reach),
        _undated(stop.rule(reach), reach),
        _unknown(),
    ]


def _undated(answer: Answer, reach: Reach) -> Answer:
    """Say after the conclusion that an answer does not follow the chosen period, if newer figures exist than those of the period."""
    if not reach.past:
        return answer
    note = _("Dit volgt de gekozen periode niet.")
    first, *rest = answer.lines
    brief, *others = answer.short
    return replace(answer, lines=(first, note, *rest), brief=(brief, note, *others))


def help_needed(row: Evidence | None) -> Answer:
    """Say at how many addresses help was needed, or that nobody counted it yet; *Hulp* of the coach says it too."""
    return _sent(
        row,
        _("Hoeveel adressen hadden hulp nodig?"),
        _("Nog niet geteld: de analist heeft dit nog niet laten uitrekenen."),
    )


def _unknown() -> Answer:
    """Say what nobody can ask of these figures, because it is not recorded."""
    return Answer(
        _("Wat weten wij niet?"),
        (
            _(
                "In welke huishoudens kinderen wonen, hoe oud mensen zijn en wat zij verdienen, staat niet in Waakvlam. Hoeveel kinderen "
                "geholpen zijn, is dus niet te tellen."
            ),
            _("Ook wie niets laat merken, of nergens achterstand of overlast heeft, is hier niet te zien."),
            _("Of een zorg van een collega vaker klopt dan een adres van de lijst, telt Waakvlam niet."),
        ),
        "never",
    )


def _groups(row: Evidence | None) -> Answer:
    """Say whether groups are treated alike, as the analyst's report found it; the names of groups stay in the report."""
    question = _("Behandelt de lijst groepen gelijk?")
    never = _("Afkomst, geslacht, leeftijd, gezondheid en inkomen zijn nooit een signaal.")
    if row is not None:
        answer = _sent(row, question, "")
        return replace(answer, lines=(*answer.lines, never))
    missing = _(
        "Dat is nog niet nagegaan: de analist heeft dit nog niet laten uitrekenen. Vergeleken worden wijken, woonduur, huur en eigen "
        "groepen van de analist."
    )
    return Answer(question, (missing, never), "open")


def _sent(row: Evidence | None, question: str, otherwise: str) -> Answer:
    if row is None:
        return Answer(question, (otherwise,), "open")
    lines = [spoken(line) for line in row.lines]
    day = _("Gemeten met wat tot %(day)s bekend was.") % {"day": date_format(row.until, "j F Y")}
    return Answer(question, (*lines, day), "known" if row.sure else "open", brief=(*lines[: BRIEF - 1], day))


def _places(reach: Reach, row: Evidence | None, *, late: bool) -> Answer:
    """Say how many addresses with enough reasons found no place in the last weeks, and what one more would yield.

    The conclusion stands first. Until the yield is known, it is what to do: ``late`` tells whether a next step is overdue anywhere.
    """
    question = _("Is er nog een coach nodig?")
    first = reach.last - timedelta(weeks=WEEKS)
    runs = Run.objects.filter(corporation=reach.corporation, as_of__gt=first, as_of__lte=reach.last)
    left = [
        suppress.cell(int(counts.get("not_listed", {}).get("beyond_capacity", 0)))
        for counts in runs.values_list("counts", flat=True)
    ]
    if not left:
        return Answer(question, (_("In deze periode is geen lijst gemaakt."),), "open")
    least, most = (pick(left, key=lambda shown: shown.low) for pick in (min, max))
    texts = {"least": about(least), "most": write(most, "count")}
    span = about(least) if least == most else _("%(least)s tot %(most)s") % texts
    full = _(
        "Op de laatste %(weeks)s lijsten was er elke week voor %(span)s adressen met genoeg redenen geen plaats."
    )
    full = full % {"weeks": len(left), "span": span}
    if all(shown.value == 0 for shown in left):
        verdict = _("Nee: op de laatste %(weeks)s lijsten was er plaats voor elk adres met genoeg redenen.")
        return Answer(question, (verdict % {"weeks": len(left)},), "known", "capaciteit")
    yields = (
        [spoken(line) for line in row.lines]
        if row
        else [_("Wat een plaats erbij oplevert, is nog niet berekend.")]
    )
    if row and reach.past:
        yields.append(_("Wat een plaats erbij oplevert, volgt de gekozen periode niet."))
    known = row is not None and row.sure
    verdict = _("Er is werk genoeg voor een coach erbij.") if known else _verdict(late)
    return Answer(question, (verdict, full, *yields), "known" if known else "open", "capaciteit")


def _verdict(late: bool) -> str:
    """Say what to do about another coach while it is unknown what one yields."""
    if late:
        return _(
            "Nu nog niet beslissen: er zijn afspraken te laat. Zorg eerst dat de coaches daaraan toekomen; een langere lijst maakt "
            "dat lastiger."
        )
    return _(
        "Probeer het eerst: geef de lijst een half jaar één plaats meer, en kijk hier wat dat oplevert. De coaches komen nu aan hun "
        "afspraken toe."
    )


def _waiting(now: dict[str, Any], tables: dict[str, Table], reach: Reach) -> Answer:
    question = _("Hoe lang wachten adressen?")
    count, days = now["overdue"], now["days"]
    lines = []
    if count.value == 0:
        lines.append(_("Geen enkel adres wacht te lang."))
    else:
        sentence = _("Bij %(count)s adressen is de afgesproken dag voorbij.")
        lines.append(sentence % {"count": about(count)})
    if now["asleep"].value != 0:  # these wait for nobody: no coach will see them
        sentence = _("Bij %(count)s adressen is er geen volgende stap of geen eigenaar.")
        lines.append(sentence % {"count": about(now["asleep"])})
    if count.value:
        sentence = _("De helft wacht %(middle)s dagen of langer, het langste %(most)s dagen.")
        lines.append(sentence % {"middle": round(median(days)), "most": max(days)})
    if count.value != 0:
        sentence = _("Langer dan twee weken te laat: %(count)s adressen.")
        lines.append(sentence % {"count": about(now["long"])})
    if now["uncontacted"].value != 0:
        sentence = _("Op de lijst van nu staan %(count)s adressen al langer dan drie weken zonder contact.")
        lines.append(sentence % {"count": about(now["uncontacted"])})
    if now["worries"].value != 0:
        sentence = _("Bij %(count)s dringende zorgen heeft nog geen coach gezegd: ik pak dit op.")
        lines.append(sentence % {"count": about(now["worries"])})
    if reach.past:
        lines.insert(0, _("Dit is van nu; wat van de gekozen periode is, noemt het kwartaal."))
    first = [*first_contact.soon(tables, reach), *first_contact.long(tables["wachten"], reach)]
    brief = (*lines[: BRIEF - len(first)], *first)
    lines += [*first, *first_contact.slow(tables["tijd"])]
    also = ("tijd", _("Vanaf het eerste signaal"))
    return Answer(question, tuple(lines), "known" if count.value == 0 else "act", "wachten", brief, also)

"""Answer the manager's questions, each in a sentence with its certainty; the tables below hold the figures.

Every figure is one that the page shows anyway (`portal.trends.suppress`), or came from the pipeline as sentences
(`portal.trends.models.Evidence`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import median
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.manager import first_contact, wijken
from portal.runs.models import Assignment, Meaning, Run, UnmatchedRow
from portal.trends import suppress
from portal.trends.concerns import days_to_answer
from portal.trends.models import Evidence, EvidenceName
from portal.trends.reach import Reach
from portal.trends.tables import Table, write

WEEKS = 13
BRIEF = 3
"""Most lines of an answer on the page for the board."""


class Dutch(str):
    """A sentence of the pipeline, which writes Dutch whatever the language of the page."""

    lang = "nl"


@dataclass(frozen=True)
class Answer:
    """A question with its answer.

    ``tone`` is ``known``, ``open`` (not known yet) or ``act`` (something waits). ``where`` names the table that holds the
    figures, or is empty. ``brief`` holds the lines for one page to print, if these are not the first three.
    """

    question: str
    lines: tuple[str, ...]
    tone: str = "known"
    where: str = ""
    brief: tuple[str, ...] = ()

    @property
    def short(self) -> tuple[str, ...]:
        """The lines for the board: what is said first, and how sure it is."""
        return self.brief or self.lines[:BRIEF]

    @property
    def certainty(self) -> str:
        """How sure the answer is, in words."""
        return {
            "known": _("Bekend, binnen wat hier staat"),
            "open": _("Nog niet te zeggen"),
            "act": _("Bekend, en vraagt nu aandacht"),
        }[self.tone]


def answers(reach: Reach, tables: dict[str, Table], now: dict[str, Any]) -> list[Answer]:
    """Return the answers for a selection; those about coaches' work only for all wijken together."""
    lines, known = wijken.changed(reach)
    question = _("Welke wijk stijgt of daalt meer dan toeval?")
    per_wijk = Answer(question, lines, "known" if known else "open", "wijken" if known else "")
    if not reach.complete:
        return [per_wijk]
    given = {row.name: row for row in Evidence.objects.filter(corporation=reach.corporation)}
    return [
        _sent(
            given.get(EvidenceName.EFFECT),
            _("Helpt het?"),
            _("Nog niet gemeten. De analist kan het laten uitrekenen: waakvlam effect."),
        ),
        _places(reach, given.get(EvidenceName.SLOT), late=now["overdue"].value != 0),
        per_wijk,
        _waiting(now, tables, reach),
        _care(tables, reach),
        _sent(
            given.get(EvidenceName.COSTS),
            _("Wat kost het, en wat levert het op?"),
            _("Nog niet berekend. De analist kan het laten uitrekenen: waakvlam effect."),
        ),
        _sent(
            given.get(EvidenceName.BACKTEST),
            _("Vindt de lijst meer dan sorteren op de hoogste schuld?"),
            _("Dat is met uw eigen gegevens nog niet nagegaan. De analist kan dat doen: waakvlam backtest."),
        ),
        _groups(given.get(EvidenceName.FAIRNESS)),
    ]


def _groups(row: Evidence | None) -> Answer:
    """Say whether groups are treated alike, as the analyst's report found it; the names of groups stay in the report."""
    question = _("Behandelt de lijst groepen gelijk?")
    never = _("Afkomst, geslacht, leeftijd, gezondheid en inkomen zijn nooit een signaal.")
    if row is not None:
        answer = _sent(row, question, "")
        return replace(answer, lines=(*answer.lines, never))
    missing = _(
        "Dat is nog niet nagegaan. De analist vergelijkt wijken, woonduur, huur en eigen groepen (waakvlam fairness op de server); "
        "daarna staat de uitkomst hier."
    )
    return Answer(question, (missing, never), "open")


def _sent(row: Evidence | None, question: str, otherwise: str) -> Answer:
    if row is None:
        return Answer(question, (otherwise,), "open")
    lines = [Dutch(line) for line in row.lines]
    day = _("Gemeten met wat tot %(day)s bekend was.") % {"day": date_format(row.until, "j F Y")}
    return Answer(question, (*lines, day), "known" if row.sure else "open", brief=(*lines[: BRIEF - 1], day))


def _places(reach: Reach, row: Evidence | None, *, late: bool) -> Answer:
    """Say how many addresses with enough reasons found no place in the last weeks, and what one more would yield.

    Until that is known, say how to decide: ``late`` tells whether the day of a next step has passed anywhere.
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
    least, most = (write(pick(left, key=lambda shown: shown.low), "count") for pick in (min, max))
    span = least if least == most else _("%(least)s tot %(most)s") % {"least": least, "most": most}
    said = _(
        "Op de laatste %(weeks)s lijsten was er elke week voor %(span)s adressen met genoeg redenen geen plaats."
    )
    yields = (
        [Dutch(line) for line in row.lines]
        if row
        else [_("Wat een plaats erbij oplevert, is nog niet berekend.")]
    )
    known = row is not None and row.sure
    advice = [] if known else [_wait(late)]
    lines = (said % {"weeks": len(left), "span": span}, *yields, *advice)
    return Answer(question, lines, "known" if known else "open", "capaciteit")


def _wait(late: bool) -> str:
    """Say how to decide about another coach while it is unknown what one yields."""
    if late:
        return _(
            "Hoe beslist u tot dan? Er zijn nu afspraken te laat. Zorg eerst dat de coaches daaraan toekomen; een langere lijst "
            "maakt dat lastiger."
        )
    return _(
        "Hoe beslist u tot dan? De coaches komen aan hun afspraken toe. Geef de lijst een half jaar één plaats meer, en kijk hier "
        "wat dat oplevert."
    )


def _waiting(now: dict[str, Any], tables: dict[str, Table], reach: Reach) -> Answer:
    question = _("Hoe lang wachten adressen?")
    count, days = now["overdue"], now["days"]
    lines = []
    if count.value == 0:
        lines.append(_("Geen enkel adres wacht te lang."))
    else:
        said = _("Bij %(count)s adressen is de afgesproken dag voorbij.")
        lines.append(said % {"count": write(count, "count")})
    if count.value:
        said = _("De helft wacht %(middle)s dagen of langer, het langste %(most)s dagen.")
        lines.append(said % {"middle": round(median(days)), "most": max(days)})
    if count.value != 0:
        said = _("Langer dan twee weken te laat: %(count)s adressen.")
        lines.append(said % {"count": write(now["long"], "count")})
    if now["asleep"].value != 0:
        said = _("Bij %(count)s adressen is er geen volgende stap of geen eigenaar.")
        lines.append(said % {"count": write(now["asleep"], "count")})
    if now["uncontacted"].value != 0:
        said = _("Op de lijst van nu staan %(count)s adressen al langer dan drie weken zonder contact.")
        lines.append(said % {"count": write(now["uncontacted"], "count")})
    if now["worries"].value != 0:
        said = _("Bij %(count)s dringende zorgen heeft nog geen coach gezegd: ik pak dit op.")
        lines.append(said % {"count": write(now["worries"], "count")})
    if reach.past:
        lines.insert(0, _("Dit is van nu; wat van de gekozen periode is, noemt het kwartaal."))
    first = [*first_contact.soon(tables, reach), *first_contact.first_contacts(tables["wachten"])]
    brief = (*lines[: BRIEF - len(first)], *first)
    lines += [*first, *first_contact.slow(tables["tijd"])]
    return Answer(question, tuple(lines), "known" if count.value == 0 else "act", "wachten", brief)


def _care(tables: dict[str, Table], reach: Reach) -> Answer:
    """Say how tenants fare, what partners answered and what was reported, from the totals of the tables."""
    question = _("Hoe gaat het met bewoners, en wat antwoorden partners?")
    lines = []
    growth = tables["groei"]
    if growth.rows:
        better, same, worse = (suppress.add(growth.column(key)) for key in ("better", "same", "worse"))
        said = _(
            "Groei in %(period)s: op %(better)s leefgebieden ging het beter, op %(same)s gelijk en op %(worse)s slechter."
        )
        counts = {"better": better, "same": same, "worse": worse}
        texts = {name: write(count, "count") for name, count in counts.items()}
        lines.append(said % (texts | {"period": _years(reach)}))
    if totals := _totals(tables["overdrachten"], reach):
        lines.append(
            _(
                "Partners pakten in %(period)s %(ja)s overdrachten op en %(nee)s niet; op %(onbekend)s kwam nog geen antwoord."
            )
            % totals
        )
    if totals := _totals(tables["zorgen"], reach):
        lines.append(_("In %(period)s kwamen er %(reported)s zorgen en %(objections)s bezwaren.") % totals)
        lines.append(
            _("Elk bezwaar werkte dezelfde dag. Bewoners trokken er %(withdrawn)s weer in.") % totals
        )
    if (loose := _without_tenant(reach)).value != 0:
        said = _("Bij %(count)s aangeleverde bezwaren is de huurder niet gevonden: de analist zoekt die op.")
        lines.append(said % {"count": write(loose, "count")})
    if (days := days_to_answer(reach)) is not None:
        said = _(
            "De helft van de dringende zorgen van het laatste jaar was binnen %(days)s dagen beantwoord."
        )
        lines.append(said % {"days": days})
    if not lines:
        return Answer(question, (_("Daarover is nog niets vastgelegd."),), "open")
    return Answer(question, tuple(lines), "known", "groei")


def _without_tenant(reach: Reach) -> suppress.Shown:
    """Count the delivered objections that match nobody and that the analyst has yet to answer, as open work."""
    answers = Assignment.objects.filter(corporation=OuterRef("corporation"), key=OuterRef("key"))
    rows = UnmatchedRow.objects.filter(
        corporation=reach.corporation, meaning=Meaning.OBJECTION, open=True, answerable=True
    )
    return suppress.cell(rows.exclude(Exists(answers)).count())


def _years(reach: Reach) -> str:
    """Return the whole years over which growth is counted."""
    first, last = reach.first.year, reach.last.year
    return (
        str(first) if first == last else _("%(first)s tot en met %(last)s") % {"first": first, "last": last}
    )


def _totals(table: Table, reach: Reach) -> dict[str, str]:
    """Return the texts of the row of the chosen quarter, or else of the newest year, with its ``period``; empty if there is none."""
    span = reach.span
    row = table.of(span)
    if row is None:
        return {}
    texts = {column.key: write(cell, column.kind) for column, cell in zip(table.columns, row, strict=True)}
    return texts | {"period": first_contact.named(span, reach)}

"""Answer the manager's questions, each in a sentence with its certainty; the tables below hold the figures.

Every figure is one that the page shows anyway (`portal.trends.suppress`), or came from the pipeline as sentences
(`portal.trends.models.Evidence`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from statistics import NormalDist, median
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.runs.models import Run
from portal.trends import suppress
from portal.trends.concerns import days_to_answer
from portal.trends.models import Evidence, EvidenceName
from portal.trends.reach import Reach
from portal.trends.signals import FAMILY_VALUES, per_wijk
from portal.trends.tables import Table, write

WEEKS = 13
YEAR = timedelta(weeks=52)
CHANCE = 0.05
"""Probability that any wijk is named by chance, over all wijken together."""


@dataclass(frozen=True)
class Answer:
    """A question with its answer.

    ``tone`` is ``known``, ``open`` (not known yet) or ``act`` (something waits). ``where`` names the table that holds the
    figures, or is empty.
    """

    question: str
    lines: tuple[str, ...]
    tone: str = "known"
    where: str = ""


def answers(reach: Reach, tables: dict[str, Table], now: dict[str, Any]) -> list[Answer]:
    """Return the answers for a selection; those about coaches' work only for all wijken together."""
    wijken = _wijken(reach)
    if not reach.complete:
        return [wijken]
    given = {row.name: row for row in Evidence.objects.filter(corporation=reach.corporation)}
    return [
        _sent(
            given.get(EvidenceName.EFFECT),
            _("Helpt het?"),
            _("Nog niet gemeten. De analist kan het laten uitrekenen: waakvlam effect."),
        ),
        _places(reach, given.get(EvidenceName.SLOT)),
        wijken,
        _waiting(now, tables["tijd"]),
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
        _groups(),
    ]


def _groups() -> Answer:
    """Say where it stands whether groups are treated alike; the report holds the analyst's own groups and stays out of the portal."""
    return Answer(
        _("Behandelt de lijst groepen gelijk?"),
        (
            _(
                "Dat staat niet in het portaal. De analist maakt het rapport per wijk, woonduur, huur en eigen groep: "
                "waakvlam fairness."
            ),
            _("Afkomst, geslacht, leeftijd, gezondheid en inkomen zijn nooit een signaal."),
        ),
        "open",
    )


def _sent(row: Evidence | None, question: str, otherwise: str) -> Answer:
    if row is None:
        return Answer(question, (otherwise,), "open")
    day = _("Gemeten met wat tot %(day)s bekend was.") % {"day": date_format(row.until, "j F Y")}
    return Answer(question, (*row.lines, day), "known" if row.sure else "open")


def _places(reach: Reach, row: Evidence | None) -> Answer:
    """Say how many addresses with enough reasons found no place in the last weeks, and what one more would yield."""
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
    yields = row.lines if row else [_("Wat een plaats erbij oplevert, is nog niet berekend.")]
    lines = (said % {"weeks": len(left), "span": span}, *yields)
    return Answer(question, lines, "known" if row and row.sure else "open", "capaciteit")


def _wijken(reach: Reach) -> Answer:
    """Name the wijken whose share with a signal differs from a year ago by more than chance.

    Two proportions are compared (z, two sided) with the limit of Bonferroni. Each count is taken as the range that the table
    shows of it, and a wijk is named only if even the nearest ends differ. So the answer reveals
    nothing beyond the table.
    """
    question = _("Welke wijk stijgt of daalt meer dan toeval?")
    tables = [per_wijk(reach.anywhere_at(day)) for day in (reach.last, reach.last - YEAR)]
    now, before = map(_ranges, tables)
    both = sorted(now.keys() & before.keys())
    if not both:
        few = _("Dat is niet te zeggen: geen wijk heeft genoeg woningen om er iets over te zeggen.")
        unknown = _("Dat is pas te zeggen als er ook cijfers van een jaar eerder zijn.")
        return Answer(question, (few if all(table.rows for table in tables) else unknown,), "open")
    limit = NormalDist().inv_cdf(1 - CHANCE / 2 / len(both))
    moved = []
    for wijk in both:
        rises = _apart(now[wijk].least, before[wijk].most, now[wijk].homes, before[wijk].homes) > limit
        if rises or _apart(before[wijk].least, now[wijk].most, before[wijk].homes, now[wijk].homes) > limit:
            said = (
                _("%(wijk)s stijgt: van %(before)s op de 100 woningen naar %(now)s.")
                if rises
                else _("%(wijk)s daalt: van %(before)s op de 100 woningen naar %(now)s.")
            )
            moved.append(said % {"wijk": wijk, "before": before[wijk].share, "now": now[wijk].share})
    compared = ngettext(
        "Vergeleken met een jaar eerder, in %(number)s wijk.",
        "Vergeleken met een jaar eerder, in %(number)s wijken.",
        len(both),
    ) % {"number": len(both)}
    chance = _("Geen enkele: de verschillen kunnen toeval zijn.")
    wide = _("Kleine aantallen zijn verborgen; gerekend is met het kleinste verschil dat er dan kan zijn.")
    hidden = any(figure.hidden for figure in (*now.values(), *before.values()))
    return Answer(question, (*(moved or [chance]), compared, *([wide] if hidden else [])), "known", "wijken")


@dataclass(frozen=True)
class Range:
    """How many households of a wijk have a signal, at least and at most, as far as the table shows."""

    least: int
    most: int
    homes: int
    hidden: bool
    """Whether a count behind it is hidden."""

    @property
    def share(self) -> str:
        """The number per hundred homes, as one number or as a range."""
        least, most = round(100 * self.least / self.homes), round(100 * self.most / self.homes)
        return str(least) if least == most else _("%(least)s tot %(most)s") % {"least": least, "most": most}


def _ranges(table: Table) -> dict[str, Range]:
    """Return the range of each wijk whose number of homes the table shows."""
    families = [table.column(family) for family in FAMILY_VALUES]
    ranges = {}
    for number, (wijk, homes) in enumerate(zip(table.wijken, table.column("homes"), strict=True)):
        if homes:
            cells = [family[number] for family in families]
            least, most = suppress.span(cells)
            hidden = any(cell.hidden for cell in cells)
            ranges[wijk] = Range(least, min(most, homes), homes, hidden)
    return ranges


def _apart(count: int, other: int, homes: int, homes_other: int) -> float:
    """Return by how many standard errors one share exceeds another."""
    pooled = (count + other) / (homes + homes_other)
    error = sqrt(pooled * (1 - pooled) * (1 / homes + 1 / homes_other))
    return (count / homes - other / homes_other) / error if error else 0.0


def _waiting(now: dict[str, Any], first: Table) -> Answer:
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
    lines += _slow(first)
    return Answer(question, tuple(lines), "known" if count.value == 0 else "act", "tijd")


def _slow(first: Table) -> list[str]:
    """Say how many addresses waited long for the first contact, in the newest quarter that has enough of them."""
    known = [row for row in first.rows if row[-1] is not None]
    if not known:
        return []
    said = _(
        "Van de adressen die in het %(quarter)s nieuw waren, duurde het bij %(count)s langer dan drie weken van eerste "
        "signaal tot eerste contact."
    )
    return [said % {"quarter": write(known[-1][0], "quarter"), "count": write(known[-1][-1], "count")}]


def _care(tables: dict[str, Table], reach: Reach) -> Answer:
    """Say how tenants fare, what partners answered and what was reported, from the totals of the tables."""
    question = _("Hoe gaat het met bewoners, en wat antwoorden partners?")
    lines = []
    growth = tables["groei"]
    if growth.rows:
        better, same, worse = (suppress.add(growth.column(key)) for key in ("better", "same", "worse"))
        said = _(
            "Groei: op %(better)s leefgebieden ging het beter, op %(same)s gelijk en op %(worse)s slechter."
        )
        counts = {"better": better, "same": same, "worse": worse}
        lines.append(said % {name: write(count, "count") for name, count in counts.items()})
    if totals := _newest_year(tables["overdrachten"]):
        lines.append(
            _(
                "Partners pakten in %(year)s %(ja)s overdrachten op en %(nee)s niet; op %(onbekend)s kwam nog geen antwoord."
            )
            % totals
        )
    if totals := _newest_year(tables["zorgen"]):
        lines.append(_("In %(year)s kwamen er %(reported)s zorgen en %(objections)s bezwaren.") % totals)
    if (days := days_to_answer(reach)) is not None:
        said = _(
            "De helft van de dringende zorgen van het laatste jaar was binnen %(days)s dagen beantwoord."
        )
        lines.append(said % {"days": days})
    if not lines:
        return Answer(question, (_("Daarover is nog niets vastgelegd."),), "open")
    return Answer(question, tuple(lines), "known", "groei")


def _newest_year(table: Table) -> dict[str, str]:
    """Return the texts of the newest yearly total of a table, with the year; empty if there is none."""
    totals = [row for row in table.rows if not isinstance(row[0], date)]
    if not totals:
        return {}
    texts = {
        column.key: write(cell, column.kind) for column, cell in zip(table.columns, totals[-1], strict=True)
    }
    return texts | {"year": texts["quarter"].split()[-1]}

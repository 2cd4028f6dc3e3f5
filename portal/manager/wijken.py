"""Put the wijken beside those of four weeks and a year ago, and say which changed by more than chance."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from math import sqrt
from statistics import NormalDist

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.trends import suppress
from portal.trends.reach import Reach
from portal.trends.signals import FAMILY_VALUES, per_wijk
from portal.trends.tables import Cell, Column, Table

MONTH, YEAR = timedelta(weeks=4), timedelta(weeks=52)
CHANCE = 0.05
"""Probability that any wijk is named by chance in one comparison, over all wijken together."""
SHOWN = 2
"""Columns of the table before those of earlier: the wijk and its number now."""


def table(reach: Reach) -> Table:
    """Return the table of wijken with the number of four weeks and of a year ago, and whether the share changed beyond chance.

    Every number is what the page of that week shows of it, so this reveals nothing that choosing that period does not.
    """
    now = per_wijk(reach)
    then = {ago: per_wijk(reach.at(reach.last - ago)) for ago in (MONTH, YEAR)}
    known = {ago: dict(zip(was.wijken, was.column("any"), strict=True)) for ago, was in then.items()}
    moves = {ago: _moves(now, was) for ago, was in then.items()}
    rows = []
    for wijk, row in zip(now.wijken, now.rows, strict=True):
        before = [known[ago].get(wijk) for ago in (MONTH, YEAR)]
        rows.append((*row[:SHOWN], *before, _in_words(wijk, moves), *row[SHOWN:]))
    columns = (
        *now.columns[:SHOWN],
        Column("month_ago", _("Vier weken eerder")),
        Column("year_ago", _("Een jaar eerder")),
        Column("moved", _("Meer dan toeval?"), "text"),
        *now.columns[SHOWN:],
    )
    note = _(
        "Bij „Meer dan toeval?” staat of het deel van de woningen met een signaal steeg of daalde; kleine aantallen tellen daarbij met "
        "alles wat zij kunnen zijn. Een streepje: van toen is er geen deel te tonen."
    )
    return replace(now, columns=columns, rows=tuple(rows), note=f"{note} {now.note}")


def _in_words(wijk: str, moves: dict[timedelta, dict[str, int]]) -> Cell:
    """Say of a wijk whether it rose or fell since each earlier week; None if neither can be compared."""
    words = {
        (MONTH, 1): _("stijgt sinds vier weken"), (MONTH, -1): _("daalt sinds vier weken"),
        (YEAR, 1): _("stijgt sinds een jaar"), (YEAR, -1): _("daalt sinds een jaar"),
    }  # fmt: skip
    moved = {ago: move[wijk] for ago, move in moves.items() if wijk in move}
    texts = [words[ago, sign] for ago, sign in moved.items() if sign]
    return ", ".join(texts) if texts else _("nee") if moved else None


def _moves(now: Table, then: Table) -> dict[str, int]:
    """Return for each wijk that can be compared whether its share rose (1), fell (-1) or may be the same (0).

    Two proportions are compared (z, two sided) with the limit of Bonferroni. Each count is taken as the range that its table
    shows of it, and a wijk has moved only if even the nearest ends differ.
    """
    ranges, before = _ranges(now), _ranges(then)
    both = sorted(ranges.keys() & before.keys())
    limit = NormalDist().inv_cdf(1 - CHANCE / 2 / max(1, len(both)))
    return {wijk: _sign(ranges[wijk], before[wijk], limit) for wijk in both}


def _sign(now: Range, before: Range, limit: float) -> int:
    if _apart(now.least, before.most, now.homes, before.homes) > limit:
        return 1
    return -1 if _apart(before.least, now.most, before.homes, now.homes) > limit else 0


def changed(reach: Reach) -> tuple[tuple[str, ...], bool]:
    """Name the wijken whose share with a signal differs from a year ago by more than chance (`_moves`).

    The answer reveals nothing beyond the table.

    Returns
    -------
    tuple
        Sentences, and whether anything could be compared.
    """
    tables = [per_wijk(reach.anywhere_at(day)) for day in (reach.last, reach.last - YEAR)]
    now, before = map(_ranges, tables)
    both = sorted(now.keys() & before.keys())
    if not both:
        few = _("Dat is niet te zeggen: geen wijk heeft genoeg woningen om er iets over te zeggen.")
        unknown = _("Dat is pas te zeggen als er ook cijfers van een jaar eerder zijn.")
        return (few if all(table.rows for table in tables) else unknown,), False
    moved = []
    for wijk, sign in _moves(*tables).items():
        if sign:
            sentence = (
                _("%(wijk)s stijgt: van %(before)s op de 100 woningen naar %(now)s.")
                if sign > 0
                else _("%(wijk)s daalt: van %(before)s op de 100 woningen naar %(now)s.")
            )
            moved.append(sentence % {"wijk": wijk, "before": before[wijk].share, "now": now[wijk].share})
    compared = ngettext(
        "Vergeleken: de week van %(now)s met die van %(before)s, in %(number)s wijk. Zo telt het seizoen niet mee.",
        "Vergeleken: de week van %(now)s met die van %(before)s, in %(number)s wijken. Zo telt het seizoen niet mee.",
        len(both),
    ) % {"number": len(both), **_weeks(reach)}
    chance = _("Geen enkele: de verschillen kunnen toeval zijn.")
    wide = _("Kleine aantallen zijn verborgen; gerekend is met het kleinste verschil dat er dan kan zijn.")
    hidden = any(figure.hidden for figure in (*now.values(), *before.values()))
    left_out = _left_out(set(tables[0].wijken) - set(both), now.keys())
    return (*(moved or [chance]), compared, *left_out, *([wide] if hidden else [])), True


def _weeks(reach: Reach) -> dict[str, str]:
    """Return the two weeks that `changed` compares, as dates in words."""
    days = {"now": reach.last, "before": reach.last - YEAR}
    return {name: date_format(day - timedelta(days=day.weekday()), "j F Y") for name, day in days.items()}


def _left_out(names: Collection[str], known_now: Collection[str]) -> list[str]:
    """Name the wijken of the table that could not be compared, with the reason."""
    lines = []
    for missing, why in (
        (
            [name for name in names if name not in known_now],
            _(
                "Niet vergeleken: %(names)s. Daar zijn minder dan 100 woningen, of bijna de helft of meer kan een signaal hebben; "
                "een deel zou dan te veel verraden."
            ),
        ),
        (
            [name for name in names if name in known_now],
            _("Niet vergeleken: %(names)s. Van een jaar eerder is daar geen deel te tonen."),
        ),
    ):
        if missing:
            shown = sorted(name or _("Wijk onbekend") for name in missing)
            lines.append(why % {"names": ", ".join(shown)})
    return lines


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

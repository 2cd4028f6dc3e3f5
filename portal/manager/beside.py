"""Put a quarter beside the one before it and the same one a year earlier, from what the other tables show of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import User
from portal.runs.models import Run
from portal.trends import concerns, handed_over, pace, suppress, work
from portal.trends.quarters import Span, quarter_of
from portal.trends.reach import Reach
from portal.trends.returned import returned
from portal.trends.suppress import Shown
from portal.trends.tables import Cell, Column, Table, write

FROM: dict[str, Callable[[User, Reach], Table]] = {
    "trechter": lambda user, reach: work.listing(user, reach, suppress.ZERO)[1],
    "wachten": pace.waited,
    "resultaten": work.outcomes,
    "overdrachten": handed_over.handovers,
    "zorgen": concerns.reported,
}
"""The tables whose figures are put side by side."""
PER_WEEK, SHARE = gettext_lazy("%(figure)s: per week"), gettext_lazy("%(figure)s: deel")
"""Rows that compare periods of unequal length: a figure of a period by its lists, or by its new addresses."""
FIGURES = (
    ("trechter", "listed", gettext_lazy("Nieuwe adressen"), PER_WEEK),
    ("trechter", "approached", gettext_lazy("Daarvan benaderd"), SHARE),
    ("trechter", "reached", gettext_lazy("Daarvan bereikt"), SHARE),
    ("trechter", "helped", gettext_lazy("Daarvan geholpen"), SHARE),
    ("wachten", "two", gettext_lazy("Daarvan contact binnen twee weken"), SHARE),
    ("resultaten", "advice", gettext_lazy("Adviezen, ook bij eerdere adressen"), PER_WEEK),
    (
        "resultaten",
        "referred",
        gettext_lazy("Vervolghulp en verwijzingen, ook bij eerdere adressen"),
        PER_WEEK,
    ),
    ("overdrachten", "ja", gettext_lazy("Overdrachten die een partner oppakte"), None),
    ("zorgen", "reported", gettext_lazy("Zorgen doorgegeven"), PER_WEEK),
    ("zorgen", "objections", gettext_lazy("Bezwaren"), None),
)


def table(user: User, reach: Reach, ready: Mapping[str, Table] | None = None) -> Table:
    """Return a row per figure and a column per period, the newest last.

    A chosen year stands beside the year before; otherwise the quarter of the last day stands beside two others.

    Parameters
    ----------
    user : User
        The manager.
    reach : Reach
        The selection.
    made : mapping of str to Table, optional
        Tables of this selection, used where they reach back far enough.
    """
    spans = _spans(reach)
    back = min(span.first for span in spans)
    if ready is None or quarter_of(reach.first).first > back:
        longer = replace(reach, first=min(back, reach.first))
        ready = {
            name: replace(make(user, longer), newest=reach.newest, oldest=reach.oldest)
            for name, make in FROM.items()
        }
    lists = _lists(reach, back)
    weeks = [sum(span.first <= day <= span.last for day in lists) for span in spans]
    past = [sum(span.first <= day <= span.last for day in lists if day < reach.cut.date()) for span in spans]
    visits = work.visits(user, replace(reach, first=min(back, reach.first)))
    visited, missed = (
        [visits.get(span, {}).get(name, suppress.ZERO) for span in spans] for name in work.VISITS
    )
    returns = returned(user, replace(reach, first=min(back, reach.first)))
    came_back = [returns.get(span, suppress.ZERO) for span in spans]
    new = [_cell(ready["trechter"], "listed", span) for span in spans]
    rows: list[tuple[Cell, ...]] = [
        (_("Weken met een lijst"), *weeks),
        (_("Huisbezoeken"), *visited),
        (PER_WEEK % {"figure": _("Huisbezoeken")}, *map(_per_week, visited, past)),
        (_("Huisbezoeken: niemand bereikt"), *missed),
    ]
    if any(shares := [_share(part, of) for part, of in zip(missed, visited, strict=True)]):
        rows.append((_("Niemand bereikt, deel van de huisbezoeken"), *shares))
    if past != weeks:
        rows.insert(1, (_("Daarvan voorbij"), *past))
    entered = [
        suppress.add(part for part in pair if isinstance(part, Shown))
        for pair in zip(new, came_back, strict=True)
    ]
    rows.append((_("Adressen terug op de lijst"), *came_back))
    if any(shares := [_share(part, of) for part, of in zip(came_back, entered, strict=True)]):
        rows.append((_("Terug, deel van wie op de lijst kwam"), *shares))
    for name, key, title, beside in FIGURES:
        cells = [_cell(ready[name], key, span) for span in spans]
        rows.append((str(title), *cells))
        if beside is PER_WEEK:
            rows.append(
                (PER_WEEK % {"figure": title}, *map(_per_week, cells, weeks if key == "listed" else past))
            )
        elif beside is SHARE and any(
            shares := [_share(cell, of) for cell, of in zip(cells, new, strict=True)]
        ):
            rows.append((SHARE % {"figure": title}, *shares))
    return Table(
        "naast",
        _("Naast elkaar: dit jaar en het vorige")
        if reach.span == reach.calendar and not reach.span.number
        else _("Naast elkaar: dit kwartaal, het vorige en dat van een jaar eerder"),
        _("Aantal"),
        (
            Column("figure", _("Cijfer"), "text"),
            *(Column(span.code, span.named(reach.newest, reach.oldest)) for span in spans),
        ),
        tuple(rows),
        _(
            "Wat nog loopt of later begon, heeft minder weken met een lijst: vergelijk dan wat er per week met een lijst was, en welk "
            "deel van de nieuwe adressen. Een deel staat er vanaf honderd nieuwe adressen. Een nieuw adres en wat daarvan kwam, telt in "
            "de periode waarin het voor het eerst op een lijst stond; wie net nieuw is, kreeg nog weinig tijd, behalve bij de twee "
            "weken. Adviezen en verwijzingen tellen in de periode waarin ze werden gegeven. Werk telt tot en met vorige week: per week "
            "is het gedeeld door de weken die voorbij zijn, en nieuwe adressen door alle weken met een lijst. Terug: het adres had al "
            "contact of was afgesloten, stond niet op de lijst ervoor, en kwam er weer op. Dat deel is van de nieuwe adressen en die "
            "terugkwamen samen. Niemand bereikt: bij het huisbezoek deed niemand open of was er niemand om mee te spreken."
        ),
    )


def visits_of(compared: Table) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
    """Return from this table the visits of each period, and per week with a list."""
    cells = {row[0]: row[1:] for row in compared.rows}
    return cells[_("Huisbezoeken")], cells[PER_WEEK % {"figure": _("Huisbezoeken")}]


def _spans(reach: Reach) -> Sequence[Span]:
    """Return the periods to compare, the newest last; one before the first list is left out."""
    chosen = reach.calendar
    if chosen is not None and not chosen.number:
        earlier, now = [Span(chosen.year - 1)], chosen
    else:
        now = chosen or quarter_of(reach.last)
        earlier = [Span(now.year - 1, now.number), quarter_of(now.first - timedelta(days=1))]
    return (*(span for span in earlier if reach.oldest is None or span.last >= reach.oldest), now)


def _lists(reach: Reach, first: date) -> list[date]:
    """Return the days of the lists from a day on. Work counts up to the Monday of the newest one, so not in its week."""
    lists = Run.objects.filter(corporation=reach.corporation, as_of__gte=first)
    return list(lists.order_by("as_of").values_list("as_of", flat=True))


def _per_week(shown: Cell, weeks: int) -> str | None:
    """Divide what is shown of a count by a number of weeks; a hidden count and no week give nothing."""
    if not isinstance(shown, Shown) or shown.value is None or not weeks:
        return None
    text = number_format(round(shown.value / weeks, 1), decimal_pos=1)
    return text if shown.whole else f"≥ {text}"


def _share(part: Cell, new: Cell) -> str | None:
    """Return which share of the new addresses a part is, where both are shown whole and they are enough."""
    if not isinstance(part, Shown) or not isinstance(new, Shown) or not new.whole:
        return None
    share = suppress.share(part, new.value)
    return None if share is None else write(share, "share")


def _cell(of: Table, key: str, span: Span) -> Cell:
    """Return a figure of a period; zero if its table has rows but none of that period."""
    row = of.of(span)
    if row is None:
        return suppress.ZERO
    return row[[column.key for column in of.columns].index(key)]

"""Put a quarter beside the one before it and the same one a year earlier, from what the other tables show of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import User
from portal.runs.models import Run
from portal.trends import concerns, handed_over, pace, suppress, work
from portal.trends.quarters import Span, quarter_of
from portal.trends.reach import Reach
from portal.trends.tables import Cell, Column, Table

FROM: dict[str, Callable[[User, Reach], Table]] = {
    "trechter": lambda user, reach: work.listing(user, reach, suppress.ZERO)[1],
    "wachten": pace.waited,
    "resultaten": work.outcomes,
    "overdrachten": handed_over.handovers,
    "zorgen": concerns.reported,
}
"""The tables whose figures are put side by side."""
FIGURES = (
    ("trechter", "listed", gettext_lazy("Nieuwe adressen")),
    ("trechter", "approached", gettext_lazy("Daarvan benaderd")),
    ("trechter", "reached", gettext_lazy("Daarvan bereikt")),
    ("trechter", "helped", gettext_lazy("Daarvan geholpen")),
    ("wachten", "two", gettext_lazy("Daarvan contact binnen twee weken")),
    ("resultaten", "advice", gettext_lazy("Adviezen, ook bij eerdere adressen")),
    ("resultaten", "referred", gettext_lazy("Vervolghulp en verwijzingen, ook bij eerdere adressen")),
    ("overdrachten", "ja", gettext_lazy("Overdrachten die een partner oppakte")),
    ("zorgen", "reported", gettext_lazy("Zorgen doorgegeven")),
    ("zorgen", "objections", gettext_lazy("Bezwaren")),
)


def table(user: User, reach: Reach, made: Mapping[str, Table] | None = None) -> Table:
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
    if made is None or quarter_of(reach.first).first > back:
        longer = replace(reach, first=min(back, reach.first))
        made = {
            name: replace(make(user, longer), newest=reach.newest, oldest=reach.oldest)
            for name, make in FROM.items()
        }
    rows: list[tuple[Cell, ...]] = [(_("Weken met een lijst"), *(_lists(reach, span) for span in spans))]
    rows += [(str(title), *(_cell(made[name], key, span) for span in spans)) for name, key, title in FIGURES]
    visits = work.visits(user, replace(reach, first=min(back, reach.first)))
    rows.insert(1, (_("Huisbezoeken"), *(visits.get(span, suppress.ZERO) for span in spans)))
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
            "Vergelijk alleen perioden met evenveel weken met een lijst: wat nog loopt of later begon, heeft er minder. Een nieuw adres "
            "en wat daarvan kwam, telt in de periode waarin het voor het eerst op een lijst stond; adviezen en verwijzingen tellen in de "
            "periode waarin ze werden gegeven."
        ),
    )


def _spans(reach: Reach) -> Sequence[Span]:
    """Return the periods to compare, the newest last; one before the first list is left out."""
    chosen = reach.calendar
    if chosen is not None and not chosen.number:
        earlier, now = [Span(chosen.year - 1)], chosen
    else:
        now = chosen or quarter_of(reach.last)
        earlier = [Span(now.year - 1, now.number), quarter_of(now.first - timedelta(days=1))]
    return (*(span for span in earlier if reach.oldest is None or span.last >= reach.oldest), now)


def _lists(reach: Reach, span: Span) -> int:
    return Run.objects.filter(corporation=reach.corporation, as_of__range=(span.first, span.last)).count()


def _cell(of: Table, key: str, span: Span) -> Cell:
    """Return a figure of a period; zero if its table has rows but none of that period."""
    row = of.of(span)
    if row is None:
        return suppress.ZERO
    return row[[column.key for column in of.columns].index(key)]

"""Put the corporations of one manager side by side, from the figures that the page of each shows."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.manager import figures
from portal.trends import pace, suppress
from portal.trends.reach import Reach
from portal.trends.suppress import Shown
from portal.trends.tables import Cell, Column, Table

FEWEST = 2
"""Fewest corporations that can be put side by side."""
STEPS = ("listed", "approached", "reached", "helped")


def side_by_side(user: User, reaches: Sequence[Reach]) -> Table:
    """Return a table with a row per corporation, and what they add up to.

    A total adds only what is shown of each corporation, so it reveals nothing that their own pages do not. Figures of
    coaches' work are left out of a corporation of which the user sees only some wijken, as on its own page.
    """
    rows = [(reach.corporation.name, *_figures(user, reach)) for reach in reaches]
    known = [
        [cell for cell in column if isinstance(cell, Shown)] for column in list(zip(*rows, strict=True))[1:]
    ]
    total: tuple[Cell, ...] = (
        _("Samen"),
        *(suppress.add(cells) if len(cells) == len(rows) else None for cells in known),
    )
    span = max((reach.span for reach in reaches), key=lambda each: each.first)
    newest = min(reach.newest for reach in reaches)
    oldest = max((reach.oldest for reach in reaches if reach.oldest), default=None)
    return Table(
        "groep",
        _("Uw corporaties naast elkaar: %(period)s") % {"period": span.named(newest, oldest)},
        _("Adressen"),
        (
            Column("corporation", _("Corporatie"), "text"),
            Column("any", _("Huishoudens met een signaal, laatste week")),
            Column("listed", _("Nieuwe adressen")),
            Column("approached", _("Daarvan benaderd")),
            Column("reached", _("Daarvan bereikt")),
            Column("helped", _("Daarvan geholpen")),
            Column("overdue", _("Nu te laat")),
        ),
        (*rows, total),
        _(
            "Een streepje: van deze corporatie ziet u niet alle wijken, of er is niets te tellen. Corporaties verschillen in grootte, "
            "in wat zij aanleveren en in hun aantal coaches: dit is geen ranglijst."
        ),
    )


def _figures(user: User, reach: Reach) -> tuple[Cell, ...]:
    """Return the cells of a corporation: the last week of the period, the period's funnel, and what is late now."""
    week, *others = figures.every(user, reach)
    any_ = week.rows[-1][-1] if week.rows else None
    if not reach.complete:
        return (any_, *(None for _step in STEPS), None)
    funnel = next(table for table in others if table.name == "trechter")
    counted = funnel.of(reach.span)
    steps = (None,) * len(STEPS) if counted is None else counted[1 : 1 + len(STEPS)]
    return (any_, *steps, pace.open_now(user, reach, timezone.localdate())["overdue"])

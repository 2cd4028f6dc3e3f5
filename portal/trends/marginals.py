"""Check that counts of the same work in two divisions (per quarter, and per partner) reveal no hidden count of either.

Both divisions add up to the same number, so what is shown of one bounds what is hidden in the other. A hidden count must
keep `suppress.ROOM` possible values, as everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.trends.suppress import ROOM, SMALL, STEP, Shown, least_rest, rounded, span

Bounds = tuple[int, int]
"""Lowest and highest possible sum."""


@dataclass(frozen=True)
class Group:
    """Cells of one group, such as the quarters of a year, with what is shown of their sum, if anything is."""

    cells: Sequence[Shown]
    whole: Shown | None = None

    @property
    def hidden(self) -> int:
        """Number of hidden cells."""
        return sum(cell.hidden for cell in self.cells)

    @property
    def visible(self) -> Bounds:
        """Bounds of the sum of the cells that are not hidden."""
        return span([cell for cell in self.cells if not cell.hidden])

    @property
    def rest(self) -> Bounds:
        """Bounds of the sum of the hidden cells, from what is shown of the whole (`suppress.rest`)."""
        cells = self.hidden
        most = SMALL * cells
        if self.whole is None or not cells:
            return cells, most
        if not self.whole.whole:
            return cells, min(most, least_rest(cells))
        left = self.whole.low - sum(cell.low for cell in self.cells)
        capped = left >= rounded(most - ROOM + 1)
        return max(cells, left - STEP // 2), most if capped else min(most, left + STEP // 2)


def total(groups: Sequence[Group]) -> Bounds:
    """Return the bounds of the sum of all cells."""
    return (
        sum(group.visible[0] + group.rest[0] for group in groups),
        sum(group.visible[1] + group.rest[1] for group in groups),
    )


def reveals(some: Sequence[Group], others: Sequence[Group]) -> bool:
    """Return whether two divisions of the same number leave a hidden cell of either fewer than `ROOM` possible values."""
    return _narrowed(some, total(others)) or _narrowed(others, total(some))


def _narrowed(groups: Sequence[Group], known: Bounds) -> bool:
    least, most = total(groups)
    for group in groups:
        if not group.hidden:
            continue
        (low, high), (rest_low, rest_high) = group.visible, group.rest
        others_low, others_high = least - low - rest_low, most - high - rest_high
        rest_low = max(rest_low, known[0] - others_high - high)
        rest_high = min(rest_high, known[1] - others_low - low)
        others = group.hidden - 1
        if min(SMALL, rest_high - others) - max(1, rest_low - SMALL * others) + 1 < ROOM:
            return True
    return False

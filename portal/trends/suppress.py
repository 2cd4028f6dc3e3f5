"""What of a count may be shown: the only module that decides it, for every page, chart, report and CSV.

The counts that pages are made of lie in cells that do not overlap: a household is counted in one wijk and one family
(or as stacked), an address in one month or quarter. Of a cell is shown

- 0 as 0;
- 1-9 as nothing but that (`HIDDEN`);
- 10 and more rounded to the nearest five.

A total is never counted. It is made of what is shown: the rounded cells, and for the hidden cells together one rounded
sum (`rest`), given only where it leaves every hidden cell at least `ROOM` possible values. So there is nothing to
subtract from: two filters, weeks, pages or files that differ in one cell differ by what is shown of that cell. The
complement that other schemes hide a second cell for lies in the total itself.

What a month does not tell of its rest goes up to the quarter, and from there to the year (`tree`), never both.

Why `ROOM` holds. Let n cells of 1-9 have the sum r, and let r be told to lie in [lo, hi]. Then each lies, and can lie
anywhere, in [max(1, lo - 9(n-1)), min(9, hi - (n-1))]. A sum of at most `least_rest(n)` is not told: the cells then have
hi >= n + ROOM - 1 and lo = n, so 1..ROOM are possible. A sum near 9n is told as the class of 9n - ROOM + 1, so that
lo <= 9n - ROOM + 1, and 10-ROOM..9 are possible. Between these, the class is five wide and so is what stays possible.
The classes depend on n alone, which everybody sees: knowing this module does not help. One level up the same holds with
the most that each rest below can be in the place of 9n.
Source of the limits: CBS shows figures of wijken in fives and none under ten; domain practice, no law.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, F, IntegerField, Q, Sum, Value, When
from django.db.models.expressions import Combinable

SMALL = 9
"""The largest count that is not shown."""
STEP = 5
ROOM = 5
"""How many values of 1-9 stay possible for every hidden count, whatever else is known."""
BASE = 100
"""Percentages are shown of this many or more."""


@dataclass(frozen=True)
class Shown:
    """What is shown of a count.

    ``value`` is rounded; None: hidden. ``whole``: nothing is left out; else it is at least ``value``. ``most`` is what
    a hidden count can be at most.
    """

    value: int | None
    whole: bool = True
    most: int = SMALL

    @property
    def hidden(self) -> bool:
        """Whether no figure is shown at all."""
        return self.value is None

    @property
    def low(self) -> int:
        """The least that the figure can stand for, for a chart: a hidden one draws nothing."""
        return self.value or 0


ZERO = Shown(0)
HIDDEN = Shown(None, whole=False)


def rounded(count: int) -> int:
    """Round to the nearest five: 10, 11, 12 to 10, 13 to 15."""
    return (count + STEP // 2) // STEP * STEP


def cell(count: int) -> Shown:
    """Give what is shown of one cell."""
    if count == 0:
        return ZERO
    return HIDDEN if count <= SMALL else Shown(rounded(count))


def least_rest(cells: int) -> int:
    """Give the largest sum of so many hidden cells that is not told."""
    enough = cells + ROOM - 1
    return SMALL if enough <= SMALL else rounded(enough) + STEP // 2


def rest(cells: int, total: int, most: int | None = None) -> Shown:
    """Give what is shown of the sum of hidden cells.

    Parameters
    ----------
    cells : int
        How many hold 1-9.
    total : int
        Their sum.
    most : int, optional
        What it can be at most by what is known; nine for each.
    """
    if cells == 0:
        return ZERO
    most = SMALL * cells if most is None else most
    if total <= least_rest(cells):
        return Shown(None, whole=False, most=min(most, least_rest(cells)))
    return Shown(min(rounded(total), rounded(most - ROOM + 1)))


def add(parts: Iterable[Shown]) -> Shown:
    """Add up what is shown: safe, whatever the parts, as it uses nothing else."""
    known = list(parts)
    value = sum(part.low for part in known)
    whole = all(part.whole for part in known)
    if whole or value:
        return Shown(value, whole=whole)
    return Shown(None, whole=False, most=sum(part.most for part in known if part.hidden))


def total(counts: Sequence[int], *, with_rest: bool = True) -> Shown:
    """Give the total of cells that do not overlap.

    ``with_rest``: the sum of the hidden cells may take part. Only where the cells are *all* wijken of a corporation: the
    rest of one set and the rest of another would tell of their difference.
    """
    small = [count for count in counts if 1 <= count <= SMALL]
    return of_sums(sum(rounded(c) for c in counts if c > SMALL), len(small), sum(small), with_rest=with_rest)


def of_sums(large: int, cells: int, small: int, *, with_rest: bool = True) -> Shown:
    """Give the total of the sums that `in_sql` makes."""
    hidden = rest(cells, small)
    if not with_rest and cells:
        hidden = Shown(None, whole=False, most=SMALL * cells)
    return add([Shown(large), hidden])


def tree(
    cells: Mapping[date, Sequence[int]], levels: Sequence[Callable[[date], date]], *, with_rest: bool = True
) -> list[dict[date, Shown]]:
    """Give the totals of periods in periods.

    Parameters
    ----------
    cells : mapping of date to sequence of int
        The cells of every smallest period: all wijken.
    levels : sequence of callable
        From a period to the larger one that it lies in: from month to quarter, from quarter to year.
    with_rest : bool
        As for `total`.

    Returns
    -------
    list of dict
        The totals of the smallest periods, then those of each level.
    """
    made = {}
    for day, counts in cells.items():
        small = [count for count in counts if 1 <= count <= SMALL]
        made[day] = _gather(
            sum(rounded(count) for count in counts if count > SMALL), len(small), sum(small), SMALL * len(small), with_rest
        )  # fmt: skip
    result = [{day: shown for day, (shown, _left) in made.items()}]
    for level in levels:
        within: dict[date, list[tuple[Shown, tuple[int, int, int]]]] = defaultdict(list)
        for day, part in made.items():
            within[level(day)].append(part)
        made = {}
        for day, parts in within.items():
            number, amount, most = (sum(n) for n in zip(*(left for _shown, left in parts), strict=True))
            made[day] = _gather(sum(shown.low for shown, _left in parts), number, amount, most, with_rest)
        result.append({day: shown for day, (shown, _left) in made.items()})
    return result


def _gather(
    large: int, cells: int, small: int, most: int, with_rest: bool
) -> tuple[Shown, tuple[int, int, int]]:
    """Give a total, and of the rest that it does not tell: its cells, their sum and what that can be at most."""
    hidden = rest(cells, small, most)
    if cells and not with_rest:
        hidden = Shown(None, whole=False, most=most)
    left = (0, 0, 0) if hidden.whole else (cells, small, hidden.most)
    return add([Shown(large), hidden]), left


def in_sql(name: str) -> dict[str, Combinable]:
    """Give the aggregates of a column of cells: what `of_sums` takes, by its names."""
    up = F(name) + Value(STEP // 2)
    small = Q(**{f"{name}__range": (1, SMALL)})
    zero = Value(0)
    return {
        "large": Sum(Case(When(**{f"{name}__gt": SMALL}, then=up - up % STEP), default=zero), output_field=IntegerField()),
        "cells": Count("pk", filter=small),
        "small": Sum(Case(When(small, then=F(name)), default=zero), output_field=IntegerField()),
    }  # fmt: skip


def share(part: Shown, base: int | None) -> float | None:
    """Give a share where the base is large enough and nothing of the part is hidden."""
    if base is None or base < BASE or not part.whole or part.value is None:
        return None
    return min(1.0, part.value / base)


def base(homes: int, parts: Sequence[Shown]) -> int | None:
    """Give a number of homes to take a share of, in tens; none where nearly all are counted and it would bound the rest."""
    most = sum((part.low + STEP // 2) if not part.hidden else part.most for part in parts)
    return (homes + 5) // 10 * 10 if homes >= BASE and most * 2 <= homes // 10 * 10 - 10 else None

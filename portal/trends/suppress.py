"""Decide what may be shown of a count, for every page, chart, report and CSV. `marginals` alone checks more.

Pages are made of counts in cells that do not overlap: a household is counted in one wijk and one family (or as
stacked), an address in one month or quarter. A cell is shown

- as 0 if it is 0;
- as hidden (`HIDDEN`) if it is 1 to 9;
- rounded to the nearest five if it is 10 or more.

A total is never counted directly. It adds the rounded cells and one rounded sum for all hidden cells together (`rest`),
which is included only if every hidden cell keeps at least `ROOM` possible values. Therefore nothing can be subtracted:
two filters, weeks, pages or files that differ in one cell differ by what is shown of that cell. Other schemes hide a
second cell to protect the first; here the total itself does that.

What a month leaves out of its total is passed on to the quarter, and from there to the year (`tree`), never to both.

Why `ROOM` holds. Let n cells of 1-9 have the sum r, and let r be reported to be in [lo, hi]. Each cell then lies, and
can have any value, in [max(1, lo - 9(n-1)), min(9, hi - (n-1))]. A sum of at most `least_rest(n)` is not reported: the
cells then have hi >= n + ROOM - 1 and lo = n, so 1..ROOM are possible. A sum near 9n is reported as the class of 9n -
ROOM + 1, so lo <= 9n - ROOM + 1, and 10-ROOM..9 are possible. Between these, the class is five wide, and so is the
range of possible values. The classes depend on n alone, which everybody sees, so knowing this module does not help.
One level up, the same holds if the maximum of each rest below takes the place of 9n.

The limits follow CBS, which publishes figures of wijken in fives and none under ten. This is practice, not law.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Case, Count, F, IntegerField, Q, Sum, Value, When
from django.db.models.expressions import Combinable

SMALL = 9
"""The largest count that is hidden."""
STEP = 5
ROOM = 5
"""Minimum number of values from 1 to 9 that remain possible for every hidden count, whatever else is known."""
BASE = 100
"""Minimum base of a percentage."""


@dataclass(frozen=True)
class Shown:
    """What is shown of a count.

    ``value`` is rounded, and None if hidden. If ``whole``, nothing is left out; otherwise the count is at least
    ``value``. ``most`` is the maximum of a hidden count.
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
        """The lowest count that this can represent, for a chart. A hidden count is drawn as a band."""
        return self.value or 0


ZERO = Shown(0)
HIDDEN = Shown(None, whole=False)


def rounded(count: int) -> int:
    """Round to the nearest five: 10 to 12 become 10, 13 to 15 become 15."""
    return (count + STEP // 2) // STEP * STEP


def cell(count: int) -> Shown:
    """Return what is shown of one cell."""
    if count == 0:
        return ZERO
    return HIDDEN if count <= SMALL else Shown(rounded(count))


def least(shown: Shown) -> int:
    """Return the smallest count of one cell that is shown like this, and not hidden."""
    return 0 if shown.low == 0 else max(SMALL + 1, shown.low - STEP // 2)


def most(shown: Shown) -> int:
    """Return the largest count of one cell that is shown like this, and not hidden."""
    return 0 if shown.low == 0 else shown.low + STEP // 2


def at_most(part: Shown, most: int) -> Shown:
    """Return a hidden sum with its maximum lowered to what other shown figures leave for it; any other as it is."""
    return replace(part, most=max(SMALL, min(part.most, most))) if part.hidden else part


def least_rest(cells: int) -> int:
    """Return the largest sum of this many hidden cells that must not be reported."""
    enough = cells + ROOM - 1
    return SMALL if enough <= SMALL else rounded(enough) + STEP // 2


def rest(cells: int, total: int, most: int | None = None) -> Shown:
    """Return what is shown of the sum of hidden cells.

    Parameters
    ----------
    cells : int
        Number of hidden cells, each of which holds 1 to 9.
    total : int
        Their sum.
    most : int, optional
        Maximum of the sum, as far as readers know; default: nine per cell.
    """
    if cells == 0:
        return ZERO
    most = SMALL * cells if most is None else most
    if total <= least_rest(cells):
        return Shown(None, whole=False, most=min(most, least_rest(cells)))
    return Shown(min(rounded(total), rounded(most - ROOM + 1)))


def add(parts: Iterable[Shown]) -> Shown:
    """Add up what is shown. This is safe for any parts, because it uses only what is visible."""
    known = list(parts)
    value = sum(part.low for part in known)
    whole = all(part.whole for part in known)
    if whole or value:
        return Shown(value, whole=whole)
    return Shown(None, whole=False, most=sum(part.most for part in known if part.hidden))


def total(counts: Sequence[int], *, with_rest: bool = True) -> Shown:
    """Return the total of cells that do not overlap.

    With ``with_rest`` the sum of the hidden cells may take part. Use it only if the cells are *all* wijken of a
    corporation, because the rests of two different sets would reveal their difference.
    """
    small = [count for count in counts if 1 <= count <= SMALL]
    return of_sums(sum(rounded(c) for c in counts if c > SMALL), len(small), sum(small), with_rest=with_rest)


def above(count: int, parts: Sequence[int]) -> Shown:
    """Return what is shown of a whole beside some of its parts, of which the remainder is not shown.

    The whole is rounded by itself, so it says more than the sum of its parts. It bounds a hidden part from above only, because
    the remainder may be zero. Therefore every whole too small to leave each hidden part `ROOM` values is shown alike: at least
    what its parts show.
    """
    seen = [cell(part) for part in parts]
    known, hidden = add(seen), sum(part.hidden for part in seen)
    enough = sum(least(part) for part in seen if not part.hidden) + hidden + ROOM - 1
    limit = max(SMALL, rounded(enough) + STEP // 2)
    return at_most(known, limit) if hidden and count <= limit else at_least(cell(count), Shown(known.low))


def of_sums(large: int, cells: int, small: int, *, with_rest: bool = True) -> Shown:
    """Return the total of the sums from `in_sql`."""
    hidden = rest(cells, small)
    if not with_rest and cells:
        hidden = Shown(None, whole=False, most=SMALL * cells)
    return add([Shown(large), hidden])


def tree(
    cells: Mapping[date, Sequence[int]], levels: Sequence[Callable[[date], date]], *, with_rest: bool = True
) -> list[dict[date, Shown]]:
    """Return the totals of nested periods.

    Parameters
    ----------
    cells : mapping of date to sequence of int
        The cells of every smallest period: all wijken.
    levels : sequence of callable
        Functions from a period to the larger one that contains it: from month to quarter, from quarter to year.
    with_rest : bool
        The same as for `total`.

    Returns
    -------
    list of dict
        The totals of the smallest periods, then those of each level.
    """
    totals = {}
    for day, counts in cells.items():
        small = [count for count in counts if 1 <= count <= SMALL]
        totals[day] = _gather(
            sum(rounded(count) for count in counts if count > SMALL), len(small), sum(small), SMALL * len(small), with_rest
        )  # fmt: skip
    result = [{day: shown for day, (shown, _left) in totals.items()}]
    for level in levels:
        within: dict[date, list[tuple[Shown, tuple[int, int, int]]]] = defaultdict(list)
        for day, part in totals.items():
            within[level(day)].append(part)
        totals = {}
        for day, parts in within.items():
            number, amount, most = (sum(n) for n in zip(*(left for _shown, left in parts), strict=True))
            totals[day] = _gather(sum(shown.low for shown, _left in parts), number, amount, most, with_rest)
        result.append({day: shown for day, (shown, _left) in totals.items()})
    return result


def _gather(
    large: int, cells: int, small: int, most: int, with_rest: bool
) -> tuple[Shown, tuple[int, int, int]]:
    """Return a total and, of the rest it leaves out, the number of cells, their sum and the maximum of that sum."""
    hidden = rest(cells, small, most)
    if cells and not with_rest:
        hidden = Shown(None, whole=False, most=most)
    left = (0, 0, 0) if hidden.whole else (cells, small, hidden.most)
    return add([Shown(large), hidden]), left


def in_sql(name: str) -> dict[str, Combinable]:
    """Return aggregates over a column of cells, named as the arguments of `of_sums`."""
    up = F(name) + Value(STEP // 2)
    small = Q(**{f"{name}__range": (1, SMALL)})
    zero = Value(0)
    return {
        "large": Sum(Case(When(**{f"{name}__gt": SMALL}, then=up - up % STEP), default=zero), output_field=IntegerField()),
        "cells": Count("pk", filter=small),
        "small": Sum(Case(When(small, then=F(name)), default=zero), output_field=IntegerField()),
    }  # fmt: skip


def span(parts: Sequence[Shown]) -> tuple[int, int]:
    """Return the lowest and highest possible sum of cells, from what is shown of them."""
    return (
        sum(1 if part.hidden else least(part) for part in parts),
        sum(part.most if part.hidden else most(part) for part in parts),
    )


def at_least(whole: Shown, part: Shown) -> Shown:
    """Return what is shown of a whole, raised to what is shown of its part if that is larger."""
    if part.low <= whole.low:
        return whole
    return Shown(part.low, whole=whole.whole and not whole.hidden)


def share(part: Shown, base: int | None) -> float | None:
    """Return a share if the base is large enough and nothing of the part is hidden, else None."""
    if base is None or base < BASE or not part.whole or part.value is None:
        return None
    return min(1.0, part.value / base)


def base(homes: int, parts: Sequence[Shown]) -> int | None:
    """Round a number of homes to tens as the base of a share; None if nearly all homes count, which would bound the rest."""
    most = sum((part.low + STEP // 2) if not part.hidden else part.most for part in parts)
    return (homes + 5) // 10 * 10 if homes >= BASE and most * 2 <= homes // 10 * 10 - 10 else None

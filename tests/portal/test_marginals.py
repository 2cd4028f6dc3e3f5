"""Test that two divisions of the same number never leave a hidden count fewer possible values than promised."""

from __future__ import annotations

from itertools import product

import pytest

from portal.trends import suppress
from portal.trends.marginals import Group, reveals
from portal.trends.suppress import ROOM, SMALL, Shown


def group(*counts: int) -> Group:
    return Group([suppress.cell(count) for count in counts], suppress.total(counts))


def cells(*counts: int) -> Group:
    return Group([suppress.cell(count) for count in counts])


def possible(shown: Shown) -> range:
    """Return the counts that are shown like this."""
    return (
        range(1, SMALL + 1)
        if shown.hidden
        else range(max(0, suppress.least(shown)), suppress.most(shown) + 1)
    )


def left(some: Group, others: Group) -> int:
    """Return the fewest values that a hidden cell can have, by trying every combination."""
    sides = []
    for side in (some, others):
        fits = [
            tried for tried in product(*map(possible, side.cells))
            if side.whole is None or suppress.total(tried) == side.whole
        ]  # fmt: skip
        sides.append(fits)
    fewest = SMALL
    for mine, theirs, side in ((sides[0], sides[1], some), (sides[1], sides[0], others)):
        sums = {sum(tried) for tried in theirs}
        both = [tried for tried in mine if sum(tried) in sums]
        for place, cell in enumerate(side.cells):
            if cell.hidden:
                fewest = min(fewest, len({tried[place] for tried in both}))
    return fewest


@pytest.mark.parametrize(
    ("partners", "quarters"),
    [
        ((10, 3), (13, 0)),
        ((10, 3), (10, 3)),
        ((20, 3), (11, 12)),
        ((25, 1), (26,)),
        ((10, 2), (12,)),
        ((30, 9), (9, 15, 15)),
        ((12, 8, 7), (9, 9, 9)),
        ((4, 4), (8, 0)),
        ((40, 5), (20, 25)),
        ((11, 11, 4), (13, 13)),
    ],
)
def test_what_leaves_too_little_room_is_found(partners, quarters):
    some, others = cells(*partners), group(*quarters)
    if left(some, others) < ROOM:
        assert reveals([some], [others])


def test_it_is_neither_always_nor_never_so():
    assert reveals([cells(25, 1)], [group(26)])
    assert not reveals([cells(40, 5)], [group(20, 25)])
    assert not reveals([cells(60, 25)], [group(20, 30), group(35)])

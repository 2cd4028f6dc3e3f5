"""Test that hidden counts cannot be derived from all pages, files, filters and weeks, even by a reader of the source."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import product
from random import Random

import pytest

from portal.trends import suppress, work
from portal.trends.models import WeekFigure
from portal.trends.suppress import HIDDEN, ROOM, SMALL, Shown
from tests.portal.factories import MONDAY


def test_a_cell():
    assert suppress.cell(0) == Shown(0)
    assert [suppress.cell(n).value for n in range(1, 10)] == [None] * 9
    assert [suppress.cell(n).value for n in (10, 12, 13, 17, 18, 200)] == [10, 10, 15, 15, 20, 200]


def test_a_total_adds_up_only_shown_numbers():
    assert suppress.total([30, 41, 0]) == Shown(70)
    assert suppress.total([30, 41, 7]) == Shown(70, whole=False)
    assert suppress.total([30, 7, 8]) == Shown(30 + 15)
    assert suppress.total([30, 7, 8], with_rest=False) == Shown(30, whole=False)
    assert suppress.total([7]) == HIDDEN
    assert suppress.total([]) == Shown(0)


@pytest.mark.parametrize("cells", [1, 2, 3, 4])
def test_who_knows_the_rule_still_has_five_values_for_every_hidden_cell(cells):
    """Exhaustive: every world with this many hidden cells, grouped by what is shown of it."""
    report = defaultdict(set)
    for world in product(range(1, SMALL + 1), repeat=cells):
        report[suppress.rest(cells, sum(world))].add(world)
    for worlds in report.values():
        for place in range(cells):
            assert len({world[place] for world in worlds}) >= ROOM


@pytest.mark.parametrize("cells", range(5, 200))
def test_many_hidden_cells_too(cells):
    """By sums: a cell can be x if the others can make up the rest of a sum that is shown the same."""
    report = defaultdict(list)
    for total in range(cells, SMALL * cells + 1):
        report[suppress.rest(cells, total)].append(total)
    for totals in report.values():
        possible = {
            x for x in range(1, SMALL + 1) for t in totals if cells - 1 <= t - x <= SMALL * (cells - 1)
        }
        assert len(possible) >= ROOM


@pytest.mark.parametrize("highest", [[25], [25, 25], [12, 12, 12]])
def test_a_whole_beside_its_parts_leaves_every_hidden_part_five_values(highest):
    """Exhaustive, as somebody who knows the rule: parts from 0 on, with a remainder that nobody shows, for wholes up to 30."""
    report = defaultdict(set)
    for parts in product(*(range(most + 1) for most in highest)):
        for remainder in range(33):
            whole = suppress.above(sum(parts) + remainder, parts)
            report[whole, tuple(map(suppress.cell, parts))].add(parts)
    for (_whole, seen), worlds in ((shown, worlds) for shown, worlds in report.items() if shown[0].low <= 30):
        for place, part in enumerate(seen):
            assert not part.hidden or len({parts[place] for parts in worlds}) >= ROOM


def test_a_whole_is_rounded_by_itself_where_its_parts_are_small():
    assert [suppress.above(count, (4, 7)) for count in (11, 22, 43)] == [Shown(10), Shown(20), Shown(45)]
    assert suppress.above(13, (11, 2)) == Shown(
        10, whole=False
    )  # 15 would say that the hidden part is 5 or less
    assert suppress.above(9, (4, 0)) == HIDDEN
    assert suppress.above(26, (13, 13)) == Shown(30)  # never less than its parts show


MONTHS = [date(2026, 1, 1), date(2026, 2, 1)]


def test_two_levels_at_once_exhaustively():
    """Two months in a quarter of two wijken: every world, by all that is shown of months and quarter together."""
    report = defaultdict(set)
    for world in product(range(1, SMALL + 1), repeat=4):
        cells = {MONTHS[0]: world[:2], MONTHS[1]: world[2:]}
        report[repr(suppress.tree(cells, [work.quarter]))].add(world)
    for worlds in report.values():
        for place in range(4):
            assert len({world[place] for world in worlds}) >= ROOM


def test_steps_of_a_funnel_do_not_give_each_other_away():
    """Two wijken, each with some approached and fewer reached: every world up to 13, by all that is shown of both steps."""
    report = defaultdict(set)
    pairs = [(approached, reached) for approached in range(14) for reached in range(approached + 1)]
    for one, two in product(pairs, repeat=2):
        shown = [
            (suppress.cell(one[step]), suppress.cell(two[step]), suppress.total([one[step], two[step]]))
            for step in (0, 1)
        ]
        report[repr(shown)].add((*one, *two))
    for worlds in report.values():
        for place in range(4):
            values = {world[place] for world in worlds}
            if values & set(range(1, SMALL + 1)):
                assert len(values) >= ROOM


def test_sql_adds_up_as_python_does(corporation, django_assert_num_queries):
    chance = Random(5)
    counts = [chance.choice((0, chance.randrange(1, 10), chance.randrange(10, 80))) for _ in range(40)]
    WeekFigure.objects.bulk_create(
        WeekFigure(
            as_of=MONDAY,
            corporation=corporation,
            wijk=f"W{n}",
            family="arrears",
            agreements=500,
            signalled=count,
        )
        for n, count in enumerate(counts)
    )
    sums = WeekFigure.objects.aggregate(**suppress.in_sql("signalled"))
    assert suppress.of_sums(sums["large"], sums["cells"], sums["small"]) == suppress.total(counts)


def test_shares_need_a_hundred_and_nothing_hidden():
    assert suppress.share(Shown(30), 300) == 0.1
    assert suppress.share(Shown(30), 99) is None
    assert suppress.share(Shown(30, whole=False), 300) is None
    assert suppress.share(HIDDEN, 300) is None
    assert suppress.base(99, [Shown(20)]) is None
    assert suppress.base(304, [Shown(20)]) == 300
    assert (
        suppress.base(100, [Shown(80), HIDDEN]) is None
    )  # else at most twenty homes are left for the hidden ones

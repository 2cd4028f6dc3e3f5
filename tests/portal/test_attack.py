"""Attack the manager's figures with a solver that has every page and file, for every wijk and period."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import timedelta
from random import Random

import numpy as np
import pytest
from django.urls import reverse
from scipy.optimize import linprog

from portal.accounts.models import Role
from portal.manager import figures
from portal.trends import suppress
from portal.trends.models import Family, WeekFigure
from portal.trends.suppress import ROOM, SMALL
from tests.portal import factories
from tests.portal.factories import MONDAY

pytestmark = pytest.mark.dear

WEEK = timedelta(weeks=1)
WEEKS = [MONDAY - 2 * WEEK, MONDAY - WEEK, MONDAY]
WIJKEN = [f"Wijk {n}" for n in range(5)]
Cell = tuple[str, str, str]
"""Wijk, week, family."""


@pytest.fixture
def manager(corporation):
    return factories.user(Role.MANAGER, corporation)


def world(seed: int) -> dict[Cell, int]:
    """Mostly small counts, with the extremes that give sums away: all ones, all nines."""
    chance = Random(seed)
    kinds = ([1], [9], [0, 1, 9], range(1, 10), [0, *range(1, 25)], [8, 9, 10, 11])
    return {
        (wijk, str(week), family): chance.choice(kind)
        for week in WEEKS
        for family in Family.values
        for kind in [chance.choice(kinds)]
        for wijk in WIJKEN
    }


def fill(corporation, counts: dict[Cell, int]) -> None:
    WeekFigure.objects.all().delete()
    WeekFigure.objects.bulk_create(
        WeekFigure(
            as_of=week, corporation=corporation, wijk=wijk, family=family, agreements=400, signalled=count
        )
        for (wijk, week, family), count in counts.items()
    )


def filters(wijken: Sequence[str] = WIJKEN) -> list[dict[str, str]]:
    """Every wijk and all, every period."""
    periods = [(first, last) for first in WEEKS for last in WEEKS if first <= last]
    return [
        {"van": str(first), "tot": str(last), **({"wijk": wijk} if wijk else {})}
        for first, last in periods
        for wijk in (None, *wijken)
    ]


def read(client, name: str, asked: dict[str, str]) -> list[list[str]]:
    response = client.get(reverse("manager:csv", args=("dewaard", name)), asked)
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))


def rounded(text: str) -> tuple[int, int]:
    """The meaning of a figure without words."""
    value = int(text)
    return (0, 0) if value == 0 else (10 if value == 10 else value - 2, value + 2)


class Attack:
    """Bounds of every cell, and of sums of cells, from what was read."""

    def __init__(self, wijken: Sequence[str] = WIJKEN) -> None:
        self.cells = [
            (wijk, str(week), family) for week in WEEKS for family in Family.values for wijk in wijken
        ]
        self.place = {cell: n for n, cell in enumerate(self.cells)}
        self.box = [(0, 400)] * len(self.cells)
        self.hidden: set[Cell] = set()
        self.shown: dict[Cell, int] = {}
        self.rows: list[np.ndarray] = []
        self.limits: list[float] = []

    def cell(self, cell: Cell, text: str) -> None:
        if text.startswith("1 t/m"):
            self.hidden.add(cell)
            self.box[self.place[cell]] = (1, int(text.split()[-1]))
        else:
            self.shown[cell] = int(text)
            self.box[self.place[cell]] = rounded(text)

    def total(self, cells: list[Cell], text: str) -> None:
        """A total is the cells as shown and the rest; the rest stands for the hidden cells."""
        small = [cell for cell in cells if cell in self.hidden]
        known = sum(self.shown.get(cell, 0) for cell in cells)
        if text.startswith(("1 t/m", "ten minste")):
            if not text.startswith("1 t/m"):
                assert int(text.split()[-1]) == known
            self.between(small, len(small), suppress.least_rest(len(small)))
            return
        rest = int(text) - known
        if not small:
            assert rest == 0
            return
        low, high = rounded(str(rest))
        highest = rest == suppress.rounded(SMALL * len(small) - ROOM + 1)
        self.between(small, low, SMALL * len(small) if highest else high)

    def between(self, cells: list[Cell], low: int, high: int) -> None:
        row = np.zeros(len(self.cells))
        row[[self.place[cell] for cell in cells]] = 1
        self.rows += [row, -row]
        self.limits += [high, -low]

    def possible(self, cell: Cell) -> tuple[int, int]:
        goal = np.zeros(len(self.cells))
        goal[self.place[cell]] = 1
        ends = [
            linprog(sign * goal, A_ub=np.array(self.rows), b_ub=self.limits, bounds=self.box).fun * sign
            for sign in (1, -1)
        ]
        return int(np.ceil(ends[0] - 1e-6)), int(np.floor(ends[1] + 1e-6))


def gather(client, wijken: Sequence[str] = WIJKEN) -> Attack:
    """Read every file for every filter: first the cells, then the totals, which must always be the same."""
    attack = Attack(wijken)
    everywhere: dict[tuple[str, str], str] = {}
    for asked in filters(wijken):
        head, *rows = read(client, "signalen", asked)
        assert len(head) == len(Family.values) + 2
        for week, *counts, _any in rows:
            for family, text in zip(Family.values, counts, strict=True):
                if "wijk" in asked:
                    attack.cell((asked["wijk"], week, family), text)
                else:
                    assert everywhere.setdefault((week, family), text) == text
        for wijk, _any, _month, _year, _moved, _share, _homes, *counts in read(client, "wijken", asked)[1:]:
            for family, text in zip(Family.values, counts, strict=True):
                attack.cell((wijk, asked["tot"], family), text)
    for (week, family), text in everywhere.items():
        attack.total([(wijk, week, family) for wijk in wijken], text)
    return attack


@pytest.mark.parametrize("seed", range(4))
def test_a_solver_with_every_file_leaves_five_values_for_every_hidden_count(
    corporation, manager, enter, seed
):
    counts = world(seed)
    fill(corporation, counts)
    attack = gather(enter(manager))
    assert attack.hidden == {cell for cell, count in counts.items() if 1 <= count <= SMALL}
    for cell in attack.hidden:
        low, high = attack.possible(cell)
        assert low <= counts[cell] <= high
        assert high - low >= ROOM - 1, (cell, counts[cell], low, high)


def twin(counts: dict[Cell, int], cell: Cell) -> dict[Cell, int] | None:
    """Another world that should look the same: this hidden count differs, and if need be another of its week and family."""
    wijk, week, family = cell
    others = [
        (other, week, family)
        for other in WIJKEN
        if other != wijk and 1 <= counts[other, week, family] <= SMALL
    ]
    report = suppress.total([counts[name, week, family] for name in WIJKEN])
    for value in range(1, SMALL + 1):
        for other in (None, *others):
            changed = counts | {cell: value}
            if other:
                changed[other] += counts[cell] - value
                if not 1 <= changed[other] <= SMALL:
                    continue
            if (
                value != counts[cell]
                and suppress.total([changed[name, week, family] for name in WIJKEN]) == report
            ):
                return changed
    return None


def test_two_worlds_that_differ_in_hidden_counts_give_the_same_bytes(corporation, manager, enter):
    counts = world(11)
    client = enter(manager)
    pages = [reverse("manager:corporation", args=("dewaard",)), reverse("manager:report", args=("dewaard",))]
    pages += [reverse("manager:csv", args=("dewaard", name)) for name in figures.TABLES]

    def everything() -> list[bytes]:
        return [
            client.get(page, asked).content.split(b"</header>")[-1]  # the header has a token per request
            for page in pages
            for asked in filters()[-2 * len(WIJKEN) :: 5]
        ]

    fill(corporation, counts)
    before = everything()
    hidden = [cell for cell, count in counts.items() if 1 <= count <= SMALL]
    other = counts
    for cell in hidden[:: max(1, len(hidden) // 12)]:
        other = twin(other, cell) or other
    assert sum(other[cell] != counts[cell] for cell in counts) >= 5
    fill(corporation, other)
    assert everything() == before

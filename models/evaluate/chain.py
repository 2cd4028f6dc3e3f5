"""Compare groups of tenants at each step from known data to a kept home, and find the steps where a group falls behind.

Each step is judged on the agreements that passed the step before it, so a difference counts where it arises and not again
at every later step. Where a step has a lawful ground to differ, such as points, agreements are compared with others that
are alike on it (Mantel and Haenszel 1959): a group with more arrears may be listed more often.

Many comparisons are made, so each must be far stricter than one in twenty. `ALPHA` is the chance of one or more false
findings in a whole report. Half of it is shared by all single groups at all steps, half by all crossed pairs (Bonferroni).
A step with a finding is compared once more among agreements that are alike on it, so one cause is reported once.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.proportion import proportion_confint

from models.as_json import OPTIONAL
from models.evaluate.alike import (
    LEAST,
    Counted,
    Member,
    Step,
    beyond,
    count,
    enough,
    exact,
    expectation,
    inside,
    significance,
    tables,
    with_names,
)
from models.evaluate.bootstrap import Rounded

ALPHA = 0.01
SCREEN = 0.001
"""A difference that is less certain than this by the normal approximation is not tested exactly, because it cannot be a finding."""
SMALL = 9
"""Counts of 1 to `SMALL` people are hidden."""


@dataclass(frozen=True)
class Group:
    """Figures of one group at one step.

    Parameters
    ----------
    dimension, group : str
        Such as "area" and "Noord"; both joined by " × " if crossed.
    at_risk, passed : int or None
        Agreements that reached the step and that passed it; None where it could identify a person.
    share : sequence of float, optional
        Share that passed, with its 95% interval (Wilson); None for few.
    expected : float, optional
        Share that would pass if the group were treated like all others that are alike.
    odds : sequence of float, optional
        Odds ratio against all others that are alike, with an interval that holds for all comparisons together.
    too_few : bool
        Whether nothing can be said about this group.
    """

    dimension: str
    group: str
    at_risk: int | None
    passed: int | None
    too_few: bool
    share: Rounded | None = field(default=None, metadata=OPTIONAL)
    expected: float | None = field(default=None, metadata=OPTIONAL)
    odds: Rounded | None = field(default=None, metadata=OPTIONAL)


@dataclass(frozen=True)
class Finding:
    """A group that passes a step less or more often than others that are alike, beyond chance and tolerance.

    Parameters
    ----------
    step : str
        Name of the step.
    member : mapping of str to str
        The group, by dimension: one, or two that are crossed.
    figures : Group
        The figures of the group, among agreements that are alike on stronger findings of the step as well.
    p : float
        Exact two-sided p-value before the correction for the number of comparisons.
    """

    step: str
    member: Member
    figures: Group
    p: float

    @property
    def less(self) -> bool:
        """Whether the group passes less often than others."""
        share = self.figures.share
        return share is not None and (share[0] or 0.0) < (self.figures.expected or 0.0)


@dataclass(frozen=True)
class StepFigures:
    """Number of agreements that reached and passed one step, with the single groups; crossed ones appear as findings."""

    step: str
    at_risk: int | None
    passed: int | None
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Chain:
    """The whole chain.

    Parameters
    ----------
    steps : tuple of StepFigures
        Every step in order.
    findings : tuple of Finding
        The strongest of a step first.
    comparisons : int
        Number of comparisons that could be made.
    too_few : int
        Number of comparisons that could not.
    """

    steps: tuple[StepFigures, ...]
    findings: tuple[Finding, ...]
    comparisons: int
    too_few: int


def examine(rows: pd.DataFrame, steps: Sequence[Step], dimensions: Sequence[str]) -> Chain:
    """Compare every group, and every crossed pair of groups, at every step.

    Parameters
    ----------
    rows : pandas.DataFrame
        One row per agreement, with the columns of the steps and of the dimensions.
    steps : sequence of Step
        In the order of the chain.
    dimensions : sequence of str
        Columns with the names of groups; a missing name is a group of its own.
    """
    named = with_names(rows, dimensions)
    counted = {step.name: count(named, step, dimensions) for step in steps}
    singles = {step.name: list(_testable(counted[step.name], _singles(dimensions))) for step in steps}
    pairs = {step.name: list(_testable(counted[step.name], _pairs(dimensions))) for step in steps}
    budget = {
        1: ALPHA / 2 / max(sum(map(len, singles.values())), 1),
        2: ALPHA / 2 / max(sum(map(len, pairs.values())), 1),
    }
    figures: list[StepFigures] = []
    findings: list[Finding] = []
    tried = 0
    for step in steps:
        at = counted[step.name]
        groups = tuple(
            _group(at, member, budget[1])
            for member in _members(at, _singles(dimensions))
            if _size(at, member)
        )
        total, passed = int(at.size.sum()), int(at.passed.sum())
        figures.append(StepFigures(step.name, _shown(total), _shown(passed), groups))
        findings += _findings(step.name, at, [*singles[step.name], *pairs[step.name]], budget)
        tried += sum(
            1 for member in _members(at, (*_singles(dimensions), *_pairs(dimensions))) if _size(at, member)
        )
    comparisons = sum(map(len, singles.values())) + sum(map(len, pairs.values()))
    return Chain(tuple(figures), tuple(findings), comparisons, tried - comparisons)


def _findings(
    step: str, at: Counted, members: Sequence[Member], budget: Mapping[int, float]
) -> Iterator[Finding]:
    """Yield the strongest difference, then the strongest of what it leaves unexplained, until nothing is beyond chance."""
    left = list(members)
    while left:
        judged = [
            (candidate, cells)
            for candidate in left
            if (cells := tables(at, candidate)) is not None and enough(cells)
        ]
        tested = [(*significance(cells), candidate, cells) for candidate, cells in judged]
        # If two groups mirror each other, the smaller one is named.
        tested.sort(key=lambda test: (-round(test[0], 6), len(test[2]), test[3][0].sum()))
        strongest = next(
            (
                (p, candidate)
                for _, roughly, candidate, cells in tested
                if roughly < SCREEN and (p := exact(cells)) < budget[len(candidate)] and beyond(cells)
            ),
            None,
        )
        if strongest is None:
            return
        p, member = strongest
        yield Finding(step, member, _group(at, member, budget[len(member)]), p)
        left = [candidate for candidate in left if candidate != member]
        at = at.finer(inside(at, member))


def _testable(at: Counted, sets: Sequence[tuple[str, ...]]) -> Iterator[Member]:
    for member in _members(at, sets):
        cells = tables(at, member)
        if cells is not None and enough(cells):
            yield member


def _members(at: Counted, sets: Sequence[tuple[str, ...]]) -> Iterator[Member]:
    for names in sets:
        groups = [[group for name, group in at.members if name == wanted] for wanted in names]
        for combination in itertools.product(*groups):
            yield dict(zip(names, combination, strict=True))


def _singles(dimensions: Sequence[str]) -> list[tuple[str, ...]]:
    return [(name,) for name in dimensions]


def _pairs(dimensions: Sequence[str]) -> list[tuple[str, ...]]:
    return list(itertools.combinations(dimensions, 2))


def _size(at: Counted, member: Member) -> float:
    return float(at.size[inside(at, member)].sum())


def _group(at: Counted, member: Member, error: float) -> Group:
    """Return the figures of a group; the interval of its odds ratio has this error."""
    mine = inside(at, member)
    size, passed = int(at.size[mine].sum()), int(at.passed[mine].sum())
    names = " × ".join(member), " × ".join(member.values())
    cells = tables(at, member)
    if size < LEAST or cells is None or not enough(cells):
        return Group(*names, _shown(size), None, too_few=True)
    low, high = proportion_confint(passed, size, method="wilson")
    compared, _, expected = expectation(cells)
    table = StratifiedTable(cells)
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = (table.oddsratio_pooled, *table.oddsratio_pooled_confint(error))
    hidden = _shown(passed) is None or _shown(size - passed) is None
    return Group(
        *names,
        size,
        None if hidden else passed,
        too_few=False,
        share=[round(float(v), 4) for v in (passed / size, low, high)],
        expected=round(expected / compared, 4),
        odds=[round(float(v), 4) if np.isfinite(v) else None for v in odds],
    )


def _shown(number: int) -> int | None:
    return None if 0 < number <= SMALL else number

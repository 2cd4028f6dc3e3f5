"""Compare one group with others that are alike, and decide whether it differs beyond chance and tolerance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.stats import chi2, hypergeom
from statsmodels.stats.contingency_tables import StratifiedTable

LEAST = 30
"""Minimum number of agreements of a group at a step; smaller groups have no figures."""
LEAST_EXPECTED = 5
"""Minimum number expected to pass, and to fail; with fewer hardly any difference can be shown."""
TOLERATED = (0.8, 1.25)
"""Range of ratios, observed to expected, that are tolerated (four-fifths rule, EEOC 1978)."""
WITHIN = 1.96
"""Standard errors between a ratio and each bound of `TOLERATED` that show it to be within them."""
LEAST_POINTS = 0.02
"""Minimum difference in share for a ratio of failures to count: if nearly all pass, a small difference doubles it."""
UNKNOWN = "onbekend"
Member = Mapping[str, str]
"""The group of each dimension that an agreement must be in: one dimension, or two that are crossed."""


@dataclass(frozen=True)
class Step:
    """One step of the chain.

    Parameters
    ----------
    name : str
        Column of the rows: 1 passed, 0 failed, missing if the step before was not passed or the result is not known yet.
    alike : tuple of str
        Columns on which compared agreements must be equal.
    explained_by : tuple of str
        Columns that may explain a difference, such as the coach.
    reason : str
        Column with the reason why an agreement failed; empty if there is none.
    """

    name: str
    alike: tuple[str, ...] = ()
    explained_by: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, eq=False)
class Counted:
    """The agreements at one step, counted by everything that matters.

    Parameters
    ----------
    rows : pandas.DataFrame
        Each combination of groups, of what makes agreements alike, and of what may explain a difference.
    size, passed : ndarray of float, shape (rows,)
        Number of agreements with this combination, and of those that passed.
    stratum : ndarray of int, shape (rows,)
        Number of the agreements that are compared with each other.
    members : mapping of (str, str) to ndarray of bool
        For each dimension and group, the rows that belong to it.
    """

    rows: pd.DataFrame
    size: np.ndarray
    passed: np.ndarray
    stratum: np.ndarray
    members: Mapping[tuple[str, str], np.ndarray]

    def finer(self, by: np.ndarray) -> Counted:
        """Return the same agreements, compared only with others that are equal in `by` as well."""
        codes = np.unique(np.column_stack([self.stratum, by]), axis=0, return_inverse=True)[1]
        return replace(self, stratum=codes.ravel())


def count(rows: pd.DataFrame, step: Step, dimensions: Sequence[str]) -> Counted:
    """Count the agreements at a step by dimension, by the columns in which they are alike, and by possible explanations."""
    known = rows.loc[rows[step.name].notna()]
    by = list(dict.fromkeys([*dimensions, *step.alike, *step.explained_by]))
    keys = known[by].astype(object).where(known[by].notna(), UNKNOWN)
    table = (
        keys.assign(_passed=known[step.name].astype(float))
        .groupby(by, sort=True)["_passed"]
        .agg(["size", "sum"])
        .reset_index()
    )
    alike = table.groupby(list(step.alike)).ngroup().to_numpy() if step.alike else np.zeros(len(table), int)
    members = {
        (name, str(group)): (table[name] == group).to_numpy(dtype=bool)
        for name in dimensions
        for group in sorted(table[name].unique())
    }
    return Counted(table, table["size"].to_numpy(float), table["sum"].to_numpy(float), alike, members)


def inside(at: Counted, member: Member) -> np.ndarray:
    """Return which counted rows belong to a group."""
    return np.logical_and.reduce([at.members[pair] for pair in member.items()])


def tables(at: Counted, member: Member) -> np.ndarray | None:
    """Return the 2 × 2 tables, group against others and passed against failed, of the strata where they can be compared.

    Returns
    -------
    ndarray, shape (2, 2, strata), or None
        None if no stratum has both the group and others, and both passed and failed.
    """
    mine = inside(at, member)
    size = int(at.stratum.max()) + 1 if len(at.stratum) else 0
    cells = np.zeros((2, 2, size))
    for row, chosen in enumerate((mine, ~mine)):
        of = np.bincount(at.stratum[chosen], at.size[chosen], minlength=size)
        cells[row, 0] = np.bincount(at.stratum[chosen], at.passed[chosen], minlength=size)
        cells[row, 1] = of - cells[row, 0]
    useful = (cells.sum(axis=0) > 0).all(axis=0) & (cells.sum(axis=1) > 0).all(axis=0)
    return cells[:, :, useful] if useful.any() else None


def significance(cells: np.ndarray) -> tuple[float, float]:
    """Test that the group passes as often as others (Cochran, Mantel and Haenszel, with the correction for continuity).

    Returns
    -------
    statistic, p : float
        The statistic, chi-squared with one degree of freedom, and the two-sided p-value. Far in the tail it can be twenty
        times too small or too large: `exact` is not.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = float(StratifiedTable(cells).test_null_odds(correction=True).statistic)
    return (statistic, float(chi2.sf(statistic, 1))) if np.isfinite(statistic) else (0.0, 1.0)


def exact(cells: np.ndarray) -> float:
    """Return twice the smaller tail of the exact test, given how many pass and fail in each stratum (Birch 1964).

    The number of the group that passes is then a sum of hypergeometric numbers, one of each stratum.
    """
    outcome = int(cells[:, 1].sum() < cells[:, 0].sum())  # the rarer one, of which fewer numbers are possible
    chances, least = np.ones(1), 0
    for stratum in np.moveaxis(cells.astype(int), 2, 0):
        everybody, mine, hits = int(stratum.sum()), int(stratum[0].sum()), int(stratum[:, outcome].sum())
        possible = np.arange(max(0, mine + hits - everybody), min(mine, hits) + 1)
        chances = np.convolve(chances, hypergeom.pmf(possible, everybody, hits, mine))
        least += int(possible[0])
    seen = int(cells[0, outcome].sum()) - least
    return float(min(1.0, 2 * min(chances[: seen + 1].sum(), chances[seen:].sum())))


def expectation(cells: np.ndarray) -> tuple[float, float, float]:
    """Return the size of the group, the number that passed, and the number expected to pass if treated like others."""
    others = cells[1, 0] / cells[1].sum(axis=0)
    mine = cells[0].sum(axis=0)
    return float(mine.sum()), float(cells[0, 0].sum()), float((mine * others).sum())


def beyond(cells: np.ndarray) -> bool:
    """Return whether the group may pass or fail less or more often than others by an amount that matters.

    It does not if the numbers show that its ratio is tolerated. A ratio near a bound is not left to chance that way.
    """
    size, passed, expected = expectation(cells)
    matters = abs(passed - expected) / size >= LEAST_POINTS
    return not _tolerated(cells, 0) or (matters and not _tolerated(cells, 1))


def _tolerated(cells: np.ndarray, outcome: int) -> bool:
    """Return whether the ratio of observed to expected is shown to be within `TOLERATED` (two one-sided tests)."""
    mine, others = cells.sum(axis=1)
    own, share = cells[0, outcome], cells[1, outcome] / others
    observed, expected = own.sum(), (mine * share).sum()
    spread, spread_expected = (own * (1 - own / mine)).sum(), (mine**2 * share * (1 - share) / others).sum()
    low, high = (
        (observed - bound * expected) / max(np.sqrt(spread + bound**2 * spread_expected), 1e-9)
        for bound in TOLERATED
    )
    return bool(low > WITHIN and high < -WITHIN)


def enough(cells: np.ndarray) -> bool:
    """Return whether the group is large enough, and enough of it are expected to pass and to fail."""
    sides, outcomes = cells.sum(axis=1), cells.sum(axis=0)
    expected = sides[:, None] * outcomes[None] / sides.sum(axis=0)
    return bool(sides[0].sum() >= LEAST and expected.sum(axis=2).min() >= LEAST_EXPECTED)


def with_names(rows: pd.DataFrame, dimensions: Sequence[str]) -> pd.DataFrame:
    """Return the rows with a name for every group; a missing one becomes `UNKNOWN`."""
    return rows.assign(**{name: _named(rows[name]) for name in dimensions})


def _named(values: pd.Series) -> pd.Series:
    return values.astype(object).where(values.notna() & (values != ""), UNKNOWN).astype(str)

"""Compute intervals by resampling households, because the monthly rows of one household are not independent.

Each replicate gives every household a Poisson(1) weight, the bootstrap for large numbers of units (Hanley and MacGibbon
2006, doi:10.1016/j.cmpb.2006.04.006), and makes the list again: a household of weight two takes two places. All
rankings use the same weights, so differences between them are paired.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from models.evaluate.ground import Ground

REPLICATES = 1000
Rounded = Sequence[float | None]
"""An estimate with the ends of its interval, rounded; None where there is no number."""
_CHUNK = 250


@dataclass(frozen=True)
class Interval:
    """An estimate with its 95% interval (percentiles of the replicates)."""

    estimate: float
    low: float
    high: float

    def rounded(self) -> Rounded:
        """Estimate, low, high for a report; None where there is no number."""
        return [round(v, 4) if np.isfinite(v) else None for v in (self.estimate, self.low, self.high)]


@dataclass(frozen=True, eq=False)
class Resampled:
    """The replicates of one comparison.

    Parameters
    ----------
    hits : mapping of (str, int) to ndarray, shape (replicates,)
        Hits of a ranking at a capacity, over all dates.
    listed, by_lot : mapping of int to ndarray
        Places filled at a capacity, and the hits of a random list.
    positives : ndarray, shape (replicates,)
        Total weight of the positives.
    """

    hits: Mapping[tuple[str, int], np.ndarray]
    listed: Mapping[int, np.ndarray]
    by_lot: Mapping[int, np.ndarray]
    positives: np.ndarray


def resample(
    on: Ground,
    place_of: Mapping[str, np.ndarray],
    capacities: Sequence[int],
    *,
    replicates: int = REPLICATES,
    seed: int = 1,
) -> Resampled:
    """Resample households and make the lists again.

    Parameters
    ----------
    on : Ground
        The rows.
    place_of : mapping of str to ndarray
        Per ranking, the places of the rows from ``at_capacity.places``.
    capacities : sequence of int
        Lengths of the list.
    replicates, seed : int
        Number of replicates, and the seed.
    """
    rng = np.random.default_rng(seed)
    households = int(on.household.max()) + 1
    heads = {name: _Head.of(on, place, max(capacities)) for name, place in place_of.items()}
    shape = (len(on.dates), households)
    where = (on.date, on.household)
    everyone = sparse.csr_matrix((on.stands_for.astype(np.float32), where), shape=shape)
    positive = sparse.csr_matrix(((on.stands_for * on.y).astype(np.float32), where), shape=shape)
    sizes = np.bincount(on.date, on.stands_for)
    places = {k: np.minimum(sizes, k) for k in capacities}
    parts: dict[tuple[str, int], list[np.ndarray]] = {(n, k): [] for n in place_of for k in capacities}
    lots: dict[int, list[np.ndarray]] = {k: [] for k in capacities}
    positives: list[np.ndarray] = []
    for start in range(0, replicates, _CHUNK):
        weights = rng.poisson(1.0, (households, min(_CHUNK, replicates - start))).astype(np.float32)
        weighted = positive @ weights
        positives.append(weighted.sum(axis=0, dtype=float))
        for k, number in places.items():
            lots[k].append(
                (number[:, None] * _divided(weighted, everyone @ weights)).sum(axis=0, dtype=float)
            )
        for name, head in heads.items():
            for k, hits in head.hits(weights, capacities).items():
                parts[name, k].append(hits)
    joined = {key: np.concatenate(values) for key, values in parts.items()}
    listed = {k: np.full(replicates, float(number.sum())) for k, number in places.items()}
    by_lot = {k: np.concatenate(values) for k, values in lots.items()}
    return Resampled(joined, listed, by_lot, np.concatenate(positives))


@dataclass(frozen=True, eq=False)
class _Head:
    """The top of a ranking: groups of equal rows per date, with their households.

    ``rows`` and ``hits`` are sparse, (date x group) by household.
    """

    rows: sparse.csr_matrix
    positives: sparse.csr_matrix
    shape: tuple[int, int]

    @classmethod
    def of(cls, on: Ground, place: np.ndarray, k: int) -> _Head:
        """Select the top. Weights have mean 1, so twice the number of places and a margin are always enough."""
        deep = 2 * k + 40
        table = pd.DataFrame({"date": on.date, "place": place, "rows": on.stands_for})
        size = table.groupby(["date", "place"])["rows"].sum()
        before = size.groupby("date").cumsum() - size
        keep = before.index[before < deep].to_frame(index=False)
        last = keep.groupby("date")["place"].max().reindex(range(len(on.dates)), fill_value=-1).to_numpy()
        inside = place <= last[on.date]
        width = int(last.max()) + 1
        group = on.date[inside] * width + place[inside]
        shape = (len(on.dates) * width, int(on.household.max()) + 1)
        rows = on.stands_for[inside].astype(np.float32)

        def matrix(values: np.ndarray) -> sparse.csr_matrix:
            return sparse.csr_matrix((values, (group, on.household[inside])), shape=shape)

        return cls(matrix(rows), matrix(rows * on.y[inside]), (len(on.dates), width))

    def hits(self, weights: np.ndarray, capacities: Sequence[int]) -> dict[int, np.ndarray]:
        """Count the hits per replicate; the group at the cut counts by expectation."""
        size = (self.rows @ weights).reshape(*self.shape, -1)
        hits = (self.positives @ weights).reshape(*self.shape, -1)
        before = np.cumsum(size, axis=1) - size
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = np.where(size > 0, hits / size, 0.0)
        return {k: (np.clip(k - before, 0, size) * rate).sum(axis=(0, 1), dtype=float) for k in capacities}


def precision(drawn: Resampled, name: str, k: int) -> np.ndarray:
    """Return the precision per replicate."""
    return drawn.hits[name, k] / drawn.listed[k]


def recall(drawn: Resampled, name: str, k: int) -> np.ndarray:
    """Return the share of the positives that is on the list, per replicate."""
    return _divided(drawn.hits[name, k], drawn.positives)


def lift(drawn: Resampled, name: str, k: int) -> np.ndarray:
    """Return the hits divided by those of a random list, per replicate."""
    return _divided(drawn.hits[name, k], drawn.by_lot[k])


def difference(drawn: Resampled, name: str, other: str, k: int) -> np.ndarray:
    """Return the difference in precision between one ranking and another, per replicate (paired)."""
    return precision(drawn, name, k) - precision(drawn, other, k)


def ratio(drawn: Resampled, name: str, other: str, k: int) -> np.ndarray:
    """Return the ratio of precisions, per replicate (paired); inf if the other ranking finds nothing."""
    return _divided(drawn.hits[name, k], drawn.hits[other, k])


def interval(estimate: float, replicates: np.ndarray, *, error: float = 0.05) -> Interval:
    """Add the interval to an estimate, ignoring replicates that could not be computed."""
    known = replicates[~np.isnan(replicates)]
    if not len(known):
        return Interval(estimate, float("nan"), float("nan"))
    low, high = np.quantile(known, [error / 2, 1 - error / 2], method="nearest")
    return Interval(estimate, float(low), float(high))


def _divided(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return part / whole


def ratio_of_sums(
    household: np.ndarray, part: np.ndarray, whole: np.ndarray, *, replicates: int = REPLICATES, seed: int = 1
) -> Interval:
    """Return sum(part) / sum(whole) with its interval by household; the lists stay as they are.

    Parameters
    ----------
    household : ndarray of int, shape (rows,)
        Number of the household of each row.
    part, whole : ndarray of float, shape (rows,)
        What each row adds to the numerator and to the denominator.
    """
    names, codes = np.unique(household, return_inverse=True)
    sums = np.stack([np.bincount(codes, weights=v, minlength=len(names)) for v in (part, whole)])
    sums = sums[:, (sums != 0).any(axis=0)]  # households that add nothing have no influence
    weights = np.random.default_rng(seed).poisson(1.0, (sums.shape[1], replicates))
    above, below = sums @ weights
    estimate = sums[0].sum() / sums[1].sum() if sums[1].sum() else float("nan")
    return interval(float(estimate), _divided(above, below))


def ratio_of_ratios(
    household: np.ndarray,
    one: tuple[np.ndarray, np.ndarray],
    other: tuple[np.ndarray, np.ndarray],
    *,
    error: float = 0.05,
    replicates: int = REPLICATES,
    seed: int = 1,
) -> Interval:
    """Compare two ratios of sums, paired by household; each ratio is given by what the rows add to its two sums.

    A smaller `error` gives a wider interval, for one of many comparisons.
    """
    codes = pd.factorize(household)[0]
    size = int(codes.max()) + 1
    sums = np.stack([np.bincount(codes, weights=v, minlength=size) for v in (*one, *other)])
    a, b, c, d = sums.sum(axis=1)
    estimate = (a / b) / (c / d) if b and c and d else float("nan")
    sums = sums[:, (sums != 0).any(axis=0)]
    drawn = sums @ np.random.default_rng(seed).poisson(1.0, (sums.shape[1], replicates))
    return interval(
        float(estimate), _divided(_divided(drawn[0], drawn[1]), _divided(drawn[2], drawn[3])), error=error
    )

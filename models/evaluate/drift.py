"""Compare the signals with those on which the card was made.

The population stability index (PSI) compares shares per band. Without any change it is about (bands - 1) x (1/n + 1/m), so
its usual limits (0.10 and 0.25) never fire on a portfolio and always on a short list. A limit here is the largest value that
chance explains, or an agreed size that matters, whichever is larger (du Pisanie et al. 2023, arXiv:2307.11878). The index is
never computed on the list itself, because 25 addresses are too few.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import duckdb
import numpy as np
from scipy import stats

from models.card.scorecard import Scorecard

QUANTILES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
"""Quantiles that bound the bands of the score in the reference; most homes score 0, so the upper end has more bands."""
PSI_MATTERS = 0.02
"""Agreed PSI that matters: about a doubling in 3% of the homes."""
MISSING_MATTERS = 0.05
"""Agreed change in the share of missing values that matters."""
VOLUME_MATTERS = 0.5
"""Agreed change in volume that matters: half as many rows more or fewer from a source in four weeks."""
VOLUME_SPREADS = 4.0
ALPHA = 0.05 / (40 * 52)
"""Significance level: one false alarm by chance in twenty years of forty signals a week."""


@dataclass(frozen=True)
class Shift:
    """One comparison with the reference.

    Parameters
    ----------
    name : str
        The signal, ``score``, or a source.
    kind : str
        ``"psi"``, ``"missing"`` or ``"volume"``.
    value, limit : float
        The difference, and the value above which it counts.
    was, now : float
        Share missing, or rows in four weeks; 0 for ``"psi"``.
    beyond : bool
        Whether the difference is larger than chance and the agreed size explain.
    """

    name: str
    kind: str
    value: float
    limit: float
    was: float
    now: float
    beyond: bool

    def rounded(self) -> Shift:
        """Return the comparison as a report shows it; `beyond` stays as the exact figures decided."""
        return replace(
            self,
            value=round(float(self.value), 5),
            limit=round(float(self.limit), 5),
            was=round(float(self.was), 4),
            now=round(float(self.now), 4),
        )


def shift_of(
    name: str, kind: str, value: float, limit: float, *, was: float = 0.0, now: float = 0.0
) -> Shift:
    """Return a comparison, and decide whether it is beyond its limit."""
    return Shift(name, kind, value, limit, was, now, beyond=bool(value > limit))


def bands(con: duckdb.DuckDBPyConnection, relation: str, card: Scorecard) -> dict[str, list[float]]:
    """Return the bounds of the bands in which signals and score are compared.

    A signal has the bounds of the card, because a move from one band to another is what matters. In finer bands the days
    since a rent fell due would show little but the day of the month. The score has quantiles of the table.

    Returns
    -------
    dict of str to list of float
        Rising bounds per signal of the card, and for ``score``; a value is in the band below the first bound that
        exceeds it.
    """
    query = f"SELECT quantile_disc(score, {list(QUANTILES)}) FROM {relation}"  # noqa: S608 - the caller names its own table
    ((quantiles,),) = con.execute(query).fetchall()
    own = {term.signal: term.bounds for term in card.terms}
    return {**own, "score": sorted({float(value) for value in quantiles or []})}


def counts(
    con: duckdb.DuckDBPyConnection, relation: str, limits: Mapping[str, Sequence[float]]
) -> dict[str, list[int]]:
    """Count the rows per band of every column in one pass in the engine; the last number counts missing values."""
    counted = []
    for name, own in limits.items():
        cuts = [None, *own, None]
        parts = []
        for low, high in pairwise(cuts):
            where = [f"{name} >= {low!r}"] if low is not None else []
            where += [f"{name} < {high!r}"] if high is not None else []
            parts.append(f"count(*) FILTER ({' AND '.join(where) or f'{name} IS NOT NULL'})")
        parts.append(f"count(*) FILTER ({name} IS NULL)")
        counted.append(f"[{', '.join(parts)}] AS {name}")
    (row,) = con.execute(f"SELECT {', '.join(counted)} FROM {relation}").fetchall()  # noqa: S608 - names of the card's signals
    return {name: [int(n) for n in numbers] for name, numbers in zip(limits, row, strict=True)}


def psi(was: Sequence[float], now: Sequence[float]) -> float:
    """Compute the population stability index of two rows of counts, after adding half a row to every band."""
    a, b = (np.asarray(v, dtype=float) + 0.5 for v in (was, now))
    p, q = a / a.sum(), b / b.sum()
    return float(((p - q) * np.log(p / q)).sum())


def psi_limit(
    number: int, n: float, m: float, *, alpha: float = ALPHA, matters: float = PSI_MATTERS
) -> float:
    """Return the limit for `number` bands and `n` against `m` independent rows: chance or the agreed size."""
    if number < 2 or min(n, m) < 1:
        return float("inf")
    by_chance = float(stats.chi2.ppf(1 - alpha, number - 1)) * (1 / n + 1 / m)
    return max(by_chance, matters)


def compare(
    was: Mapping[str, Sequence[float]], now: Mapping[str, Sequence[int]], n: float, m: float
) -> list[Shift]:
    """Compare counts per band with the reference: the distribution of known values, and the share missing.

    Parameters
    ----------
    was : mapping of str to sequence of float
        Counts of the reference, from `counts`, over all its dates.
    now : mapping
        Current counts, in the same bands.
    n, m : float
        Agreements in the reference and now. There are more rows, one per date, but one home counts once.
    """
    shifts = []
    for name, before in was.items():
        after = now[name]
        rows_before, rows_after = float(sum(before)), float(sum(after))
        if not rows_before or not rows_after:
            continue
        p, q = before[-1] / rows_before, after[-1] / rows_after
        spread = np.sqrt((p * (1 - p) + 1 / n) / n + (q * (1 - q) + 1 / m) / m)
        limit = max(float(stats.norm.ppf(1 - ALPHA / 2) * spread), MISSING_MATTERS)
        shifts.append(shift_of(name, "missing", abs(q - p), limit, was=p, now=q))
        known_before, known_after = n * (1 - p), m * (1 - q)
        if sum(before[:-1]) and sum(after[:-1]):
            used = sum(a + b > 0 for a, b in zip(before[:-1], after[:-1], strict=True))
            index = psi(before[:-1], after[:-1])
            limit = psi_limit(used, known_before, known_after)
            shifts.append(shift_of(name, "psi", index, limit))
    return shifts


def volume(name: str, now: float, past: Sequence[float]) -> Shift:
    """Compare the number of rows in four weeks with the reference, also per four weeks.

    The spread is that of the reference, and at least that of counts (Poisson), because complaints come in waves.
    """
    mean = float(np.mean(past))
    spread = max(float(np.std(past)), np.sqrt(mean), 1.0)
    limit = max(VOLUME_SPREADS * spread, VOLUME_MATTERS * mean)
    return shift_of(name, "volume", abs(now - mean), limit, was=mean, now=now)


def lasting(this_week: Sequence[Shift], last_week: Sequence[Shift]) -> list[Shift]:
    """Keep shifts that exceed their limit two weeks in a row, because a single week often corrects itself."""
    before = {(s.name, s.kind) for s in last_week if s.beyond}
    return [s for s in this_week if s.beyond and (s.name, s.kind) in before]


def in_words(shift: Shift) -> str:
    """Describe a shift in words, for the run report."""
    if shift.kind == "missing":
        return f"{shift.name}: {100 * shift.now:.0f}% is missing, it was {100 * shift.was:.0f}% when the card was made."
    if shift.kind == "volume":
        return f"{shift.name}: {shift.now:.0f} rows in four weeks, usually about {shift.was:.0f}."
    return (
        f"{shift.name}: its values are distributed differently than when the card was made (PSI {shift.value:.3f}, limit "
        f"{shift.limit:.3f}), two weeks in a row."
    )

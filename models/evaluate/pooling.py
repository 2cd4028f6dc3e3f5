"""Pool the verdicts of several corporations from counts, some of which are hidden because they are small.

Each corporation counts two groups of households: those that only its list chose, and those that only a rival ranking
chose. The same households cannot be in both groups, so the counts are independent binomials. The model has random
effects: the log odds ratio of a corporation is normal around the common one, with standard deviation tau. Binomial
likelihoods need no correction for zeros, and a hidden count adds the probability of every number that it can be.

The common log odds ratio has a vague normal prior, tau a half-normal one with scale 0.5 (Röver et al. 2021,
doi:10.1002/jrsm.1475), and the level of each corporation a weak normal one around one in ten. All sums run over grids.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy import stats
from scipy.special import gammaln

SMALL = 9
"""Counts of 1 to this number are hidden when a verdict leaves a corporation."""
LEAST_HOUSEHOLDS = 10
"""A corporation with fewer households in one of its two groups adds nothing to a pool and could be recognised."""
TAU_SCALE = 0.5
EFFECT_SCALE = 2.0
LEVEL, LEVEL_SCALE = float(np.log(0.1 / 0.9)), 1.5
_EFFECTS = np.linspace(-6.0, 6.0, 241)
_LEVELS = np.linspace(LEVEL - 4.5 * LEVEL_SCALE, LEVEL + 4.5 * LEVEL_SCALE, 61)
_TAUS = np.linspace(0.0, 2.0, 31)


@dataclass(frozen=True)
class Group:
    """Households that only one of two rankings chose.

    Parameters
    ----------
    households : int
        Number of households.
    escalated : int or None
        Number of them that escalated within the horizon; None if it is 1 to `SMALL` and hidden.
    """

    households: int
    escalated: int | None


@dataclass(frozen=True)
class Counted:
    """The counts of one corporation: households that only the list chose, and that only the rival chose."""

    ours: Group
    theirs: Group


@dataclass(frozen=True)
class Pooled:
    """A pooled odds ratio with its interval; above 1 the list does better than the rival.

    Parameters
    ----------
    ratio, low, high : float
        Median and ends of the central interval of the common odds ratio.
    spread : float
        Median of tau, the standard deviation of the log odds ratio between corporations.
    corporations : int
        Number of corporations with enough households.
    """

    ratio: float
    low: float
    high: float
    spread: float
    corporations: int


def hidden(group: Group) -> Group:
    """Return the group as it may leave the corporation: with a count of 1 to `SMALL` hidden."""
    known = group.escalated
    return Group(group.households, None if known is not None and 0 < known <= SMALL else known)


def pool(counts: Sequence[Counted], *, error: float = 0.05) -> Pooled | None:
    """Combine the counts of corporations; of a single one, return its own odds ratio.

    Parameters
    ----------
    counts : sequence of Counted
        One per corporation.
    error : float
        Probability outside the interval.

    Returns
    -------
    Pooled or None
        None if no corporation has enough households.
    """
    enough = [one for one in counts if min(one.ours.households, one.theirs.households) >= LEAST_HOUSEHOLDS]
    if not enough:
        return None
    likelihoods = np.array([_likelihood(one) for one in enough])
    prior = stats.norm.pdf(_EFFECTS, 0.0, EFFECT_SCALE)
    # One corporation has an odds ratio of its own, which needs no spread around a common one.
    taus = _TAUS if len(enough) > 1 else _TAUS[:1]
    joint = np.array(
        [prior * np.exp(np.log(np.maximum(_spread(likelihoods, t), 1e-300)).sum(axis=0)) for t in taus]
    )
    joint *= stats.halfnorm.pdf(taus, scale=TAU_SCALE).reshape(-1, 1)
    middle, low, high = (_quantile(_EFFECTS, joint.sum(axis=0), q) for q in (0.5, error / 2, 1 - error / 2))
    spread = _quantile(taus, joint.sum(axis=1), 0.5) if len(taus) > 1 else 0.0
    return Pooled(float(np.exp(middle)), float(np.exp(low)), float(np.exp(high)), spread, len(enough))


def _likelihood(one: Counted) -> np.ndarray:
    """Return the likelihood of each log odds ratio of the grid, scaled to 1, with the level summed out."""
    theirs = _binomial(one.theirs, _LEVELS) * stats.norm.pdf(_LEVELS, LEVEL, LEVEL_SCALE)
    ours = _binomial(one.ours, _LEVELS.reshape(-1, 1) + _EFFECTS)
    likelihood = theirs @ ours
    return likelihood / likelihood.max()


def _binomial(group: Group, logit: np.ndarray) -> np.ndarray:
    """Return the probability of the count at each logit; a hidden count is any number from 1 to `SMALL`."""
    n = group.households
    hit, miss = -np.logaddexp(0, -logit), -np.logaddexp(0, logit)
    counts = range(1, min(SMALL, n) + 1) if group.escalated is None else [group.escalated]
    logs = [gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1) + x * hit + (n - x) * miss for x in counts]
    return np.asarray(np.exp(logs).sum(axis=0))


def _spread(likelihoods: np.ndarray, tau: float) -> np.ndarray:
    """Average each likelihood over the normal distribution of a corporation's log odds ratio around the common one."""
    return likelihoods @ _weights(tau) if tau else likelihoods


@cache
def _weights(tau: float) -> np.ndarray:
    weights = np.exp(-0.5 * ((_EFFECTS.reshape(-1, 1) - _EFFECTS) / tau) ** 2)
    return np.asarray(weights / weights.sum(axis=0))


def _quantile(values: np.ndarray, weights: np.ndarray, q: float) -> float:
    """Return a quantile of a distribution on a grid, interpolated between its points."""
    step = values[1] - values[0]
    sums = np.cumsum(weights) / weights.sum()
    return float(np.interp(q, sums, values + step / 2))

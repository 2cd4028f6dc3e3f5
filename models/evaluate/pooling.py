"""Pool the verdicts of several corporations from counts, some of which are hidden because they are small.

Each corporation counts two groups of households: those that only its list chose, and those that only a rival ranking
chose. The same households cannot be in both groups, so the counts are independent binomials. Binomial likelihoods need no
correction for zeros, and a hidden count adds the probability of every number that it can be.

The likelihood of a corporation gives its log odds ratio and the variance of it, by sums over grids. The log odds ratio has
a vague normal prior, and the level of each corporation, the mean of the two log odds, a weak normal one around one in ten.
The two groups are treated alike: where few households escalate, neither ranking looks better for it. Corporations are then combined
with random effects: spread between corporations by Paule and Mandel (1982), interval by Hartung, Knapp, Sidik and Jonkman
(IntHout et al. 2014, doi:10.1186/1471-2288-14-25). That interval is too narrow if corporations differ in precision (Röver
et al. 2015, doi:10.1186/s12874-015-0091-1), as they do when counts are hidden. Its degrees of freedom are therefore those
of Satterthwaite for a robust variance (Tipton 2015, doi:10.1037/met0000011): k - 1 if all k weigh the same, else fewer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import gammaln, ndtri, stdtrit
from scipy.stats import norm

SMALL = 9
"""A verdict leaves a corporation without the number of households that escalated if it, or that of the others, is 1 to this."""
LEAST_HOUSEHOLDS = 10
"""A corporation with fewer households in one of its two groups adds nothing to a pool and could be recognised."""
EFFECT_SCALE = 5.0
LEVEL, LEVEL_SCALE = float(np.log(0.1 / 0.9)), 1.5
_STEP = 0.05
_FURTHEST_LEVEL, _FURTHEST_EFFECT = 135, 60
_LEVEL_STEPS = np.arange(-_FURTHEST_LEVEL, _FURTHEST_LEVEL + 1)[:, None]
_EFFECT_STEPS = np.arange(-_FURTHEST_EFFECT, _FURTHEST_EFFECT + 1)[None, :]
"""Half an effect in steps: one group is that far above the level, the other as far below it."""
_EFFECTS = 2 * _STEP * _EFFECT_STEPS[0]
_EFFECT_PRIOR = norm.pdf(_EFFECTS, 0.0, EFFECT_SCALE)
_LEVEL_PRIOR = norm.pdf(_STEP * _LEVEL_STEPS, 0.0, LEVEL_SCALE)
_FURTHEST = _FURTHEST_LEVEL + _FURTHEST_EFFECT
_LOGITS = LEVEL + _STEP * np.arange(-_FURTHEST, _FURTHEST + 1)
_MOST_SPREAD = 3.0
LEAST_WIDTH, LEAST_WIDTH_HIDDEN = 0.25, 0.5
"""The interval is at least this part of the one for corporations that do not differ; the second if a count is hidden.
Without a least width, corporations that happen to report alike, as hidden counts often make them, would leave no doubt at
all. Larger parts hold the truth too often (docs/proof.md)."""


@dataclass(frozen=True)
class Group:
    """Households that only one of two rankings chose.

    Parameters
    ----------
    households : int
        Number of households.
    escalated : int or (int, int)
        Number of them that escalated within the horizon; if it is hidden, the smallest and largest number that it can be.
    """

    households: int
    escalated: int | tuple[int, int]


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
        The common odds ratio and the ends of its interval.
    spread : float
        Estimated standard deviation of the log odds ratio between corporations; 0 for a single one.
    corporations : int
        Number of corporations that were combined.
    """

    ratio: float
    low: float
    high: float
    spread: float
    corporations: int


def hidden(group: Group) -> Group:
    """Return the group as it may leave the corporation: a small number, escalated or not, becomes the range that it is in.

    Every range has at least `SMALL` numbers, so none can be worked out.
    """
    n, known = group.households, group.escalated
    if isinstance(known, tuple) or known in (0, n):
        return group
    few, all_but_few = known <= SMALL, n - known <= SMALL
    if not (few or all_but_few):
        return group
    if n <= 2 * SMALL:
        return Group(n, (1, n - 1))
    return Group(n, (1, SMALL) if few else (n - SMALL, n - 1))


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
        None if no corporation has enough households of which some escalated and some did not.
    """
    enough = [
        pair
        for pair in counts
        if min(pair.ours.households, pair.theirs.households) >= LEAST_HOUSEHOLDS and not _all_alike(pair)
    ]
    if not enough:
        return None
    posteriors = np.array([_posterior(pair) for pair in enough])
    if len(enough) == 1:
        middle, low, high = (_quantile(posteriors[0], q) for q in (0.5, error / 2, 1 - error / 2))
        spread = 0.0
    else:
        estimates = posteriors @ _EFFECTS
        some_hidden = any(
            isinstance(group.escalated, tuple) for pair in enough for group in (pair.ours, pair.theirs)
        )
        least = LEAST_WIDTH_HIDDEN if some_hidden else LEAST_WIDTH
        middle, margin, spread = _combined(estimates, posteriors @ _EFFECTS**2 - estimates**2, error, least)
        low, high = middle - margin, middle + margin
    return Pooled(float(np.exp(middle)), float(np.exp(low)), float(np.exp(high)), spread, len(enough))


def _all_alike(pair: Counted) -> bool:
    """Return whether nobody of both groups escalated, or everybody: the two then say nothing about which is better."""
    groups = (pair.ours, pair.theirs)
    return any(all(g.escalated == end(g) for g in groups) for end in (lambda _: 0, lambda g: g.households))


def _posterior(pair: Counted) -> np.ndarray:
    """Return the probability of each log odds ratio of the grid, with the level summed out."""
    ours = _binomial(pair.ours)[_FURTHEST + _LEVEL_STEPS + _EFFECT_STEPS]
    theirs = _binomial(pair.theirs)[_FURTHEST + _LEVEL_STEPS - _EFFECT_STEPS]
    weights = (ours * theirs * _LEVEL_PRIOR).sum(axis=0) * _EFFECT_PRIOR
    return np.asarray(weights / weights.sum())


def _binomial(group: Group) -> np.ndarray:
    """Return the probability of the count at each logit; a hidden count is any number of its range."""
    n = group.households
    hit, miss = -np.logaddexp(0, -_LOGITS), -np.logaddexp(0, _LOGITS)
    least, most = group.escalated if isinstance(group.escalated, tuple) else [group.escalated] * 2
    counts = range(least, most + 1)
    logs = [gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1) + x * hit + (n - x) * miss for x in counts]
    return np.asarray(np.exp(logs).sum(axis=0))


def _combined(
    estimates: np.ndarray, variances: np.ndarray, error: float, least: float
) -> tuple[float, float, float]:
    """Return the common log odds ratio, half the width of its interval, and the spread between corporations."""
    k = len(estimates)

    def excess(spread: float) -> float:
        """Return by how much the estimates differ more than this spread and their variances explain."""
        weights = 1 / (variances + spread**2)
        return float(weights @ (estimates - np.average(estimates, weights=weights)) ** 2) - (k - 1)

    if excess(0.0) <= 0:
        spread = 0.0
    elif excess(_MOST_SPREAD) >= 0:
        spread = _MOST_SPREAD
    else:
        spread = float(brentq(excess, 0.0, _MOST_SPREAD))
    weights = 1 / (variances + spread**2)
    middle = float(np.average(estimates, weights=weights))
    scale = float(weights @ (estimates - middle) ** 2) / (k - 1)
    freedom = _freedom(weights / weights.sum())
    margin = max(stdtrit(freedom, 1 - error / 2) * np.sqrt(scale), least * ndtri(1 - error / 2))
    return middle, float(margin / np.sqrt(weights.sum())), spread


def _freedom(shares: np.ndarray) -> float:
    """Return Satterthwaite's degrees of freedom of a variance from corporations with these shares of the weight."""
    paired = shares**2 / (1 - shares)
    return float(1 / ((shares**2).sum() + paired.sum() ** 2 - (paired**2).sum()))


def _quantile(weights: np.ndarray, q: float) -> float:
    """Return a quantile of a distribution over `_EFFECTS`, interpolated between its points."""
    return float(np.interp(q, np.cumsum(weights), _EFFECTS + _STEP))

"""Test limits every week: evidence against a limit that stays valid however often somebody looks.

Each limit is watched in four ways, which divide the allowed chance of a false stop (`SINCE_START`, `FIRST`, `SINCE_CHANGE`
and `noticed.PARTS`).

*Since the start*: an e-value, evidence against "within the limit" whose mean is at most 1 while that holds, however often
one looks. The chance that it ever reaches 1 / error is therefore at most `error` (Ville 1939). `above` mixes likelihood
ratios over all shares above the limit (Robbins 1970, doi:10.1214/aoms/1177696786; Howard et al. 2021,
doi:10.1214/20-AOS1991). `below` bets block by block on two groups (Turner, Ly and Grünwald 2024,
doi:10.1016/j.jspi.2023.106116). It finds a harm that was present from the start, and a small one that lasts.

*The first quarter*: one ordinary test, when the first quarter is complete. It finds a harm that was present from the start
nearly as well as a test that is done only once.

*After a change that was noticed*: one ordinary test of what came after it (`models.evaluate.noticed`).

*Since a change*: it finds a harm that begins after a good time, which the evidence since the start would hide for months.
A share above a limit is weighed from the week since which it looks worst (the CUSUM of Page 1954, doi:10.2307/2333009). Two groups
are compared by a test of the last quarter every week; `LOOKS` weekly looks share its error equally (Bonferroni).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtrc, betainc, betaincc, betaincinv, betaln, ndtr, xlog1py, xlogy

LOOKS = 104
"""The allowed chance of a false stop holds for this number of weekly looks: two years."""
SINCE_START, FIRST, SINCE_CHANGE = 0.05, 0.3, 0.2
"""The part of the allowed chance of a false stop for each way to look; with `noticed.PARTS` they add up to 1."""
PRIOR_TRIALS = 20.0
"""The mixture over shares above a limit is as wide as the uncertainty after this number of trials at the limit."""
STARTS = 20.0
"""A harm that may begin in any of `LOOKS` weeks costs as much as this number of separate tests, because neighbouring
beginnings resemble each other (Siegmund 1985, doi:10.1007/978-1-4757-1862-1). A simulation confirms it:
`tests/models/evaluate/test_sequential.py`."""
SUFFICES = 9.0
"""The CUSUM weighs the limit against the share of which a quarter's trials are expected to give this log likelihood ratio:
about the mildest harm that a quarter can show."""


@dataclass(frozen=True)
class Block:
    """Trials and successes of two groups in one week."""

    trials: int
    successes: int
    other_trials: int
    other_successes: int


def together(blocks: Iterable[Block]) -> Block:
    """Add up the trials and successes of several weeks."""
    weeks = [(b.trials, b.successes, b.other_trials, b.other_successes) for b in blocks]
    return Block(*(sum(of) for of in zip(*weeks, strict=True))) if weeks else Block(0, 0, 0, 0)


def evidence(
    since_start: ArrayLike, since_change: ArrayLike, quarter: ArrayLike, first: int, noticed: ArrayLike
) -> np.ndarray:
    """Return the evidence after each look: the chance that it reaches 1 / error in `LOOKS` looks is at most `error`.

    Parameters
    ----------
    since_start : array of float
        The e-value after each look.
    since_change : array of float
        The evidence, after each look, that a harm began at some moment.
    quarter : array of float
        The chance, within the limit, of what the last quarter showed at each look. Only the first quarter counts.
    first : int
        The number of the look at which the first quarter is complete, from 1.
    noticed : array of float
        The evidence of the tests after a change that was noticed (`noticed.evidence_after`), which has its own parts.
    """
    chance = np.maximum(np.asarray(quarter, dtype=float), 1e-300)
    tested = np.where(np.arange(1, len(chance) + 1) == first, FIRST / chance, 0.0)
    always = SINCE_START * np.asarray(since_start, dtype=float)
    changed = SINCE_CHANGE * np.asarray(since_change, dtype=float)
    return np.asarray(np.maximum.reduce([always, changed, tested, np.asarray(noticed, dtype=float)]))


def scanned(quarter: ArrayLike) -> np.ndarray:
    """Return the evidence of a test that is repeated at each of `LOOKS` looks."""
    return np.asarray(1 / (LOOKS * np.maximum(np.asarray(quarter, dtype=float), 1e-300)))


def above(limit: float, successes: ArrayLike, trials: ArrayLike) -> np.ndarray:
    """Return the evidence that a share is above a limit.

    Parameters
    ----------
    limit : float
        The share that is still allowed, between 0 and 1.
    successes, trials : int or array of int
        Counts until now, or until each of several looks; each household counts once.

    Returns
    -------
    ndarray of float
        The e-value: a likelihood ratio against the limit, averaged over the shares above it.
    """
    hits = np.asarray(successes, dtype=float)
    misses = np.asarray(trials, dtype=float) - hits
    a, b = PRIOR_TRIALS * limit, PRIOR_TRIALS * (1 - limit)
    log_posterior = betaln(hits + a, misses + b) - betaln(a, b)
    log_beyond = _log_share_above(limit, hits + a, misses + b) - _log_share_above(limit, a, b)
    log_null = hits * np.log(limit) + misses * np.log1p(-limit)
    return np.asarray(np.exp(np.minimum(log_posterior + log_beyond - log_null, 700.0)))


def above_lately(limit: float, successes: ArrayLike, trials: ArrayLike, weeks: int) -> np.ndarray:
    """Return the binomial chance of at least the successes of the last weeks if the share is at the limit.

    Parameters
    ----------
    limit : float
        The share that is still allowed.
    successes, trials : array of int
        Counts of each week, oldest first.
    weeks : int
        Number of weeks that count as the last ones.

    Returns
    -------
    ndarray of float
        One chance per week.
    """
    return chance_above(limit, last(successes, weeks), last(trials, weeks))


def chance_above(limit: float, successes: ArrayLike, trials: ArrayLike) -> np.ndarray:
    """Return the binomial chance of at least these successes if the share is at the limit."""
    hits = np.asarray(successes)
    return np.where(hits > 0, bdtrc(np.maximum(hits - 1, 0), np.asarray(trials), limit), 1.0)


def above_since_change(limit: float, successes: ArrayLike, trials: ArrayLike, weeks: int) -> np.ndarray:
    """Return the evidence that a share rose above a limit in some week.

    Parameters
    ----------
    limit : float
        The share that is still allowed.
    successes, trials : array of int
        Counts of each week, oldest first.
    weeks : int
        Number of weeks within which a harm should show.

    Returns
    -------
    ndarray of float
        The likelihood ratio since the week that makes it largest, divided by `STARTS`; one per week.
    """
    hits, number = np.asarray(successes, dtype=float), np.asarray(trials, dtype=float)
    usual = np.maximum(number.cumsum() / np.arange(1, len(number) + 1), 0.5)
    worse = limit + np.sqrt(2 * SUFFICES * limit * (1 - limit) / (weeks * usual))
    worse = np.minimum(worse, (1 + limit) / 2)
    gain = xlogy(hits, worse / limit) + xlogy(number - hits, (1 - worse) / (1 - limit))
    total = np.concatenate([[0.0], gain.cumsum()])
    best = total[1:] - np.minimum.accumulate(total[:-1])
    return np.asarray(np.exp(np.minimum(best, 700.0)) / STARTS)


def last(counts: ArrayLike, weeks: int) -> np.ndarray:
    """Return the sum of each week and the weeks before it, `weeks` in all."""
    total = np.cumsum(counts)
    return total - np.concatenate([np.zeros(min(weeks, len(total)), dtype=total.dtype), total[:-weeks]])


def _log_share_above(limit: float, a: float | np.ndarray, b: float | np.ndarray) -> np.ndarray:
    """Return the log of the share of a beta distribution above a limit, as `scipy.stats.beta.logsf` does.

    Each weekly run checks the limits, and importing scipy.stats takes half a second.
    """
    with np.errstate(divide="ignore"):
        upper = np.log(betaincc(a, b, limit))
        lower = np.log1p(-betainc(a, b, limit))
    return np.where(limit > betaincinv(a, b, 0.5), upper, lower)


def below(blocks: Iterable[Block], ratio: float = 1.0) -> list[float]:
    """Return the evidence that the share of a group is below `ratio` times the share of the other group.

    Parameters
    ----------
    blocks : iterable of Block
        One per week, oldest first. Each is bet on with what the weeks before showed.
    ratio : float
        The smallest ratio that is still allowed, above 0 and at most 1.

    Returns
    -------
    list of float
        The e-value after each block.
    """
    log_evidence, path = 0.0, []
    trials = successes = other_trials = other_successes = 0
    for block in blocks:
        own = (successes + 0.5) / (trials + 1)
        other = (other_successes + 0.5) / (other_trials + 1)
        if own < ratio * other and block.trials and block.other_trials:
            log_evidence += _bet(block, own, other, ratio)
        path.append(math.exp(min(log_evidence, 700.0)))
        trials, successes = trials + block.trials, successes + block.successes
        other_trials += block.other_trials
        other_successes += block.other_successes
    return path


def below_lately(blocks: Iterable[Block], ratio: float) -> np.ndarray:
    """Return the chance of as low a share as in each block if it is `ratio` times that of the other group.

    It is that of the signed root of the likelihood ratio. Half a success is moved towards the limit in each group: the
    normal approximation is then never too bold, even for a few trials.

    Parameters
    ----------
    blocks : iterable of Block
        What the last weeks showed at each look.
    ratio : float
        The smallest ratio that is still allowed, above 0 and at most 1.
    """
    return np.array([_chance(block, ratio) for block in blocks])


def _chance(block: Block, ratio: float) -> float:
    trials, other_trials = block.trials, block.other_trials
    if not trials or not other_trials:
        return 1.0
    hits, other_hits = min(block.successes + 0.5, trials), max(block.other_successes - 0.5, 0.0)
    own, other = hits / trials, other_hits / other_trials
    if own >= ratio * other:
        return 1.0
    p = _nearest(trials, other_trials, own, other, ratio)
    gain = _gain(hits, trials, own, ratio * p) + _gain(other_hits, other_trials, other, p)
    return float(ndtr(-math.sqrt(max(2 * gain, 0.0))))


def _bet(block: Block, own: float, other: float, ratio: float) -> float:
    """Return the log likelihood ratio of a block: the guessed shares against the nearest shares within the limit."""
    p = _nearest(block.trials, block.other_trials, own, other, ratio)
    return _gain(block.successes, block.trials, own, ratio * p) + _gain(
        block.other_successes, block.other_trials, other, p
    )


def _nearest(n: int, m: int, own: float, other: float, ratio: float) -> float:
    """Return the share p of the other group for which (ratio p, p) is nearest to the guess in relative entropy.

    It is the smaller root of the quadratic that setting the derivative to zero gives.
    """
    hits, misses, other_misses = n * own + m * other, n * (1 - own), m * (1 - other)
    a = ratio * (n + m)
    b = hits * (1 + ratio) + misses * ratio + other_misses
    return (b - math.sqrt(max(b * b - 4 * a * hits, 0.0))) / (2 * a)


def _gain(successes: float, trials: int, share: float, limit: float) -> float:
    """Return the log likelihood ratio of a share against another."""
    misses = trials - successes
    hit = xlogy(successes, share) - xlogy(successes, limit)
    return float(hit + xlog1py(misses, -share) - xlog1py(misses, -limit))

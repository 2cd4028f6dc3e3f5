"""Tests that may be looked at every week: evidence against a limit that stays valid whenever somebody stops.

Both functions return an e-value: evidence against "within the limit" whose mean is at most 1 while that holds, however
often one looks. The chance that it ever reaches 1 / error is therefore at most `error` (Ville 1939). No number of looks
has to be fixed in advance, as alpha spending would need.

`above` mixes likelihood ratios over all shares above the limit (Robbins 1970, doi:10.1214/aoms/1177696786; Howard et al.
2021, doi:10.1214/20-AOS1991). `below` bets block by block on two groups (Turner, Ly and Grünwald 2024,
doi:10.1016/j.jspi.2023.106116).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, betaincc, betaincinv, betaln


@dataclass(frozen=True)
class Block:
    """What one week adds about two groups: trials and successes of each."""

    trials: int
    successes: int
    other_trials: int
    other_successes: int


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
    log_posterior = betaln(hits + 0.5, misses + 0.5) - betaln(0.5, 0.5)
    log_beyond = _log_share_above(limit, hits + 0.5, misses + 0.5) - _log_share_above(limit, 0.5, 0.5)
    log_null = hits * np.log(limit) + misses * np.log1p(-limit)
    return np.asarray(np.exp(np.minimum(log_posterior + log_beyond - log_null, 700.0)))


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


def _bet(block: Block, own: float, other: float, ratio: float) -> float:
    """Return the log likelihood ratio of a block: the guessed shares against the nearest shares within the limit."""
    p = _nearest(block.trials, block.other_trials, own, other, ratio)
    return (
        _log_likelihood(block.successes, block.trials, own)
        - _log_likelihood(block.successes, block.trials, ratio * p)
        + _log_likelihood(block.other_successes, block.other_trials, other)
        - _log_likelihood(block.other_successes, block.other_trials, p)
    )


def _nearest(n: int, m: int, own: float, other: float, ratio: float) -> float:
    """Return the share p of the other group for which (ratio p, p) is nearest to the guess in relative entropy.

    It is the smaller root of the quadratic that setting the derivative to zero gives.
    """
    hits, misses, other_misses = n * own + m * other, n * (1 - own), m * (1 - other)
    a = ratio * (n + m)
    b = hits * (1 + ratio) + misses * ratio + other_misses
    return (b - math.sqrt(max(b * b - 4 * a * hits, 0.0))) / (2 * a)


def _log_likelihood(successes: int, trials: int, share: float) -> float:
    return successes * math.log(share) + (trials - successes) * math.log1p(-share)

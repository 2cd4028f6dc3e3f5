"""Test what follows a change that was noticed: one ordinary test, of new households only.

A harm that begins after a good period first shows as a change from what was usual. Such a change may be harmless: a share that
doubles can still be within its limit. It only chooses the moment of a test. What comes after that moment did not take part in
the choice, so the test errs no more than an ordinary test that is done once, however the moment was chosen. `PARTS` divides the
allowed chance over the tests (alpha spending); there are no more tests than parts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import xlogy

PARTS = (0.35, 0.1)
"""The part of the allowed chance of a false stop for the test after the first change that is noticed, and after the second."""
NOTICED = 3.0
"""A change is noticed at this signed root of the likelihood ratio: by chance about once in four years of weekly looks."""
WEEKS = 11
"""A change is tested this number of weeks after it seems to have begun. It often seems to begin a week or two too late, so that
a test after 13 weeks would come after the quarter."""
LEAST_WEEKS = 6
"""Each test waits for at least this number of weeks after its change was noticed."""


@dataclass(frozen=True)
class NoticedChange:
    """A change that was noticed.

    Parameters
    ----------
    noticed : int
        The look at which it was noticed, from 0; weeks after it are tested.
    due : int
        The look at which they are tested.
    """

    noticed: int
    due: int


def changes(successes: ArrayLike, trials: ArrayLike) -> list[NoticedChange]:
    """Return the moments at which a share had risen from what was usual.

    Parameters
    ----------
    successes, trials : array of int
        Counts of each week, oldest first.

    Returns
    -------
    list of NoticedChange
        At most one for each of `PARTS`. After a change only the weeks since it began count as usual.
    """
    hits, number = (np.concatenate([[0], np.cumsum(of)]).astype(float) for of in (successes, trials))
    noticed: list[NoticedChange] = []
    first_look, usual_since = 0, 0
    while len(noticed) < len(PARTS):
        starts, surprise = _surprise(hits, number, usual_since)
        seen = np.flatnonzero((surprise.max(axis=1) >= NOTICED) & (np.arange(len(surprise)) >= first_look))
        if not len(seen):
            break
        look = int(seen[0])
        usual_since = int(starts[look, surprise[look].argmax()])
        noticed.append(NoticedChange(look, max(usual_since + WEEKS - 1, look + LEAST_WEEKS)))
        first_look = noticed[-1].due + 1
    return noticed


def evidence_after(
    changes: Sequence[NoticedChange], looks: int, chance: Callable[[int, int], float]
) -> np.ndarray:
    """Return the evidence of the test after each change, 0 at all other looks.

    Parameters
    ----------
    changes : sequence of NoticedChange
        As `changes` returns them.
    looks : int
        Number of looks until now.
    chance : callable
        Gets the first week and the week after the last one, and returns the chance, within the limit, of what they showed.
    """
    path = np.zeros(looks)
    for part, change in zip(PARTS, changes, strict=False):
        if change.due < looks:
            path[change.due] = part / max(chance(change.noticed + 1, change.due + 1), 1e-300)
    return path


def _surprise(hits: np.ndarray, number: np.ndarray, since: int) -> tuple[np.ndarray, np.ndarray]:
    """Return, for each look and each week in which a change may have begun, that week and how surprising the change is.

    The surprise is the signed root of the likelihood ratio of two shares against one, with half a success moved towards the other.
    """
    looks = np.arange(len(hits) - 1)[:, None]
    starts = np.maximum(looks - np.arange(WEEKS)[None, :], 0)
    usual, n = hits[starts] - hits[since], number[starts] - number[since]
    lately, m = hits[looks + 1] - hits[starts], number[looks + 1] - number[starts]
    known = (starts > since) & (n > 0) & (m > 0)
    n, m = np.where(known, n, 1.0), np.where(known, m, 1.0)
    usual, lately = np.minimum(usual + 0.5, n), np.maximum(lately - 0.5, 0.0)
    both = (usual + lately) / (n + m)
    gain = _gain(usual, n, usual / n, both) + _gain(lately, m, lately / m, both)
    rose = known & (lately / m > usual / n)
    return starts, np.where(rose, np.sqrt(np.maximum(2 * gain, 0.0)), 0.0)


def _gain(hits: np.ndarray, number: np.ndarray, share: np.ndarray, other: np.ndarray) -> np.ndarray:
    misses = number - hits
    gain = xlogy(hits, share) - xlogy(hits, other) + xlogy(misses, 1 - share) - xlogy(misses, 1 - other)
    return np.asarray(gain)

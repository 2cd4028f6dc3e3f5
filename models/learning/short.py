"""Choose the terms of a short card by dropping, one at a time, the term that the other points replace best.

Many signals overlap. Their points add up for one and the same trouble, and so push an address with much of one trouble
above an address with several. A short card is also easier to review: eight terms fit on a postcard.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from models.card.posterior import Floats

FREE = ("stacking", "events_365d")
"""Kinds of terms that count the other families, so a short card may do without them."""
PER_HALF = 2
"""Scores are compared in half points, which gives a few hundred distinct ones."""


def order_of_dropping(
    points: Floats, kinds: Sequence[str], total: Floats, positive: Floats, least: int
) -> list[int]:
    """Return the terms to drop, first those without points, until `least` remain.

    Each step drops the term whose removal raises the deviance least. A family that people gave points keeps its last
    term, because few escalations of its kind are recorded, and a card that forgets nuisance or repairs would only
    repeat the collection process.

    Parameters
    ----------
    points : ndarray of shape (rows, terms)
        Points of each term.
    kinds : sequence of str
        Family of each term.
    total, positive : ndarray of shape (rows,)
        Weight of each row, and of its escalations.
    least : int
        Number of terms that remain.
    """
    kept = list(range(points.shape[1]))
    dropped: list[int] = []
    score = points.sum(axis=1)
    while len(kept) > least:
        candidates = _droppable(points, kinds, kept)
        loss = {at: deviance(score - points[:, at], total, positive) for at in candidates}
        term = min(candidates, key=lambda at: (loss[at], at))
        score = score - points[:, term]
        kept.remove(term)
        dropped.append(term)
    return dropped


def _droppable(points: Floats, kinds: Sequence[str], kept: Sequence[int]) -> list[int]:
    """Return the terms that may be dropped next: one without points, else a spare one of its family, else any."""
    idle = [at for at in kept if np.ptp(points[:, at]) == 0]
    if idle:
        return idle[:1]
    left = [kinds[at] for at in kept]
    spare = [at for at in kept if kinds[at] in FREE or left.count(kinds[at]) > 1]
    return spare or list(kept)


def deviance(score: Floats, total: Floats, positive: Floats) -> float:
    """Return the negative log-likelihood of the outcomes given a score in points, with its level and slope fitted.

    Parameters
    ----------
    score : ndarray of shape (rows,)
        Points.
    total, positive : ndarray of shape (rows,)
        Weight of each row, and of its outcomes.
    """
    values, total, positive = _gathered(score, total, positive)
    level, slope = _level_and_slope(values, total, positive)
    odds = level + slope * values
    return float(total @ np.logaddexp(0, odds) - positive @ odds)


def _gathered(score: Floats, total: Floats, positive: Floats) -> tuple[Floats, Floats, Floats]:
    """Add up rows of the same half point: a few hundred values instead of all rows."""
    steps: NDArray[np.int64] = np.round(score * PER_HALF).astype(np.int64)
    lowest = int(steps.min())
    n, k = np.bincount(steps - lowest, total), np.bincount(steps - lowest, positive)
    seen = n > 0
    return (np.flatnonzero(seen) + lowest) / PER_HALF, n[seen].astype(float), k[seen].astype(float)


def _level_and_slope(values: Floats, total: Floats, positive: Floats) -> tuple[float, float]:
    """Fit a logistic regression with one variable, by Newton's method with limited steps."""
    rate = np.clip(positive.sum() / total.sum(), 1e-9, 1 - 1e-9)
    level, slope = float(np.log(rate / (1 - rate))), 0.0
    for _ in range(50):
        chance = expit(level + slope * values)
        left, curve = positive - total * chance, total * chance * (1 - chance)
        a, b, c = curve.sum() + 1e-9, curve @ values, curve @ values**2 + 1e-9
        size = a * c - b * b
        if size <= 0:
            break
        up = float((c * left.sum() - b * (left @ values)) / size)
        more = float((a * (left @ values) - b * left.sum()) / size)
        level, slope = level + min(max(up, -2.0), 2.0), slope + min(max(more, -0.05), 0.05)
        if abs(up) + abs(more) < 1e-8:
            break
    return level, slope

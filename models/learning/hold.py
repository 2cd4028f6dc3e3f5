"""Define how strongly points are held at the values that people gave, and measure what a past list would have found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.card.posterior import Floats

MULTIPLES = (1, 4)
"""Lengths of the list on which a hold is judged, as multiples of the capacity."""


@dataclass(frozen=True)
class Hold:
    """How strongly points are held at the values that people gave.

    Parameters
    ----------
    tau : float
        Prior standard deviation of each step or segment, in log-odds.
    max_move : float
        Maximum move of any band or knot, in points; infinity means no maximum.
    """

    tau: float
    max_move: float

    def __str__(self) -> str:
        return f"{self.tau:g}" + (f", at most {self.max_move:g} points" if np.isfinite(self.max_move) else "")


USUAL = Hold(0.3, 20)
"""The hold to use if the history is too short to choose."""
HOLDS = (USUAL, Hold(1.0, 20), Hold(0.3, np.inf), Hold(1.0, np.inf))
"""The holds to choose from, strong ones first. A cap keeps one loud signal from filling the whole list."""
ENOUGH_TO_CHOOSE = 50
"""Minimum number of outcomes in the judging rows to choose a hold; with fewer, the choice would be random."""


def share_found(
    score: Floats, y: NDArray[np.int8], when: NDArray[Any], stands_for: NDArray[Any], k: int
) -> float:
    """Return the share of the first k of each date that had the outcome; equal scores count by expectation.

    A row takes as many places as it stands for.
    """
    hits = places = 0.0
    for day in np.unique(when):
        mine = when == day
        own, rows = score[mine], stands_for[mine]
        # No row stands for less than itself, so the list ends at this score or a higher one.
        last = min(k, len(own)) - 1
        top = own >= -np.partition(-own, last)[last]
        _, group = np.unique(-own[top], return_inverse=True)
        size = np.bincount(group, rows[top])
        positives = np.bincount(group, rows[top] * y[mine][top])
        room = np.clip(k - (np.cumsum(size) - size), 0, size)
        hits += float(room @ (positives / size))
        places += min(k, float(rows.sum()))
    return hits / places

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


def share_found(score: Floats, y: NDArray[np.int8], when: NDArray[Any], k: int) -> float:
    """Return the share of the first k of each date that had the outcome; equal scores count by expectation."""
    hits = places = 0.0
    for day in np.unique(when):
        mine = when == day
        own, positives = score[mine], y[mine].astype(float)
        room = min(k, len(own))
        cut = -np.partition(-own, room - 1)[room - 1]
        above, level = own > cut, own == cut
        hits += positives[above].sum() + (room - above.sum()) * positives[level].mean()
        places += room
    return hits / places

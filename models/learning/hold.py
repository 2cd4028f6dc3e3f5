"""How strongly points are held where people put them, and what a past list would have found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.card.posterior import Floats

MULTIPLES = (1, 4)
"""Lengths of the list, as multiples of the capacity, on which a hold is judged."""


@dataclass(frozen=True)
class Hold:
    """How strongly points are held where people put them.

    Parameters
    ----------
    tau : float
        Prior standard deviation of each step or segment, in log-odds.
    max_move : float
        Cap on the move of any band or knot, in points; infinite is no cap.
    """

    tau: float
    max_move: float

    def __str__(self) -> str:
        return f"{self.tau:g}" + (f", at most {self.max_move:g} points" if np.isfinite(self.max_move) else "")


USUAL = Hold(0.3, 20)
"""Where the history is too short to choose."""
HOLDS = (USUAL, Hold(1.0, 20), Hold(0.3, np.inf), Hold(1.0, np.inf))
"""What to choose from, tight ones first. A cap keeps one loud signal from filling the whole list."""
ENOUGH_TO_CHOOSE = 50
"""Outcomes in the rows that judge before a hold is chosen: with fewer, the choice is a lot."""


def found(score: Floats, y: NDArray[np.int8], when: NDArray[Any], k: int) -> float:
    """Share of the first k of each date that have the outcome; equal scores by expectation."""
    hits = places = 0.0
    for day in np.unique(when):
        mine = when == day
        own, came = score[mine], y[mine].astype(float)
        room = min(k, len(own))
        cut = -np.partition(-own, room - 1)[room - 1]
        above, level = own > cut, own == cut
        hits += came[above].sum() + (room - above.sum()) * came[level].mean()
        places += room
    return hits / places

"""Define how strongly points are held at the values that people gave."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np


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


FIRM = Hold(0.3, 20)
"""The hold for few escalations."""
HOLDS = tuple(Hold(tau, most) for tau, most in product((0.3, 1.0, 3.0), (20, np.inf)))
"""The holds of which the learned points are the mean."""
ENOUGH_FOR_ALL = 50
"""Minimum number of escalated agreements for the mean of all holds; with fewer, loose points follow chance."""


def holds_for(escalations: int) -> tuple[Hold, ...]:
    """Return the holds of which the points are the mean, given how many agreements escalated.

    No hold is best everywhere, and past lists are too few to tell which one will be: on unpaid fines the hold that found
    most on the only past date finds half of what others find later. The mean of all holds is near the best one on every
    panel (see DECISIONS.md, 95).
    """
    return HOLDS if escalations >= ENOUGH_FOR_ALL else (FIRM,)

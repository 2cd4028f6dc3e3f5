"""How long until an effect of a given size could be seen, at the pace and the level of this installation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize

POWER, ALPHA = 0.8, 0.05
PILOT = 24
"""Residents that the wooncoach of the pilot guided in nine months."""


@dataclass(frozen=True)
class Horizon:
    """What is needed for an effect of one size.

    Parameters
    ----------
    cut : float
        The share of escalations that a visit prevents among who is reached (0.43: 43 in 100).
    difference : float
        What remains of it between the arms, since not everybody is reached and some who wait are visited after all.
    households : int
        In both arms together, for a chance of 80% to see it.
    weeks : int
        Until then, the follow-up included; 0 where nobody enters.
    """

    cut: float
    difference: float
    households: int
    weeks: int


def table(
    level: float, entering: float, contrast: float, *, share: float = 0.5, follow_up: int = 26,
    cuts: Sequence[float] = (0.15, 0.25, 0.43, 0.6),
) -> tuple[Horizon, ...]:  # fmt: skip
    """Make the power table.

    Parameters
    ----------
    level : float
        Share with the outcome among who waits, between 0 and 1.
    entering : float
        Households that enter the band per week, over all corporations.
    contrast : float
        Share reached among who drew now less the share reached among who waits.
    share : float
        Chance of drawing now.
    follow_up : int
        Weeks until the outcome is known.
    cuts : sequence of float
        Sizes of the effect; 0.43 is the most that was ever reported for a house visit (van Laere 2008, observational).
    """
    rows = []
    for cut in cuts:
        difference = level * cut * contrast
        size = proportion_effectsize(level, level - difference)
        first = NormalIndPower().solve_power(size, alpha=ALPHA, power=POWER, ratio=(1 - share) / share)
        households = math.ceil(first / share)
        rows.append(
            Horizon(
                cut, difference, households, math.ceil(households / entering) + follow_up if entering else 0
            )
        )
    return tuple(rows)


def visible_with(level: float, per_arm: int = PILOT) -> float:
    """Find the level to which an outcome must fall before so few households per arm would show it.

    Returns
    -------
    float
        At most this share of the visited may have the outcome; below 0: not even none at all would show.
    """
    size = NormalIndPower().solve_power(None, nobs1=per_arm, alpha=ALPHA, power=POWER)
    angle = 2 * math.asin(math.sqrt(level)) - size
    return math.sin(angle / 2) ** 2 if angle >= 0 else -1.0

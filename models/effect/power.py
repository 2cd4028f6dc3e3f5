"""Compute how long a trial must run to show an effect of a given size, at this installation's pace and level."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize

POWER, ALPHA = 0.8, 0.05
PILOT = 24
"""Number of residents that the wooncoach of the pilot guided in nine months."""
REPORTED = 0.43
"""The largest share of escalations that a house visit was ever reported to prevent (van Laere 2008, observational)."""


@dataclass(frozen=True)
class Horizon:
    """The households and weeks needed to show an effect of one size.

    Parameters
    ----------
    cut : float
        Share of escalations that a visit prevents in reached households (0.43: 43 in 100).
    difference : float
        The difference that remains between the arms. It is smaller, since not all households are reached and some
        waiting households are visited after all.
    households : int
        Number of households in both arms together, for a chance of 80% to show the effect.
    weeks : int
        Number of weeks until then, including the follow-up; 0 if no households enter.
    """

    cut: float
    difference: float
    households: int
    weeks: int


def table(
    level: float, entering: float, contrast: float, *, share: float = 0.5, follow_up: int = 26,
    cuts: Sequence[float] = (0.15, 0.25, REPORTED, 0.6),
) -> tuple[Horizon, ...]:  # fmt: skip
    """Return the power table, one row per size of the effect.

    Parameters
    ----------
    level : float
        Share of waiting households with the outcome, between 0 and 1.
    entering : float
        Households that enter the band per week, over all corporations.
    contrast : float
        Share reached in the "now" arm minus the share reached in the "wait" arm.
    share : float
        Chance of drawing "now".
    follow_up : int
        Weeks until the outcome is known.
    cuts : sequence of float
        Sizes of the effect.
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
    """Return the level to which an outcome must fall before this many households per arm would show it.

    Returns
    -------
    float
        The largest share of visited households that may have the outcome. Below 0 if not even a share of 0 would
        show an effect.
    """
    size = NormalIndPower().solve_power(None, nobs1=per_arm, alpha=ALPHA, power=POWER)
    angle = 2 * math.asin(math.sqrt(level)) - size
    return math.sin(angle / 2) ** 2 if angle >= 0 else -1.0

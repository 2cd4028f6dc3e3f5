"""Fit the chance that a score stands for, with its interval, after the points and from the same rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import expit

from models.card.on_panel import scores
from models.card.points_card import PER_POINT
from models.card.posterior import calibrate_intercept
from models.card.scorecard import Calibration, Scorecard
from models.evaluate.ground import as_days
from models.learning.families import ANY
from models.learning.rows import agreements

SLOPE_FROM = 100
"""Minimum number of escalations to fit the slope as well as the level."""


def calibrate(card: Scorecard, rows: pd.DataFrame, *, horizon_weeks: int, outcome: str = ANY) -> Calibration:
    """Fit the chance that a score stands for: the level, and from `SLOPE_FROM` escalations on the slope too.

    The variance is clustered by household (sandwich), because the rows of one household are not independent.
    """
    y = rows[outcome].fillna(0).to_numpy(dtype=np.float64)
    weight, points = rows["weight"].to_numpy(dtype=np.float64), PER_POINT * scores(card, rows)
    escalations = agreements(rows, rows[outcome])
    slope, free = 1.0, escalations >= SLOPE_FROM
    level = calibrate_intercept(points, weight, weight * y)
    design = np.column_stack([np.ones_like(points), points])
    for _ in range(50 if free else 0):
        chance = expit(design @ (level, slope))
        curved = design.T @ (design * (weight * chance * (1 - chance))[:, None])
        step = np.linalg.solve(curved, design.T @ (weight * (y - chance)))
        level, slope = level + step[0], slope + step[1]
        if np.abs(step).max() < 1e-10:
            break
    used = design if free else design[:, :1]
    chance = expit(design @ (level, slope))
    bread = np.linalg.inv(used.T @ (used * (weight * chance * (1 - chance))[:, None]))
    pulls = pd.DataFrame(used * (weight * (y - chance))[:, None]).groupby(rows["household"].to_numpy()).sum()
    spread = np.zeros((2, 2))
    size = used.shape[1]
    spread[:size, :size] = bread @ (pulls.T @ pulls).to_numpy() @ bread
    days = as_days(rows["as_of"]).dt.date
    return Calibration(
        outcome=outcome,
        horizon_weeks=horizon_weeks,
        intercept=round(float(level), 6),
        slope=round(float(slope), 6),
        variance=(
            round(float(spread[0, 0]), 8),
            round(float(spread[0, 1]), 8),
            round(float(spread[1, 1]), 8),
        ),
        escalations=escalations,
        first=min(days).isoformat(),
        last=max(days).isoformat(),
    )

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
    """Fit the chance that a score stands for: its level and, with at least `SLOPE_FROM` escalations, its slope.

    The variance is clustered by household (sandwich), because the rows of one household are not independent.
    """
    y = rows[outcome].fillna(0).to_numpy(dtype=np.float64)
    weight = rows["weight"].to_numpy(dtype=np.float64)
    # Scores are whole points, so a few hundred sums stand for all rows.
    points, level_of = np.unique(PER_POINT * scores(card, rows), return_inverse=True)
    total, positive = (np.bincount(level_of, each).astype(np.float64) for each in (weight, weight * y))
    escalations = agreements(rows, rows[outcome])
    slope, free = 1.0, escalations >= SLOPE_FROM
    level = calibrate_intercept(points, total, positive)
    design = np.column_stack([np.ones_like(points), points])
    for _ in range(50 if free else 0):
        chance = expit(design @ (level, slope))
        curved = design.T @ (design * (total * chance * (1 - chance))[:, None])
        step = np.linalg.solve(curved, design.T @ (positive - total * chance))
        level, slope = level + step[0], slope + step[1]
        if np.abs(step).max() < 1e-10:
            break
    used = design if free else design[:, :1]
    chance = expit(design @ (level, slope))
    bread = np.linalg.inv(used.T @ (used * (total * chance * (1 - chance))[:, None]))
    household, left = pd.factorize(rows["household"])[0], weight * (y - chance[level_of])
    pulls = np.column_stack([np.bincount(household, left * column[level_of]) for column in used.T])
    spread = np.zeros((2, 2))
    size = used.shape[1]
    spread[:size, :size] = bread @ (pulls.T @ pulls) @ bread
    days = as_days(rows["as_of"])
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
        first=days.min().date().isoformat(),
        last=days.max().date().isoformat(),
    )

"""The learning curve: what a card is worth that had 25, 50, 100 or 200 escalations to learn from.

A card that learns from few must not be worse than the one it started from. So the same dates are ranked by cards that
learned from so many escalated households, drawn by lot, and compared with the card at the start.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from models.evaluate import bootstrap
from models.evaluate.at_capacity import at_capacity, places, pooled
from models.evaluate.ground import as_days, ground
from models.evaluate.rolling import rolling, test_dates
from models.scorecard import Scorecard
from models.train import ANY, LEAST, ranking
from models.train_adoption import DATES, REPLICATES
from models.train_rows import scores, thinned

SIZES = (25, 50, 100, 200)
ROWS = 40_000
"""Rows to learn from: many small fits, in which households without any escalation weigh more in their place."""


def learning_curve(
    panel: pd.DataFrame,
    card: Scorecard,
    *,
    capacity: int,
    horizon_weeks: int,
    sizes: tuple[int, ...] = SIZES,
    draws: int = 2,
) -> list[dict[str, Any]]:
    """Compare cards that learned from so many escalations with the card at the start.

    Parameters
    ----------
    panel : pandas.DataFrame
        As for `models.train_adoption.judge`.
    card : Scorecard
        Where to start.
    capacity, horizon_weeks : int
        Addresses per as-of date, and the gap between learning and ranking.
    sizes : tuple of int
        Escalated households to learn from; more than there are means all.
    draws : int
        How often households are drawn for each size.

    Returns
    -------
    list of dict
        Per size: escalations, precision of the start and (mean over the draws) of the learned card, the differences with
        their intervals, and ``worse``: whether any of them lies below zero wholly.
    """
    dates = test_dates(panel, horizon_weeks=horizon_weeks, least=LEAST)[-DATES:]
    back = panel.loc[as_days(panel["as_of"]).isin(dates)]
    on = ground(back)
    start = places(on, on.of(pd.Series(scores(card, back), index=back.index)))
    told = []
    for size in sizes:
        found, differences = [], []
        for draw in range(draws):
            fit = _limited(card, horizon_weeks, size, draw)
            learned = rolling(panel, fit, horizon_weeks=horizon_weeks, dates=dates)
            place_of = {"start": start, "learned": places(on, on.of(learned))}
            drawn = bootstrap.resample(on, place_of, [capacity], replicates=REPLICATES)
            at = {n: pooled(at_capacity(on, place, capacity))["precision"] for n, place in place_of.items()}
            found.append(at["learned"])
            more = bootstrap.difference(drawn, "learned", "start", capacity)
            differences.append(bootstrap.interval(at["learned"] - at["start"], more).rounded())
        told.append(
            {
                "escalations": size,
                "precision": {"start": round(at["start"], 4), "learned": round(float(np.mean(found)), 4)},
                "differences": differences,
                "worse": any(high is not None and high < 0 for _, _, high in differences),
            }
        )
    return told


def _limited(card: Scorecard, horizon_weeks: int, size: int, draw: int) -> Any:
    """Learn as `ranking` does, but of the households that escalated only `size`, by lot; the others are left out."""
    learn = ranking(card, horizon_weeks=horizon_weeks)

    def fit(rows: pd.DataFrame, y: Any) -> Any:
        names = np.unique(rows.loc[rows[ANY] == 1, "household"].astype(str))
        out = np.random.default_rng([draw, size]).permutation(names)[size:]
        kept = rows.loc[~rows["household"].isin(out)]
        return learn(thinned(kept, ROWS), y)

    return fit

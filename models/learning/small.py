"""Shorten a learned card to a few terms, so that it fits on a postcard.

Terms without points go first. Then terms are dropped one by one: each time the term without which the remaining points
explain the escalations best. What remains is learned again. A family that people gave points keeps at least one term,
because few escalations of its kind are recorded, and a card that forgets nuisance or repairs would only repeat the
collection process.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.catalogue import BY_NAME
from models.card.on_panel import in_order, shapes, values
from models.card.points_card import PER_POINT
from models.card.posterior import Floats, calibrate_intercept, most_probable
from models.card.scorecard import Scorecard
from models.evaluate.ahead import at_least
from models.evaluate.at_capacity import at_capacity, places, pooled
from models.evaluate.ground import as_days, ground
from models.evaluate.rolling import Fit, rolling, test_dates
from models.learning.adoption import DATES
from models.learning.families import ANY, LEAST, Learned, learn, ranking
from models.learning.rows import usable

LEAST_TERMS = 4
"""A card has a term of each family but the free one."""
FREE = "stacking"
"""The family that counts the others, so a short card may do without it."""
STEPS_PER_POINT = 2
"""Scores are compared in half points, which gives a few hundred distinct ones."""


@dataclass(frozen=True)
class Shortened:
    """A short card and the terms that it lost.

    Parameters
    ----------
    learned : Learned
        The short card, learned again with the hold of the full one.
    dropped : list of str
        Signals that the full card has and the short one lacks, in the order in which they were dropped.
    """

    learned: Learned
    dropped: list[str]


@dataclass(frozen=True)
class Cost:
    """What a short card finds of what the full card finds, on past dates and other households.

    Parameters
    ----------
    terms : int
        Maximum number of terms of the short card.
    full, small : float
        Share of the places whose address escalated.
    """

    terms: int
    full: float
    small: float


def shortened(
    card: Scorecard, full: Learned, rows: pd.DataFrame, most: int, *, horizon_weeks: int, capacity: int
) -> Shortened:
    """Drop terms of a learned card until at most `most` remain, and learn these again.

    Parameters
    ----------
    card : Scorecard
        The card that people made.
    full : Learned
        The card learned from it.
    rows : pandas.DataFrame
        The rows that `full` learned from.
    most : int
        Maximum number of terms, at least `LEAST_TERMS`.
    horizon_weeks, capacity : int
        As for `learn`.

    Raises
    ------
    ValueError
        `most` is smaller than `LEAST_TERMS`.
    """
    if most < LEAST_TERMS:
        raise ValueError(
            f"A card needs at least {LEAST_TERMS} terms, one of each family; {most} were asked for."
        )
    names = [term.signal for term in full.card.terms]
    signals = values(full.card, rows)
    points = np.column_stack(
        [shape.points_of(column) for shape, column in zip(shapes(full.card), signals.T, strict=True)]
    )
    y, weight = rows[ANY].fillna(0).to_numpy(dtype=np.float64), rows["weight"].to_numpy(dtype=np.float64)
    kept, dropped = list(range(len(names))), list[str]()
    while len(kept) > most:
        total = points[:, kept].sum(axis=1)
        loss = {at: _deviance(total - points[:, at], y, weight) for at in _may_go(names, points, kept)}
        gone = min(loss, key=lambda at: (loss[at], at))
        kept.remove(gone)
        dropped.append(names[gone])
    again = learn(
        card,
        rows,
        horizon_weeks=horizon_weeks,
        capacity=capacity,
        holds=(full.hold,),
        terms=[names[at] for at in kept],
    )
    return Shortened(again, dropped)


def small_ranking(
    card: Scorecard, most: int, *, horizon_weeks: int, capacity: int, lead_weeks: int = 0
) -> Fit:
    """Return learning a short card in the form that `models.evaluate.rolling` uses."""
    plan = {"horizon_weeks": horizon_weeks, "capacity": capacity}

    def fit(rows: pd.DataFrame, y: NDArray[Any]) -> Callable[[pd.DataFrame], Floats]:
        del y  # each family learns from its own outcome
        counted = at_least(usable(rows, card), lead_weeks)
        small = shortened(card, learn(card, counted, **plan), counted, most, **plan).learned.card
        return lambda test: in_order(small, test)

    return fit


def cost(
    panel: pd.DataFrame,
    card: Scorecard,
    most: int,
    *,
    horizon_weeks: int,
    capacity: int,
    lead_weeks: int = 0,
) -> Cost | None:
    """Measure what a short card finds of what the full card finds; None if the history is too short to look back on."""
    dates = test_dates(panel, horizon_weeks=horizon_weeks, least=LEAST)[-DATES:]
    if not dates:
        return None
    plan = {"horizon_weeks": horizon_weeks, "capacity": capacity, "lead_weeks": lead_weeks}
    fits = {"full": ranking(card, **plan), "small": small_ranking(card, most, **plan)}
    scores = {
        name: rolling(panel, fit, horizon_weeks=horizon_weeks, dates=dates) for name, fit in fits.items()
    }
    on = ground(at_least(panel.loc[as_days(panel["as_of"]).isin(dates)], lead_weeks))
    precision = {
        name: round(pooled(at_capacity(on, places(on, on.of(score)), capacity))["precision"], 4)
        for name, score in scores.items()
    }
    return Cost(most, precision["full"], precision["small"])


def _may_go(names: Sequence[str], points: Floats, kept: Sequence[int]) -> list[int]:
    """Return the terms that may be dropped: those without points, or else those of which the family keeps another."""
    idle = [at for at in kept if np.ptp(points[:, at]) == 0]
    if idle:
        return idle
    families = [BY_NAME[names[at]].family for at in kept]
    return [
        at for at, family in zip(kept, families, strict=True) if family == FREE or families.count(family) > 1
    ]


def _deviance(score: Floats, y: Floats, weight: Floats) -> float:
    """Return the negative log-likelihood of the outcomes, with the level and the slope of the score fitted."""
    steps, number = np.unique(np.round(score * STEPS_PER_POINT), return_inverse=True)
    total = np.bincount(number, weight).astype(np.float64)
    positive = np.bincount(number, weight * y).astype(np.float64)
    log_odds = steps * PER_POINT / STEPS_PER_POINT
    ones = np.ones(1)
    slope, _ = most_probable(log_odds[:, None], total, positive, prior=ones, spread=ones / 2, sign=ones)
    level = calibrate_intercept(log_odds * slope[0], total, positive)
    odds = level + log_odds * slope[0]
    return float(total @ np.logaddexp(0, odds) - positive @ odds)

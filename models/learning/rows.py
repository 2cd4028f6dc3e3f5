"""Prepare the rows to learn from: which count, with what weight, and as numbered bands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.card import line
from models.card.design import Design
from models.card.on_panel import scores, shapes, values
from models.card.posterior import Floats
from models.card.scorecard import Scorecard
from models.card.shapes import Line, Shape, alike, coded
from models.errors import TrainingError
from models.evaluate.ground import as_days, standing_for
from models.evaluate.rolling import fold

LEARN_FROM = 200_000
"""Maximum number of rows to learn from; above it, some households without escalation are dropped at random."""
MOST_WEIGHT = 5.0
"""Maximum number of similar contacted rows that one row stands for."""
GRID = 8
"""Steps per doubling to which values of a line are rounded in learning, which gives a few thousand patterns."""
KNOTS = 10
"""Maximum number of knots that the data add to a line beyond those that people gave."""
LEAST_BEYOND = 50
"""Minimum number of rows between two knots from the data."""
ENOUGH_TO_FALL = 50
"""Minimum number of escalated agreements for a line to fall; with fewer, survivors and chance look the same."""
_ALL = slice(None)


def usable(panel: pd.DataFrame, card: Scorecard) -> pd.DataFrame:
    """Keep the rows that can be learned from, with their weight: the number of rows that each stands for, and more.

    A contact within the window may have changed the outcome, so contacted rows are left out. Similar rows (of the same
    date and about the same score) weigh more instead, at most `MOST_WEIGHT`. Rows on hold are left out, because the
    coach already works on them.
    """
    rows = panel.loc[panel["mature"].to_numpy(dtype=bool) & panel["hold"].isna().to_numpy()]
    if rows.empty:
        raise TrainingError(
            "No as-of date has an outcome yet: the horizon runs past the data. Take a shorter horizon, or wait."
        )
    contacted = rows["contacted"].to_numpy(dtype=bool)
    weight = standing_for(rows).astype(np.float64)
    about = np.clip(scores(card, rows) // 10, 0, 6)
    alike_rows = [as_days(rows["as_of"]).to_numpy(), about]
    every = pd.Series(weight, index=rows.index).groupby(alike_rows).transform("sum")
    left = pd.Series(weight * ~contacted, index=rows.index).groupby(alike_rows).transform("sum")
    with np.errstate(divide="ignore", invalid="ignore"):
        more = np.minimum(np.nan_to_num((every / left).to_numpy(), nan=1.0, posinf=1.0), MOST_WEIGHT)
    return rows.assign(weight=weight * more).loc[~contacted]


def thinned(rows: pd.DataFrame, most: int = LEARN_FROM) -> pd.DataFrame:
    """Keep every household that escalates and a random choice of the others, so that about `most` rows remain.

    At least as many rows of the others remain as of those that escalate, even if that is more than `most`.
    """
    if len(rows) <= most:
        return rows
    escalates = (rows.groupby("household")["escalated"].transform("max") == 1).to_numpy()
    some, others = int(escalates.sum()), int((~escalates).sum())
    share = max(most - some, some) / max(others, 1)
    if share >= 1:
        return rows
    lot = fold(rows["household"], 10_000) / 10_000
    kept = escalates | (lot < share)
    return rows.assign(stands_for=standing_for(rows) * np.where(escalates, 1.0, 1 / share)).loc[kept]


def agreements(rows: pd.DataFrame, outcome: pd.Series) -> int:
    """Count the agreements with an outcome, because the same escalation is in many windows."""
    positive = rows.loc[outcome.fillna(0).to_numpy() > 0, ["corporatie_id", "overeenkomst_id"]]
    return len(positive.drop_duplicates())


def extended(card: Scorecard, rows: pd.DataFrame) -> list[Shape]:
    """Return the terms of a card; lines get knots between those that people gave, and knots from the data beyond."""
    may_fall = agreements(rows, rows["escalated"]) >= ENOUGH_TO_FALL
    terms: list[Shape] = []
    for shape, column in zip(shapes(card), values(card, rows).T, strict=True):
        if isinstance(shape, Line):
            beyond = line.knots_beyond(column, shape.at[-1], least=LEAST_BEYOND, most=KNOTS)
            given = line.with_knots_between(shape.at)
            at = (*given, *beyond)
            points = line.exact(np.array(at), shape.at, shape.points, shape.doubling).tolist()
            people = len(given) if may_fall else None
            shape = replace(shape, at=at, points=tuple(points), people=people)
        terms.append(shape)
    return terms


@dataclass(frozen=True)
class Data:
    """Rows grouped by pattern. Rows that get the same points under any weights share a pattern, so fits are fast.

    ``signals`` has a row per pattern; ``pattern`` holds the pattern of each row of the panel.
    """

    terms: Sequence[Shape]
    signals: Floats
    pattern: NDArray[np.int64]
    weight: Floats

    @classmethod
    def of(cls, card: Scorecard, rows: pd.DataFrame) -> Data:
        """Group all rows by pattern."""
        terms, signals = extended(card, rows), values(card, rows)
        for place, shape in enumerate(terms):
            if isinstance(shape, Line):
                signals[:, place] = on_grid(signals[:, place])
        first, pattern = alike(coded(terms, signals))
        return cls(
            terms,
            signals[first],
            pattern,
            rows["weight"].to_numpy(dtype=np.float64),
        )

    def counts(self, y: Floats, at: NDArray[np.int64] | slice = _ALL) -> tuple[Floats, Floats]:
        """Return per pattern the weight of its rows, and of those with the outcome."""
        weight, pattern, size = self.weight[at], self.pattern[at], len(self.signals)
        positive = np.bincount(pattern, weight * y[at], size).astype(np.float64)
        return np.bincount(pattern, weight, size).astype(np.float64), positive

    @cached_property
    def design(self) -> Design:
        """The patterns as a matrix to fit, built once for all fits."""
        return Design.of(self.terms, self.signals)

    def fit(self, y: Floats, tau: Floats, at: NDArray[np.int64] | slice = _ALL) -> list[Floats]:
        """Fit the weights of every term on some rows; `tau` is the prior standard deviation of each term."""
        total, positive = self.counts(y, at)
        used = total > 0
        # A value that is missing for everyone would give everyone points, so its points stay those of people.
        weights, _ = self.design.where(used).most_probable(
            total[used], positive[used], tau, keep_missing=True
        )
        return weights


def on_grid(column: Floats) -> Floats:
    """Round values to an eighth of a doubling of 1 + value; small whole numbers do not change."""
    near = np.exp2(np.round(line.scale(np.nan_to_num(column)) * GRID) / GRID) - 1
    whole = (column == np.round(column)) & (column <= GRID)
    return np.where(np.isnan(column) | whole, column, near)

"""Fit the points of a card on some rows: each family on its own outcome, and the other families by a factor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.card.design import PER_POINT
from models.card.posterior import Floats, most_probable
from models.card.scorecard import Scorecard
from models.card.shapes import Shape, mean
from models.learning.hold import Hold
from models.learning.rows import Data
from models.learning.short import order_of_dropping

ALL_EVENTS = "events_365d"
"""A signal that counts every family, so it learns by itself and not with the family of stacking."""
BESIDE_TAU = 0.3
"""Minimum prior standard deviation of the other signals while a family is fitted."""
RATES = (0.6, 1.5)
"""Range of the factor on the points of a family that did not learn by itself, relative to one that did."""
RATE_DEVIATION = 0.2


@dataclass(frozen=True)
class Family:
    """The result of learning one family of signals.

    Parameters
    ----------
    name, label : str
        The family, and the outcome that it learned from.
    escalations : int
        Number of agreements with that outcome.
    note : str
        Reason why it was not fitted; empty if it was.
    """

    name: str
    label: str
    escalations: int
    note: str = ""


@dataclass(frozen=True)
class Fitting:
    """Training rows, and the fits of cards on them: with several numbers of terms, and parts of the rows."""

    card: Scorecard
    data: Data
    kinds: NDArray[np.str_]
    families: Sequence[Family]
    rows: pd.DataFrame
    outcome: Floats

    def fitted(
        self, holds: Sequence[Hold], at: NDArray[np.int64] | slice = slice(None)
    ) -> tuple[list[Shape], dict[str, float]]:
        """Learn the points of every term from some rows: the mean over holds, and the factors of families that did not learn."""
        # Holds that differ in their cap alone share the fits, which take most of the time.
        weights = {tau: self.weights(tau, at) for tau in dict.fromkeys(hold.tau for hold in holds)}
        learned = set(weights[holds[0].tau])
        shapes = list(self.data.terms)
        for name in learned:
            for place in np.flatnonzero(self.kinds == name):
                each = [shapes[place].settled(weights[h.tau][name][place], h.max_move) for h in holds]
                shapes[place] = mean(each)
        rates = _exchange(self.data, self.outcome, at, shapes, self.kinds, learned)
        return [s.scaled(rates.get(str(k), 1.0)) for s, k in zip(shapes, self.kinds, strict=True)], rates

    def weights(self, tau: float, at: NDArray[np.int64] | slice = slice(None)) -> dict[str, list[Floats]]:
        """Fit the weights of all terms on some rows, once per family that can learn there; no cap applies yet."""
        fitted = {}
        for family in self.families:
            y = self.rows[family.label].fillna(0).to_numpy(dtype=np.float64)
            mine = self.kinds == family.name
            if family.note or not mine.any() or not 0 < y[at].sum() < len(y[at]):
                continue
            # The other signals move freely, so that the family gets no points for what they explain.
            fitted[family.name] = self.data.fit(y, np.where(mine, tau, max(tau, BESIDE_TAU)), at)
        return fitted

    def short(
        self, holds: Sequence[Hold], most: int | None, at: NDArray[np.int64] | slice = slice(None)
    ) -> tuple[Fitting, list[str]]:
        """Return the same rows with at most `most` terms, chosen on some rows, and the signals that were dropped."""
        if most is None or len(self.card.terms) <= most:
            return self, []
        shapes, _ = self.fitted(holds, at)
        points = np.column_stack(
            [shape.points_of(column) for shape, column in zip(shapes, self.data.signals.T, strict=True)]
        )
        total, positive = self.data.counts(self.outcome, at)
        gone = order_of_dropping(points, [str(kind) for kind in self.kinds], total, positive, most)
        kept = [place for place in range(len(self.kinds)) if place not in gone]
        terms = self.card.terms
        short = replace(
            self,
            card=self.card.model_copy(update={"terms": tuple(terms[place] for place in kept)}),
            data=replace(
                self.data,
                terms=[self.data.terms[place] for place in kept],
                signals=self.data.signals[:, kept],
            ),
            kinds=self.kinds[kept],
        )
        return short, [terms[place].signal for place in gone]


def _exchange(
    data: Data,
    y: Floats,
    at: NDArray[np.int64] | slice,
    shapes: Sequence[Shape],
    kinds: NDArray[np.str_],
    learned: set[str],
) -> dict[str, float]:
    """Fit what a point of the other families is worth relative to a point of the families that learned, on any escalation.

    When the points of one family grow, those of all others lose weight. Escalations on file are nearly all about
    money, so the factor is held near 1 and within `RATES`, to keep the points of rare events. A family without data
    keeps its points.
    """
    worth = PER_POINT * np.column_stack(
        [shape.points_of(column) for shape, column in zip(shapes, data.signals.T, strict=True)]
    )
    sums = {str(name): worth[:, kinds == name].sum(axis=1) for name in np.unique(kinds)}
    others = [name for name, own in sums.items() if name not in learned and np.ptp(own) > 0]
    if not learned - {ALL_EVENTS} or not others:
        return {}
    design = np.column_stack([sum(sums[name] for name in sorted(learned)), *(sums[name] for name in others)])
    spread = np.append(1.0, np.full(len(others), RATE_DEVIATION))
    total, positive = data.counts(y, at)
    ones = np.ones(len(spread))
    weights, _ = most_probable(design, total, positive, prior=ones, spread=spread, sign=ones)
    rates = np.clip(weights[1:] / max(weights[0], 0.1), *RATES)
    return dict(zip(others, np.round(rates, 2).tolist(), strict=True))

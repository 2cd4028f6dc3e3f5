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
from models.card.shapes import Shape
from models.learning.hold import ENOUGH_TO_CHOOSE, MULTIPLES, USUAL, Hold, share_found
from models.learning.rows import Data, blocked
from models.learning.short import order_of_dropping

ALL_EVENTS = "events_365d"
"""A signal that counts every family, so it learns by itself and not with the family of stacking."""
BESIDE_TAU = 0.3
"""Minimum prior standard deviation of the other signals while a family is fitted."""
RATES = (0.6, 1.5)
"""Range of the factor on the points of a family that did not learn by itself, relative to one that did."""
RATE_DEVIATION = 0.2


@dataclass
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


@dataclass
class Fitting:
    """Training rows, and the fits of cards on them: with several holds, numbers of terms, and parts of the rows."""

    card: Scorecard
    data: Data
    kinds: NDArray[np.str_]
    families: list[Family]
    rows: pd.DataFrame
    outcome: NDArray[np.int8]

    def fitted(
        self, hold: Hold, at: NDArray[np.int64] | slice = slice(None)
    ) -> tuple[list[Shape], dict[str, float]]:
        """Learn the points of every term from some rows, with the factors of families that did not learn."""
        return self.held(hold, self.weights(hold.tau, at), at)

    def weights(self, tau: float, at: NDArray[np.int64] | slice = slice(None)) -> dict[str, list[Floats]]:
        """Fit the weights of all terms on some rows, once per family that can learn there; no cap applies yet."""
        fitted = {}
        for family in self.families:
            y = self.rows[family.label].fillna(0).to_numpy(dtype=np.int8)
            mine = self.kinds == family.name
            if family.note or not mine.any() or len(np.unique(y[at])) < 2:
                continue
            # The other signals move freely, so that the family gets no points for what they explain.
            fitted[family.name] = self.data.fit(y, np.where(mine, tau, max(tau, BESIDE_TAU)), at)
        return fitted

    def held(
        self, hold: Hold, weights: dict[str, list[Floats]], at: NDArray[np.int64] | slice
    ) -> tuple[list[Shape], dict[str, float]]:
        """Return each term with the weights of its own family, under the cap of a hold, and the factors of the rest."""
        shapes = list(self.data.terms)
        for name, of_terms in weights.items():
            for place in np.flatnonzero(self.kinds == name):
                shapes[place] = shapes[place].settled(of_terms[place], hold.max_move)
        rates = _exchange(self.data, self.outcome, at, shapes, self.kinds, set(weights))
        return [s.scaled(rates.get(str(k), 1.0)) for s, k in zip(shapes, self.kinds, strict=True)], rates

    def choose(
        self, holds: Sequence[Hold], horizon_weeks: int, capacity: int
    ) -> tuple[Hold, dict[str, float], str]:
        """Choose the hold whose cards, learned earlier and on other households, found most on past lists."""
        if len(holds) == 1:
            return holds[0], {}, ""
        splits = self.splits(horizon_weeks)
        judging = sum(int(self.outcome[test].sum()) for _, test in splits)
        if all(family.note for family in self.families) or judging < ENOUGH_TO_CHOOSE:
            return (
                USUAL,
                {},
                f"The history is too short to choose how strongly points are held; {USUAL} is used.",
            )
        shares: dict[str, list[float]] = {str(hold): [] for hold in holds}
        for past, test in splits:
            # Holds that differ in their cap alone share the fits, which take most of the time.
            weights = {tau: self.weights(tau, past) for tau in dict.fromkeys(hold.tau for hold in holds)}
            for hold in holds:
                shapes, _ = self.held(hold, weights[hold.tau], past)
                shares[str(hold)].append(self.found(shapes, test, capacity))
        tried = {name: round(float(np.mean(each)), 4) for name, each in shares.items()}
        best = max(holds, key=lambda hold: (tried[str(hold)], -holds.index(hold)))
        return best, tried, ""

    def splits(self, horizon_weeks: int) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Split the rows as `blocked` does; keep the splits in which both parts have escalations."""
        return [
            (past, test)
            for past, test in blocked(self.data.when, self.data.household, horizon_weeks)
            if len(np.unique(self.outcome[past])) == 2 and self.outcome[test].any()
        ]

    def found(self, shapes: Sequence[Shape], test: NDArray[np.int64], capacity: int) -> float:
        """Return the share of the places on lists of the test rows whose address escalated, over lists of each length."""
        score = points_of(shapes, self.data.signals)[self.data.pattern[test]]
        outcome, when, rows = self.outcome[test], self.data.when[test], self.data.stands_for[test]
        # Half of the households are judged, so a list has half of the places.
        places = [max(1, capacity * many // 2) for many in MULTIPLES]
        return float(np.mean([share_found(score, outcome, when, rows, k) for k in places]))

    def short(
        self, hold: Hold, most: int | None, at: NDArray[np.int64] | slice = slice(None)
    ) -> tuple[Fitting, list[str]]:
        """Return the same rows with at most `most` terms, chosen on some rows, and the signals that were dropped."""
        if most is None or len(self.card.terms) <= most:
            return self, []
        shapes, _ = self.fitted(hold, at)
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


def points_of(shapes: Sequence[Shape], signals: Floats) -> Floats:
    """Add up the points of all terms, before rounding."""
    return np.sum([shape.points_of(c) for shape, c in zip(shapes, signals.T, strict=True)], axis=0)


def _exchange(
    data: Data,
    y: NDArray[np.int8],
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

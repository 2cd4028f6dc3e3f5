"""Learn points: those of each family of signals move as far as its own escalations justify.

Arrears learn from payment escalations, nuisance from nuisance escalations, and the count of all events from any
escalation. Repairs, worries and stacking have no escalation of their own. Until needs are confirmed, only the weight of
each of these families as a whole is learned. One label for everything would remove the points of social signals, because
nearly all escalations on file are about money. While a family is fitted, the other signals move freely, so that the family
gets no points for what they explain; their moves are then discarded. Learning always starts from the card that people
made, because learning from a learned card would count the same escalations twice.

How strongly points are held (`models.learning.hold`) is chosen within the training rows, from past to future, with a
gap of one horizon and on other households, by what past lists would have found.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from features.catalogue import BY_NAME
from models.card.lined import lined
from models.card.on_panel import in_order, written
from models.card.points_card import PER_POINT
from models.card.posterior import Floats, most_probable
from models.card.scorecard import Scorecard
from models.card.shapes import Shape
from models.errors import TrainingError
from models.evaluate.ahead import at_least
from models.learning.hold import ENOUGH_TO_CHOOSE, HOLDS, MULTIPLES, USUAL, Hold, share_found
from models.learning.rows import BLOCKS, Data, agreements, blocked, usable

ANY = "escalated"
ALL_EVENTS = "events_365d"
"""A signal that counts every family, so it learns by itself and not with the family of stacking."""
LABEL_OF = {"arrears": "escalated_payment", "nuisance": "escalated_nuisance", ALL_EVENTS: ANY}
"""The outcome from which each family of signals learns."""
BESIDE_TAU = 0.3
"""Minimum prior standard deviation of the other signals while a family is fitted."""
LEAST = 10
"""Minimum number of escalated agreements for a family to move."""
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
class Learned:
    """A learned card and the report of learning it.

    Parameters
    ----------
    card : Scorecard
        The card, with whole points.
    families : list of Family
        What each family learned from.
    rates : dict of str to float
        Factors on the points of the families that did not learn by themselves.
    unused : list of str
        Signals about which nothing can be learned, because they are equal for everyone or always missing.
    hold : Hold
        How strongly points were held.
    tried : dict of str to float
        Per hold, the share of the places on past lists whose address escalated; empty if no hold was chosen.
    note : str
        Reason why no hold could be chosen; empty if one was.
    """

    card: Scorecard
    families: list[Family]
    rates: dict[str, float]
    unused: list[str]
    hold: Hold = USUAL
    tried: dict[str, float] = field(default_factory=dict)
    note: str = ""


@threadpool_limits.wrap(
    limits=1, user_api="blas"
)  # products are small, so threads would only wait for each other
def learn(
    card: Scorecard,
    rows: pd.DataFrame,
    *,
    horizon_weeks: int,
    capacity: int,
    holds: Sequence[Hold] = HOLDS,
    terms: Collection[str] | None = None,
) -> Learned:
    """Move the points of each family towards its own escalations.

    Parameters
    ----------
    card : Scorecard
        The card that people made, which is the prior. Its quantities become lines (`models.card.lined`).
    rows : pandas.DataFrame
        From `usable`: signals, outcomes, household, as_of, weight.
    horizon_weeks : int
        Gap between the dates learned from and the dates that judge a hold.
    capacity : int
        Addresses per list; a hold is chosen by what its past lists would have found.
    holds : sequence of Hold
        Holds to choose from, strong ones first.
    terms : collection of str, optional
        Signals to keep on the card; default: all.

    Returns
    -------
    Learned
        Whole points; the same rows in any order give the same card.

    Raises
    ------
    TrainingError
        Nobody escalated, or everybody did.
    """
    card = lined(card)
    if terms is not None:
        card = card.model_copy(update={"terms": tuple(t for t in card.terms if t.signal in terms)})
    outcome = rows[ANY].fillna(0).to_numpy(dtype=np.int8)
    if len(np.unique(outcome)) < 2:
        problem = "Nobody escalated" if not outcome.any() else "Everybody escalated"
        raise TrainingError(
            f"{problem} in the {len(rows)} rows to learn from: there are no two groups to distinguish."
        )
    kinds = np.array([t.signal if t.signal in LABEL_OF else BY_NAME[t.signal].family for t in card.terms])
    families = [Family(name, label, agreements(rows, rows[label])) for name, label in LABEL_OF.items()]
    for family in families:
        family.note = _why_not(family, kinds)
    learning = _Learning(card, Data.of(card, rows), kinds, families, rows, outcome)
    hold, tried, note = learning.choose(holds, horizon_weeks, capacity)
    shapes, rates = learning.fitted(hold)
    moved = [written(term, shape) for term, shape in zip(card.terms, shapes, strict=True)]
    spread = np.nanmax(np.nan_to_num(learning.data.signals, nan=-1.0), axis=0) - np.nanmin(
        np.nan_to_num(learning.data.signals, nan=-1.0), axis=0
    )
    unused = [term.signal for term, own in zip(card.terms, spread, strict=True) if own == 0]
    new = card.model_copy(update={"terms": tuple(moved), "calibration": None})
    return Learned(new, families, rates, unused, hold, tried, note)


def ranking(
    card: Scorecard, *, horizon_weeks: int, capacity: int, lead_weeks: int = 0
) -> Callable[[pd.DataFrame, Any], Callable[..., Floats]]:
    """Return training in the form that `models.evaluate.rolling` uses: from rows to a function that scores other rows."""

    def fit(rows: pd.DataFrame, y: Any) -> Callable[[pd.DataFrame], Floats]:
        del y  # each family learns from its own outcome
        counted = at_least(usable(rows, card), lead_weeks)
        learned = learn(card, counted, horizon_weeks=horizon_weeks, capacity=capacity).card
        return lambda test: in_order(learned, test)

    return fit


@dataclass
class _Learning:
    """The training rows, from which cards are learned with several holds and on several parts."""

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
        shapes = list(self.data.terms)
        learned = set()
        for family in self.families:
            y = self.rows[family.label].fillna(0).to_numpy(dtype=np.int8)
            if family.note or len(np.unique(y[at])) < 2:
                continue
            mine = self.kinds == family.name
            # The other signals move freely, so that the family gets no points for what they explain.
            spread = np.where(mine, hold.tau, max(hold.tau, BESIDE_TAU))
            model = self.data.fit(y, spread, hold.max_move, at)
            for place in np.flatnonzero(mine):
                # Keep the people's points for a missing value, because a value missing for everyone would give
                # everyone points.
                shapes[place] = replace(model.shapes_[place], missing=shapes[place].missing)
            learned.add(family.name)
        rates = _exchange(self.data, self.outcome, at, shapes, self.kinds, learned)
        return [s.scaled(rates.get(str(k), 1.0)) for s, k in zip(shapes, self.kinds, strict=True)], rates

    def choose(
        self, holds: Sequence[Hold], horizon_weeks: int, capacity: int
    ) -> tuple[Hold, dict[str, float], str]:
        """Choose the hold whose cards, learned earlier and on other households, found most on past lists."""
        splits = [
            (past, test)
            for past, test in blocked(self.data.when, self.data.household, horizon_weeks)
            if len(np.unique(self.outcome[past])) == 2 and self.outcome[test].any()
        ]
        judging = sum(int(self.outcome[test].sum()) for _, test in splits)
        if all(family.note for family in self.families) or judging < ENOUGH_TO_CHOOSE:
            return (
                USUAL,
                {},
                f"The history is too short to choose how strongly points are held; {USUAL} is used.",
            )
        tried = {}
        for hold in holds:
            shares = []
            for past, test in splits:
                shapes, _ = self.fitted(hold, past)
                score = points_of(shapes, self.data.signals)[self.data.pattern[test]]
                shares += [
                    share_found(score, self.outcome[test], self.data.when[test], max(1, capacity * many // 2))
                    for many in MULTIPLES
                ]
            tried[str(hold)] = round(float(np.mean(shares)), 4)
        best = max(holds, key=lambda hold: (tried[str(hold)], -holds.index(hold)))
        return best, tried, ""


def points_of(shapes: Sequence[Shape], signals: Floats) -> Floats:
    """Add up the points of all terms, before rounding."""
    return np.sum([shape.points_of(c) for shape, c in zip(shapes, signals.T, strict=True)], axis=0)


def _why_not(family: Family, kinds: NDArray[np.str_]) -> str:
    """Return the reason why a family is not fitted; empty if it is fitted."""
    if not (kinds == family.name).any():
        return "The card has no such signals."
    if family.escalations < max(LEAST, BLOCKS):
        return f"{family.escalations} escalations: fewer than {LEAST}, so its points stay as they are."
    return ""


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

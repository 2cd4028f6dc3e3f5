"""Learn from what the coach found at the door: confirmed needs, which are what the list is for.

Only listed tenants were visited, so each visit is weighted by one over its chance of being listed (``run.decisions``);
the places drawn by lot below the cut make that possible. First each family of signals is weighted as a whole, and then
the points move (as in `models.learning.families`). With some three hundred needs or more, a boosted additive model (EBM,
monotone) may challenge the card. It replaces the card only if it is better beyond the interval, and is also written as
points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from features.catalogue import BY_NAME
from models.card.on_panel import scores, shapes, values, written
from models.card.points_card import PER_POINT, PointsCard
from models.card.posterior import Floats, most_probable
from models.card.scorecard import Scorecard
from models.card.shapes import Bins, Shape
from models.evaluate import bootstrap
from models.evaluate.rolling import fold

LEAST_NEEDS = 100
"""Minimum number of confirmed needs to move the card: years for one coach, less if corporations share points."""
LEAST_FOR_CHALLENGER = 300
LEAST_CHANCE = 0.05
"""Maximum weight of a visit."""
FAMILY_DEVIATION = 0.3
FAMILY_LIMITS = (0.5, 2.0)
FOLDS = 5
TAUS = (0.05, 0.1, 0.2, 0.35, 0.5)
MAX_MOVE = 20
"""Maximum move of any band or knot, in points: two doublings."""


@dataclass(frozen=True)
class Needs:
    """The result of learning from needs.

    Parameters
    ----------
    card : Scorecard
        The card to propose; the original card if nothing did better.
    stage : int
        1: too few needs; 2: moving the card was tried; 3: the challenger was tried as well.
    confirmed, visits : int
        Number of confirmed needs, and of visits that established whether there was a need.
    rates : mapping of str to float
        Factor on the points of each family of signals.
    tau : float
        How far points could move after that.
    better : mapping of str to list
        Loss of the original card minus loss of the alternative, per visit, on other households: [estimate, low, high].
    note : str
        The result in words.
    """

    card: Scorecard
    stage: int
    confirmed: int
    visits: int
    rates: Mapping[str, float] = field(default_factory=dict)
    tau: float = 0.0
    better: Mapping[str, Sequence[float | None]] = field(default_factory=dict)
    note: str = ""


@threadpool_limits.wrap(limits=1, user_api="blas")
def learn_needs(card: Scorecard, visits: pd.DataFrame) -> Needs:
    """Update a card with the findings of visits.

    Parameters
    ----------
    card : Scorecard
        The current card.
    visits : pandas.DataFrame
        One row per listed agreement that was reached: the signals as of the list, household, ``need`` (1 or 0) and
        ``propensity``, the chance of being listed.

    Returns
    -------
    Needs
        Holds the original card if there are fewer than `LEAST_NEEDS` needs, or if nothing did better.
    """
    confirmed = int(visits["need"].sum()) if len(visits) else 0
    if confirmed < LEAST_NEEDS or confirmed == len(visits):
        note = f"{confirmed} confirmed needs in {len(visits)} visits: {LEAST_NEEDS} of both kinds are needed."
        return Needs(card, 1, confirmed, len(visits), note=note)
    data = _Visits.of(card, visits)
    losses = {tau: data.tried(lambda at, tau=tau: data.moved(at, tau)[1]) for tau in TAUS}
    tau = min(TAUS, key=lambda tau: float(losses[tau].mean()))
    loss_before = data.tried(data.level)
    result = Needs(
        card,
        2,
        confirmed,
        len(visits),
        tau=tau,
        better={"learned card": data.difference(loss_before, losses[tau])},
        note="The card predicted the needs of other households better than one that learned from them.",
    )
    if float((loss_before - losses[tau]).mean()) > 0:
        learned, _, rates = _card(card, data, tau)
        result = replace(result, card=learned, rates=rates, note="The card moved with the needs.")
    if confirmed < LEAST_FOR_CHALLENGER:
        return result
    return _challenged(result, data, min(loss_before, losses[tau], key=lambda loss: float(loss.mean())))


def _card(card: Scorecard, data: _Visits, tau: float) -> tuple[Scorecard, PointsCard, dict[str, float]]:
    everyone = np.arange(len(data.need))
    rates, fitted = data.moved(everyone, tau)
    return _with_points(card, fitted.shapes_), fitted, rates


def _with_points(card: Scorecard, learned: list[Shape]) -> Scorecard:
    """Write points as whole numbers; keep the people's points for missing values."""
    terms = tuple(written(term, shape) for term, shape in zip(card.terms, learned, strict=True))
    return card.model_copy(update={"terms": terms, "calibration": None})


def _challenged(result: Needs, data: _Visits, best: Floats) -> Needs:
    """Return the result after trying the EBM, which wins only if the whole interval of the difference favours it."""
    difference = data.difference(best, data.tried(data.boosted))
    result = replace(result, stage=3, better={**result.better, "EBM": difference})
    low = difference[1]
    if low is None or low <= 0:
        return replace(result, note=f"{result.note} The EBM was no better beyond the interval.")
    everyone = np.arange(len(data.need))
    return replace(
        result,
        card=_with_points(result.card, data.boosted(everyone).shapes_),
        note="The EBM predicted needs better beyond the interval; its steps are the points now.",
    )


@dataclass(frozen=True)
class _Visits:
    """Visits as arrays."""

    terms: Sequence[Shape]
    families: NDArray[np.str_]
    signals: Floats
    need: NDArray[np.int8]
    weight: Floats
    household: NDArray[np.int64]
    group: NDArray[np.int64]
    score: Floats

    @classmethod
    def of(cls, card: Scorecard, visits: pd.DataFrame) -> _Visits:
        chance = visits["propensity"].to_numpy(dtype=np.float64)
        weight = 1 / np.clip(chance, LEAST_CHANCE, 1.0)
        return cls(
            shapes(card),
            np.array([BY_NAME[t.signal].family for t in card.terms]),
            values(card, visits),
            visits["need"].to_numpy(dtype=np.int8),
            weight / weight.mean(),
            pd.factorize(visits["household"])[0],
            fold(visits["household"], FOLDS),
            PER_POINT * scores(card, visits),
        )

    def tried(self, fit: object) -> Floats:
        """Return the loss of every visit under a model that learned from other households."""
        loss = np.zeros(len(self.need))
        for number in range(FOLDS):
            test = np.flatnonzero(self.group == number)
            others = np.flatnonzero(self.group != number)
            model = fit(others)  # type: ignore[operator]
            score = model.decision_function(self.signals[test])
            loss[test] = np.logaddexp(0, score) - self.need[test] * score
        return loss * self.weight

    def difference(self, before: Floats, other: Floats) -> Sequence[float | None]:
        """Return the mean of `before` minus `other`, with its interval by household; positive favours `other`."""
        ratio = bootstrap.ratio_of_sums(self.household, before - other, self.weight)
        return ratio.rounded()

    def level(self, at: NDArray[np.int64]) -> PointsCard:
        """Return the unchanged card, with the level of these visits."""
        return self._fit(self.terms, at, 0.0)

    def moved(self, at: NDArray[np.int64], tau: float) -> tuple[dict[str, float], PointsCard]:
        """Fit a factor per family, then move the points."""
        names = [str(name) for name in np.unique(self.families)]
        points = [term.points_of(c) for term, c in zip(self.terms, self.signals[at].T, strict=True)]
        worth = PER_POINT * np.column_stack(points)
        design = np.column_stack([worth[:, self.families == name].sum(axis=1) for name in names])
        ones, weight = np.ones(len(names)), self.weight[at]
        factors, _ = most_probable(
            design,
            weight,
            weight * self.need[at],
            prior=ones,
            spread=FAMILY_DEVIATION * ones,
            sign=ones,
        )
        limited = np.round(np.clip(factors, *FAMILY_LIMITS), 2).tolist()
        rates = dict(zip(names, limited, strict=True))
        scaled = [term.scaled(rates[f]) for term, f in zip(self.terms, self.families, strict=True)]
        return rates, self._fit(scaled, at, tau)

    def _fit(self, terms: Sequence[Shape], at: NDArray[np.int64], tau: float) -> PointsCard:
        model = PointsCard(terms, tau=tau, max_move=MAX_MOVE)
        return model.fit(self.signals[at], self.need[at], self.weight[at])

    def boosted(self, at: NDArray[np.int64]) -> PointsCard:
        """Fit the EBM on the same bands and knots, and write its steps as points."""
        from interpret.glassbox import ExplainableBoostingClassifier  # optional: the extra `learn`

        model = ExplainableBoostingClassifier(
            interactions=0,
            monotone_constraints=[t.direction for t in self.terms],
            outer_bags=4,
            max_rounds=500,
            n_jobs=1,
            random_state=0,
        ).fit(self._codes()[at], self.need[at], sample_weight=self.weight[at])
        exported: list[Shape] = []
        for place, term in enumerate(self.terms):
            probe = np.repeat(np.zeros((1, len(self.terms))), len(term.points), axis=0)
            probe[:, place] = np.arange(len(term.points))
            steps = model.eval_terms(probe)[:, place] / PER_POINT
            level = steps - steps[term.base if isinstance(term, Bins) else 0]
            # Bags can differ slightly where the constraint is tight; a card may not.
            risen = level if not term.direction else _rising(level, term.direction)
            exported.append(replace(term, points=tuple(risen.tolist())))
        return self._fit(exported, at, 0.0)

    def _codes(self) -> Floats:
        """Return the number of the band, or of the knot below the value; missing is NaN."""
        columns = []
        for term, column in zip(self.terms, self.signals.T, strict=True):
            bounds = term.bounds if isinstance(term, Bins) else term.at[1:]
            place = np.searchsorted(np.asarray(bounds), np.nan_to_num(column), side="right")
            columns.append(np.where(np.isnan(column), np.nan, place))
        return np.column_stack(columns).astype(np.float64)


def _rising(steps: Floats, direction: int) -> Floats:
    return direction * np.maximum.accumulate(direction * steps)

"""Learning: the points of each family of signals move as far as its own escalations justify, and no further.

Arrears learn from payment escalations, nuisance from nuisance escalations. Repairs, worries and stacking have no
escalation of their own; until needs are confirmed their points are only weighed as a whole against those that learned:
one label for everything unlearns the social signals, since nearly all escalations on file are about money. While a
family is fitted, the other signals move freely beside it, so that it is not paid for what they explain; what they
moved is thrown away. The start is always the card that people made: learning from a learned card would count the same
escalations twice.

How strongly points are held (tau, the prior standard deviation of each step between bands, in log-odds) is chosen
inside the training rows alone, from past to future, with a gap of one horizon and other households.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from features.catalogue import BY_NAME
from models.card.on_panel import scores
from models.card.points_card import PER_POINT
from models.card.posterior import Floats, most_probable
from models.card.scorecard import Band, Scorecard, Term
from models.errors import TrainingError
from models.learning.rows import BLOCKS, Data, agreements, blocked, usable

LABEL_OF = {"arrears": "escalated_payment", "nuisance": "escalated_nuisance"}
"""Which outcome each family of signals learns from."""
ANY = "escalated"
TAUS = (0.05, 0.1, 0.2, 0.35, 0.5)
USUAL_TAU = 0.1
"""Where the history is too short to choose: tight, since a label that is a bit off then does little harm."""
BESIDE_TAU = 0.3
"""How freely the other signals move while a family is fitted."""
MAX_MOVE = 20
"""Cap on the move of any band, in points: two doublings."""
LEAST = 10
"""Agreements that must have escalated before a family moves at all."""
RATES = (0.6, 1.5)
"""How far the points of a family that did not learn by itself may be scaled, against those of one that did."""
RATE_DEVIATION = 0.2


@dataclass
class Family:
    """What one family of signals learned.

    Parameters
    ----------
    name, label : str
        The family, and the outcome that it learned from.
    escalations : int
        Agreements with that outcome.
    tau : float
        How far its points could move; 0: not at all.
    tried : dict of float to float
        Mean loss (deviance per row, lower is better) per tau, where one was chosen.
    note : str
        Why it was not fitted, or what could not be told.
    """

    name: str
    label: str
    escalations: int
    tau: float = 0.0
    tried: dict[float, float] = field(default_factory=dict)
    note: str = ""


@dataclass
class Learned:
    """A card that was learned, and what there is to say of it.

    ``rates`` says by what the points of the families that did not learn by themselves were multiplied; ``unused``
    names signals that are the same for everyone or always missing: nothing can be learned of them.
    """

    card: Scorecard
    families: list[Family]
    rates: dict[str, float]
    unused: list[str]


@threadpool_limits.wrap(limits=1, user_api="blas")  # small products: threads would wait for each other
def learn(
    card: Scorecard,
    rows: pd.DataFrame,
    *,
    horizon_weeks: int,
    taus: Sequence[float] = TAUS,
    max_move: float = MAX_MOVE,
) -> Learned:
    """Move the points of each family towards its own escalations.

    Parameters
    ----------
    card : Scorecard
        Where to start, made by people: the prior.
    rows : pandas.DataFrame
        From `usable`: signals, outcomes, household, as_of, weight.
    horizon_weeks : int
        Gap between what is learned from and what is judged when tau is chosen.
    taus : sequence of float
        To choose from.
    max_move : float
        Cap on the move of any band, in points.

    Returns
    -------
    Learned
        Whole points; the same rows, in whatever order, give the same card.

    Raises
    ------
    TrainingError
        Nobody escalated, or everybody did.
    """
    outcome = rows[ANY].fillna(0).to_numpy()
    if len(np.unique(outcome)) < 2:
        said = "Nobody escalated" if not outcome.any() else "Everybody escalated"
        raise TrainingError(f"{said} in the {len(rows)} rows to learn from: there is nothing to tell apart.")
    data = Data.of(card, rows)
    families: list[Family] = []
    points = [np.array([b.points for b in t.bands], dtype=np.float64) for t in card.terms]
    kinds = np.array([BY_NAME[t.signal].family for t in card.terms])
    for name, label in LABEL_OF.items():
        family = Family(name, label, agreements(rows, rows[label]))
        families.append(family)
        mine = kinds == name
        if not _can_learn(family, mine):
            continue
        y = rows[label].fillna(0).to_numpy(dtype=np.int8)
        family.tau = _choose_tau(data, y, mine, family, horizon_weeks, taus, max_move)
        fitted = data.fit(y, _spread(mine, family.tau), max_move)
        for place in np.flatnonzero(mine):
            points[place] = fitted.points_[place]
    learned = {family.name for family in families if family.tau}
    rates = _exchange(card, data, outcome.astype(np.int8), points, kinds, learned)
    terms = [_moved(t, p * rates.get(k, 1.0)) for t, p, k in zip(card.terms, points, kinds, strict=True)]
    unused = [t.signal for t, column in zip(card.terms, data.codes.T, strict=True) if np.ptp(column) == 0]
    new = card.model_copy(update={"terms": tuple(terms), "calibration": None})
    return Learned(new, families, rates, unused)


def ranking(card: Scorecard, *, horizon_weeks: int) -> Callable[[pd.DataFrame, Any], Callable[..., Floats]]:
    """Give training as `models.evaluate.rolling` takes it: from rows to a function that scores other rows."""

    def fit(rows: pd.DataFrame, y: Any) -> Callable[[pd.DataFrame], Floats]:
        del y  # each family learns from its own outcome
        learned = learn(card, usable(rows, card), horizon_weeks=horizon_weeks).card
        return lambda test: scores(learned, test)

    return fit


def _spread(mine: NDArray[np.bool_], tau: float) -> Floats:
    """Give the prior deviation per term: the family's own, and freer for the signals beside it."""
    return np.where(mine, tau, max(tau, BESIDE_TAU))


def _can_learn(family: Family, mine: np.ndarray) -> bool:
    if not mine.any():
        family.note = "The card has no such signals."
    elif family.escalations < max(LEAST, BLOCKS):
        family.note = f"{family.escalations} escalations: fewer than {LEAST}, so its points stay as they are."
    return not family.note


def _choose_tau(
    data: Data,
    y: np.ndarray,
    mine: np.ndarray,
    family: Family,
    horizon_weeks: int,
    taus: Sequence[float],
    max_move: float,
) -> float:
    """Choose the tau whose cards, learned earlier and on other households, told best what came."""
    splits = [
        (past, test)
        for past, test in blocked(data.when, data.household, horizon_weeks)
        if len(np.unique(y[past])) == 2 and y[test].any()
    ]
    if len(splits) < BLOCKS:
        family.note = f"The history is too short to choose tau; {USUAL_TAU} is used."
        return USUAL_TAU
    for tau in sorted(taus):
        models = [data.fit(y, _spread(mine, tau), max_move, past) for past, _ in splits]
        losses = [data.loss(m, y, test) for m, (_, test) in zip(models, splits, strict=True)]
        family.tried[tau] = sum(loss for loss, _ in losses) / sum(size for _, size in losses)
    return min(family.tried, key=lambda tau: (family.tried[tau], tau))


def _exchange(
    card: Scorecard,
    data: Data,
    y: NDArray[np.int8],
    points: list[Floats],
    kinds: NDArray[np.str_],
    learned: set[str],
) -> dict[str, float]:
    """Find what a point of the other families is worth against a point of those that learned, on any escalation.

    Points that grew in one family change what the points of all others are worth. Escalations on file are nearly
    all about money, so the rate is held near 1 and within `RATES`: what is seldom on file is not unlearned.
    """
    others = [str(name) for name in np.unique(kinds) if name not in learned]
    if not learned or not others:
        return {}
    tables = [np.append(p, t.missing) for p, t in zip(points, card.terms, strict=True)]
    worth = PER_POINT * np.column_stack(
        [table[code] for table, code in zip(tables, data.codes.T, strict=True)]
    )
    own = worth[:, np.isin(kinds, list(learned))].sum(axis=1)
    design = np.column_stack([own, *(worth[:, kinds == name].sum(axis=1) for name in others)])
    spread = np.append(1.0, np.full(len(others), RATE_DEVIATION))
    total, positive = data.counts(y)
    ones = np.ones(len(spread))
    found, _ = most_probable(design, total, positive, prior=ones, spread=spread, sign=ones)
    rates = np.clip(found[1:] / max(found[0], 0.1), *RATES)
    return dict(zip(others, np.round(rates, 2).tolist(), strict=True))


def _moved(term: Term, points: Floats) -> Term:
    """Take the new points of the bands in whole numbers.

    Missing keeps what people gave it: what is missing for everyone (a first quarter, an extract that stopped) would
    give everyone points.
    """
    bands = (Band(below=b.below, points=round(float(p))) for b, p in zip(term.bands, points, strict=True))
    return term.model_copy(update={"bands": tuple(bands)})


def moves(before: Scorecard, after: Scorecard) -> list[dict[str, Any]]:
    """List every band whose points moved: signal, from (its lower bound), below, before, after."""
    listed: list[dict[str, Any]] = []
    for old, new in zip(before.terms, after.terms, strict=True):
        least: float | None = None
        for a, b in zip(old.bands, new.bands, strict=True):
            if a.points != b.points:
                band = {"signal": old.signal, "from": least, "below": a.below}
                listed.append(band | {"before": a.points, "after": b.points})
            least = a.below
    return listed

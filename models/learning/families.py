"""Learn points: those of each family of signals move as far as its own escalations justify.

Arrears learn from payment escalations, nuisance from nuisance escalations, and the count of all events from any
escalation. Repairs, worries and stacking have no escalations of their own. Until needs are confirmed, only the weight of
each of these families as a whole is learned. One label for everything would remove the points of social signals, because
nearly all escalations on file are about money. While a family is fitted, the other signals move freely, so that the family
gets no points for what they explain; their moves are then discarded. Learning always starts from the card that people
made, because learning from a learned card would count the same escalations twice.

Points are learned with several strengths of the prior, and are the mean of these (`models.learning.hold`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from features.catalogue import BY_NAME
from models.card.lined import lined
from models.card.on_panel import in_order, written
from models.card.posterior import Floats
from models.card.scorecard import Scorecard
from models.errors import TrainingError
from models.evaluate.ahead import SOONER_COUNTS, at_least
from models.learning.fitting import ALL_EVENTS, Family, Fitting
from models.learning.hold import HOLDS, Hold, holds_for
from models.learning.rows import Data, agreements, thinned, usable

ANY = "escalated"
LABEL_OF = {"arrears": "escalated_payment", "nuisance": "escalated_nuisance", ALL_EVENTS: ANY}
"""The outcome from which each family of signals learns."""
LEAST = 10
"""Minimum number of escalated agreements for a family to move."""


@dataclass(frozen=True)
class Learned:
    """A learned card and the report of learning it.

    Parameters
    ----------
    card : Scorecard
        The card, with whole points.
    families : sequence of Family
        What each family learned from.
    rates : mapping of str to float
        Factors on the points of the families that did not learn by themselves.
    unused : sequence of str
        Signals about which nothing can be learned, because they are equal for everyone or always missing.
    holds : tuple of Hold
        How strongly points were held; they are the mean over these.
    dropped : sequence of str
        Signals that the card left out (`models.learning.short`), in the order in which they were dropped.
    """

    card: Scorecard
    families: Sequence[Family]
    rates: Mapping[str, float]
    unused: Sequence[str]
    holds: tuple[Hold, ...] = HOLDS
    dropped: Sequence[str] = field(default_factory=list)


@threadpool_limits.wrap(
    limits=1, user_api="blas"
)  # products are small, so threads would only wait for each other
def learn(
    card: Scorecard,
    rows: pd.DataFrame,
    *,
    holds: Sequence[Hold] | None = None,
    most_terms: int | None = None,
) -> Learned:
    """Move the points of each family towards its own escalations.

    Parameters
    ----------
    card : Scorecard
        The card that people made, which is the prior. Its quantities become lines (`models.card.lined`).
    rows : pandas.DataFrame
        From `usable`: signals, outcomes, household, as_of, weight.
    holds : sequence of Hold, optional
        The points are the mean over these; default: as the number of escalations allows.
    most_terms : int, optional
        Maximum number of terms of the card; default: all.

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
    outcome = rows[ANY].fillna(0).to_numpy(dtype=np.float64)
    if not 0 < outcome.sum() < len(outcome):
        problem = "Nobody escalated" if not outcome.any() else "Everybody escalated"
        raise TrainingError(
            f"{problem} in the {len(rows)} rows to learn from: there are no two groups to distinguish."
        )
    kinds = np.array([t.signal if t.signal in LABEL_OF else BY_NAME[t.signal].family for t in card.terms])
    families = [_family(name, rows, kinds) for name in LABEL_OF]
    learning = Fitting(card, Data.of(card, rows), kinds, families, rows, outcome)
    held = tuple(holds) if holds else holds_for(agreements(rows, rows[ANY]))
    kept, dropped = learning.short(held, most_terms)
    shapes, rates = kept.fitted(held)
    moved = [written(term, shape) for term, shape in zip(kept.card.terms, shapes, strict=True)]
    spread = np.nanmax(np.nan_to_num(learning.data.signals, nan=-1.0), axis=0) - np.nanmin(
        np.nan_to_num(learning.data.signals, nan=-1.0), axis=0
    )
    unused = [term.signal for term, own in zip(card.terms, spread, strict=True) if own == 0]
    new = card.model_copy(update={"terms": tuple(moved), "calibration": None})
    return Learned(new, families, rates, unused, held, dropped)


def ranking(
    card: Scorecard,
    *,
    lead_weeks: int = 0,
    holds: Sequence[Hold] | None = None,
    most_terms: int | None = None,
) -> Callable[[pd.DataFrame, Any], Callable[..., Floats]]:
    """Return training in the form that `models.evaluate.rolling` uses: from rows to a function that scores other rows."""

    def fit(rows: pd.DataFrame, y: Any) -> Callable[[pd.DataFrame], Floats]:
        del y  # each family learns from its own outcome
        counted = at_least(usable(thinned(rows), card), lead_weeks, SOONER_COUNTS)
        learned = learn(card, counted, holds=holds, most_terms=most_terms).card
        return lambda test: in_order(learned, test)

    return fit


def _family(name: str, rows: pd.DataFrame, kinds: NDArray[np.str_]) -> Family:
    """Return what a family can learn from, and the reason if it is not fitted."""
    label = LABEL_OF[name]
    escalations = agreements(rows, rows[label])
    note = ""
    if not (kinds == name).any():
        note = "The card has no such signals."
    elif escalations < LEAST:
        note = f"{escalations} escalations: fewer than {LEAST}, so its points stay as they are."
    return Family(name, label, escalations, note)

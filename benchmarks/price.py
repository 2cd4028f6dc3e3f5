"""Measure what each promise of a readable card costs: rivals that give up one promise after another, and each hold.

python -m benchmarks.evaluation "price uci_credit_default"

A boosted model may combine any signals, or at most two, or none. The last may also be bound to the direction of each
signal, as a card is. Boosting alone is the rival of the other pages; it reads the signals of a card here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.panels import Case
from features.catalogue import BY_NAME
from models.card.lined import lined
from models.card.scorecard import EXPERT, load
from models.evaluate import fitted, rolling
from models.evaluate.at_capacity import at_capacity, places, pooled
from models.evaluate.comparison import MULTIPLES
from models.evaluate.ground import as_days, ground
from models.learning.families import ranking
from models.learning.hold import HOLDS

DIVISIONS = 2
"""Ways in which households are divided into those that are learned from and those that are ranked."""


def price(case: Case) -> list[dict[str, Any]]:
    """Return per ranking its precision at each length of the list, as the mean over the divisions of households."""
    return [
        {"label": label, "precision": np.mean([_precision(case, fit, d) for d in range(DIVISIONS)], axis=0).round(4).tolist()}
        for label, fit in rivals().items()
    ]  # fmt: skip


def rivals() -> Mapping[str, rolling.Fit]:
    """Return the rankings to compare, those with the fewest promises first."""
    card = load(EXPERT)
    signals = [term.signal for term in lined(card).terms]
    learned = partial(ranking, card)
    return {
        "boosting, any signals together": fitted.boosting(signals),
        "boosting, at most two signals together": fitted.boosting(signals, together="pairwise"),
        "boosting, each signal alone": fitted.boosting(signals, together="no_interactions"),
        "boosting, each signal alone and in its direction": fitted.boosting(
            signals,
            together="no_interactions",
            directions={name: BY_NAME[name].direction for name in signals},
        ),
        **{f"card, held at {hold}": learned(holds=(hold,)) for hold in HOLDS},
        "card, the mean of these": learned(),
    }


def _precision(case: Case, fit: rolling.Fit, division: int) -> list[float]:
    """Return the precision at each length of the list, for one division of the households."""
    # Households are divided by their names, so other names give another division; the first is that of all pages.
    names = case.rows["household"].astype(str)
    rows = case.rows.assign(household=names if division == 0 else f"{division}~" + names)
    if rows["as_of"].nunique() == 1:
        scores, judged = rolling.crossed(rows, fit), rows
    else:
        dates = rolling.test_dates(rows, horizon_weeks=case.horizon_weeks)
        scores = rolling.rolling(rows, fit, horizon_weeks=case.horizon_weeks, dates=dates)
        judged = rows[as_days(rows["as_of"]).isin(dates)]
    return [_share(judged, scores, many * case.capacity) for many in MULTIPLES]


def _share(judged: pd.DataFrame, scores: pd.Series, k: int) -> float:
    on = ground(judged)
    return pooled(at_capacity(on, places(on, on.of(scores)), k))["precision"]

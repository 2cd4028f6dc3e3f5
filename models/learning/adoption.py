"""Whether a learned card may replace the installed one: only if it loses on no outcome, looking back.

For each as-of date of the past a card is learned from what was complete by then, on other households, and both cards
rank that date. The list is what counts, so the lists are compared: precision at the capacity of the coach. A proxy for
need can be wrong in ways that no figure here shows; that is why a person installs (`waakvlam promote`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from models.card.on_panel import scores
from models.card.scorecard import Scorecard
from models.errors import TrainingError
from models.evaluate import bootstrap
from models.evaluate.at_capacity import at_capacity, places, pooled
from models.evaluate.ground import as_days, ground
from models.evaluate.rolling import rolling, test_dates
from models.learning.families import LABEL_OF, LEAST, ranking

OUTCOMES = ("escalated", *LABEL_OF.values())
DATES = 13
"""As-of dates to look back on: a year of every fourth week."""
ENOUGH = 20
"""Escalations from which the estimate alone can lose; with fewer, its whole interval must lie below zero."""
REPLICATES = 500


@dataclass
class Judged:
    """The look back.

    Parameters
    ----------
    dates : list of str
        As-of dates that both cards ranked.
    outcomes : dict of str to dict
        Per outcome: escalations, precision of both cards and their difference with its interval, and whether the
        learned card loses.
    verdict : str
        In words.
    adopted : bool
        It loses nowhere, and it was learned from something.
    """

    dates: list[str]
    outcomes: dict[str, dict[str, Any]]
    verdict: str
    adopted: bool


def judge(
    panel: pd.DataFrame,
    card: Scorecard,
    *,
    capacity: int,
    horizon_weeks: int,
    installed: Scorecard | None = None,
) -> Judged:
    """Compare learning from a card with keeping it.

    Parameters
    ----------
    panel : pandas.DataFrame
        All rows of many mature as-of dates (`pipelines.scoring.panel`), not thinned.
    card : Scorecard
        The card that people made, from which is learned.
    capacity : int
        Addresses per as-of date.
    horizon_weeks : int
        Gap between what is learned from and what is ranked.
    installed : Scorecard, optional
        A learned card that is in use: the one to beat on dates later than those it learned from, which it knows.
    """
    try:
        dates = test_dates(panel, horizon_weeks=horizon_weeks, least=LEAST)[-DATES:]
    except KeyError as error:
        raise TrainingError(f"The panel lacks {error}.") from None
    if not dates:
        return Judged([], {}, "Refused: the history is too short to look back on.", adopted=False)
    learned = rolling(
        panel, ranking(card, horizon_weeks=horizon_weeks), horizon_weeks=horizon_weeks, dates=dates
    )
    back = panel.loc[as_days(panel["as_of"]).isin(dates)]
    kept = pd.Series(scores(card, back), index=back.index)
    if installed is not None and installed.calibration is not None:
        later = as_days(back["as_of"]) > pd.Timestamp(installed.calibration.last)
        kept = kept.mask(later, pd.Series(scores(installed, back), index=back.index))
    outcomes = {name: _outcome(back, kept, learned, name, capacity) for name in OUTCOMES}
    lost = [name for name, found in outcomes.items() if found["loses"]]
    verdict = "The learned card loses on no outcome."
    if lost:
        verdict = f"Refused: the learned card loses on {' and '.join(lost)}."
    return Judged([day.date().isoformat() for day in dates], outcomes, verdict, not lost)


def _outcome(
    back: pd.DataFrame, kept: pd.Series, learned: pd.Series, outcome: str, capacity: int
) -> dict[str, Any]:
    """Compare both cards on one outcome."""
    on = ground(back, outcome=outcome)
    place_of = {"kept": places(on, on.of(kept)), "learned": places(on, on.of(learned))}
    drawn = bootstrap.resample(on, place_of, [capacity], replicates=REPLICATES)
    found = {name: pooled(at_capacity(on, place, capacity))["precision"] for name, place in place_of.items()}
    rows = on.rows.loc[on.y == 1, ["corporatie_id", "overeenkomst_id"]]
    more = bootstrap.interval(
        found["learned"] - found["kept"], bootstrap.difference(drawn, "learned", "kept", capacity)
    )
    escalations = len(rows.drop_duplicates())
    loses = more.estimate < 0 if escalations >= ENOUGH else more.high < 0
    return {
        "escalations": escalations,
        "precision": {name: round(value, 4) for name, value in found.items()},
        "difference": more.rounded(),
        "loses": bool(loses),
    }

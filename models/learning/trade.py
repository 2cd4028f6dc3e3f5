"""Compare cards learned with several lead times, to show the trade between a precise list and an early one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from models.card.scorecard import Scorecard
from models.evaluate.ahead import EARLY_WEEKS, WEEKS_AHEAD, found_ahead
from models.evaluate.ground import as_days
from models.evaluate.rolling import rolling, test_dates
from models.learning.adoption import DATES
from models.learning.families import LEAST, ranking


@dataclass(frozen=True)
class Trade:
    """The precision of the lists of cards that were learned with one lead time.

    Parameters
    ----------
    lead_weeks : int
        Escalations sooner than this counted half in learning.
    all, early : float
        Share of the places whose address escalated within the horizon, and no sooner than `EARLY_WEEKS` weeks later.
    """

    lead_weeks: int
    all: float
    early: float


def trade(
    panel: pd.DataFrame,
    card: Scorecard,
    *,
    capacity: int,
    horizon_weeks: int,
    leads: Sequence[int] = WEEKS_AHEAD,
) -> list[Trade]:
    """Learn with several lead times as at past dates, and measure each on the same dates and on other households.

    Parameters
    ----------
    panel : pandas.DataFrame
        As for `models.learning.adoption.judge`, with ``escalated_on``.
    card : Scorecard
        The card that people made.
    capacity, horizon_weeks : int
        As for `judge`.
    leads : sequence of int
        Lead times to compare, in weeks.

    Returns
    -------
    list of Trade
        One per lead time; empty if the history is too short or has no days of escalation.
    """
    dates = test_dates(panel, horizon_weeks=horizon_weeks, least=LEAST)[-DATES:]
    if not dates:
        return []
    back = panel.loc[as_days(panel["as_of"]).isin(dates)]
    scores = {}
    for lead in leads:
        fit = ranking(card, lead_weeks=lead)
        scores[str(lead)] = rolling(panel, fit, horizon_weeks=horizon_weeks, dates=dates)
    precision = {a.weeks: a.precision for a in found_ahead(back, scores, capacity)}
    if not precision:
        return []
    return [Trade(lead, precision[0][str(lead)], precision[EARLY_WEEKS][str(lead)]) for lead in leads]

"""Describe the escalations that a list would have found: how early, and whether collection would have shown them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from models.as_json import OPTIONAL
from models.evaluate.ahead import EARLY_WEEKS, weeks_until
from models.evaluate.at_capacity import chance
from models.evaluate.bootstrap import Rounded, ratio_of_sums
from models.evaluate.ground import Ground


@dataclass(frozen=True)
class LeadTime:
    """The time from the first list to the escalation.

    Parameters
    ----------
    escalations : int
        Escalations that were still to come on at least one as-of date.
    listed_before : int
        Those of them that were on a list at least once before.
    listed_early : int
        Those of them that were on a list at least `EARLY_WEEKS` weeks before.
    weeks : sequence of float
        Quartiles of the weeks from the first of those lists; empty if there was none.
    """

    escalations: int
    listed_before: int
    listed_early: int
    weeks: Sequence[float]


@dataclass(frozen=True)
class Found:
    """The hits of a list that collection, or a list by amount, would have missed; shares are [estimate, low, high].

    Parameters
    ----------
    share_not_in_collection : sequence of float
        Share of the hits that were not in the collection process on the as-of date.
    recall_not_in_collection : sequence of float
        Share of the escalations of agreements outside that process that were listed.
    share_unique : sequence of float, optional
        Share of the hits that the largest amounts do not contain.
    lead_time : LeadTime
        How early the escalations were listed.
    """

    share_not_in_collection: Rounded
    recall_not_in_collection: Rounded
    share_unique: Rounded | None = field(metadata=OPTIONAL)
    lead_time: LeadTime


@dataclass(frozen=True)
class DateCounts:
    """Counts of one as-of date: `hits` by expectation, `worst` and `best` with the worst and best order of ties."""

    listed: float
    positives: float
    hits: float
    worst: float
    best: float
    as_of: date


def otherwise_missed(on: Ground, place: np.ndarray, k: int, amounts: np.ndarray | None = None) -> Found:
    """Describe the hits among the first `k` that the collection process would not have shown.

    Parameters
    ----------
    on : Ground
        The rows, with ``in_collection``: whether collection had begun by the as-of date.
    place : ndarray
        Places in the ranking.
    k : int
        Length of the list.
    amounts : ndarray, optional
        Places by largest amount, for `share_unique`.
    """
    listed = chance(on, place, k)
    hits = listed * on.y * on.stands_for
    outside = ~on.rows["in_collection"].fillna(False).to_numpy(dtype=bool)
    alone = None if amounts is None else hits * (1 - chance(on, amounts, k))
    return Found(
        share_not_in_collection=ratio_of_sums(on.household, hits * outside, hits).rounded(),
        recall_not_in_collection=ratio_of_sums(
            on.household, hits * outside, on.y * on.stands_for * outside
        ).rounded(),
        share_unique=None if alone is None else ratio_of_sums(on.household, alone, hits).rounded(),
        lead_time=lead_time(on, place, k),
    )


def lead_time(on: Ground, place: np.ndarray, k: int) -> LeadTime:
    """Measure how long before its escalation an address was first among the first `k`, with a chance of a half or more."""
    table = on.rows.assign(_listed=chance(on, place, k) >= 0.5, _y=on.y)
    table = table[(table["_y"] == 1) & table["escalated_on"].notna()]
    table = table.assign(_weeks=weeks_until(table))
    case = ["corporatie_id", "overeenkomst_id", "escalated_on"]
    listed = table[table["_listed"]]
    weeks = listed.groupby(case)["_weeks"].max()
    quartiles = [round(float(v), 1) for v in np.quantile(weeks, [0.25, 0.5, 0.75])] if len(weeks) else []
    early = int((weeks >= EARLY_WEEKS).sum())
    return LeadTime(int(table.groupby(case).ngroups), len(weeks), early, quartiles)


def per_date(counts: pd.DataFrame) -> list[DateCounts]:
    """List the counts of ``at_capacity`` per date."""
    rounded = counts[["listed", "positives", "hits", "worst", "best"]].round(2)
    return [
        DateCounts(listed, positives, hits, worst, best, day)
        for day, listed, positives, hits, worst, best in rounded.itertuples(name=None)
    ]

"""Of the escalations that a list would have found: how early, and whether somebody knew anyway."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from models.evaluate.at_capacity import chance
from models.evaluate.bootstrap import ratio_of_sums
from models.evaluate.ground import Ground, as_days


def otherwise_missed(
    on: Ground, place: np.ndarray, k: int, amounts: np.ndarray | None = None
) -> dict[str, Any]:
    """Tell what the first `k` find that the collection process would not have shown.

    Parameters
    ----------
    on : Ground
        With ``in_collection``: already in the collection process at the as-of date.
    place : ndarray
        Places of the ranking.
    k : int
        Length of the list.
    amounts : ndarray, optional
        Places by largest amount; what its first `k` hold as well is no unique catch.

    Returns
    -------
    dict
        ``share_not_in_collection`` of the hits, ``recall_not_in_collection`` (of the escalations of those not
        in collection) and ``share_unique`` (hits that the largest amounts do not hold), each [estimate, low, high].
    """
    listed = chance(on, place, k)
    hits = listed * on.y
    outside = ~on.rows["in_collection"].fillna(False).to_numpy(dtype=bool)
    told = {
        "share_not_in_collection": ratio_of_sums(on.household, hits * outside, hits).rounded(),
        "recall_not_in_collection": ratio_of_sums(on.household, hits * outside, on.y * outside).rounded(),
    }
    if amounts is not None:
        alone = hits * (1 - chance(on, amounts, k))
        told["share_unique"] = ratio_of_sums(on.household, alone, hits).rounded()
    return told


def lead_time(on: Ground, place: np.ndarray, k: int) -> dict[str, Any]:
    """Tell how long before the escalation an address first stood among the first `k`.

    Counted per escalation that was still to come on at least one as-of date; listed is a chance of a half or more.

    Returns
    -------
    dict
        ``escalations``, ``listed_before`` (how many stood on a list at least once), ``weeks`` (quartiles of the time
        from the first of those lists, weeks; empty where there is none).
    """
    table = on.rows.assign(_listed=chance(on, place, k) >= 0.5, _y=on.y)
    table = table[(table["_y"] == 1) & table["escalated_on"].notna()]
    table = table.assign(_weeks=(as_days(table["escalated_on"]) - as_days(table["as_of"])).dt.days / 7)
    case = ["corporatie_id", "overeenkomst_id", "escalated_on"]
    listed = table[table["_listed"]]
    weeks = listed.groupby(case)["_weeks"].max()
    quartiles = [round(float(v), 1) for v in np.quantile(weeks, [0.25, 0.5, 0.75])] if len(weeks) else []
    return {
        "escalations": int(table.groupby(case).ngroups),
        "listed_before": len(weeks),
        "weeks": quartiles,
    }


def per_date(counts: pd.DataFrame) -> list[dict[Any, Any]]:
    """List the counts of ``at_capacity`` per date, ready for JSON."""
    told = counts[["listed", "positives", "hits", "worst", "best"]].round(2)
    return told.assign(as_of=[day.isoformat() for day in told.index]).to_dict("records")

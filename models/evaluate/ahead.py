"""Measure how early a ranking finds escalations. A coach needs weeks to win trust, so finding an escalation one day ahead is too late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from models.evaluate.at_capacity import at_capacity, places, pooled
from models.evaluate.ground import as_days, ground

OUTCOMES = ("escalated", "escalated_payment", "escalated_nuisance")
"""The columns of a panel that hold an outcome."""
WEEKS_AHEAD = (0, 4, 8, 13)
SOONER_COUNTS = 0.5
"""What an escalation within the lead time counts for in learning."""
EARLY_WEEKS = 8
"""Minimum number of weeks between a list and an escalation to count the address as listed early."""


@dataclass(frozen=True)
class Ahead:
    """The escalations at least some weeks away that each ranking finds.

    Parameters
    ----------
    weeks : int
        Only escalations at least this many weeks after the as-of date count as found.
    precision, recall : mapping of str to float
        Share of the places, and of these escalations, by ranking.
    """

    weeks: int
    precision: Mapping[str, float]
    recall: Mapping[str, float]


def weeks_until(panel: pd.DataFrame) -> pd.Series:
    """Return the weeks from the as-of date to the escalation; NaN if there is none, or its day is unknown."""
    if "escalated_on" not in panel:
        return pd.Series(float("nan"), index=panel.index)
    return (as_days(panel["escalated_on"]) - as_days(panel["as_of"])).dt.days / 7


def at_least(panel: pd.DataFrame, weeks: int, sooner: float = 0.0) -> pd.DataFrame:
    """Count escalations at least some weeks after the as-of date in full, and those before it for less or not at all.

    Parameters
    ----------
    panel : pandas.DataFrame
        With as_of, escalated_on and the columns of `OUTCOMES`.
    weeks : int
        0 changes nothing. An escalation on an unknown day always counts in full.
    sooner : float
        What a sooner escalation counts for, from 0 (a miss) to 1 (in full).
    """
    if weeks <= 0:
        return panel
    soon = (weeks_until(panel) < weeks).to_numpy()
    return panel.assign(**{n: panel[n].mask(soon, panel[n] * sooner) for n in OUTCOMES if n in panel})


def found_ahead(
    panel: pd.DataFrame, scores: Mapping[str, pd.Series], capacity: int, *, outcome: str = "escalated"
) -> list[Ahead]:
    """Measure precision and recall at capacity for escalations at least 0, 4, 8 and 13 weeks ahead.

    Parameters
    ----------
    panel : pandas.DataFrame
        Mature rows, with ``escalated_on``.
    scores : mapping of str to Series
        Scores by the index of the panel, by ranking.
    capacity : int
        Addresses per as-of date.

    Returns
    -------
    list of Ahead
        Empty if no day of escalation is known.
    """
    if weeks_until(panel).isna().all():
        return []
    measured = []
    whole = ground(panel, outcome=outcome)
    place_of = {name: places(whole, whole.of(score)) for name, score in scores.items()}
    for weeks in WEEKS_AHEAD:
        on = whole.with_outcome(at_least(panel, weeks)[outcome])
        pools = {name: pooled(at_capacity(on, place, capacity)) for name, place in place_of.items()}
        precision = {name: round(pool["precision"], 4) for name, pool in pools.items()}
        measured.append(Ahead(weeks, precision, {n: round(p["recall"], 4) for n, p in pools.items()}))
    return measured

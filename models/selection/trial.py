"""A waiting list by lot inside a band of ranks: the only design here that can show what a visit does.

Capacity is short anyway: below the most urgent addresses nobody can say that number nine needs a visit more than
number twelve. There a lot decides who is visited now and who waits until the trial is over, so that the two groups
differ by the visit and by nothing else. What keeps it decent is built in: the first ranks are always visited, an
address that rises above the band is visited whatever its lot, and nobody outside the band notices anything.

The lot is drawn once per tenant and trial, without the date: who waits, waits from week to week. It does not depend
on earlier lists, so a list stays a pure function of deliveries, settings and as-of date.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from models.selection.ranking import lot

NOW, WAIT = "now", "wait"


@dataclass(frozen=True)
class WaitingList:
    """The rules of one trial.

    Parameters
    ----------
    name : str
        Part of the lot: a second trial draws again.
    first, last : int
        The band: places in a coach's order, counted from 1, between which the lot decides. Places before `first`
        are visited in any case.
    share : float
        Chance of being visited now, between 0 and 1.
    """

    name: str
    first: int
    last: int
    share: float = 0.5

    def __post_init__(self) -> None:
        if not 1 <= self.first <= self.last:
            raise ValueError("the band of the waiting list must run from a place of at least 1 down")
        if not 0 < self.share < 1:
            raise ValueError("with a share of 0 or 1 the waiting list draws no lots")


def sides(people: pd.DataFrame, trial: WaitingList | None, seed: int) -> pd.Series:
    """Draw the lot of every row: ``"now"`` or ``"wait"``; the agreements of one tenant share theirs.

    Parameters
    ----------
    people : pandas.DataFrame
        With corporatie_id, overeenkomst_id and huurder_id (may be missing: then the agreement draws its own).
    trial : WaitingList or None
        None: everybody ``"now"``.
    seed : int
        The seed of the installation.

    Returns
    -------
    pandas.Series
        On the index of `people`.
    """
    if trial is None:
        return pd.Series(NOW, index=people.index, dtype=object)
    who = people["huurder_id"].where(people["huurder_id"].notna(), people["overeenkomst_id"])
    text = f"{seed}|waiting list|{trial.name}"
    limit = int(trial.share * 2**256)
    drawn = [
        NOW if int(lot(text, corporatie, tenant), 16) < limit else WAIT
        for corporatie, tenant in zip(people["corporatie_id"], who, strict=True)
    ]
    return pd.Series(drawn, index=people.index, dtype=object)


def in_band(preference: pd.Series, trial: WaitingList | None) -> pd.Series:
    """Tell which households stand in the band of the coach who is asked first for them.

    Parameters
    ----------
    preference : pandas.Series
        As `models.selection.routing.preferences` gives it, from the first household to the last.
    trial : WaitingList or None
        None: nobody.

    Returns
    -------
    pandas.Series
        True or False per row; it depends on nobody's lot in this trial this week.
    """
    if trial is None:
        return pd.Series(False, index=preference.index)
    place = preference.groupby(preference.str[0]).cumcount() + 1
    return place.between(trial.first, trial.last)

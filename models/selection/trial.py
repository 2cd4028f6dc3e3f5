"""A waiting list by lot inside a band of ranks: the only design in this program that can measure the effect of a visit.

There are always more addresses than visits, and below the most urgent addresses nobody can say that number nine needs a
visit more than number twelve. In that band a lot decides which households are visited now and which wait until the
trial ends, so that the two groups differ only by the visit. To keep the trial fair, the first ranks are always visited,
an address that rises above the band is visited whatever its lot, and nothing changes outside the band.

The lot is drawn once per tenant and trial. It does not depend on the date, so a household that waits keeps waiting from
week to week. It does not depend on earlier lists either, so a list stays a pure function of deliveries, settings and
as-of date.
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
        The lot depends on it, so a second trial draws again.
    first, last : int
        First and last place of the band, in a coach's order counted from 1. Places before `first` are visited in
        any case.
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
    """Return the arm of every row, ``"now"`` or ``"wait"``; agreements of one tenant share their arm.

    Parameters
    ----------
    people : pandas.DataFrame
        With corporatie_id, overeenkomst_id and huurder_id. Without a huurder_id the agreement has its own lot.
    trial : WaitingList or None
        Without a trial every row gets ``"now"``.
    seed : int
        The seed of the installation.

    Returns
    -------
    pandas.Series
        On the index of `people`.
    """
    if trial is None:
        return pd.Series(NOW, index=people.index, dtype=object)
    tenants = people["huurder_id"].where(people["huurder_id"].notna(), people["overeenkomst_id"])
    text = f"{seed}|waiting list|{trial.name}"
    limit = int(trial.share * 2**256)
    drawn = [
        NOW if int(lot(text, corporatie, tenant), 16) < limit else WAIT
        for corporatie, tenant in zip(people["corporatie_id"], tenants, strict=True)
    ]
    return pd.Series(drawn, index=people.index, dtype=object)


def in_band(preference: pd.Series, trial: WaitingList | None) -> pd.Series:
    """Return whether each household is in the band of the coach who is asked for it first.

    Parameters
    ----------
    preference : pandas.Series
        The result of `models.selection.routing.preferences`, from the first household to the last.
    trial : WaitingList or None
        Without a trial no household is in a band.

    Returns
    -------
    pandas.Series
        True or False per row. It does not depend on anybody's arm in this trial.
    """
    if trial is None:
        return pd.Series(False, index=preference.index)
    place = preference.groupby(preference.str[0]).cumcount() + 1
    return place.between(trial.first, trial.last)

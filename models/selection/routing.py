"""Which agreements are one household, and which coach an address belongs to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.known import AGREEMENT
from models.selection.ranking import lot

_SHARED = (["corporatie_id", "huurder_id"], ["corporatie_id", "eenheid_id"], ["adres_key"])


@dataclass(frozen=True)
class Coach:
    """A wooncoach with the addresses that are theirs and the number of new ones a week.

    Parameters
    ----------
    name : str
        As it is printed above the list; unique among the coaches.
    wijken : frozenset of str, optional
        The wijken of this coach; None is every wijk, also for an agreement without one.
    corporaties : frozenset of str, optional
        The corporations of this coach; None is every corporation.
    capacity : int
        At most this many addresses a week.
    """

    name: str
    wijken: frozenset[str] | None = None
    corporaties: frozenset[str] | None = None
    capacity: int = 8

    def ranked_places(self, exploration: int) -> int:
        """Places that go by score, after `exploration` drawn by lot: at least one, if there is any place."""
        return self.capacity - min(exploration, max(self.capacity - 1, 0))


def households(people: pd.DataFrame) -> pd.Series:
    """Find the households: whoever shares a tenant, a home or an address, also through others.

    Parameters
    ----------
    people : pandas.DataFrame
        With corporatie_id, huurder_id, eenheid_id and adres_key; a missing value joins nobody.

    Returns
    -------
    pandas.Series
        One number per row; equal numbers are one household (a connected component).
    """
    number = pd.Series(np.arange(len(people)), index=people.index)
    while True:
        before = number
        for shared in _SHARED:
            known = people[shared].notna().all(axis=1)
            lowest = number[known].groupby([people.loc[known, column] for column in shared]).transform("min")
            number = lowest.reindex(number.index).fillna(number).astype("int64")
        if number.equals(before):
            return number


def claims(coaches: Sequence[Coach]) -> Callable[[object, object], tuple[Coach, ...]]:
    """Answer, for a corporation and a wijk, which coaches could take an address there.

    Parameters
    ----------
    coaches : sequence of Coach
        All coaches.

    Returns
    -------
    callable
        From corporatie_id and wijk (may be missing) to the coaches, in the order given; each place is looked
        up once.
    """
    known: dict[tuple[object, object], tuple[Coach, ...]] = {}

    def answer(corporatie: object, wijk: object) -> tuple[Coach, ...]:
        place = (corporatie, wijk if isinstance(wijk, str) else None)
        if place not in known:
            known[place] = tuple(
                coach
                for coach in coaches
                if (coach.corporaties is None or corporatie in coach.corporaties)
                and (coach.wijken is None or place[1] in coach.wijken)
            )
        return known[place]

    return answer


def preferences(people: pd.DataFrame, coaches: Sequence[Coach], *, seed: int) -> pd.Series:
    """Name, per household, the coaches who could take it, the first to be asked in front.

    A coach who names the wijk comes before one who takes every wijk; among equals a lot without the date decides, so
    that an address keeps its coach from week to week.

    Parameters
    ----------
    people : pandas.DataFrame
        One row per household, each with at least one willing coach.
    coaches : sequence of Coach
        All coaches.
    seed : int
        The seed of the installation.

    Returns
    -------
    pandas.Series
        A tuple of names per row.
    """
    willing_at = claims(coaches)
    wijken = {coach.name: coach.wijken for coach in coaches}
    asked = []
    for corporatie, agreement, wijk in people[[*AGREEMENT, "wijk"]].itertuples(index=False):
        names = [coach.name for coach in willing_at(corporatie, wijk)]
        if len(names) > 1:
            order = {n: (wijken[n] is None, lot(f"{seed}|{n}", corporatie, agreement)) for n in names}
            names.sort(key=lambda name: order[name])
        asked.append(tuple(names))
    return pd.Series(asked, index=people.index, dtype=object)


def assign(preference: pd.Series, coaches: Sequence[Coach], *, exploration: int) -> pd.Series:
    """Give each household to one coach, in the order of the rows.

    It goes to the first of its `preferences` who has a ranked place left, else to the first with any place left, else
    to the first.

    Parameters
    ----------
    preference : pandas.Series
        As `preferences` gives it, from the first household to the last.
    coaches : sequence of Coach
        All coaches.
    exploration : int
        Places per coach that are drawn by lot.

    Returns
    -------
    pandas.Series
        The coach's name per row.
    """
    taken = dict.fromkeys((coach.name for coach in coaches), 0)
    ranked = {coach.name: coach.ranked_places(exploration) for coach in coaches}
    capacity = {coach.name: coach.capacity for coach in coaches}
    names = []
    for asked in preference:
        by_rank = [name for name in asked if taken[name] < ranked[name]]
        room = [name for name in asked if taken[name] < capacity[name]]
        name = (by_rank or room or asked)[0]
        taken[name] += 1
        names.append(name)
    return pd.Series(names, index=preference.index, dtype=object)

"""Which agreements are one household, and which coach an address belongs to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.ranking import KEY, lot

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


def assign(people: pd.DataFrame, coaches: Sequence[Coach], *, exploration: int, seed: int) -> pd.Series:
    """Give each household to one coach, in the order of the rows.

    It goes to the first willing coach who has a ranked place left, else to the first with any place left,
    else to the first. A coach who names the wijk comes before one who takes every wijk; among equals a lot
    without the date decides, so that an address keeps its coach from week to week.

    Parameters
    ----------
    people : pandas.DataFrame
        One row per household, from first to last, each with at least one willing coach.
    coaches : sequence of Coach
        All coaches.
    exploration : int
        Places per coach that are drawn by lot.
    seed : int
        The seed of the installation.

    Returns
    -------
    pandas.Series
        The coach's name per row.
    """
    willing_at = claims(coaches)
    taken = dict.fromkeys((coach.name for coach in coaches), 0)
    names = []
    for corporatie, agreement, wijk in people[[*KEY, "wijk"]].itertuples(index=False):
        willing = list(willing_at(corporatie, wijk))
        if len(willing) > 1:
            order = {
                c.name: (c.wijken is None, lot(f"{seed}|{c.name}", corporatie, agreement)) for c in willing
            }
            willing.sort(key=lambda coach: order[coach.name])
        ranked = [coach for coach in willing if taken[coach.name] < coach.ranked_places(exploration)]
        room = [coach for coach in willing if taken[coach.name] < coach.capacity]
        name = (ranked or room or willing)[0].name
        taken[name] += 1
        names.append(name)
    return pd.Series(names, index=people.index, dtype=object)

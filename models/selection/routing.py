"""Group agreements into households, and assign each address to a coach."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from features.known import AGREEMENT
from models.selection.ranking import lot

_SHARED = (["corporatie_id", "huurder_id"], ["corporatie_id", "eenheid_id"], ["adres_key"])


@dataclass(frozen=True)
class Coach:
    """A wooncoach: where they work, and how many new addresses they can visit in a week.

    Parameters
    ----------
    name : str
        The name above the list; unique among the coaches.
    wijken : frozenset of str, optional
        The wijken of this coach. None means every wijk, and also agreements without one.
    corporaties : frozenset of str, optional
        The corporations of this coach. None means every corporation.
    capacity : int
        At most this many addresses a week.
    """

    name: str
    wijken: frozenset[str] | None = None
    corporaties: frozenset[str] | None = None
    capacity: int = 8

    def ranked_places(self, exploration: int) -> int:
        """Return the number of places that go by score: all but `exploration`, and at least one if there are places."""
        return self.capacity - min(exploration, max(self.capacity - 1, 0))


def households(people: pd.DataFrame) -> pd.Series:
    """Group agreements that share a tenant, a home or an address, directly or through other agreements.

    Parameters
    ----------
    people : pandas.DataFrame
        With corporatie_id, huurder_id, eenheid_id and adres_key. A missing value links no agreements.

    Returns
    -------
    pandas.Series
        One number per row; rows with the same number are one household (a connected component).
    """
    return pd.Series(connected(links(people)), index=people.index, dtype="int64")


Link = tuple[object, ...]
"""What agreements share: a tenant or a home of one corporation, or an address."""


def links(people: pd.DataFrame) -> list[list[Link]]:
    """Return per kind of link what each agreement could share with others."""
    return [list(zip(*(_values(people[column]) for column in shared), strict=True)) for shared in _SHARED]


def connected(links: Sequence[Sequence[Link]]) -> list[int]:
    """Return the number of the household of each agreement; a link with a missing value connects nothing."""
    linked_to = list(range(len(links[0])))

    def lowest(row: int) -> int:
        while linked_to[row] != row:
            linked_to[row] = row = linked_to[linked_to[row]]
        return row

    for shared in links:
        first: dict[Link, int] = {}
        for row, values in enumerate(shared):
            if None not in values:
                one, other = lowest(row), lowest(first.setdefault(values, row))
                linked_to[max(one, other)] = min(one, other)
    return [lowest(row) for row in range(len(linked_to))]


def _values(column: pd.Series) -> list[object]:
    return column.astype(object).where(column.notna(), None).tolist()


def claims(coaches: Sequence[Coach]) -> Callable[[object, object], tuple[Coach, ...]]:
    """Return a function that looks up which coaches could take an address in a corporation and wijk.

    Parameters
    ----------
    coaches : sequence of Coach
        All coaches.

    Returns
    -------
    callable
        Takes corporatie_id and wijk (may be missing) and returns the coaches, in the order given. It caches its
        answers.
    """
    known: dict[tuple[object, object], tuple[Coach, ...]] = {}

    def willing(corporatie: object, wijk: object) -> tuple[Coach, ...]:
        place = (corporatie, wijk if isinstance(wijk, str) else None)
        if place not in known:
            known[place] = tuple(
                coach
                for coach in coaches
                if (coach.corporaties is None or corporatie in coach.corporaties)
                and (coach.wijken is None or place[1] in coach.wijken)
            )
        return known[place]

    return willing


def preferences(people: pd.DataFrame, coaches: Sequence[Coach], *, seed: int) -> pd.Series:
    """List the coaches who could take each household, in the order in which they are asked.

    A coach who names the wijk comes before one who takes every wijk. Between equal coaches a lot decides; it does not
    depend on the date, so an address keeps its coach from week to week.

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
    """Assign each household to one coach, in the order of the rows.

    A household goes to the first of its `preferences` with a ranked place left, otherwise to the first with any place
    left, otherwise to the first.

    Parameters
    ----------
    preference : pandas.Series
        The result of `preferences`, from the first household to the last.
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

"""Simulate a demo corporation week by week, from hidden causes to what is on file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.sample import collection, money, nuisance, repairs
from pipelines.sample.demo import Demo
from pipelines.sample.households import NEVER, Book, Households
from pipelines.sample.moving import Moves
from pipelines.sample.town import Town, build, people
from pipelines.sample.variants import Variant

_BEFORE = 70
"""Weeks simulated before the history begins, so that files of every age are open on its first day."""


@dataclass(frozen=True)
class Hidden:
    """What no file holds: the state of the household in each home on each Monday of the history.

    Attributes
    ----------
    mondays : ndarray of int, shape (weeks,)
        The Mondays.
    agreement : ndarray of int, shape (weeks, homes)
        The agreement of the household; -1 while the home is empty.
    money, overload : ndarray of float, shape (weeks, homes)
        The levels of the causes; 0 is none and 1 is a burden. Income that is borrowed for now counts as lacking.
    avoids : ndarray of bool, shape (weeks, homes)
        Whether the household avoids contact.
    """

    mondays: np.ndarray
    agreement: np.ndarray
    money: np.ndarray
    overload: np.ndarray
    avoids: np.ndarray


@dataclass(frozen=True)
class World:
    """Everything that happened, as tables of numbers and codes. Days count from 1970-01-01, moments are in minutes.

    Attributes
    ----------
    people : mapping
        Name and contact data, one element per tenant in every array.
    raises : list
        The day and the rate of each rent increase.
    begins, ends : DataFrame
        One row per agreement, and one row per agreement that ends.
    arrears : DataFrame
        One row per list and agreement with an open saldo.
    complaints, repairs, worries : DataFrame
        One row per event, with the days on which its state changed.
    hidden : Hidden
        The hidden state of the households, which decides who opens the door and whom a visit helps.
    """

    demo: Demo
    town: Town
    people: Mapping[str, np.ndarray]
    raises: Sequence[tuple[int, float]]
    begins: pd.DataFrame
    ends: pd.DataFrame
    arrears: pd.DataFrame
    complaints: pd.DataFrame
    repairs: pd.DataFrame
    worries: pd.DataFrame
    hidden: Hidden


def is_list_day(demo: Demo, monday: int) -> bool:
    """Return whether the arrears list is read on this Monday."""
    return not demo.monthly_list or 15 <= int(str(np.datetime64(monday, "D"))[8:]) <= 21


def simulate(
    variant: Variant,
    homes: int,
    mondays: np.ndarray,
    seed: int,
    progress: Callable[[str], None] | None = None,
) -> World:
    """Simulate all weeks of the history and those before it.

    Parameters
    ----------
    variant : Variant
        The corporation.
    homes : int
        Number of homes.
    mondays : ndarray of int, shape (weeks,)
        The Mondays of the history, in order; the last one is the end.
    seed : int
        The same seed gives the same world.
    progress : callable, optional
        Called with the number of the week every twenty weeks.
    """
    first = int(mondays[0])
    simulation = _Simulation(variant, homes, first - 7 * _BEFORE, seed)
    weeks: list[tuple[np.ndarray, ...]] = []
    for monday in range(first - 7 * _BEFORE, int(mondays[-1]) + 1, 7):
        if monday >= first:
            weeks.append(simulation.hidden())
            simulation.list_arrears(monday)
        if monday == mondays[-1]:
            break
        simulation.week(monday)
        week = (monday - first) // 7
        if progress and week >= 0 and week % 20 == 0:
            progress(f"week {week + 1} of {len(mondays)}")
    return simulation.world(mondays, weeks)


class _Simulation:
    """The corporation while it is simulated; each kind of event draws from its own random numbers."""

    def __init__(self, variant: Variant, homes: int, start: int, seed: int) -> None:
        (
            place,
            self.moving,
            self.feeling,
            self.paying,
            self.office,
            self.neighbours,
            self.trade,
            self.names,
            own,
        ) = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(9))
        self.demo = variant.demo
        self.town = build(self.demo, homes, place)
        self.households, self.book = Households(self.town), Book()
        self.ways = variant.ways(start, own)
        self.moves = Moves(self.households, self.book, self.demo, self.ways, self.moving)
        self.raises: list[tuple[int, float]] = []
        self.last_due = _month_begins(start)
        self.moves.first(start)
        collection.start_files(self.households, self.demo.settled, self.demo.disputed, start, self.office)
        self.ways.begin(self.households)

    def hidden(self) -> tuple[np.ndarray, ...]:
        """Return a copy of the state of the households, as one week of `Hidden`."""
        h = self.households
        return h.agreement.copy(), np.maximum(h.money, h.loss), h.overload.copy(), h.isolated.copy()

    def list_arrears(self, monday: int) -> None:
        """Record the arrears list, if one is read on this Monday."""
        if is_list_day(self.demo, monday):
            _list(self.households, self.book, monday, self.last_due)

    def week(self, monday: int) -> None:
        """Let the week from `monday` happen."""
        h = self.households
        noticed = self.moves.week(monday)
        parted = self.ways.troubles(h, self.demo, self.feeling)
        money.receive(h, monday + 7)
        due = _first_of_month(monday)
        if due is not None:
            self._rent_is_due(due, monday)
        collection.new_disputes(h, self.demo.disputed, self.office)
        collection.week(h, self.moves, monday + 7, self.office)
        self.ways.office(h, monday + 7)
        nuisance.complaints(h, self.town, self.demo, self.book, monday, self.neighbours)
        nuisance.worries(h, self.book, monday, self.neighbours)
        repairs.week(h, self.town, self.book, monday, noticed, self.trade)
        renamed = (h.end[parted] == NEVER) & (self.moving.random(len(parted)) < 0.08)
        self.moves.rename(parted[renamed], monday)

    def _rent_is_due(self, due: int, monday: int) -> None:
        """Charge a month of rent; in July, raise it first."""
        h = self.households
        self.last_due = due
        if str(np.datetime64(due, "D"))[5:7] == "07":
            rate = float(self.paying.uniform(0.02, 0.04))
            self.raises.append((due, rate))
            h.rent = (h.rent * (1 + rate)).round(2)
        money.fall_due(h, due, self.paying)
        self.ways.pay(h, due)
        money.receive(h, monday + 7)

    def world(self, mondays: np.ndarray, weeks: list[tuple[np.ndarray, ...]]) -> World:
        """End the simulation and return its history, with the states of `hidden` per week."""
        h, book, first = self.households, self.book, int(mondays[0])
        self.moves.last()
        book.add("rents", agreement=h.agreement[h.lived_in], rent=h.rent[h.lived_in])
        return World(
            demo=self.demo,
            town=self.town,
            people=self.ways.known_as(people(self.moves.tenants, self.names)),
            raises=self.raises,
            begins=book.frame("begins").merge(book.frame("rents"), on="agreement", validate="1:1"),
            ends=book.frame("ends"),
            arrears=_all_lists(self.demo, book, mondays),
            complaints=_since(book.frame("complaints"), "registered", first),
            repairs=_since(book.frame("repairs"), "reported", first),
            worries=_since(book.frame("worries"), "at", first),
            hidden=Hidden(mondays, *(np.stack(rows) for rows in zip(*weeks, strict=True))),
        )


def _month_begins(day: int) -> int:
    """Return the first day of the month of a day."""
    return int(np.datetime64(day, "D").astype("datetime64[M]").astype("datetime64[D]").astype(np.int64))


def _first_of_month(monday: int) -> int | None:
    """Return the first day of a month if it falls in the week from `monday`, else None."""
    first = _month_begins(monday + 6)
    return first if first >= monday else None


def _list(h: Households, book: Book, monday: int, last_due: int) -> None:
    """Record the arrears list as read on the morning of `monday`, with the positions of the evening before."""
    due = money.oldest_due(h, last_due)
    at = np.flatnonzero(h.lived_in & (((h.saldo > 0.005) & (due < monday)) | (h.saldo < -0.005)))
    owing = h.saldo[at] > 0
    held = h.disputed[at] | h.settled[at]
    book.add(
        "arrears",
        agreement=h.agreement[at],
        peildatum=monday,
        saldo=h.saldo[at],
        due=np.where(owing, due[at], NEVER),
        status=np.where(held, "ONH", np.where(h.phase[at] >= collection.NOTICE, "INC", "NOR")),
        phase=np.where(owing, h.phase[at], 0),
        plan=np.where(owing, h.plan[at], 0),
        paid_on=h.paid_on[at],
        paid=h.paid[at],
    )


def _all_lists(demo: Demo, book: Book, mondays: np.ndarray) -> pd.DataFrame:
    """Return the lists of all peildata; debts of former tenants stay on them for three months."""
    lists = book.frame("arrears")
    left = book.frame("left")
    if len(left):
        days = np.array([m for m in mondays if is_list_day(demo, int(m))])
        row, column = np.nonzero(
            (left["since"].to_numpy()[:, None] <= days) & (days < left["until"].to_numpy()[:, None])
        )
        gone = left.iloc[row].reset_index(drop=True).assign(peildatum=days[column], status="INC", plan=0)
        month = gone["due"].to_numpy().astype("datetime64[D]").astype("datetime64[M]")
        gone["due"] = month.astype("datetime64[D]").astype(np.int64)
        lists = pd.concat([lists, gone[lists.columns]], ignore_index=True)
    return lists.sort_values(["peildatum", "agreement"], ignore_index=True)


def _since(events: pd.DataFrame, moment: str, day: int) -> pd.DataFrame:
    """Return the events on file on or after a day, in order; an event's number is its index."""
    return events[events[moment] >= day * nuisance.DAY].sort_values(moment, kind="stable", ignore_index=True)

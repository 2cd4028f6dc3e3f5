"""Decide from the hidden state of a household who opens the door and whom a visit helps, and carry out that help.

The lists, the portal and the points know nothing of this. A visit that helps changes only what comes after it: the
tenant agrees on a payment plan, keeps to it, and the file stays away from the bailiff. Therefore a trial by lot has a
true effect to find, and `prevented` counts it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipelines.sample.collection import BAILIFF, SUMMONS
from pipelines.sample.money import ACTIVE
from pipelines.sample.world import World

LOST = ("ONT", "NOO")
"""Reasons for the end of a tenancy after which the home is lost: eviction and flight. No visit prevents these here."""
TERMS = 9
"""Number of months in which a helped tenant pays off the debt."""
WEEK, MONTH = 7, 30


@dataclass(frozen=True)
class Door:
    """The situation behind a door, which a coach does not know beforehand.

    Attributes
    ----------
    opens : float
        Chance that somebody opens, 0 to 1.
    need : bool
        Whether the household needs help.
    helps : bool
        Whether a visit that reaches the household helps.
    """

    opens: float
    need: bool
    helps: bool


class Doors:
    """The doors of a world, by agreement and day.

    Parameters
    ----------
    world : World
        A simulated corporation.
    """

    def __init__(self, world: World) -> None:
        self.hidden = world.hidden
        lost = world.ends.loc[world.ends["detail"].isin(LOST), "agreement"]
        self.lost = frozenset(int(number) for number in lost)
        homes = world.begins[["agreement", "home"]]
        self.home = dict(zip(homes["agreement"].tolist(), homes["home"].tolist(), strict=True))

    def at(self, agreement: int, day: int) -> Door:
        """Return what a coach finds at an agreement on a day (days since 1970-01-01)."""
        week = int(np.clip((day - int(self.hidden.mondays[0])) // WEEK, 0, len(self.hidden.mondays) - 1))
        home = self.home[agreement]
        money, overload = float(self.hidden.money[week, home]), float(self.hidden.overload[week, home])
        avoids = bool(self.hidden.avoids[week, home])
        opens = 0.72 * np.exp(-0.35 * overload) * (0.55 if avoids else 1.0)
        need = max(money, overload) > 0.35
        return Door(float(opens), need, need and agreement not in self.lost)


def after(world: World, helped: Mapping[int, int]) -> World:
    """Return the world as it goes on after the visits that helped.

    Parameters
    ----------
    helped : mapping of int to int
        The agreements that a visit helped, with the day of that visit.
    """
    lists = world.arrears
    day = lists["agreement"].map(helped)
    later = (lists["peildatum"] > day + WEEK).to_numpy()
    if not later.any():
        return world
    rows = lists[later].copy()
    since = day[later]
    owed = _owed_at(lists, helped, rows["agreement"])
    part = 1 - (rows["peildatum"] - since) // MONTH / TERMS
    rows["saldo"] = np.minimum(rows["saldo"], (owed * part).round(2))
    rows["plan"] = ACTIVE
    rows["phase"] = np.minimum(rows["phase"], SUMMONS)
    rows["status"] = "INC"
    rows["paid_on"] = since.astype(np.int64) + (rows["peildatum"] - since) // MONTH * MONTH
    rows["paid"] = (owed / TERMS).round(2)
    rows = rows[rows["saldo"] > 0.005]
    changed = pd.concat([lists[~later], rows.astype(lists.dtypes.to_dict())], ignore_index=True)
    return replace(world, arrears=changed.sort_values(["peildatum", "agreement"], ignore_index=True))


def _owed_at(lists: pd.DataFrame, helped: Mapping[int, int], agreements: pd.Series) -> pd.Series:
    """Return the debt of each agreement on the last list before its visit; 0 if it was on none."""
    day = lists["agreement"].map(helped)
    before = lists[lists["peildatum"] <= day + WEEK]
    last = before.drop_duplicates("agreement", keep="last").set_index("agreement")["saldo"]
    return agreements.map(last).fillna(0.0)


def prevented(world: World, helped: Mapping[int, int], days: int) -> int:
    """Count the helped agreements that would have gone to the bailiff within a number of days after the visit."""
    bailiff = world.arrears[world.arrears["phase"] >= BAILIFF].groupby("agreement")["peildatum"].min()
    return sum(day < int(bailiff.get(agreement, -1)) <= day + days for agreement, day in _pairs(helped))


def _pairs(helped: Mapping[int, int]) -> Iterable[tuple[int, int]]:
    return sorted(helped.items())

"""Make the coaches' lists from the scores: apply capacity, one entry per household, and exploration.

A list depends only on the candidates, the coaches, the as-of date and the seed, not on earlier runs or the clock.
The probability of being chosen is kept for every candidate. Coaches see only the chosen addresses, so their findings
must be weighted by it later (Coston et al. 2020, arXiv:1909.00066).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from features.known import AGREEMENT
from models.selection.chances import propensities, ties_at_the_cut
from models.selection.ranking import EQUAL, Draw, in_order, lot_text, lots, rank
from models.selection.routing import Coach, assign, claims, households, preferences
from models.selection.trial import WAIT, WaitingList, in_band, sides

__all__ = ["WHY_NOT", "Coach", "Draw", "Selection", "WaitingList", "rank", "refuse_nonsense", "select"]

NEEDED = (
    *AGREEMENT,
    "huurder_id",
    "eenheid_id",
    "adres_key",
    "wijk",
    "score",
    "score_exact",
    "hold",
)
WHY_NOT = (
    "in_contact",
    "waakvlam",
    "cool_down",
    "not_fitting",
    "below_minimum",
    "no_coach",
    "same_household",
    "waiting",
    "beyond_capacity",
)


@dataclass(frozen=True)
class Selection:
    """The lists of all coaches, and the reason for each candidate that is not on a list.

    Parameters
    ----------
    listed : pandas.DataFrame
        ``coach``, ``position`` (1..n per coach) and ``slot`` (``"top"`` or ``"exploration"``), then the
        columns of the candidates; sorted by coach (in the order given) and position.
    counts : mapping of str to int
        Number of candidates that are not listed, by reason: every key of `WHY_NOT` and any other hold code that
        occurs. The counts and the listed candidates add up to all candidates.
    draws : tuple of Draw
        Every lot that decided about a place on a list.
    log : pandas.DataFrame
        One row per candidate: the key, ``coach`` (or missing), ``outcome`` (a slot or a key of `counts`),
        ``propensity`` (the probability of being chosen before the lots of the day, see `models.selection.chances`), ``place``
        (in the coach's order, 1 is first; waiting households are numbered separately) and ``arm`` (``"now"`` or
        ``"wait"`` inside the band of a trial, otherwise missing).
    """

    listed: pd.DataFrame
    counts: Mapping[str, int]
    draws: tuple[Draw, ...] = ()
    log: pd.DataFrame = field(default_factory=pd.DataFrame)


def select(
    candidates: pd.DataFrame,
    coaches: Sequence[Coach],
    *,
    as_of: date,
    exploration: int,
    minimum_score: int,
    seed: int,
    trial: WaitingList | None = None,
) -> Selection:
    """Choose at most `capacity` addresses per coach, `exploration` of them by lot from below the cut.

    For each coach the highest ranks take the k = capacity - exploration ranked places (see
    :func:`models.selection.ranking.rank`). The other places are drawn by lot from rank k + 1 down to ten times the
    capacity, so that needs that the score overlooks can be found and measured. These addresses get a random position
    below the first, so that the coach cannot recognise them. If there are no more households than places, nothing is
    drawn. At least one place always goes by rank.

    Each household and address has one entry: agreements that share a tenant, a home or an address, directly or
    through others, are represented by their highest ranked member that has a coach. A hold on one of them holds the
    whole household, so that the coach does not visit the same people again about a second agreement.

    An address that several coaches could take goes to one of them (see :func:`models.selection.routing.assign`).

    In a trial, households in the band that drew ``"wait"`` are skipped (see `models.selection.trial`).

    Parameters
    ----------
    candidates : pandas.DataFrame
        One row per scored agreement: corporatie_id, overeenkomst_id, huurder_id, eenheid_id, adres_key, wijk,
        score (whole points), score_exact (points before rounding), hold (missing, or a code such as ``in_contact``).
    coaches : sequence of Coach
        Coaches with unique names.
    as_of : date
        The as-of date of the list.
    exploration : int
        Places per coach that are drawn by lot from below the cut.
    minimum_score : int
        Lowest score that can be listed; at least 1, so that nobody is listed without a reason.
    seed : int
        The seed of the installation.
    trial : WaitingList, optional
        The trial that runs on the as-of date.

    Returns
    -------
    Selection
        The result does not depend on the order of the rows.

    Raises
    ------
    ValueError
        If a column is missing, a key occurs twice, two coaches share a name or a number is out of range.
    """
    refuse_nonsense(candidates, coaches)
    if candidates["score"].isna().any():
        raise ValueError("a candidate has no score")
    if exploration < 0:
        raise ValueError("exploration cannot be negative")
    if minimum_score < 1:
        raise ValueError("the minimum score must be at least 1: nobody is listed without a reason")
    people = candidates.reset_index(drop=True)
    text = lot_text(as_of, seed)
    outcome, order = _in_order(people, coaches, minimum_score, text)
    preference = preferences(order, coaches, seed=seed)
    side, banded = sides(order, trial, seed), in_band(preference, trial)
    waiting = banded & (side == WAIT)
    order["coach"] = preference.str[0]
    order.loc[~waiting, "coach"] = assign(preference[~waiting], coaches, exploration=exploration)
    slot = pd.Series("waiting", index=order.index, dtype=object)
    position = pd.Series(0, index=people.index)
    drawn: dict[str, Draw] = {}
    for coach in coaches:
        mine = order.loc[(order["coach"] == coach.name) & ~waiting]
        slot.loc[mine.index], draw = _cut(mine, coach, exploration, text)
        places = _places(mine, slot.loc[mine.index], f"{text}|{coach.name}|place")
        position.loc[pd.Index(places)] = np.arange(1, len(places) + 1)
        drawn |= {coach.name: draw} if draw else {}
    outcome.loc[order.index] = slot
    alike = pd.Series(pd.MultiIndex.from_arrays([preference, side]).factorize()[0], order.index)
    order["propensity"] = propensities(order, alike, slot, drawn)
    order["place"] = order.groupby(["coach", waiting]).cumcount() + 1
    order["arm"] = side.where(banded, None)
    log = _log(people, outcome, order)
    why = outcome.loc[position == 0].value_counts()
    counts = {**dict.fromkeys(WHY_NOT, 0), **{str(code): int(n) for code, n in sorted(why.items())}}
    draws = (*ties_at_the_cut(order, alike, slot, text), *drawn.values())
    return Selection(_listed(people, log, position, coaches), counts, draws, log)


def _in_order(
    people: pd.DataFrame, coaches: Sequence[Coach], minimum_score: int, text: str
) -> tuple[pd.Series, pd.DataFrame]:
    """Return per candidate why it cannot be on any list (missing if it can), and those that can, from first to last."""
    outcome, household = _before_the_cut(people, coaches, minimum_score)
    order = in_order(people.loc[outcome.isna()], text)
    # No lot decides which agreement represents a household: two equal agreements would draw two lots for one place.
    first = order.sort_values([*EQUAL, *AGREEMENT]).index
    second = first[household.loc[first].duplicated()]
    outcome.loc[second] = "same_household"
    return outcome, order.drop(index=second)


def _log(people: pd.DataFrame, outcome: pd.Series, order: pd.DataFrame) -> pd.DataFrame:
    """Return one row per candidate, including candidates that could not be on any list."""
    known = order.reindex(people.index)
    log = people[AGREEMENT].assign(outcome=outcome, propensity=known["propensity"].fillna(0.0))
    for name in ("coach", "arm"):
        log[name] = known[name].astype(object).where(known[name].notna(), None)
    return log.assign(place=known["place"].astype("Int64"))


def refuse_nonsense(candidates: pd.DataFrame, coaches: Sequence[Coach]) -> None:
    """Raise `ValueError` if a column is missing, a key occurs twice, or coaches share a name or lack a capacity."""
    absent = [column for column in NEEDED if column not in candidates.columns]
    if absent:
        raise ValueError(f"candidates lack {', '.join(absent)}")
    if candidates.duplicated(AGREEMENT).any():
        raise ValueError("an agreement occurs twice among the candidates")
    if len({coach.name for coach in coaches}) < len(coaches):
        raise ValueError("two coaches have the same name")
    if any(coach.capacity < 0 for coach in coaches):
        raise ValueError("capacity cannot be negative")


def _before_the_cut(
    people: pd.DataFrame, coaches: Sequence[Coach], minimum_score: int
) -> tuple[pd.Series, pd.Series]:
    """Return per candidate why it cannot be on any list (missing if it can), and its household number."""
    household = households(people)
    held = people["hold"].notna()
    willing_at = claims(coaches)
    places = people[["corporatie_id", "wijk"]].itertuples(index=False)
    unserved = np.array([not willing_at(*place) for place in places], dtype=bool)
    outcome = np.full(len(people), None, dtype=object)  # the first reason counts, so it is written last
    outcome[household.isin(household[held])] = "same_household"
    outcome[unserved] = "no_coach"
    outcome[people["score"] < minimum_score] = "below_minimum"
    outcome[held] = people["hold"][held]
    return pd.Series(outcome, index=people.index, dtype=object), household


def _cut(mine: pd.DataFrame, coach: Coach, exploration: int, text: str) -> tuple[pd.Series, Draw | None]:
    """Divide the ranked households of one coach into top, exploration and beyond capacity."""
    ranked = coach.ranked_places(exploration)
    by_lot = coach.capacity - ranked
    if len(mine) <= coach.capacity:
        return pd.Series("top", index=mine.index, dtype=object), None
    slot = pd.Series("beyond_capacity", index=mine.index, dtype=object)
    slot.iloc[:ranked] = "top"
    if not by_lot:
        return slot, None
    pool = mine.iloc[ranked : 10 * coach.capacity]
    text = f"{text}|{coach.name}|exploration"
    drawn = pd.Series(lots(pool, text), index=pool.index).sort_values().index[:by_lot]
    slot.loc[drawn] = "exploration"
    return slot, Draw(coach.name, "exploration", text, len(pool), _keys(mine, drawn), by_lot / len(pool))


def _places(mine: pd.DataFrame, slot: pd.Series, text: str) -> list[Hashable]:
    """Return the rows in the order of the list: by rank, with exploration at random positions below the first."""
    places: list[Hashable] = list(mine.index[slot == "top"])
    drawn = mine.loc[slot == "exploration"]
    for row, number in zip(drawn.index, lots(drawn, text), strict=True):
        places.insert(1 + int(number, 16) % len(places), row)
    return places


def _keys(people: pd.DataFrame, rows: Iterable[Hashable]) -> tuple[tuple[str, str], ...]:
    return tuple((str(a), str(b)) for a, b in people.loc[list(rows), AGREEMENT].itertuples(index=False))


def _listed(
    people: pd.DataFrame, log: pd.DataFrame, position: pd.Series, coaches: Sequence[Coach]
) -> pd.DataFrame:
    front = pd.DataFrame({"coach": log["coach"], "position": position, "slot": log["outcome"]})
    listed = pd.concat([front, people], axis=1).loc[position > 0]
    turn = listed["coach"].map({coach.name: number for number, coach in enumerate(coaches)})
    order = np.lexsort((listed["position"].to_numpy(), turn.to_numpy()))
    return listed.iloc[order].reset_index(drop=True)

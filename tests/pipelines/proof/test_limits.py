"""Simulate the rule that stops the list: rarely without harm, and within a quarter with it, at a region's size."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

from models.evaluate.sequential import above
from pipelines.installation.settings import Settings, Stop
from pipelines.proof import limits
from pipelines.proof.limits import SHARES
from tests.support.cases import cases

LIMITS = Stop()
PLACES, BY_LOT, WIJKEN = 200, 25, 12
"""A region of 200,000 homes with 25 coaches: 200 addresses a week, of which 25 by lot."""
QUARTER, TIME_FOR_A_VISIT = 13, 4


@dataclass(frozen=True)
class World:
    """What coaches meet; the defaults are those of a list that works as it should."""

    visited: float = 0.8
    reached: float = 0.6
    refused: float = 0.3
    need: float = 0.45
    need_by_lot: float = 0.3
    harm: float = 0.01
    complaints: float = 0.02
    visited_in_one: float | None = None
    need_in_one: float | None = None


def listed(world: World, weeks: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the rows that `limits.rows` reads, for so many weeks."""
    number = weeks * PLACES
    share = rng.dirichlet(np.full(WIJKEN, 8.0))
    wijk = rng.choice(WIJKEN, number, p=share)
    one = wijk == np.argmax(share)
    top = np.tile(np.arange(PLACES) >= BY_LOT, weeks)
    chance = np.where(one & (world.visited_in_one is not None), world.visited_in_one or 0, world.visited)
    visited = rng.random(number) < chance
    reached = visited & (rng.random(number) < world.reached)
    need = np.where(top, world.need, world.need_by_lot)
    need = np.where(one & (world.need_in_one is not None), world.need_in_one or 0, need)
    return pd.DataFrame(
        {
            "as_of": np.repeat(np.arange(weeks), PLACES),
            "wijk": [f"wijk {n}" for n in wijk],
            "outcome": np.where(top, "top", "exploration"),
            "visited": visited,
            "reached": reached,
            "refused": reached & (rng.random(number) < world.refused),
            "need": np.where(reached, (rng.random(number) < need).astype(float), np.nan),
        }
    )


def ever_stopped(world: World, weeks: int, rng: np.random.Generator) -> set[str]:
    """Look every week, and return the rules that ever stop the list."""
    rows = listed(world, weeks, rng)
    stopped = {rule.name for rule in limits.check(rows, {}, LIMITS) if rule.breached}
    weekly = rows.groupby("as_of")[["visited", "reached", "refused"]].sum().to_numpy()
    visited, reached, refused = weekly.cumsum(axis=0).T
    counts = {
        "refusals": (LIMITS.refusals, refused, reached),
        "harm": (LIMITS.harm, rng.binomial(weekly[:, 0], world.harm).cumsum(), visited),
        "complaints": (LIMITS.complaints, rng.binomial(weekly[:, 0], world.complaints).cumsum(), visited),
    }
    for name, (limit, hits, trials) in counts.items():
        if above(limit, hits, trials).max() >= 1 / (SHARES[name] * LIMITS.false_stops):
            stopped.add(name)
    return stopped


def false_stops(worlds: int, seed: int) -> float:
    rng = np.random.default_rng(seed)
    return sum(bool(ever_stopped(World(), 104, rng)) for _ in range(worlds)) / worlds


HARMS = {
    "refusals": World(refused=0.65),
    "harm": World(harm=0.06),
    "complaints": World(complaints=0.12),
    "needs": World(need=0.12, need_by_lot=0.4),
    "visited": World(visited_in_one=0.25),
    "helped": World(need_in_one=0.08),
}


def found_in_time(name: str, worlds: int, seed: int) -> float:
    """Return the share of worlds in which a rule stops the list within a quarter, the time for a visit included."""
    rng = np.random.default_rng(seed)
    weeks = QUARTER - TIME_FOR_A_VISIT
    return sum(name in ever_stopped(HARMS[name], weeks, rng) for _ in range(worlds)) / worlds


@pytest.mark.long
def test_nothing_wrong_seldom_stops_the_list_in_two_years() -> None:
    assert false_stops(cases(4, 400), seed=4) < 0.05


def test_at_the_limit_itself_the_list_seldom_stops() -> None:
    rng = np.random.default_rng(2)
    trials = np.full((400, 104), 20).cumsum(axis=1)
    hits = rng.binomial(20, 0.02, (400, 104)).cumsum(axis=1)
    assert (above(0.02, hits, trials).max(axis=1) >= 20).mean() < 0.05


@pytest.mark.long
@pytest.mark.parametrize("name", list(HARMS))
def test_a_real_harm_stops_the_list_within_a_quarter(name: str) -> None:
    assert found_in_time(name, cases(3, 100), seed=3) >= 0.85


def test_a_limit_is_a_setting() -> None:
    rows = listed(replace(World(), refused=0.65), 9, np.random.default_rng(1))
    strict = {rule.name: rule for rule in limits.check(rows, {}, LIMITS)}
    wide = {rule.name: rule for rule in limits.check(rows, {}, Stop(refusals=0.8))}
    assert strict["refusals"].breached
    assert not wide["refusals"].breached
    assert "the limit is 50%" in strict["refusals"].sentence
    assert Settings(corporatie_id="demo", naam="Voorbeeld").stop.decides == ["bestuurder", "directeur"]

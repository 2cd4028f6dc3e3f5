"""Print how often the rule that stops the list stops it, with and without harm, for docs/proof.md.

python -m benchmarks.stops          # 400 regions without harm, 200 with each clear harm and 200 with each milder one
python -m benchmarks.stops 60       # fewer regions
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.evaluate.sequential import above
from pipelines.installation.settings import Stop
from pipelines.proof import limits
from pipelines.proof.limits import SHARES

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
    """Return the share of worlds without harm in which any rule stops the list within two years."""
    rng = np.random.default_rng(seed)
    return sum(bool(ever_stopped(World(), 104, rng)) for _ in range(worlds)) / worlds


HARMS = {
    "refusals": (World(refused=0.65), World(refused=0.57)),
    "harm": (World(harm=0.06), World(harm=0.035)),
    "complaints": (World(complaints=0.12), World(complaints=0.08)),
    "needs": (World(need=0.12, need_by_lot=0.4), World(need=0.25, need_by_lot=0.4)),
    "visited": (World(visited_in_one=0.25), World(visited_in_one=0.5)),
    "helped": (World(need_in_one=0.08), World(need_in_one=0.2)),
}
"""For each rule a world with a clear harm, and one with a harm that is nearer to the limit."""


def found_in_time(name: str, worlds: int, seed: int, *, milder: bool = False) -> float:
    """Return the share of worlds in which a rule stops the list within a quarter, the time for a visit included."""
    rng = np.random.default_rng(seed)
    world, weeks = HARMS[name][milder], QUARTER - TIME_FOR_A_VISIT
    return sum(name in ever_stopped(world, weeks, rng) for _ in range(worlds)) / worlds


def main(worlds: int) -> None:
    """Print the share of false stops, and the share of harms found within a quarter."""
    print(f"stopped within two years without harm: {100 * false_stops(2 * worlds, seed=4):.1f}%", flush=True)
    for name in HARMS:
        clear, milder = (found_in_time(name, worlds, 71, milder=milder) for milder in (False, True))
        print(
            f"{name}: {100 * clear:.0f}% with a clear harm, {100 * milder:.0f}% with a milder one", flush=True
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)

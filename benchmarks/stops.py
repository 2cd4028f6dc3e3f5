"""Print how often the rule that stops the list stops it, with and without harm, for docs/proof.md.

python -m benchmarks.stops          # 400 regions without harm, 200 with each harm
python -m benchmarks.stops 60       # fewer regions
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from scipy.stats import binom

from models.evaluate.sequential import LOOKS, Block, below_lately
from pipelines.installation.settings import Stop
from pipelines.proof import limits
from pipelines.proof.limits import QUARTER, SHARES, Met
from pipelines.scoring.follow_up import WORKED_DAYS

LIMITS = Stop()
PLACES, BY_LOT, WIJKEN = 200, 25, 12
"""A region of 200,000 homes with 25 coaches: 200 addresses a week, of which 25 by lot."""
GOOD_WEEKS = 26
"""Weeks that go well before a harm that begins later."""
FIRST = date(2026, 1, 5)


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


def listed(world: World, weeks: int, good_weeks: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the households of weekly lists, and what coaches meet there within four weeks; days count from the first list.

    What is wrong with a list begins with the first list after the good weeks, what is wrong with visits on the same day.
    """
    good, number = World(), (good_weeks + weeks) * PLACES
    as_of = np.repeat(np.arange(good_weeks + weeks) * 7, PLACES)
    visit = as_of + rng.integers(0, WORKED_DAYS, number)
    list_is_bad, visit_is_bad = as_of >= 7 * good_weeks, visit >= 7 * good_weeks
    shares = rng.dirichlet(np.full(WIJKEN, 8.0))
    wijk = rng.choice(WIJKEN, number, p=shares)
    in_largest = wijk == np.argmax(shares)
    top = np.tile(np.arange(PLACES) >= BY_LOT, good_weeks + weeks)

    def drawn(bad: np.ndarray, share: float | np.ndarray, usual: float | np.ndarray) -> np.ndarray:
        return rng.random(number) < np.where(bad, share, usual)

    in_one = world.visited if world.visited_in_one is None else world.visited_in_one
    visited = drawn(list_is_bad, np.where(in_largest, in_one, world.visited), good.visited)
    reached = visited & (rng.random(number) < good.reached)
    now = np.where(top, world.need, world.need_by_lot)
    if world.need_in_one is not None:
        now = np.where(in_largest, world.need_in_one, now)
    need = drawn(list_is_bad, now, np.where(top, good.need, good.need_by_lot))
    return pd.DataFrame(
        {
            "as_of": as_of,
            "wijk": [f"wijk {n}" for n in wijk],
            "in_largest": in_largest,
            "outcome": np.where(top, "top", "exploration"),
            "visited": visited,
            "visited_on": np.where(visited, visit, np.nan),
            "spoken_on": np.where(reached, visit, np.nan),
            "refused": reached & drawn(visit_is_bad, world.refused, good.refused),
            "harm": visited & drawn(visit_is_bad, world.harm, good.harm),
            "complaint": visited & drawn(visit_is_bad, world.complaints, good.complaints),
            "need": np.where(reached, need.astype(float), np.nan),
        }
    )


def met(world: World, weeks: int, rng: np.random.Generator, good_weeks: int = 0) -> Met:
    """Draw what `limits.met` reads a number of weeks after the first list, or after weeks that went well.

    Visits that are still to come are not known yet, and reports are a week late.
    """
    rows, now = listed(world, weeks, good_weeks, rng), 7 * (good_weeks + weeks)
    rows["matured"] = rows["as_of"] + WORKED_DAYS <= now
    late = rows["visited_on"] >= now
    rows.loc[late, ["visited_on", "spoken_on"]] = np.nan
    rows.loc[late, ["visited", "refused"]] = False
    reports = {
        kind: _dates(rows.loc[rows[kind] & (rows["visited_on"] < now - 7), "visited_on"])
        for kind in ("harm", "complaint")
    }
    visits = _dates(rows["visited_on"].dropna())
    for column in ("as_of", "visited_on", "spoken_on"):
        rows[column] = pd.Timestamp(FIRST) + pd.to_timedelta(rows[column], unit="D")
    return Met(rows, visits, reports)


def _dates(days: pd.Series) -> list[date]:
    return [FIRST + timedelta(days=int(day)) for day in days]


def stopped(met_so_far: Met) -> set[str]:
    """Return the rules that stop the list at any of the weekly looks until now."""
    return {rule.name for rule in limits.check(met_so_far, LIMITS) if rule.breached}


def false_stops(worlds: int, seed: int) -> float:
    """Return the share of worlds without harm in which any rule stops the list within two years."""
    rng = np.random.default_rng(seed)
    return sum(bool(stopped(met(World(), 104, rng))) for _ in range(worlds)) / worlds


HARMS = {
    "refusals": (World(refused=0.65), World(refused=0.57)),
    "harm": (World(harm=0.06), World(harm=0.035)),
    "complaints": (World(complaints=0.12), World(complaints=0.08)),
    "needs": (World(need=0.12, need_by_lot=0.4), World(need=0.25, need_by_lot=0.4)),
    "visited": (World(visited_in_one=0.25), World(visited_in_one=0.5)),
    "helped": (World(need_in_one=0.08), World(need_in_one=0.2)),
}
"""For each rule a world with a clear harm, and one with a harm that is nearer to the limit."""


@dataclass(frozen=True)
class Found:
    """The share of worlds in which a harm is found within a quarter after it began.

    Parameters
    ----------
    rule : float
        By the rule, which looks every week and does not know when the harm began.
    knowing : float
        By one test at the end of the quarter, with all the error that the rule has for two years. It knows the day on which the
        harm began, and the wijk; no rule can find more.
    unknowing : float
        By the same test with an eighth of that error. Two years have eight quarters in which a harm may begin, so no rule finds
        more of the harms before which nothing changed, whichever beginning it favours.
    """

    rule: float
    knowing: float
    unknowing: float


QUARTERS = LOOKS // QUARTER


def found_in_time(name: str, world: World, worlds: int, seed: int, good_weeks: int = 0) -> Found:
    """Return how often a harm is found within a quarter after it began."""
    rng = np.random.default_rng(seed)
    error = SHARES[name] * LIMITS.false_stops
    answers = []
    for _ in range(worlds):
        met_so_far = met(world, QUARTER, rng, good_weeks)
        chance = chance_of_one_look(name, met_so_far, FIRST + timedelta(weeks=good_weeks))
        answers.append((name in stopped(met_so_far), chance <= error, chance <= error / QUARTERS))
    return Found(*np.mean(answers, axis=0).tolist())


def chance_of_one_look(name: str, met_so_far: Met, begun: date) -> float:
    """Return the chance, within the limit, of what came after the day on which a harm began."""
    rows, day = met_so_far.listed, pd.Timestamp(begun)
    if name in ("refusals", "harm", "complaints"):
        spoken = rows.loc[rows["spoken_on"] >= day]
        reported = begun + timedelta(weeks=limits.REPORTED)
        visits = sum(begun <= on < reported for on in met_so_far.visits)
        reports = {
            kind: sum(begun <= on < reported for on in days) for kind, days in met_so_far.reports.items()
        }
        hits, trials = {
            "refusals": (spoken["refused"].sum(), len(spoken)),
            "harm": (reports["harm"], visits),
            "complaints": (reports["complaint"], visits),
        }[name]
        return float(binom.sf(hits - 1, trials, getattr(LIMITS, name)))
    rows = rows.loc[rows["as_of"] >= day]
    known = rows["need"].notna() & (rows["matured"] | rows["spoken_on"].notna())
    rows = rows.loc[rows["matured"] if name == "visited" else known]
    of_interest = rows["outcome"] == "top" if name == "needs" else rows["in_largest"]
    hit = rows["visited"] if name == "visited" else rows["need"] == 1
    block = Block(
        int(of_interest.sum()),
        int(hit[of_interest].sum()),
        int((~of_interest).sum()),
        int(hit[~of_interest].sum()),
    )
    return float(below_lately([block], getattr(LIMITS, f"{name}_ratio"))[0])


def main(worlds: int) -> None:
    """Print the share of false stops, and a table in Markdown of the harms that were found within a quarter."""
    print(
        f"stopped within two years without harm: {100 * false_stops(2 * worlds, seed=4):.1f}%\n", flush=True
    )
    print(
        "| rule | harm | from the start | bound | after half a good year | bound | bound without the good year |"
    )
    print("|---|---|---|---|---|---|---|")
    for name, harms in HARMS.items():
        for kind, world in zip(("clear", "milder"), harms, strict=True):
            start = found_in_time(name, world, worlds, 71)
            later = found_in_time(name, world, worlds, 72, GOOD_WEEKS)
            shares = start.rule, start.knowing, later.rule, later.knowing, later.unknowing
            print(
                f"| {name} | {kind} | {' | '.join(f'{100 * share:.0f}%' for share in shares)} |", flush=True
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)

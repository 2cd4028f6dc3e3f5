"""Say what each limit of an installation can see within a quarter, at the number of households that its coaches meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import duckdb

from models.evaluate.sequential import FIRST
from models.evaluate.sight import mildest, seen_above, seen_below
from pipelines.installation.calendar import WEEK
from pipelines.installation.settings import Settings
from pipelines.proof.limits import QUARTER, REPORTED, SHARES, Met, large_wijken, met
from pipelines.scoring.follow_up import WORKED_DAYS

LEAST_WEEKS = 2 * WORKED_DAYS // 7
"""With lists of fewer weeks, too few visits are known to count with."""
UNIT: Mapping[str, str] = {
    "refusals": "households spoken to", "harm": "visited households", "complaints": "visited households",
    "needs": "ranked households spoken to", "visited": "listed households per wijk", "helped": "households spoken to per wijk",
}  # fmt: skip
"""What the number of a quarter counts."""


@dataclass(frozen=True)
class Sight:
    """What one limit can see within a quarter.

    Parameters
    ----------
    name : str
        The limit, as in `pipelines.proof.limits.Rule`.
    limit : float
        The share, or ratio, that is allowed.
    households : int
        Number of households that count in a quarter, as `UNIT` says.
    clear : float
        A clear harm: a share at twice the odds of the limit, or half the ratio.
    chance : float
        The chance that the clear harm stops the list at the end of the first quarter.
    mildest : float or None
        The harm nearest to the limit that does so in 8 of 10 quarters; None if none does.
    """

    name: str
    limit: float
    households: int
    clear: float
    chance: float
    mildest: float | None


@dataclass(frozen=True)
class Sights:
    """What the limits of an installation can see.

    Parameters
    ----------
    weeks : int
        Number of weeks of lists that were counted; 0 if there are too few, and every place of the list counts as a household
        that is new and is spoken to.
    until : date or None
        The newest list that was counted.
    limits : tuple of Sight
        Without the limits that compare groups if nothing was counted.
    """

    weeks: int
    until: date | None
    limits: tuple[Sight, ...]


def sights(con: duckdb.DuckDBPyConnection, settings: Settings) -> Sights:
    """Return what the limits can see, from the households of the last quarter.

    Parameters
    ----------
    con : DuckDBPyConnection
        An open warehouse; read-only is enough.
    settings : Settings
        The limits, and the capacity of the coaches if there are too few lists.
    """
    until: date | None = con.execute("SELECT max(as_of) FROM run.decided").fetchall()[0][0]
    if until is not None:
        since = until - timedelta(weeks=QUARTER)
        first = con.execute("SELECT min(as_of) FROM run.decided WHERE as_of >= ?", [since]).fetchall()[0][0]
        weeks = (until - first) // WEEK
        if weeks >= LEAST_WEEKS:
            return Sights(weeks, until, of_quarter(met(con, since, until, {}), settings, QUARTER / weeks))
    places = QUARTER * settings.capacity
    return Sights(0, None, _shares(settings, places, places))


def of_quarter(met_in_quarter: Met, settings: Settings, scale: float = 1.0) -> tuple[Sight, ...]:
    """Return what the limits can see from what coaches met in a quarter, or in a part of it times `scale`."""
    listed = met_in_quarter.listed
    spoken = listed.loc[listed["spoken_on"].notna()]
    known, matured = spoken.loc[spoken["need"].notna()], listed.loc[listed["matured"]]
    by_lot = known.loc[known["outcome"] != "top", "need"] == 1
    groups = [
        ("needs", settings.stop.needs_ratio, len(known) - len(by_lot), len(by_lot), by_lot.mean(), 1),
        *(
            (
                name,
                ratio,
                round(len(rows) / wijken),
                len(rows) - round(len(rows) / wijken),
                hit.mean(),
                wijken,
            )
            for name, ratio, rows, hit in (
                ("visited", settings.stop.visited_ratio, matured, matured["visited"]),
                ("helped", settings.stop.helped_ratio, known, known["need"] == 1),
            )
            if (wijken := large_wijken(rows["wijk"]).nunique()) > 1
        ),
    ]
    return (
        *_shares(settings, round(scale * len(spoken)), round(scale * len(met_in_quarter.visits))),
        *(
            _ratio(
                name,
                ratio,
                (round(scale * own), round(scale * others)),
                float(share),
                _error(settings, name, wijken),
            )
            for name, ratio, own, others, share, wijken in groups
            if own and others
        ),
    )


def _shares(settings: Settings, spoken: int, visits: int) -> tuple[Sight, ...]:
    reported = visits * REPORTED // QUARTER
    stop = settings.stop
    counted = {
        "refusals": (stop.refusals, spoken),
        "harm": (stop.harm, reported),
        "complaints": (stop.complaints, reported),
    }
    sights_above = []
    for name, (limit, trials) in counted.items():
        seen = partial(seen_above, limit, trials=trials, error=_error(settings, name))
        clear = 2 * limit / (1 + limit)
        sights_above.append(Sight(name, limit, trials, clear, seen(clear), mildest(seen, limit, 1.0)))
    return tuple(sights_above)


def _ratio(name: str, ratio: float, trials: tuple[int, int], share: float, error: float) -> Sight:
    seen = partial(seen_below, ratio, trials=trials, share=share, error=error)
    return Sight(name, ratio, trials[0], ratio / 2, seen(ratio / 2), mildest(seen, ratio, 0.0))


def _error(settings: Settings, name: str, groups: int = 1) -> float:
    """Return the chance of a false stop that the test of the first quarter may have."""
    return FIRST * SHARES[name] * settings.stop.false_stops / groups

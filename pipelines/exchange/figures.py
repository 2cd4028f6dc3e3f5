"""Compute a week's figures for managers: counts per wijk and family."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from features.catalogue import BY_FAMILY, SIGNALS
from pipelines.installation.sql import Sql, fill, identifier, join, read_sql
from pipelines.warehouse import wijken
from portal.exchange.payload import Figure

GATHERED = ("any", "stacked")
"""Extra counts: agreements with at least one family, and with two or more. Each family counts agreements with no other."""


def first_week(con: duckdb.DuckDBPyConnection) -> date | None:
    """Return the first day for which the arrears history is complete (arrears is the only extract delivered weekly)."""
    first: date | None = con.execute("SELECT min(known_from) FROM versions.peildata").fetchall()[0][0]
    return first


def week_figures(con: duckdb.DuckDBPyConnection, as_of: date, least_homes: int) -> tuple[Figure, ...]:
    """Count the agreements in scope of a date per wijk and family, from the temporary table `scored`.

    The decision log determines which of them were on the list of that date, and which for the first time. A wijk with fewer
    homes than `least_homes` is counted under the name that `pipelines.warehouse.wijken` gives it, or left out.
    """
    scored = {name for (name, *_) in con.execute("DESCRIBE scored").fetchall()}
    families = {
        family: [f"points_{name}" for name in signals if f"points_{name}" in scored]
        for family, signals in BY_FAMILY.items()
        if family != "stacking"
    }
    names = (*families, *GATHERED)
    # Count agreements with signals in one family only, so that cells do not overlap: see portal/trends/suppress.py.
    cells = (
        *(fill("{family} AND NOT in_stacked", family=f"in_{family}") for family in families),
        *(identifier(f"in_{name}") for name in GATHERED),
    )
    query = fill(
        read_sql(__package__, "week_figures"),
        signalling=[_signalling(family, points) for family, points in families.items()],
        families=join((fill("{name}::INTEGER", name=f"in_{family}") for family in families), " + "),
        counts=[
            fill(
                "count(*) FILTER ({cell}), count(*) FILTER ({cell} AND listed), count(*) FILTER ({cell} AND first)",
                cell=cell,
            )
            for cell in cells
        ],
    )
    wijken.put_shown(con, as_of, least_homes)
    rows = con.execute(query, {"as_of": as_of}).fetchall()
    return tuple(
        Figure(as_of, corporation, wijk, name, agreements, *counts[3 * place : 3 * place + 3])
        for corporation, wijk, agreements, *counts in rows
        for place, name in enumerate(names)
    )


@dataclass(frozen=True)
class Fired:
    """What a signal of the scorecard does in a week.

    Parameters
    ----------
    signal, question : str
        Its name, and what it asks.
    agreements : int
        Number of agreements to which it gives points.
    points : int
        The most points that it gives to one of them.
    without : int
        Number of agreements in scope for which it has no value.
    """

    signal: str
    question: str
    agreements: int
    points: int = 0
    without: int = 0


def fired(con: duckdb.DuckDBPyConnection, as_of: date) -> tuple[Fired, ...]:
    """Count per signal of the scorecard the agreements in scope of a date that have points, from the temporary table `scored`."""
    scored = {name for (name, *_) in con.execute("DESCRIBE scored").fetchall()}
    on_card = [signal for signal in SIGNALS if f"points_{signal.name}" in scored]
    counts = [
        fill(
            "count(*) FILTER ({points} > 0), greatest(coalesce(max({points}), 0), 0), count(*) FILTER ({value} IS NULL)",
            points=identifier(f"points_{signal.name}"),
            value=identifier(signal.name),
        )
        for signal in on_card
    ]
    query = fill(
        "SELECT {counts} FROM scored WHERE as_of = $as_of AND exclusion IS NULL", counts=join(counts, ", ")
    )
    rows = con.execute(query, {"as_of": as_of}).fetchall()
    return tuple(
        Fired(signal.name, signal.question, *rows[0][3 * place : 3 * place + 3])
        for place, signal in enumerate(on_card)
    )


def _signalling(family: str, points: list[str]) -> Sql:
    """Return whether any signal of a family gives points, as a column ``in_<family>``."""
    terms = [fill("coalesce({name}, 0)", name=name) for name in points]
    total = join(terms, " + ") if terms else Sql("0")
    return fill("{total} > 0 AS {name}", total=total, name=f"in_{family}")

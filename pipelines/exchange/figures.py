"""Compute a week's figures for managers and analysts: counts per wijk and family, and the state of the data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import duckdb

from features.catalogue import BY_FAMILY
from pipelines.delivery import accounting
from pipelines.delivery.ingest import Outcome
from pipelines.installation.sql import Sql, fill, identifier, join, read_sql
from portal.exchange.payload import Figure

GATHERED = ("any", "stacked")
"""Extra counts: agreements with at least one family, and with two or more. Each family counts agreements with no other."""


def first_week(con: duckdb.DuckDBPyConnection) -> date | None:
    """Return the first day for which the arrears history is complete (arrears is the only extract delivered weekly)."""
    first: date | None = con.execute("SELECT min(known_from) FROM versions.peildata").fetchall()[0][0]
    return first


def week_figures(con: duckdb.DuckDBPyConnection, as_of: date) -> tuple[Figure, ...]:
    """Count the agreements in scope of a date per wijk and family, from the temporary table `scored`.

    The decision log determines which of them were on the list of that date, and which for the first time.
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
    rows = con.execute(query, {"as_of": as_of}).fetchall()
    return tuple(
        Figure(as_of, corporation, wijk, name, agreements, *counts[3 * place : 3 * place + 3])
        for corporation, wijk, agreements, *counts in rows
        for place, name in enumerate(names)
    )


def _signalling(family: str, points: list[str]) -> Sql:
    """Return whether any signal of a family gives points, as a column ``in_<family>``."""
    terms = [fill("coalesce({name}, 0)", name=name) for name in points]
    total = join(terms, " + ") if terms else Sql("0")
    return fill("{total} > 0 AS {name}", total=total, name=f"in_{family}")


def run_data(con: duckdb.DuckDBPyConnection, as_of: date, outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """Collect the figures of the deliveries since the previous list: rows, gate, quarantine and unmapped values.

    The figures come from the warehouse, so an interrupted run that is resumed reports the same as an uninterrupted one.
    A refused delivery has its reason, and its gate figures if it reached the gate.

    Returns
    -------
    dict
        `deliveries`, `gates`, `quarantine` and `unmapped`: tuples of flat mappings, each with `extract` and `file`.
    """
    before = con.execute("SELECT max(as_of) FROM run.lists WHERE as_of < ?", [as_of]).fetchall()[0][0]
    since = before or date.min
    # A rerun during the week reports only the deliveries that count for its list, not later ones.
    rows = con.execute(
        """SELECT delivery_id, file_name, extract, peildatum, sha256, rows_read, rows_new, rows_same, rows_duplicate,
               rows_quarantined FROM run.deliveries WHERE peildatum > ? AND peildatum <= ? ORDER BY peildatum, delivery_id""",
        [since, as_of],
    ).fetchall()
    deliveries: list[dict[str, Any]] = []
    gates: list[dict[str, Any]] = []
    counts: dict[str, list[dict[str, Any]]] = {"quarantine": [], "unmapped": []}
    for number, file, extract, peildatum, sha256, read, new, same, twice, apart in rows:
        waiting = accounting.waiting_rows(con, extract, number)
        of = {"extract": extract, "file": file}
        deliveries.append(
            of
            | {
                "peildatum": peildatum.isoformat(),
                "state": "loaded",
                "rows_read": read,
                "rows_staged": new - waiting,
            }
            | {"rows_seen_before": same, "rows_duplicate": twice, "rows_quarantined": apart + waiting}
        )
        gates += _gates(con, of, sha256)
        for kind, name, value, n in con.execute(
            "SELECT kind, name, value, rows FROM run.delivery_counts WHERE delivery_id = ? ORDER BY ALL",
            [number],
        ).fetchall():
            if kind == "quarantine":
                counts[kind].append(of | {"reason": name, "rows": n})
            elif kind == "unmapped":
                counts[kind].append(of | {"column": name, "value": value, "rows": n})
    for outcome in outcomes:
        if outcome.refusal and outcome.delivery.peildatum > since:
            of = {"extract": outcome.delivery.extract, "file": outcome.delivery.name}
            peildatum = outcome.delivery.peildatum.isoformat()
            deliveries.append(of | {"peildatum": peildatum, "state": "refused", "refusal": outcome.refusal})
            if outcome.batch:
                gates += _gates(con, of, outcome.batch.read.sha256)
    return {
        "deliveries": tuple(deliveries),
        "gates": tuple(gates),
        "quarantine": tuple(counts["quarantine"]),
        "unmapped": tuple(counts["unmapped"]),
    }


def _gates(con: duckdb.DuckDBPyConnection, of: dict[str, Any], sha256: str) -> list[dict[str, Any]]:
    """Read every figure of a delivery's gate; `passed` is None if there was nothing to compare with."""
    rows = con.execute(
        "SELECT figure, value, least, most, severity, meaning, success FROM run.expectations "
        "WHERE sha256 = ? AND extract = ? ORDER BY ALL",
        [sha256, of["extract"]],
    ).fetchall()
    names = ("figure", "value", "least", "most", "severity", "meaning", "passed")
    return [of | dict(zip(names, row, strict=True)) for row in rows]

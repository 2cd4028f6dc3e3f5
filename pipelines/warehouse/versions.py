"""Build the versions of a row, each with the interval in which it was the known one.

Three dates matter. The *event date* is when something happened, the *known date* is when the corporation's system knew
it, and the *as-of date* is the Monday 00:00 at which the question is asked. A version with `known_from` and
`known_until` was known as of t if known_from < t and (known_until is NULL or t <= known_until).

A delivery of peildatum D is read before office hours, so what it shows for the first time is known from D - 1. The first
delivery has no earlier one to compare with. In it, dated facts count from their own date, and undated state counts only from
that delivery onwards. The versions depend only on the set of deliveries, never on the order in which they were loaded.
"""

from __future__ import annotations

import duckdb

from pipelines.installation.contracts import Contract
from pipelines.installation.sql import Sql, fill, identifier, join, literal, read_sql
from pipelines.warehouse import schema

SUCCESSION_DAYS = 31
"""An agreement continues an earlier one if it begins at most this many days before or after the end of that one."""


def rebuild(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Rebuild the versions for the keys in the temporary table `touched(key_hash)`.

    Must run inside the transaction that loads the delivery.
    """
    touched = Sql("key_hash IN (SELECT key_hash FROM touched)")
    con.execute(
        fill("DELETE FROM versions.{extract} WHERE {touched}", extract=contract.extract, touched=touched)
    )
    # Two steps: the engine then knows that there are few rows, and skips the rest of the history.
    con.execute(
        fill(
            "CREATE OR REPLACE TEMP TABLE concerned AS SELECT row_id FROM raw.{extract} WHERE {touched}",
            extract=contract.extract,
            touched=touched,
        )
    )
    con.execute(
        fill(
            "CREATE OR REPLACE TEMP TABLE concerned_sightings AS "
            "SELECT row_id, delivery_id FROM raw.{sightings} JOIN concerned USING (row_id)",
            sightings=f"{contract.extract}_sightings",
        )
    )
    # In order of time, so that a query about recent years skips the years before.
    con.execute(
        fill(
            "INSERT INTO versions.{extract} ({columns}) {versions} ORDER BY known_from",
            extract=contract.extract,
            columns=["row_id", "key_hash", *schema.content_columns(contract), "known_from", "known_until"],
            versions=versions_sql(contract),
        )
    )


def versions_sql(contract: Contract) -> Sql:
    """Return the query for the versions of the temporary table `concerned_sightings(row_id, delivery_id)`."""
    known, registered = contract.history.known, contract.history.kind == "registration"
    own = fill("CAST({column} AS DATE)", column=contract.history.column)
    if known.endswith("- 1 day"):
        own = fill("{own} - 1", own=own)
    return fill(
        read_sql(__package__, "versions"),
        extract=contract.extract,
        deliveries=deliveries_sql(contract.extract),
        first=own if registered else fill("least({own}, shown - 1)", own=own),
        later=fill("greatest({own}, shown - 1)", own=own) if registered else Sql("shown - 1"),
        moments=_moments(contract),
        content=[_as_known(contract, column) for column in schema.content_columns(contract)],
    )


def deliveries_sql(extract: str) -> Sql:
    """Return the query for the deliveries of an extract that count."""
    return fill(read_sql(__package__, "deliveries"), extract=literal(extract))


def _moments(contract: Contract) -> Sql:
    """Return the list of days on which a row of the first delivery became known; one day for later deliveries."""
    rule = contract.history
    if not rule.reveals and not rule.undated:
        return Sql("[known_on]")
    reveals = [fill("CAST({column} AS DATE)", column=reveal.on) for reveal in rule.reveals]
    undated = [fill("{column} IS NOT NULL", column=column) for column in rule.undated]
    later = [fill("coalesce({day} > known_on, false)", day=day) for day in reveals] + undated
    # Content without a date of its own, or with a date in the future, is known only from the delivery itself.
    rest = [fill("coalesce({day} >= shown, false)", day=day) for day in reveals] + undated
    return fill(
        "CASE WHEN is_first AND ({later}) THEN list_distinct("
        "[x FOR x IN [{days}] IF x BETWEEN known_on AND greatest(known_on, shown - 1)]) ELSE [known_on] END",
        later=join(later, " OR "),
        days=[
            Sql("known_on"),
            *reveals,
            fill("CASE WHEN {rest} THEN shown - 1 END", rest=join(rest, " OR ")),
        ],
    )


def _as_known(contract: Contract, column: str) -> Sql:
    """Return a column as it was known on `known_from`: NULL until it was revealed."""
    reveal = next((r for r in contract.history.reveals if column in r.columns), None)
    if reveal:
        return fill(
            "CASE WHEN NOT is_first OR known_from >= shown - 1 OR CAST({day} AS DATE) <= known_from "
            "THEN {column} END AS {column}",
            day=reveal.on,
            column=column,
        )
    if column in contract.history.undated:
        return fill(
            "CASE WHEN NOT is_first OR known_from >= shown - 1 THEN {column} END AS {column}", column=column
        )
    return identifier(column)


def rebuild_renewals(con: duckdb.DuckDBPyConnection) -> None:
    """Rebuild which agreements continue an earlier one of the same tenant in the same home."""
    con.execute(fill(read_sql(__package__, "renewals"), days=SUCCESSION_DAYS))


def rebuild_peildata(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Rebuild which positions of a snapshot extract were delivered, and from when each was known."""
    con.execute("DELETE FROM versions.peildata")
    deliveries = deliveries_sql(contract.extract)
    con.execute(fill(read_sql(__package__, "peildata"), deliveries=deliveries))

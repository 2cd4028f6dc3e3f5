"""History: every version of a row with the interval in which it was what was known.

Three dates: the *event date* (when it happened), the *known date* (when the corporation's system knew it) and the
*as-of date* (the Monday 00:00 at which the question is asked). A version holds `known_from` and `known_until`; it is
what was known as of t when known_from < t <= known_until (or known_until is empty).

A delivery of peildatum D is read before office hours, so what it newly shows is known from D - 1. A first delivery
has no earlier ones to tell what was known when: there dated facts count from their own date, and state without a
date only from that delivery on. The versions are a pure function of the set of deliveries: the order in which these
were loaded never matters.
"""

from __future__ import annotations

import duckdb

from pipelines.installation.contracts import Contract
from pipelines.warehouse import schema


def rebuild(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Make the versions anew for the keys in the temporary table `touched(key_hash)`.

    Must run inside the transaction that loads the delivery.
    """
    name = contract.extract
    con.execute(f"DELETE FROM versions.{name} WHERE key_hash IN (SELECT key_hash FROM touched)")
    # Step by step: the engine then knows that they are few, and passes over the rest of the history.
    con.execute(
        "CREATE OR REPLACE TEMP TABLE concerned AS "
        f"SELECT row_id FROM raw.{name} WHERE key_hash IN (SELECT key_hash FROM touched)"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE concerned_sightings AS "
        f"SELECT row_id, delivery_id FROM raw.{name}_sightings JOIN concerned USING (row_id)"
    )
    columns = ", ".join(
        ["row_id", "key_hash", *schema.content_columns(contract), "known_from", "known_until"]
    )
    # In order of time, so that who asks of the last years passes over those before.
    con.execute(f"INSERT INTO versions.{name} ({columns}) {versions_sql(contract)} ORDER BY known_from")


def versions_sql(contract: Contract) -> str:
    """Select the versions from the temporary table `concerned_sightings(row_id, delivery_id)`."""
    name, known = contract.extract, contract.history.known
    own = f"CAST({known.split(' ')[0]} AS DATE)" + (" - 1" if known.endswith("- 1 day") else "")
    later = f"greatest({own}, shown - 1)" if contract.history.kind == "registration" else "shown - 1"
    first = own if contract.history.kind == "registration" else f"least({own}, shown - 1)"
    columns = ", ".join(
        ["row_id", "key_hash", *(_seen(contract, c) for c in schema.content_columns(contract))]
    )
    return f"""
        WITH delivered AS ({deliveries_sql(name)}),
        sighted AS (
            SELECT r.*, d.peildatum AS shown, d.version AS shown_version, d.is_first
            FROM concerned_sightings s JOIN raw.{name} r USING (row_id) JOIN delivered d ON d.delivery_id = s.delivery_id),
        changed AS (
            SELECT * FROM sighted
            QUALIFY row_id IS DISTINCT FROM lag(row_id) OVER (PARTITION BY key_hash ORDER BY shown, shown_version)),
        dated AS (
            SELECT *, CASE WHEN is_first THEN {first} ELSE {later} END AS known_on FROM changed),
        steps AS (
            SELECT *, unnest({_moments(contract)}) AS known_from FROM dated),
        ordered AS (
            SELECT *, lead(known_from) OVER (
                PARTITION BY key_hash ORDER BY known_from, shown, shown_version, row_id) AS known_until FROM steps)
        SELECT {columns}, known_from, known_until FROM ordered
        WHERE known_until IS NULL OR known_until > known_from"""


def deliveries_sql(extract: str) -> str:
    """Select the deliveries that count: a later version of the same peildatum replaces the earlier one wholly."""
    return f"""
        SELECT delivery_id, source, peildatum, version, peildatum = min(peildatum) OVER (PARTITION BY source) AS is_first
        FROM run.deliveries WHERE extract = '{extract}'
        QUALIFY version = max(version) OVER (PARTITION BY source, peildatum)"""


def _moments(contract: Contract) -> str:
    """List the days on which a first delivery's row came to be known, step by step; one day for later deliveries."""
    rule = contract.history
    if not rule.reveals and not rule.undated:
        return "[known_on]"
    reveals = [f"CAST({r.on} AS DATE)" for r in rule.reveals]
    later = [f"coalesce({on} > known_on, false)" for on in reveals] + [
        f"{c} IS NOT NULL" for c in rule.undated
    ]
    # What has no date of its own, or a date still to come, is known only from the delivery itself.
    rest = [f"coalesce({on} >= shown, false)" for on in reveals] + [f"{c} IS NOT NULL" for c in rule.undated]
    days = ", ".join(["known_on", *reveals, f"CASE WHEN {' OR '.join(rest)} THEN shown - 1 END"])
    return (
        f"CASE WHEN is_first AND ({' OR '.join(later)}) THEN list_distinct("
        f"[x FOR x IN [{days}] IF x BETWEEN known_on AND greatest(known_on, shown - 1)]) ELSE [known_on] END"
    )


def _seen(contract: Contract, column: str) -> str:
    """Give a column as it was known on `known_from`."""
    reveal = next((r for r in contract.history.reveals if column in r.columns), None)
    if reveal:
        return (
            f"CASE WHEN NOT is_first OR known_from >= shown - 1 OR CAST({reveal.on} AS DATE) <= known_from "
            f"THEN {column} END AS {column}"
        )
    if column in contract.history.undated:
        return f"CASE WHEN NOT is_first OR known_from >= shown - 1 THEN {column} END AS {column}"
    return column


def rebuild_peildata(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Make anew which positions of a snapshot extract were delivered, and from when each was known."""
    con.execute("DELETE FROM versions.peildata")
    con.execute(f"""
        INSERT INTO versions.peildata
        SELECT s.corporatie_id, s.peildatum,
            min(CASE WHEN d.is_first THEN s.peildatum - 1 ELSE greatest(s.peildatum, d.peildatum) - 1 END), NULL
        FROM run.snapshots s JOIN ({deliveries_sql(contract.extract)}) d USING (delivery_id)
        GROUP BY s.corporatie_id, s.peildatum""")

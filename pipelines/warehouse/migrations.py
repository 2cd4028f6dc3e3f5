"""The stores' versions: an older file is brought up to date, a newer one is refused.

A migration is one transaction: a run killed within it leaves the file as it was. A migration is never changed after
a release; the next one gets the next number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import duckdb

from pipelines.installation.contracts import contracts
from pipelines.installation.errors import ConfigurationError
from pipelines.warehouse.schema import LISTS

CURRENT = 2


def version(con: duckdb.DuckDBPyConnection, store: str) -> int:
    """Read the version of an attached store; 0 is an empty file, 1 the first release, which kept none."""
    tables = {
        name
        for (name,) in con.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = ?", [store]
        ).fetchall()
    }
    if "schema_version" not in tables:
        return 1 if tables else 0
    found = con.execute(f"SELECT max(version) FROM {store}.main.schema_version").fetchall()[0][0]
    return int(found or 1)


def refuse_newer(found: int, store: str, where: str) -> None:
    """Raise ConfigurationError for a file that a newer Waakvlam made: this one could only spoil it."""
    if found > CURRENT:
        raise ConfigurationError(
            f"The {store} was made by a newer Waakvlam (version {found} of its tables; this one knows {CURRENT}).",
            where=where,
            mend="Install that version again, or restore a backup of before it.",
        )


def upgrade(con: duckdb.DuckDBPyConnection, store: str) -> None:
    """Bring an attached store from its version to the current one, step by step."""
    found = version(con, store)
    for number in range(max(found, 1) + 1, CURRENT + 1):
        con.execute("BEGIN")
        if found:
            home = con.execute("SELECT current_database()").fetchall()[0][0]
            STEPS[store][number](con)
            con.execute(f"USE {home}.main")
        con.execute(f"CREATE TABLE IF NOT EXISTS {store}.main.schema_version (version INTEGER NOT NULL)")
        con.execute(f"DELETE FROM {store}.main.schema_version")
        con.execute(f"INSERT INTO {store}.main.schema_version VALUES ({number})")
        con.execute("COMMIT")


def _lines_to_sightings(con: duckdb.DuckDBPyConnection) -> None:
    """Say of every sighting on which line it was: a row stays traceable when the delivery that first showed it goes."""
    for name in contracts():
        raw, sightings = f"warehouse.raw.{name}", f"warehouse.raw.{name}_sightings"
        con.execute(f"ALTER TABLE {sightings} ADD COLUMN line INTEGER")
        con.execute(
            f"UPDATE {sightings} s SET line = r.line FROM {raw} r "
            "WHERE r.row_id = s.row_id AND r.delivery_id = s.delivery_id"
        )
        con.execute(f"ALTER TABLE {raw} DROP COLUMN line")


def _versions_of_lists(con: duckdb.DuckDBPyConnection) -> None:
    """Keep the decisions of before as the first version of their list; what they were made from is not known."""
    for name in ("decisions", "draws"):
        con.execute(f"ALTER TABLE warehouse.run.{name} RENAME TO {name}_1")
    con.execute("USE warehouse.main")
    con.execute(LISTS)
    con.execute(
        "INSERT INTO run.lists SELECT as_of, 1, min(model), '', '', '', 0, 0, 0, NULL, NULL FROM run.decisions_1 GROUP BY as_of"
    )
    con.execute(
        "INSERT INTO run.decisions SELECT as_of, 1, corporatie_id, overeenkomst_id, score, NULL, outcome, coach, NULL, NULL, "
        "propensity FROM run.decisions_1"
    )
    con.execute(
        "INSERT INTO run.draws SELECT as_of, 1, coach, kind, seed, pool, drawn, probability FROM run.draws_1"
    )
    for name in ("decisions", "draws"):
        con.execute(f"DROP TABLE run.{name}_1")


def _to_2(con: duckdb.DuckDBPyConnection) -> None:
    _lines_to_sightings(con)
    _versions_of_lists(con)


STEPS: Mapping[str, Mapping[int, Callable[[duckdb.DuckDBPyConnection], None]]] = {
    "warehouse": {2: _to_2},
    "vault": {2: lambda _: None},  # the new table of secrets is made where it does not exist
}

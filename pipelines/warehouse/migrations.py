"""Upgrade a store that an older version made, and refuse one that a newer version made.

Each migration runs in one transaction, so a run killed halfway leaves the file unchanged. After a release a migration
is never edited; the next change gets the next number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import duckdb

from pipelines.installation.contracts import contracts
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.sql import Sql, fill
from pipelines.warehouse import schema, staged, unresolved, versions

CURRENT = 3


def version(con: duckdb.DuckDBPyConnection, store: str) -> int:
    """Return the version of an attached store: 0 for an empty file, 1 for the first release, which stored none."""
    # Without a parameter, because DuckDB loads pandas for those.
    rows = con.execute("SELECT database_name, table_name FROM duckdb_tables()").fetchall()
    tables = {name for database, name in rows if database == store}
    if "schema_version" not in tables:
        return 1 if tables else 0
    query = fill("SELECT max(version) FROM {store}.main.schema_version", store=store)
    stored = con.execute(query).fetchall()[0][0]
    return int(stored or 1)


def refuse_newer(stored: int, store: str, where: str) -> None:
    """Raise ConfigurationError if a newer Waakvlam made the file, because this one could damage it."""
    if stored > CURRENT:
        raise ConfigurationError(
            f"The {store} was made by a newer Waakvlam (version {stored} of its tables; this one knows {CURRENT}).",
            where=where,
            mend="Install that version again, or restore a backup from before it.",
        )


def upgrade(con: duckdb.DuckDBPyConnection, store: str) -> None:
    """Upgrade an attached store to the current version, one migration at a time."""
    stored = version(con, store)
    for number in range(max(stored, 1) + 1, CURRENT + 1):
        con.execute("BEGIN")
        if stored:
            home = con.execute("SELECT current_database()").fetchall()[0][0]
            STEPS[store][number](con)
            con.execute(fill("USE {home}.main", home=home))
        table = fill("{store}.main.schema_version", store=store)
        con.execute(fill("CREATE TABLE IF NOT EXISTS {table} (version INTEGER NOT NULL)", table=table))
        con.execute(fill("DELETE FROM {table}", table=table))
        con.execute(fill("INSERT INTO {table} VALUES (?)", table=table), [number])
        con.execute("COMMIT")


def _lines_to_sightings(con: duckdb.DuckDBPyConnection) -> None:
    """Move the line number from the row to each sighting, so it survives the removal of the first delivery."""
    for (name,) in con.execute(
        "SELECT table_name FROM duckdb_columns() WHERE database_name = 'warehouse' AND schema_name = 'raw' AND column_name = 'line'"
    ).fetchall():
        raw = fill("warehouse.raw.{name}", name=name)
        sightings = fill("warehouse.raw.{name}", name=f"{name}_sightings")
        con.execute(fill("ALTER TABLE {sightings} ADD COLUMN line INTEGER", sightings=sightings))
        con.execute(
            fill(
                "UPDATE {sightings} s SET line = r.line FROM {raw} r "
                "WHERE r.row_id = s.row_id AND r.delivery_id = s.delivery_id",
                sightings=sightings,
                raw=raw,
            )
        )
        con.execute(fill("ALTER TABLE {raw} DROP COLUMN line", raw=raw))


def _versions_of_lists(con: duckdb.DuckDBPyConnection) -> None:
    """Keep earlier decisions as version 1 of their list; their inputs were not stored."""
    con.execute("ALTER TABLE warehouse.run.decisions RENAME TO decisions_1")
    con.execute("ALTER TABLE warehouse.run.draws RENAME TO draws_1")
    con.execute("USE warehouse.main")
    schema.create_lists(con)
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
    con.execute("DROP TABLE run.decisions_1")
    con.execute("DROP TABLE run.draws_1")


def _to_2(con: duckdb.DuckDBPyConnection) -> None:
    _lines_to_sightings(con)
    _versions_of_lists(con)


def _to_3(con: duckdb.DuckDBPyConnection) -> None:
    """Identify each row that carries a right by its own id and the person it names.

    The rows that a row with the same id had replaced are still stored, so their rights count again.
    """
    con.execute("USE warehouse.main")
    for statement in (*schema.tables(), *staged.tables(), *unresolved.views()):
        con.execute(statement)
    for name, contract in contracts().items():
        if not contract.rights:
            continue
        key = schema.hash_sql(schema.key_expressions(contract))
        query = "CREATE OR REPLACE TEMP TABLE renamed AS SELECT DISTINCT key_hash AS before, {key} AS touched FROM raw.{extract}"
        con.execute(fill(query, key=key, extract=name))
        con.execute(
            "INSERT INTO run.kept_objections SELECT touched FROM renamed JOIN run.kept_objections ON key_hash = before "
            "WHERE touched <> before"
        )
        con.execute(
            "DELETE FROM run.kept_objections WHERE key_hash IN (SELECT before FROM renamed WHERE touched <> before)"
        )
        con.execute(fill("UPDATE raw.{extract} SET key_hash = {key}", extract=name, key=key))
        con.execute(fill("DELETE FROM versions.{extract}", extract=name))
        con.execute(
            "CREATE OR REPLACE TEMP TABLE touched AS SELECT DISTINCT touched AS key_hash FROM renamed"
        )
        versions.rebuild(con, contract)
    unresolved.rebuild_assigned(con)
    for contract in contracts().values():
        if contract.rights and contract.is_resolved:
            staged.resolve(con, contract, Sql("true"))


STEPS: Mapping[str, Mapping[int, Callable[[duckdb.DuckDBPyConnection], None]]] = {
    "warehouse": {2: _to_2, 3: _to_3},
    "vault": {2: lambda _: None, 3: lambda _: None},  # create_vault adds the new table of secrets
}

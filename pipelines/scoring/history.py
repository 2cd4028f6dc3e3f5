"""Return the staged history as Ibis tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import duckdb
import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
from ibis.backends.sql.datatypes import DuckDBType

from features.catalogue import SIGNALS
from features.known import LACKING
from pipelines.installation.contracts import REGISTER, contracts
from pipelines.installation.sql import fill
from pipelines.warehouse import unresolved
from pipelines.warehouse.staged import OBJECTORS, has_view

AT_ONCE = 1_000_000
"""Maximum number of agreements times as-of dates for which signals are computed together: it bounds the memory."""


def available(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Return the extracts that were ever delivered, and (as extract.column) their columns that were ever filled.

    An absent extract or column differs from one without events. Only the columns that a signal needs are examined, and one
    that is always filled.
    """
    extracts = {name for (name,) in con.execute("SELECT DISTINCT extract FROM run.deliveries").fetchall()}
    columns: dict[str, list[str]] = {}
    for signal in SIGNALS:
        if signal.source in extracts and signal.needs:
            columns.setdefault(signal.source, ["corporatie_id"]).extend(signal.needs)
    filled = set()
    for extract, names in columns.items():
        counts = [fill("count({name}) > 0", name=name) for name in names]
        query = fill("SELECT {counts} FROM staged.{extract}", counts=counts, extract=extract)
        flags = con.execute(query).fetchall()[0]
        filled |= {f"{extract}.{name}" for name, some in zip(names, flags, strict=True) if some}
    return frozenset(extracts | filled)


def staged(con: duckdb.DuckDBPyConnection) -> Mapping[str, Any]:
    """Return the staged tables of an open warehouse as Ibis tables."""
    backend = ibis.duckdb.from_connection(con)
    # An older version's warehouse, opened read only, lacks the views. Where no right was ever delivered, the query is simpler.
    optional = [unresolved.POSSIBLE, OBJECTORS] if unresolved.possible(con) else [OBJECTORS]
    query = (
        "SELECT count(DISTINCT source) > 1 OR EXISTS (FROM run.delivery_counts WHERE kind = 'lacking') "
        "FROM run.deliveries WHERE extract = ?"
    )
    if con.execute(query, [REGISTER]).fetchall()[0][0]:
        optional.append(
            LACKING
        )  # otherwise nothing is lacking, and the query of the signals is simpler without the table
    schemas = _schemas(con)
    names = [*contracts(), "peildata", *(name for name in optional if name in schemas)]
    place = ops.Namespace(catalog="warehouse", database="staged")
    return {name: ops.DatabaseTable(name, schemas[name], backend, place).to_expr() for name in names}


def _schemas(con: duckdb.DuckDBPyConnection) -> dict[str, ibis.Schema]:
    """Return the columns of all staged tables, asked at once: Ibis asks table by table, and DuckDB plans each view for it."""
    query = (
        "SELECT table_name, column_name, data_type FROM duckdb_columns() "
        "WHERE database_name = 'warehouse' AND schema_name = 'staged' ORDER BY table_name, column_index"
    )
    schemas: dict[str, dict[str, Any]] = {}
    for table, column, kind in con.execute(query).fetchall():
        schemas.setdefault(table, {})[column] = DuckDBType.from_string(kind)
    return {table: ibis.schema(columns) for table, columns in schemas.items()}


def objectors(con: duckdb.DuckDBPyConnection) -> frozenset[tuple[str, str]]:
    """Return the agreements of everyone with a standing objection, and of the household."""
    if not has_view(con, OBJECTORS):
        return frozenset()
    query = fill("SELECT corporatie_id, overeenkomst_id FROM staged.{view}", view=OBJECTORS)
    return frozenset(con.execute(query).fetchall())


def without_objectors(tables: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leave out every row about a person with a standing objection, or about the household."""
    if OBJECTORS not in tables:
        return tables
    objectors = tables[OBJECTORS]
    return {
        name: table.anti_join(objectors, ["corporatie_id", "overeenkomst_id"])
        if "overeenkomst_id" in table.columns
        else table
        for name, table in tables.items()
        if name != OBJECTORS
    }


def in_parts(as_of: Sequence[date], agreements: int) -> list[list[date]]:
    """Divide as-of dates into parts to compute one by one: each date once, in order, at most `AT_ONCE` rows a part."""
    dates, size = sorted(set(as_of)), max(1, AT_ONCE // max(agreements, 1))
    return [dates[start : start + size] for start in range(0, len(dates), size)]


def temporary(con: duckdb.DuckDBPyConnection, name: str) -> ir.Table:
    """Return a temporary table as an Ibis table."""
    return ibis.duckdb.from_connection(con).table(name, database=("temp", "main"))

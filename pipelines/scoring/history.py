"""The staged history as Ibis tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir

from pipelines.installation.contracts import contracts


def available(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Name the extracts that were ever delivered: an absent extract is not the same as one without events."""
    return frozenset(
        name for (name,) in con.execute("SELECT DISTINCT extract FROM run.deliveries").fetchall()
    )


def staged(con: duckdb.DuckDBPyConnection) -> Mapping[str, Any]:
    """Give the staged tables as Ibis tables on an open warehouse."""
    backend = ibis.duckdb.from_connection(con)
    return {
        name: backend.table(name, database=("warehouse", "staged")) for name in (*contracts(), "peildata")
    }


def temporary(con: duckdb.DuckDBPyConnection, name: str) -> ir.Table:
    """Give a temporary table as an Ibis table."""
    return ibis.duckdb.from_connection(con).table(name, database=("temp", "main"))

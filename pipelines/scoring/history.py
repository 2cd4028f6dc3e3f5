"""Return the staged history as Ibis tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir

from pipelines.installation.contracts import contracts


def available(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Return the extracts that were ever delivered, because an absent extract differs from one without events."""
    return frozenset(
        name for (name,) in con.execute("SELECT DISTINCT extract FROM run.deliveries").fetchall()
    )


def staged(con: duckdb.DuckDBPyConnection) -> Mapping[str, Any]:
    """Return the staged tables of an open warehouse as Ibis tables."""
    backend = ibis.duckdb.from_connection(con)
    return {
        name: backend.table(name, database=("warehouse", "staged")) for name in (*contracts(), "peildata")
    }


def temporary(con: duckdb.DuckDBPyConnection, name: str) -> ir.Table:
    """Return a temporary table as an Ibis table."""
    return ibis.duckdb.from_connection(con).table(name, database=("temp", "main"))

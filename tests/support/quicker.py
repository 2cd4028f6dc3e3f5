"""Leaves out of a test process what costs most and shows nothing new: each is tested once elsewhere."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir

from features import compile as compiling
from pipelines.scoring import score
from pipelines.warehouse import stores


def trust_the_extension() -> None:
    """Load DuckDB's crypto extension unchecked in this process.

    The check reads 21 MB and takes 0.08 seconds of processor; a test opens a store ten times. The check itself is
    tested in tests/project/test_traps.py, in a process of its own.
    """
    connect = duckdb.connect

    @functools.wraps(connect)
    def trusting(
        *arguments: Any, config: dict[str, Any] | None = None, **named: Any
    ) -> duckdb.DuckDBPyConnection:
        return connect(*arguments, config={"allow_unsigned_extensions": True, **(config or {})}, **named)

    stores.duckdb.connect = trusting


@dataclass(frozen=True)
class _Query:
    """A query on the staged tables, compiled at the first use of its key."""

    key: tuple[Any, ...]
    make: Callable[[], ir.Table]


def compile_once() -> None:
    """Compile the two queries of `score` once for each date, set of extracts and catalogue.

    Ibis takes 0.6 seconds of processor for them, most of what a test pays for a list of a dozen homes.
    """
    keep, compiled = score._keep, {}

    def remembered(function: Callable[..., ir.Table]) -> Callable[..., ir.Table | _Query]:
        @functools.wraps(function)
        def query(tables: Mapping[str, ir.Table], as_of: Any, about: Any) -> ir.Table | _Query:
            operations = [table.op() for table in tables.values()]
            if not all(isinstance(operation, ops.DatabaseTable) for operation in operations):
                return function(tables, as_of, about)
            days = as_of if isinstance(as_of, tuple | list) else (as_of,)
            names = tuple((one.namespace, one.name, one.schema) for one in operations)
            key = (function.__name__, tuple(days), about, names, compiling._ITEMS)
            return _Query(key, lambda: function(tables, as_of, about))

        return query

    def kept(con: duckdb.DuckDBPyConnection, name: str, query: ir.Table | _Query) -> None:
        if isinstance(query, _Query):
            if query.key not in compiled:
                compiled[query.key] = ibis.to_sql(query.make(), dialect="duckdb")
            con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {compiled[query.key]}")
        else:
            keep(con, name, query)

    score.features, score.scope, score._keep = remembered(score.features), remembered(score.scope), kept

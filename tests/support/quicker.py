"""Skip expensive work in test processes that another test checks once."""

from __future__ import annotations

import functools
import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
from ibis.expr.format import pretty

from features import compile as compiling
from pipelines.scoring import score
from pipelines.warehouse import stores

FOLDER = "WAAKVLAM_TEST_QUERIES"
"""Variable with the folder for what the processes of a test run compile."""


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
    """A query that is compiled only if no process of this test run compiled it before."""

    key: str
    make: Callable[[], ir.Table]


def compile_once() -> None:
    """Compile the queries of `score` once in a test run for each date, set of extracts and card.

    Ibis takes 0.7 seconds of processor for them, most of what a test pays for a list of a dozen homes. The SQL lies in
    the folder that the variable names; the processes that pytest starts inherit it.
    """
    keep, catalogue, folder = score._keep, compiling._ITEMS, Path(os.environ[FOLDER])

    def remembered(function: Callable[..., ir.Table]) -> Callable[..., _Query]:
        @functools.wraps(function)
        def query(tables: Mapping[str, ir.Table], as_of: Any, about: Any) -> _Query:
            days = [as_of] if isinstance(as_of, date) else list(as_of)
            about_text = sorted(about) if isinstance(about, frozenset) else about
            texts = [pretty(tables[name].op()) for name in sorted(tables)]
            key = f"{function.__name__} {days} {about_text} {texts}"
            return _Query(key, lambda: function(tables, as_of, about))

        return query

    def kept(con: duckdb.DuckDBPyConnection, name: str, query: ir.Table | _Query) -> None:
        if not isinstance(query, _Query) or compiling._ITEMS is not catalogue:  # a test has another signal
            keep(con, name, query.make() if isinstance(query, _Query) else query)
            return
        path = folder / f"{hashlib.sha256(query.key.encode()).hexdigest()}.sql"
        if not path.exists():
            part = path.with_suffix(f".{os.getpid()}")
            part.write_text(ibis.to_sql(query.make(), dialect="duckdb"), encoding="utf-8")
            part.replace(path)
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {path.read_text(encoding='utf-8')}")

    score.features, score.scope, score._keep = remembered(score.features), remembered(score.scope), kept

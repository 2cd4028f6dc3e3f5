"""Lets tests open a store without checking the signature of DuckDB's extension each time."""

from __future__ import annotations

import functools
from typing import Any

import duckdb

from pipelines.warehouse import stores


def trust_the_extension() -> None:
    """Let this process load the crypto extension unchecked.

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

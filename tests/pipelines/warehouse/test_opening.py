"""Opening a warehouse creates what is missing, and only then writes."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest
from duckdb.func import FunctionNullHandling

from pipelines.installation import logs
from pipelines.installation.sql import Sql
from pipelines.warehouse import unresolved
from pipelines.warehouse.stores import open_warehouse, path_of
from tests.support.deliveries import make_workspace

ENDLESS = (
    "SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b, "
    "(SELECT begun(range) AS nothing FROM range(1)) WHERE nothing IS NULL"
)
"""A query that does not end, and calls `begun` once while it runs."""
LIMIT = 60.0
"""Seconds that the signal waits for the query."""


def test_a_warehouse_that_has_everything_is_opened_without_a_write(tmp_path: Path):
    place = make_workspace(tmp_path / "home")
    with open_warehouse(place):
        pass
    before = path_of(place, "warehouse").read_bytes()
    with open_warehouse(place) as con:
        assert con.execute("SELECT count(*) FROM staged.huurovereenkomsten").fetchall() == [(0,)]
    assert path_of(place, "warehouse").read_bytes() == before


def test_a_view_of_a_newer_version_is_created(tmp_path: Path, monkeypatch):
    place = make_workspace(tmp_path / "home")
    with open_warehouse(place):
        pass
    newer = [*unresolved.views(), Sql("CREATE OR REPLACE VIEW run.newer AS SELECT 42 AS answer")]
    monkeypatch.setattr(unresolved, "views", lambda: newer)
    with open_warehouse(place) as con:
        assert con.execute("FROM run.newer").fetchall() == [(42,)]


def test_the_engine_accepts_the_lambdas_of_ibis_whatever_its_version(tmp_path: Path):
    with open_warehouse(make_workspace(tmp_path / "home")) as con:
        said = con.execute("SELECT current_setting('lambda_syntax')").fetchall()
    assert said == [("ENABLE_SINGLE_ARROW",)]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
@pytest.mark.parametrize("asked", [SystemExit, KeyboardInterrupt])
def test_a_stop_during_a_query_is_a_stop_and_no_fault(tmp_path: Path, asked: type[BaseException]):
    def stop(*_: object) -> None:
        raise asked(143)

    def signal_once_it_runs() -> None:
        end = time.monotonic() + LIMIT
        while not rows and time.monotonic() < end:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGUSR1)

    rows: list[
        int
    ] = []  # its `append` is no Python code, in which the signal would stop the function and not the query
    place = make_workspace(tmp_path / "home")
    before = signal.signal(signal.SIGUSR1, stop)
    try:
        with pytest.raises(asked) as raised, logs.run(place.logs, "weekly"), open_warehouse(place) as con:
            con.create_function(
                "begun",
                rows.append,
                ["BIGINT"],
                "BIGINT",
                null_handling=FunctionNullHandling.SPECIAL,
                side_effects=True,
            )
            threading.Thread(target=signal_once_it_runs, daemon=True).start()
            con.execute(ENDLESS)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert rows == [0], "the signal came before the query"
    assert raised.value.args == (143,)
    assert [event["outcome"] for event in logs.read(place.logs) if event["event"] == "ended"] == ["stopped"]

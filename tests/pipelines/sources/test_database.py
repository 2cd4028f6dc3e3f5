"""The result of a query becomes a delivery: from SQLite, from a real PostgreSQL, and over ODBC."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.installation.workspace import Workspace
from pipelines.sources import errors
from pipelines.sources.fetch import SourceReport, fetch
from tests.support import postgres
from tests.support.deliveries import make_workspace, with_settings

pytestmark = pytest.mark.dear

TODAY = date(2026, 11, 17)
NAME = "huurachterstanden_2026-11-17.parquet"
QUERY = "SELECT contract AS overeenkomst_id, saldo, vervalt FROM stand WHERE soort NOT LIKE 'x%' ORDER BY 1"


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "FIRST_PAUSE", 0.0)


def place(home: Path, query: str = QUERY, kind: str = "sql") -> Workspace:
    workspace = with_settings(
        make_workspace(home),
        f"""[[sources]]
        name = "tobias"
        kind = "{kind}"
        secret = "TOBIAS_DATABASE"
        [[sources.extracts]]
        extract = "huurachterstanden"
        query = "achterstand.sql"
        """,
    )
    workspace.queries.mkdir()
    (workspace.queries / "achterstand.sql").write_text(query, encoding="utf-8")
    return workspace


def rows(workspace: Workspace) -> list[dict[str, Any]]:
    return pq.read_table(workspace.inbox / NAME).to_pylist()


def problem(reports: tuple[SourceReport, ...]) -> str:
    ((only,),) = (report.problems for report in reports)
    assert "ZZ" not in only
    return only


@pytest.fixture
def sqlite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> sqlite3.Connection:
    con = sqlite3.connect(tmp_path / "tobias.db")
    con.execute("CREATE TABLE stand (contract TEXT, saldo NUMERIC, vervalt TEXT, soort TEXT)")
    con.execute("INSERT INTO stand VALUES ('0012', 12.5, '2026-10-01', 'huur'), ('0013', 7, NULL, 'huur')")
    con.commit()
    monkeypatch.setenv("TOBIAS_DATABASE", f"sqlite:///{tmp_path / 'tobias.db'}")
    return con


def test_a_query_becomes_a_delivery_with_its_text_and_hash(tmp_path: Path, sqlite: sqlite3.Connection):
    workspace = place(tmp_path / "data")
    assert fetch(workspace, TODAY) == (SourceReport("tobias", (NAME,)),)
    assert rows(workspace)[0] == {"overeenkomst_id": "0012", "saldo": 12.5, "vervalt": "2026-10-01"}
    (kept,) = json.loads((workspace.home / "fetched.json").read_text())["deliveries"]
    assert kept["origin"] == ["achterstand.sql"] and len(kept["query_sha256"]) == 64
    assert (workspace.queries / "kept" / f"{kept['query_sha256'][:16]}.sql").read_text() == QUERY
    assert fetch(workspace, TODAY) == (SourceReport("tobias"),)
    sqlite.execute("UPDATE stand SET saldo = 0")
    sqlite.commit()
    assert fetch(workspace, TODAY)[0].files == (NAME.replace(".parquet", "_v2.parquet"),)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("SELECT * FROM stand WHERE contract = 'ZZNAAM'", "no rows"),
        ("SELECT 'ZZNAAM' FROM nowhere", "refuses the query"),
        ("SELECT contract, contract FROM stand", "the same name"),
        (
            "SELECT CASE contract WHEN '0012' THEN 1 ELSE 'ZZ' END AS mixed FROM stand",
            "'mixed' holds values of several types",
        ),
        ("SELECT x'00' AS raw FROM stand", "type binary"),
    ],
)
def test_a_query_that_returns_no_delivery_is_reported(
    tmp_path: Path, sqlite: sqlite3.Connection, query: str, says: str
):
    workspace = place(tmp_path / "data", query)
    assert says in problem(fetch(workspace, TODAY))
    assert not list(workspace.inbox.iterdir())


def test_a_query_changes_nothing(tmp_path: Path, sqlite: sqlite3.Connection):
    fetch(place(tmp_path / "data", "DELETE FROM stand RETURNING contract"), TODAY)
    assert sqlite.execute("SELECT count(*) FROM stand").fetchone() == (2,)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("oracle+nothing://u:ZZ@h/db", "waakvlam[sql]"),
        ("not a url ZZ", "not a database URL"),
        ("postgresql+psycopg://u:ZZ@127.0.0.1:1/db", "cannot be reached"),
    ],
)
def test_a_wrong_address_is_reported_without_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, says: str
):
    monkeypatch.setenv("TOBIAS_DATABASE", address)
    assert says in problem(fetch(place(tmp_path), TODAY))


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    with postgres.cluster() as address:
        yield address


def test_types_of_postgresql_survive(tmp_path: Path, cluster: str, monkeypatch: pytest.MonkeyPatch):
    with psycopg.connect(cluster) as con:
        con.execute(
            "CREATE TABLE stand (contract uuid, saldo numeric(12, 2), vervalt date, moment timestamptz, open bool)"
        )
        con.execute(
            "INSERT INTO stand SELECT '00000000-0000-0000-0000-000000000001', n * 1.10, '2026-10-01', '2026-11-16 06:00+01', n % 2 = 0 "
            "FROM generate_series(1, 45000) n"
        )
        con.execute("INSERT INTO stand (saldo) VALUES (99999999.99)")
        con.execute("CREATE SEQUENCE numbers")
    monkeypatch.setenv(
        "TOBIAS_DATABASE",
        f"postgresql+psycopg://portal@/portal?host={unquote(urlsplit(cluster).netloc.split('@')[1])}",
    )
    workspace = place(tmp_path, "SELECT *, '100%' AS deel, saldo::text AS tekst FROM stand ORDER BY saldo")
    assert fetch(workspace, TODAY)[0].problems == ()
    table = pq.read_table(workspace.inbox / NAME)
    assert table.num_rows == 45_001
    assert pa.types.is_decimal(table.schema.field("saldo").type) and pa.types.is_date(
        table.schema.field("vervalt").type
    )
    assert str(table["saldo"][0]) == "1.10" and table["contract"][0].as_py().endswith("0001")
    assert table["contract"][45_000].as_py() is None
    workspace = place(tmp_path / "other", "SELECT nextval('numbers')")
    assert "25006" in problem(fetch(workspace, TODAY))  # read-only transaction


def test_odbc_writes_the_batches_of_the_driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The driver itself is tried by hand: no driver manager is on every machine."""
    batch = pa.record_batch({"overeenkomst_id": ["0012"], "saldo": [12.5]})
    asked: list[str] = []

    class Error(Exception):
        pass

    class Reader(list[pa.RecordBatch]):
        schema = batch.schema

    def read(query: str, connection_string: str, **_: object) -> Reader:
        asked.append(connection_string)
        if "broken" in query:
            raise Error("State: 42S02, Native error: 1, Message: no such table ZZNAAM")
        return Reader([batch])

    fake = SimpleNamespace(read_arrow_batches_from_odbc=read, Error=Error)
    monkeypatch.setitem(sys.modules, "arrow_odbc", fake)
    monkeypatch.setattr("pipelines.installation.extras._is_installed", lambda module: True)
    monkeypatch.setenv("TOBIAS_DATABASE", "Driver={SQLite3};Pwd=ZZ")
    workspace = place(tmp_path / "one", kind="odbc")
    assert fetch(workspace, TODAY) == (SourceReport("tobias", (NAME,)),)
    assert rows(workspace) == [{"overeenkomst_id": "0012", "saldo": 12.5}] and asked == [
        "Driver={SQLite3};Pwd=ZZ"
    ]
    assert "SQLSTATE 42S02" in problem(fetch(place(tmp_path / "two", "broken", kind="odbc"), TODAY))

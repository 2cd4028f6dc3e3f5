"""Test that Parquet becomes text without loss."""

from __future__ import annotations

import datetime as dt
import decimal
import os
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.installation.errors import DeliveryError
from pipelines.reading.read import Dialect, Read, read


def load(
    tmp_path: Path, table: pa.Table, cut: int | None = None, damage: bytes = b""
) -> tuple[Read, list[tuple[object, ...]]]:
    file = tmp_path / "levering.parquet"
    pq.write_table(table, file)
    content = file.read_bytes()
    file.write_bytes(content[:4] + damage + content[4 + len(damage) : cut])
    os.utime(file, (1e9, 1e9))
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'America/New_York'")  # must not matter
        try:
            result = read(con, file, Dialect(), ("id",), scratch)
        finally:
            assert not list(scratch.iterdir())
        return result, con.execute('SELECT * EXCLUDE ("kinds ") FROM delivered ORDER BY line').fetchall()


def test_values_as_text(tmp_path: Path) -> None:
    moment = dt.datetime(2026, 7, 1, 0, 30, tzinfo=ZoneInfo("Europe/Amsterdam"))
    columns = {
        "id": pa.array(["007", ""]),
        "geheel": pa.array([12, None]),
        "saldo": pa.array([decimal.Decimal("1234.50"), None]),
        "bedrag": pa.array([0.1, 12.0]),
        "groot": pa.array([1e20, -0.5]),
        "enkel": pa.array([0.1, 3.0], pa.float32()),
        "datum": pa.array([dt.date(2026, 11, 16), None]),
        "moment": pa.array([dt.datetime(2026, 11, 16, 8, 30), dt.datetime(2026, 11, 16)]),
        "zone": pa.array([moment, None], pa.timestamp("us", tz="UTC")),
        "ja": pa.array([True, False]),
        "soort": pa.array(["a", "b"]).dictionary_encode(),
        "tijd": pa.array([dt.time(8, 30), None]),
        "leeg": pa.array([None, None], pa.null()),
    }
    result, rows = load(tmp_path, pa.table(columns))
    assert result.columns == tuple(columns)
    assert (result.records, result.encoding, result.delimiter) == (2, "", "")
    first = dict(zip(["line", *columns], rows[0], strict=True))
    assert first == {
        "line": 1,
        "id": "007",
        "geheel": "12",
        "saldo": "1234.50",
        "bedrag": "0.1",
        "groot": "1e+20",
        "enkel": "0.1",
        "datum": "2026-11-16",
        "moment": "2026-11-16 08:30:00",
        "zone": "2026-07-01 00:30:00",
        "ja": "1",
        "soort": "a",
        "tijd": "08:30:00",
        "leeg": None,
    }
    assert rows[1] == (
        2, None, None, None, "12", "-0.5", "3", None, "2026-11-16 00:00:00", None, "0", "b", None, None,
    )  # fmt: skip


def test_rows_keep_their_number_over_row_groups(tmp_path: Path) -> None:
    _, rows = load(tmp_path, pa.table({"id": pa.array(range(300_000))}))
    assert all(int(str(value)) + 1 == line for line, value in rows)
    assert len(rows) == 300_000


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (pa.array([[1]]), "list"),
        (pa.array([{"a": 1}]), "struct"),
        (pa.array([b"x"]), "binary"),
    ],
)
def test_values_that_are_no_text(tmp_path: Path, column: pa.Array, words: str) -> None:
    with pytest.raises(DeliveryError, match=words):
        load(tmp_path, pa.table({"id": [1], "x": column}))


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["id", "ID"], "both called"),
        (["id", " "], "no name"),
        (["nummer", "x"], "no column is recognised"),
    ],
)
def test_headers(tmp_path: Path, names: list[str], words: str) -> None:
    with pytest.raises(DeliveryError, match=words):
        load(tmp_path, pa.table([[1], [2]], names=names))


def test_cut_off_or_damaged(tmp_path: Path) -> None:
    table = pa.table({"id": [f"naam {i}" for i in range(1000)]})
    with pytest.raises(DeliveryError, match="cut off"):
        load(tmp_path, table, cut=-30)
    with pytest.raises(DeliveryError, match="damaged"):
        load(tmp_path, table, damage=b"\xff" * 40)


def test_a_nul_character_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="NUL") as caught:
        load(tmp_path, pa.table({"id": ["1", "2"], "naam": ["a", "geheim\0"]}))
    assert (caught.value.line, caught.value.column, "geheim" in str(caught.value)) == (2, "naam", False)


def test_a_number_that_is_none_is_empty(tmp_path: Path) -> None:
    assert load(tmp_path, pa.table({"id": pa.array([1.0, float("nan")])}))[1] == [(1, "1"), (2, None)]

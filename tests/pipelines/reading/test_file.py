"""Test the kind, compression and completeness of a file, and that no copy of it remains."""

from __future__ import annotations

import gzip
import os
import threading
import time
from pathlib import Path

import duckdb
import pytest

from pipelines.installation.errors import ConfigurationError, DeliveryError
from pipelines.reading import delivery
from pipelines.reading.read import Dialect, Read, extension, read

CSV = b"id;naam\n" + b"".join(b"%d;naam %d\n" % (i, i) for i in range(1000))


def load(file: Path, scratch: Path) -> Read:
    with duckdb.connect() as con:
        return read(con, file, Dialect(), ("id",), scratch)


def deliver(tmp_path: Path, name: str, content: bytes) -> Path:
    file = tmp_path / name
    file.write_bytes(content)
    os.utime(file, (1e9, 1e9))
    (tmp_path / "scratch").mkdir()
    return file


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.csv", ".csv"), ("A.CSV.GZ", ".csv.gz"), ("a.b.xlsx", ".xlsx"), ("a.parquet", ".parquet")],
)
def test_kinds(name: str, kind: str) -> None:
    assert extension(Path(name)) == kind


@pytest.mark.parametrize("name", ["a.txt", "a.csv.zip", "csv", "a.xls"])
def test_other_kinds_are_refused(name: str) -> None:
    with pytest.raises(DeliveryError, match="cannot be read"):
        extension(Path(name))


def test_gzip(tmp_path: Path) -> None:
    packed = gzip.compress(CSV)
    file = deliver(tmp_path, "levering.csv.gz", packed)
    result = load(file, tmp_path / "scratch")
    assert (result.records, result.size) == (1000, len(packed))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (gzip.compress(CSV)[:-20], "cut off"),
        (gzip.compress(CSV)[:-8] + b"12345678", "damaged"),
        (gzip.compress(CSV)[:50] + b"\0" * 50 + gzip.compress(CSV)[100:], "damaged"),
        (CSV, "not gzip"),
        (gzip.compress(b"", mtime=0), "empty"),
        (b"", "empty"),
    ],
)
def test_gzip_that_is_not_whole(tmp_path: Path, content: bytes, words: str) -> None:
    file = deliver(tmp_path, "levering.csv.gz", content)
    with pytest.raises(DeliveryError, match=words):
        load(file, tmp_path / "scratch")
    assert not list((tmp_path / "scratch").iterdir())


def test_a_compressed_bomb_stops_at_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "MAX_BYTES", 5_000_000)
    file = deliver(tmp_path, "levering.csv.gz", gzip.compress(b"id\n" + b"0" * 50_000_000))
    with pytest.raises(DeliveryError, match="more than 5,000,000 bytes"):
        load(file, tmp_path / "scratch")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="cannot be opened"):
        load(tmp_path / "weg.csv", tmp_path)


def test_a_file_that_is_still_growing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "SETTLE_SECONDS", 0.3)
    file = tmp_path / "levering.csv"
    file.write_bytes(CSV)
    done = threading.Event()

    def keep_writing() -> None:
        while not done.wait(0.05):
            with file.open("ab") as stream:
                stream.write(b"2;b\n")

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        with pytest.raises(DeliveryError, match="still being written"):
            load(file, tmp_path)
    finally:
        done.set()
        writer.join()


def test_a_fresh_file_is_read_once_its_size_no_longer_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "SETTLE_SECONDS", 0.2)
    file = tmp_path / "levering.csv"
    file.write_bytes(CSV)
    begun = time.monotonic()
    assert load(file, tmp_path).records == 1000
    assert time.monotonic() - begun >= 0.2


def test_a_file_that_changes_while_it_is_copied_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = deliver(tmp_path, "levering.csv", CSV)
    original = delivery._copy

    def slow(*args: object, **kwargs: object) -> None:
        original(*args, **kwargs)  # type: ignore[arg-type]
        os.utime(file, (1e9 + 5, 1e9 + 5))

    monkeypatch.setattr(delivery, "_copy", slow)
    with pytest.raises(DeliveryError, match="still being written"):
        load(file, tmp_path / "scratch")
    assert not list((tmp_path / "scratch").iterdir())


def test_an_earlier_table_does_not_survive_a_refusal(tmp_path: Path) -> None:
    good = deliver(tmp_path, "goed.csv", CSV)
    with duckdb.connect() as con:
        for _ in range(2):
            read(con, good, Dialect(), ("id",), tmp_path, table='de "tabel"')
        assert con.execute('SELECT count(*) FROM "de ""tabel"""').fetchall() == [(1000,)]
        good.write_bytes(b"")
        os.utime(good, (1e9, 1e9))
        with pytest.raises(DeliveryError):
            read(con, good, Dialect(), ("id",), tmp_path, table='de "tabel"')
        assert con.execute("SELECT count(*) FROM duckdb_tables()").fetchall() == [(0,)]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"encoding": "latin-1"}, "encoding must be one of"),
        ({"delimiter": ";;"}, "delimiter must be"),
        ({"quote": '""'}, "quote must be"),
        ({"quote": ";", "delimiter": ";"}, "quote must be"),
    ],
)
def test_a_dialect_that_cannot_be(values: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        Dialect(**values)

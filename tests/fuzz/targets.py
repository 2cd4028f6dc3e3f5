"""Define the fuzz targets: functions of any bytes that must end in one of our refusals or in a correct result."""

from __future__ import annotations

import gzip
import io
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from pipelines.installation.errors import ConfigurationError, DeliveryError
from pipelines.installation.mapping import read_mapping
from pipelines.installation.places import DATA
from pipelines.installation.settings import read_settings
from pipelines.reading.read import Dialect, read
from tests.support.independent import compare

ENDINGS = ("csv", "csv.gz", "xlsx", "parquet", "sheet")
DIALECTS = (Dialect(), Dialect("windows-1252", ";", ""), Dialect("utf-16", "\t"), Dialect("utf-8", ",", "'"))
NAMES = ("overeenkomst_id", "saldo", "naam", "begindatum")
ROWS = [{"overeenkomst_id": f"O{n}", "saldo": f"{n}50", "naam": "De Linde"} for n in range(1, 4)]
SHEET = "xl/worksheets/sheet1.xml"
SETTINGS = DATA / "presets" / "settings.toml"
MAPPING = DATA / "presets" / "mappings" / "dynamics_empire.toml"


@cache
def _folder() -> tuple[tempfile.TemporaryDirectory[str], duckdb.DuckDBPyConnection]:
    return tempfile.TemporaryDirectory(), duckdb.connect(config={"threads": 1, "memory_limit": "1GB"})


def reader(data: bytes) -> bool:
    """Read a delivery; the first byte chooses the kind of file and what the mapping declares. Return whether it loaded."""
    choice, content = (data[0], data[1:]) if data else (0, b"")
    ending, dialect = ENDINGS[choice % 5], DIALECTS[choice // 5 % 4]
    if (
        ending == "sheet"
    ):  # any bytes in the place of the worksheet: bytes of the archive itself fail its checksums
        ending, content = "xlsx", with_sheet(content)
    kept, con = _folder()
    file = Path(kept.name) / f"levering.{ending}"
    file.write_bytes(content)
    os.utime(file, (1e9, 1e9))
    try:
        said = read(con, file, dialect, NAMES, Path(kept.name))
    except DeliveryError as error:
        assert str(error).startswith("levering") and error.problem
        return False
    rows = [
        (line, tuple(value or "" for value in values))
        for line, *values in con.execute(
            "SELECT COLUMNS(c -> c <> 'kinds ') FROM delivered ORDER BY line"
        ).fetchall()
    ]
    compare(content, ending, dialect, said, rows)
    return True


def settings(data: bytes) -> bool:
    """Read settings: any bytes, or the preset with some values changed. Return whether they were accepted."""
    return _toml(read_settings, SETTINGS, data)


def mapping(data: bytes) -> bool:
    """Read a mapping file, in the same way."""
    return _toml(read_mapping, MAPPING, data)


def _toml(reads: Callable[[Path], object], preset: Path, data: bytes) -> bool:
    path = Path(_folder()[0].name) / "any.toml"
    path.write_bytes(data[1:] if data[:1] > b"\x7f" else b"".join(_edited(preset, data)))
    try:
        reads(path)
    except ConfigurationError as error:
        assert "any.toml" in str(error)
        return False
    return True


def good(preset: Path) -> bytes:
    """Return a preset as `waakvlam init` writes it: with the list of expected extracts in the place of its mark."""
    return preset.read_bytes().replace(b'"@expected@"', b'["huurovereenkomsten"]')


def _edited(preset: Path, data: bytes) -> Iterator[bytes]:
    """Change lines of a preset: each line of the data begins with two bytes that say which, and how it is changed."""
    lines = good(preset).splitlines(keepends=True)
    for change in data.split(b"\n"):
        if len(change) > 1:
            at, how, value = change[0] % len(lines), change[1] % 4, change[2:]
            key = lines[at].partition(b"=")[0]
            result = (key + b"= " + value, value, lines[at].rstrip() + value, b"")[how]
            lines[at] = result + b"\n"
    yield from lines


TARGETS: dict[str, Callable[[bytes], bool]] = {"reader": reader, "mapping": mapping, "settings": settings}


def seeds() -> dict[str, list[bytes]]:
    """Return good input of each kind to begin with."""
    plain = "\r\n".join(";".join(row) for row in [list(ROWS[0]), *(list(row.values()) for row in ROWS)])
    quoted = plain.replace("De Linde", '"De ""Linde""; hoek"').encode()
    sheet = zipfile.ZipFile(io.BytesIO(_book())).read(SHEET)
    result = [
        (0, quoted),
        (0, b"\xef\xbb\xbf" + quoted),
        (0, b"sep=;\r\n" + quoted),
        (5, plain.encode("cp1252")),
    ]
    result += [(10, plain.replace(";", "\t").encode("utf-16")), (15, plain.replace(";", ",").encode())]
    result += [(1, gzip.compress(quoted, mtime=0)), (2, _book()), (3, parquet(ROWS)), (4, sheet)]
    edits = [
        b"",
        b"\x80" + good(SETTINGS),
        b"\x80" + MAPPING.read_bytes(),
        b'\x03\x00 1\n\x09\x00 "x"',
    ]
    return {
        "reader": [bytes([kind]) + content for kind, content in result],
        "mapping": edits,
        "settings": edits,
    }


def with_sheet(xml: bytes) -> bytes:
    """Return a workbook with this worksheet."""
    memory = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_book())) as old, zipfile.ZipFile(memory, "w") as new:
        for name in old.namelist():
            new.writestr(name, xml if name == SHEET else old.read(name))
    return memory.getvalue()


@cache
def _book() -> bytes:
    return workbook(ROWS)


def workbook(rows: list[dict[str, str]]) -> bytes:
    """Write rows as XLSX."""
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory) as book:
        sheet = book.add_worksheet()
        for at, values in enumerate([list(rows[0]), *(list(row.values()) for row in rows)]):
            sheet.write_row(at, 0, values)
    return memory.getvalue()


def parquet(rows: list[dict[str, str]]) -> bytes:
    """Write rows as Parquet."""
    memory = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), memory)
    return memory.getvalue()

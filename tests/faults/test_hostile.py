"""Test that hostile files are refused with a reason, in bounded memory, and without ending the process."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.cases import cases

ROOT = Path(__file__).resolve().parents[2]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0"?>'


def workbook(path: Path, sheet: str, strings: str | None = None, doctype: str = "") -> None:
    """Write an XLSX of one sheet with this XML inside."""
    relation = f"{HEAD}<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
    parts = {
        "_rels/.rels": f"{relation}<Relationship Id='rId1' Type='{OFFICE}/officeDocument' Target='xl/workbook.xml'/></Relationships>",
        "xl/workbook.xml": f"{HEAD}<workbook xmlns='{MAIN}' xmlns:r='{OFFICE}'>"
        "<sheets><sheet name='a' sheetId='1' r:id='rId1'/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"{relation}<Relationship Id='rId1' Type='{OFFICE}/worksheet' Target='worksheets/sheet1.xml'/>"
        f"<Relationship Id='rId2' Type='{OFFICE}/sharedStrings' Target='sharedStrings.xml'/></Relationships>",
        "xl/worksheets/sheet1.xml": f"{HEAD}{doctype}<worksheet xmlns='{MAIN}'><sheetData>{sheet}</sheetData></worksheet>",
    }
    if strings is not None:
        parts["xl/sharedStrings.xml"] = f"{HEAD}<sst xmlns='{MAIN}'>{strings}</sst>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as result:
        for name, content in parts.items():
            result.writestr(name, content)


def cell(reference: str, value: str = "1") -> str:
    return f"<row r='{reference.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}'><c r='{reference}'><v>{value}</v></c></row>"


def text_cell(value: str) -> str:
    return f"<row r='1'><c r='A1' t='inlineStr'><is><t>{value}</t></is></c></row>"


def corners(path: Path) -> None:
    workbook(path, cell("A1") + cell("XFD1048576"))


def without_references(path: Path) -> None:
    workbook(path, "<row r='1'><c><v>1</v></c></row><row r='1048576'>" + "<c><v>1</v></c>" * 17 + "</row>")


def behind_an_entity(path: Path) -> None:
    workbook(path, cell("A1") + cell("&#88;FD1048576"))


def entities(path: Path) -> None:
    levels = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 12))
    workbook(path, text_cell("&e11;"), doctype=f"<!DOCTYPE a [<!ENTITY e0 'ha'>{levels}]>")


def outside_entity(path: Path) -> None:
    workbook(path, text_cell("&e;"), doctype="<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>")


def long_text(path: Path) -> None:
    workbook(path, text_cell("a" * 3_000_000))


def long_shared_text(path: Path) -> None:
    workbook(path, cell("A1"), strings=f"<si><t>{'a' * 3_000_000}</t></si>")


def long_attribute(path: Path) -> None:
    workbook(path, f"<row r='1'><c r='A1' s='{'1' * 40_000_000}'><v>1</v></c></row>")


def negative(path: Path) -> None:
    workbook(path, "<row r='-5'><c r='A-5'><v>1</v></c></row>")


def nested_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as result:
        for number in range(300):
            result.writestr(f"xl/{number}.bin", b"\0" * 4_000_000)


def one_line(path: Path) -> None:
    path.write_bytes(b"overeenkomst_id;saldo\r\n" + b"a" * 30_000_000)


def many_columns(path: Path) -> None:
    path.write_bytes(b";".join(b"k%d" % n for n in range(200_000)) + b"\r\n" + b";" * 199_999 + b"\r\n")


def quotes(path: Path) -> None:
    path.write_bytes(b"overeenkomst_id;saldo\r\n" + b'"' * 20_000_001)


def zeros(path: Path) -> None:
    path.write_bytes(b"\0" * 20_000_000)


def packed(path: Path) -> None:
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(20):
            file.write(b"a" * 10_000_000)


SMALL: dict[str, tuple[str, Callable[[Path], None]]] = {
    f.__name__: (ending, f)
    for ending, functions in {
        "xlsx": (corners, without_references, behind_an_entity, entities, outside_entity, long_text, long_shared_text,
                 long_attribute, negative, nested_zip),
        "csv": (one_line, many_columns, quotes, zeros),
        "csv.gz": (packed,),
    }.items()
    for f in functions
}  # fmt: skip
# The kernel's own high-water mark: ru_maxrss of a child begins at the size of the process that started it.
CHILD = """
import re, sys
from pathlib import Path
import duckdb
from pipelines.installation.errors import DeliveryError
from pipelines.reading.read import Dialect, read
with duckdb.connect(config={"memory_limit": "400MB", "threads": 1}) as con:
    try:
        print(read(con, Path(sys.argv[1]), Dialect(), ("overeenkomst_id", "saldo"), Path(sys.argv[2])).records)
    except DeliveryError as error:
        print("refused", error)
print(int(re.search("VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""


def in_a_process_of_its_own(path: Path, folder: Path) -> tuple[str, int]:
    """Read a file in its own process, because the file may end it; return the message and the peak memory in MB."""
    os.utime(path, (1e9, 1e9))
    done = subprocess.run(
        [sys.executable, "-c", CHILD, path, folder], cwd=ROOT, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr[-2000:]
    *said, memory = done.stdout.splitlines()
    return " ".join(said), int(memory)


@pytest.mark.slow
@pytest.mark.parametrize("name", list(SMALL))
def test_a_small_file_cannot_ask_for_much(tmp_path: Path, name: str):
    ending, make = SMALL[name]
    path = tmp_path / f"levering.{ending}"
    make(path)
    said, memory = in_a_process_of_its_own(path, tmp_path)
    assert said.startswith("refused"), said
    assert "root:" not in said and memory < 600, memory


FILLINGS = {"letters": b"a", "rows": b"a;b\r\n;", "zeros": b"\0", "quotes": b'"'}
ENDINGS = ("csv", "csv.gz")
GIGABYTES = [
    (filling, ENDINGS[(number + turn) % 2]) for turn in (0, 1) for number, filling in enumerate(FILLINGS)
]
"""The first two have each ending, and what no small file has: a text without end and rows without end."""


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize(("filling", "ending"), GIGABYTES[: cases(2, 8)])
def test_a_gigabyte_is_refused_in_less_than_a_gigabyte(tmp_path: Path, filling: str, ending: str):
    path = tmp_path / f"levering.{ending}"
    piece = FILLINGS[filling]
    block = (piece * (2**24 // len(piece) + 1))[: 2**24]
    with gzip.open(path, "wb", compresslevel=1) if ending == "csv.gz" else path.open("wb") as file:
        file.write(b"overeenkomst_id;saldo\r\n")
        for _ in range(64):
            file.write(block)
    said, memory = in_a_process_of_its_own(path, tmp_path)
    assert said.startswith("refused") and memory < 1024, (said, memory)

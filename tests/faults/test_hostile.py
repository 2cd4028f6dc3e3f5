"""Files that want more than they give: refused within bounded memory, with a reason, and without ending the process."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pipelines.errors import ConfigurationError, DeliveryError
from pipelines.mapping import read_mapping
from pipelines.settings import read_settings
from tests.properties_readers import read_bytes

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
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for name, content in parts.items():
            made.writestr(name, content)


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
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for number in range(300):
            made.writestr(f"xl/{number}.bin", b"\0" * 4_000_000)


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
from pipelines.errors import DeliveryError
from pipelines.readers import Dialect, read
with duckdb.connect(config={"memory_limit": "400MB", "threads": 1}) as con:
    try:
        print(read(con, Path(sys.argv[1]), Dialect(), ("overeenkomst_id", "saldo"), Path(sys.argv[2])).records)
    except DeliveryError as error:
        print("refused", error)
print(int(re.search("VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""


def in_a_process_of_its_own(path: Path, folder: Path) -> tuple[str, int]:
    """Read a file apart, since what it does may end the process; give what was said and the most memory, in MB."""
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


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["csv", "csv.gz"])
@pytest.mark.parametrize(
    "filling", [b"a", b"\0", b'"', b"a;b\r\n;"], ids=["letters", "zeros", "quotes", "rows"]
)
def test_a_gigabyte_is_refused_in_less_than_a_gigabyte(tmp_path: Path, ending: str, filling: bytes):
    path = tmp_path / f"levering.{ending}"
    block = (filling * (2**24 // len(filling) + 1))[: 2**24]
    with gzip.open(path, "wb", compresslevel=1) if ending == "csv.gz" else path.open("wb") as file:
        file.write(b"overeenkomst_id;saldo\r\n")
        for _ in range(64):
            file.write(block)
    said, memory = in_a_process_of_its_own(path, tmp_path)
    assert said.startswith("refused") and memory < 1024, (said, memory)


bytes_of_files = st.one_of(
    st.binary(max_size=400),
    st.lists(st.sampled_from([b"overeenkomst_id", b";", b",", b"\r\n", b"\n", b"\r", b'"', b"1", b"O1", b"\t", b"\0", b"\xef\xbb\xbf",
                              b"\xff\xfe", b"\x80", b"saldo", b"'", b"=1+1", "é".encode(), b" "]), max_size=60).map(b"".join),
)  # fmt: skip


@given(bytes_of_files, st.sampled_from(["csv", "csv.gz", "xlsx", "parquet"]))
@settings(max_examples=250, deadline=10_000, suppress_health_check=[HealthCheck.too_slow])
@example(b"PK\3\4", "xlsx")
@example(b"PAR1PAR1", "parquet")
@example(b"\x1f\x8b\x08\0\0\0\0\0", "csv.gz")
def test_any_bytes_are_read_or_refused(content: bytes, ending: str):
    """What is not refused holds every record: never a crash, a hang, or fewer rows than it says."""
    try:
        records, held, broken = read_bytes(content, ending)
    except DeliveryError as error:
        assert str(error).startswith("levering")
    else:
        assert records == held + broken


WORDS = ["name", "corporatie_id", "naam", "extracts", "columns", "codes", "reading", "huurachterstanden", "saldo", "shortlist",
         "capacity", "gates", "coaches", "retention", "when", "constants", "delimiter", "decimal", "saldo.x", ""]  # fmt: skip
toml = st.recursive(
    st.one_of(
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=8),
        st.sampled_from(["canoniek", "auto", ",", ";"]),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=12,
)


def written(value: object) -> str:
    """Write a value as TOML, strings and keys quoted as JSON does."""
    import json

    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {written(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(value) if not isinstance(value, float) else repr(value)


@given(st.one_of(st.dictionaries(st.sampled_from(WORDS), toml, max_size=5).map(
    lambda top: "\n".join(f'"{k}" = {written(v)}' for k, v in top.items())), st.text(max_size=60)))  # fmt: skip
@settings(max_examples=400, deadline=5_000)
def test_any_settings_and_mapping_are_read_or_refused(tmp_path_factory, text: str):
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    for reads in (read_settings, read_mapping):
        try:
            reads(path)
        except ConfigurationError as error:
            assert "any.toml" in str(error)

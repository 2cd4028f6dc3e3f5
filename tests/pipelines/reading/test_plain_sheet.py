"""A sheet that is counted quickly gives the same table or refusal as one that is walked through tag by tag."""

from __future__ import annotations

import os
import random
import zipfile
from pathlib import Path

import duckdb
import pytest
import xlsxwriter

from pipelines.installation.errors import DeliveryError
from pipelines.reading import plain_sheet, xlsx
from pipelines.reading.plain_sheet import STRINGS, plain_sheets
from pipelines.reading.read import Dialect, read
from tests.faults.test_hostile import workbook

pytestmark = pytest.mark.dear

SHEET = "xl/worksheets/sheet1.xml"
SHARED = (
    "<si><t>id</t></si><si><t>naam</t></si><si><t></t></si><si><t/></si><si/>"
    '<si><t xml:space="preserve"> a &amp; é </t></si><si><r><rPr><b/><sz val="11"/></rPr><t>ri</t></r><r><t>jk</t></r></si>'
)
CELLS = (
    '<c r="{}"><v>12</v></c>',
    '<c r="{}" s="0" t="n"><v>-1.5E3</v></c>',
    *(f'<c r="{{}}" t="s"><v>{number}</v></c>' for number in (2, 3, 4, 5, 6)),
    '<c r="{}" t="b"><v>1</v></c>',
    '<c r="{}" t="inlineStr"><is><t>x &lt; ë</t></is></c>',
    '<c r="{}" t="inlineStr"><is><t></t></is></c>',
    '<c r="{}" t="str"><v>tekst</v></c>',
    '<c r="{}" t="str"><v></v></c>',
    '<c r="{}" s="0"/>',
    '<c r="{}" s="0" />',
    '<c r="{}"></c>',
    "",
)
"""Cells as programs write them."""
ODD = (
    '<c r="{}" t="e"><v>#N/A</v></c>',
    '<c r="{}"><f>A1</f><v>3</v></c>',
    '<c r="{}"><f>A1</f></c>',
    '<c r="{}" t="s"><v>-1</v></c>',
    '<c r="{}" t="s"><v> 1</v></c>',
    '<c r="{}"><v>7<!-- x -->8</v></c>',
    '<c r="{}"><v><![CDATA[7]]></v></c>',
    '<c r="{}"><v>5</v><v>6</v></c>',
    '<c r="A1"><v>5</v></c>',
    '<c t="n"><v>5</v></c>',
    '<c r="{}" t="inlineStr"><is><t>&#88;</t></is></c>',
    '<c r="{}" t="inlineStr"><is><t>&unknown;</t></is></c>',
    '<c r="{}" t="inlineStr"><is><t>a\x01</t></is></c>',
    '<c r="{}" t="inlineStr"><is><t>a]]></t></is></c>',
    '<c r="{}" t="inlineStr"><is><t>' + "a" * 40_000 + "</t></is></c>",
    '<c r="{}" t="d"><v>2026-11-16</v></c>',
    '<c s="0" r="{}"><v>5</v></c>',
    '<c r="{}"><v>5</v></c ></row><row r="2"><c r="A2"><v>5</v></c>',
)
"""Cells that a program seldom or never writes."""
ROWS = (
    "",
    ' spans="1:2"',
    ' s="1" customFormat="1" ht="12.5"',
    ' ht="12" spans="1:2"',
    ' spans="1" spans="1"',
)


def sheet(draw: random.Random, odd: str | None) -> str:
    """Write the rows of a sheet, with the odd cell somewhere if there is one."""
    rows = ['<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>']
    at, place = 1, draw.randrange(8)
    for number in range(8):
        at += draw.choice((1, 1, 1, 2, 3))
        cells = [draw.choice(CELLS).format(f"{column}{at}") for column in "AB"]
        if odd is not None and number == place:
            cells[draw.randrange(2)] = odd.format(f"{draw.choice('ABC')}{at}")
        rows.append(f'<row r="{at}"{draw.choice(ROWS[:3])}>{"".join(cells)}</row>')
    return "".join(rows)


def outcome(path: Path, folder: Path) -> object:
    """Return the table that was read, or the refusal."""
    os.utime(path, (1e9, 1e9))
    with duckdb.connect(config={"threads": 1}) as con:
        try:
            said = read(con, path, Dialect(), ("id", "naam"), folder)
        except DeliveryError as error:
            return str(error)
        return said.records, said.notes, con.execute("FROM delivered ORDER BY line").fetchall()


def both(path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[object, bool]:
    """Read a file with and without the quick count; return what came of it, and whether the sheet was plain."""
    with zipfile.ZipFile(path) as archive:
        plain = SHEET in plain_sheets(archive)
    quick = outcome(path, folder)
    with monkeypatch.context() as patch:
        patch.setattr(xlsx, "plain_sheets", lambda _: {})
        assert quick == outcome(path, folder)
    return quick, plain


@pytest.mark.parametrize("seed", range(25))
def test_rows_as_programs_write_them_are_plain(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "levering.xlsx"
    workbook(path, sheet(random.Random(seed), None), strings=SHARED)
    quick, plain = both(path, tmp_path, monkeypatch)
    assert plain and not isinstance(quick, str)


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_cell_is_left_to_the_full_reader(odd: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "levering.xlsx"
    for seed in range(3):
        workbook(path, sheet(random.Random(seed), odd), strings=SHARED)
        assert not both(path, tmp_path, monkeypatch)[1]


FIRST = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'


@pytest.mark.parametrize(
    ("rows", "shared", "doctype"),
    [
        (FIRST + '<row r="3"/><row r="2"><c r="A2"><v>1</v></c></row>', SHARED, ""),
        (FIRST + '<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>1</v></c></row>', SHARED, ""),
        (FIRST + '<row r="2"><c r="A2"><v>1</v></c><c r="A2"><v>1</v></c></row>', SHARED, ""),
        (FIRST + '<row r="2"><c r="A3"><v>1</v></c></row>', SHARED, ""),
        (FIRST + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', SHARED, ""),
        (FIRST + f'<row r="2"{ROWS[3]}><c r="A2"><v>1</v></c></row>', SHARED, ""),
        (FIRST + f'<row r="2"{ROWS[4]}><c r="A2"><v>1</v></c></row>', SHARED, ""),
        (FIRST + "<!-- x -->", SHARED, ""),
        (FIRST, SHARED, "<!DOCTYPE a [<!ENTITY e 'ha'>]>"),
        (FIRST, SHARED, "<!-- <sheetData> -->"),
        (FIRST, SHARED + "<si><t>a</t><t>b</t></si>", ""),
        (FIRST, SHARED + f"<si><t>{'a' * 40_000}</t></si>", ""),
        (FIRST + "</sheetData><sheetData><row r='5'><c r='A5'><v>1</v></c></row>", SHARED, ""),
        (FIRST + "</sheetData><x><![CDATA[", SHARED, ""),
    ],
)
def test_what_is_not_plain(
    rows: str, shared: str, doctype: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "levering.xlsx"
    workbook(path, rows, strings=shared, doctype=doctype)
    assert not both(path, tmp_path, monkeypatch)[1]


@pytest.mark.parametrize("options", [{}, {"constant_memory": True}])
def test_a_workbook_of_xlsxwriter_is_plain(
    options: dict[str, bool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(plain_sheet, "_CHUNK", 2**12)  # many blocks
    path = tmp_path / "levering.xlsx"
    with xlsxwriter.Workbook(path, options) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["id", "naam"])
        for number in range(1, 500):
            page.write_row(number, 0, [f"O{number}", f"{'naam' * 40} & ë" if number % 3 else number / 8])
        page.autofilter(0, 0, 499, 1)
    quick, plain = both(path, tmp_path, monkeypatch)
    assert plain and isinstance(quick, tuple) and quick[0] == 499
    with zipfile.ZipFile(path) as archive:
        assert (STRINGS in archive.namelist()) != bool(options)

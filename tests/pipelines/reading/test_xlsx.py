"""Test Excel files: one sheet, its row numbers, and no filled cell that reads as empty."""

from __future__ import annotations

import datetime as dt
import gc
import os
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import pytest
import xlsxwriter

from pipelines.installation.errors import DeliveryError
from pipelines.reading import xlsx
from pipelines.reading.read import Dialect, Read, read

Fill = Callable[[xlsxwriter.Workbook], None]


def load(
    tmp_path: Path,
    fill: Fill,
    sheet: str | None = None,
    change: Callable[[dict[str, bytes]], None] | None = None,
) -> tuple[Read, list[tuple[object, ...]]]:
    """Write a workbook, perhaps change its parts, and read it."""
    file = tmp_path / "levering.xlsx"
    with xlsxwriter.Workbook(file) as workbook:
        fill(workbook)
    if change:
        with zipfile.ZipFile(file) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        change(parts)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
    return _read(tmp_path, file, sheet)


def _read(tmp_path: Path, file: Path, sheet: str | None = None) -> tuple[Read, list[tuple[object, ...]]]:
    os.utime(file, (1e9, 1e9))
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    with duckdb.connect() as con:
        try:
            result = read(con, file, Dialect(sheet=sheet), ("id", "naam"), scratch)
        except DeliveryError:
            assert con.execute("SELECT count(*) FROM duckdb_tables()").fetchall() == [(0,)]
            raise
        finally:
            assert not list(scratch.iterdir())
        return result, con.execute('SELECT * EXCLUDE ("kinds ") FROM delivered ORDER BY line').fetchall()


def refusal(tmp_path: Path, fill: Fill, **options: object) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        load(tmp_path, fill, **options)  # type: ignore[arg-type]
    assert "geheim" not in str(caught.value)
    return caught.value


def rows(*values: Sequence[object], start: int = 0, sheet: str = "Blad1") -> Fill:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        page = workbook.add_worksheet(sheet)
        for number, row in enumerate(values, start=start):
            page.write_row(number, 0, row)

    return fill


def part(name: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        assert old in parts[name]
        parts[name] = parts[name].replace(old, new, 1)

    return change


SHEET = "xl/worksheets/sheet1.xml"


def test_values_as_text(tmp_path: Path) -> None:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        day = workbook.add_format({"num_format": "dd-mm-yyyy"})
        moment = workbook.add_format({"num_format": "d-m-yyyy h:mm"})
        hours = workbook.add_format({"num_format": "[h]:mm"})
        page = workbook.add_worksheet("Export")
        page.write_row(0, 0, ["id", "getal", "saldo", "datum", "moment", "ja", "tijd", "duur", "tekst"])
        page.write_string(1, 0, "007")
        page.write_row(1, 1, [12, 1234.56])
        page.write_datetime(1, 3, dt.datetime(2026, 11, 16), day)
        page.write_datetime(1, 4, dt.datetime(2026, 11, 16, 8, 30), moment)
        page.write_boolean(1, 5, True)
        page.write_datetime(1, 6, dt.time(8, 30), moment)
        page.write_datetime(1, 7, dt.timedelta(hours=30, minutes=5), hours)
        page.write_string(1, 8, ' a\n"b"\t€\U0001f642 _x000D_ ')
        page.write_row(2, 0, [8, -0.5, 1e20])
        page.write_boolean(2, 5, False)
        page.write_formula(2, 2, "=1+1", None, 2)
        page.write_formula(2, 8, '=""', None, "")

    as_excel = part(SHEET, b'<c r="I3"><f>""</f>', b'<c r="I3" t="str"><f>""</f>')
    result, got = load(tmp_path, fill, change=as_excel)
    assert got == [
        (2, "007", "12", "1234.56", "2026-11-16", "2026-11-16 08:30:00", "1", "08:30:00", "30:05:00",
         ' a\n"b"\t€\U0001f642 _x000D_ '),
        (3, "8", "-0.5", "2", None, None, "0", None, None, None),
    ]  # fmt: skip
    assert (result.records, result.encoding, result.delimiter) == (2, "", "")
    assert "sheet: Export" in result.notes


def test_lines_are_excels_row_numbers(tmp_path: Path) -> None:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        page = workbook.add_worksheet()
        border = workbook.add_format({"border": 1})
        page.write_row(2, 1, ["id", "naam"])
        page.write_row(4, 1, ["1", "a"])
        page.write_row(5, 1, ["", ""], border)
        page.write_string(6, 1, "")
        page.write_row(8, 1, ["2", " "])
        page.write_blank(30, 1, None, border)

    result, got = load(tmp_path, fill)
    assert (got, result.records) == ([(5, "1", "a"), (9, "2", " ")], 2)


def test_more_rows_than_one_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "_BATCH", 7)
    result, got = load(tmp_path, rows(["id"], *[[i] for i in range(30)]))
    assert (result.records, got) == (30, [(i + 2, str(i)) for i in range(30)])


def test_a_sheet_with_only_a_header_or_empty_has_no_records(tmp_path: Path) -> None:
    assert load(tmp_path, rows(["id", "naam"]))[0].records == 0
    assert "no sheet has any content" in refusal(tmp_path, rows()).problem


def test_a_second_sheet_with_content_must_be_chosen(tmp_path: Path) -> None:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        rows(["id"], ["1"], sheet="Export")(workbook)
        workbook.add_worksheet("Leeg")
        workbook.add_chartsheet("Grafiek")
        rows(["id"], ["2"], sheet="Uitleg & zo")(workbook)

    assert "several sheets have content: Export, Uitleg & zo" in refusal(tmp_path, fill).problem
    assert load(tmp_path, fill, sheet="Uitleg & zo")[1] == [(2, "2")]
    assert "there are: Export, Leeg, Uitleg & zo" in refusal(tmp_path, fill, sheet="Blad1").problem
    assert "no sheet has any content" in refusal(tmp_path, fill, sheet="Leeg").problem


@pytest.mark.parametrize(
    ("header", "column", "words"),
    [
        (["id", "", "naam"], "B", "has no name"),
        (["id", "naam", "Naam"], "C", "columns B and C are both called «Naam»"),
        (["geheim", "x"], None, "no column is recognised"),
    ],
)
def test_headers(tmp_path: Path, header: list[object], column: str | None, words: str) -> None:
    error = refusal(tmp_path, rows(header, ["1", "2", "3"], start=3))
    assert (error.line, error.column) == (4, column)
    assert words in error.problem


def test_blank_columns_at_the_end(tmp_path: Path) -> None:
    result, got = load(tmp_path, rows(["id", "naam", ""], ["1", "a", ""]))
    assert (result.columns, got) == (("id", "naam"), [(2, "1", "a")])
    error = refusal(tmp_path, rows(["id", "naam"], ["1", "a"], ["2", "b", "", "geheim"]))
    assert (error.line, error.column) == (3, "D")


def test_a_repeated_header_is_two_tables(tmp_path: Path) -> None:
    assert refusal(tmp_path, rows(["id", "naam"], ["1", "a"], ["id", "naam"])).line == 3


@pytest.mark.parametrize(("first_row", "where"), [(0, (1, "B")), (3, (4, "B"))])
def test_merged_cells(tmp_path: Path, first_row: int, where: tuple[int, str]) -> None:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        page = workbook.add_worksheet()
        page.write_row(0, 0, ["id", "naam", "fase"])
        page.write_row(1, 0, ["1", "2", "3"])
        page.merge_range(first_row, 1, first_row, 2, "naam")

    error = refusal(tmp_path, fill)
    assert (error.line, error.column) == where
    assert error.line != 1 or "no name" in error.problem or "merged" in error.problem


def test_cells_that_would_read_as_empty(tmp_path: Path) -> None:
    def broken(workbook: xlsxwriter.Workbook) -> None:
        page = workbook.add_worksheet()
        page.write_row(0, 0, ["id", "naam"])
        page.write_formula(1, 1, "=1/0", None, "#DIV/0!")

    error = refusal(tmp_path, broken)
    assert (error.line, error.column, "Excel error" in error.problem) == (2, "B", True)

    def formula(workbook: xlsxwriter.Workbook) -> None:
        page = workbook.add_worksheet()
        page.write_row(0, 0, ["id", "naam"])
        page.write_row(1, 0, ["1"])
        page.write_formula(1, 1, "=A1", None, 7)

    error = refusal(tmp_path, formula, change=part(SHEET, b"<v>7</v>", b""))
    assert (error.line, error.column, "never computed" in error.problem) == (2, "B", True)


def test_text_inside_the_cell_and_without_cell_references(tmp_path: Path) -> None:
    # As other programs than Excel write it.
    sheet = (
        b'<?xml version="1.0"?><x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<x:sheetData><x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>id</x:t></x:is></x:c></x:row>'
        b'<x:row r="3"><x:c r="A3" t="inlineStr"><x:is><x:t>007</x:t></x:is></x:c></x:row>'
        b'<x:row r="4"><x:c r="A4" t="inlineStr"><x:is><x:t></x:t></x:is></x:c></x:row>'
        b"</x:sheetData></x:worksheet>"
    )
    _, got = load(tmp_path, rows(["id"]), change=lambda parts: parts.update({SHEET: sheet}))
    assert got == [(3, "007")]


def test_a_document_type_is_refused(tmp_path: Path) -> None:
    bomb = b'standalone="yes"?><!DOCTYPE x [<!ENTITY a "geheim">]>'
    error = refusal(tmp_path, rows(["id"], ["1"]), change=part(SHEET, b'standalone="yes"?>', bomb))
    assert "damaged" in error.problem


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="A2" t="s"><v>-1</v></c>',  # the library gives the first text
        b'<c r="A2" t="s"><v> 1</v></c>',
        b'<c r="A2"><v>7<!-- x -->8</v></c>',  # it gives 7
        b'<c r="A2"><v><b>7</b></v></c>',  # it gives nothing
        b'<c r="A2" t="inlineStr"><v>5</v></c>',
        b'<c r="A2"><v>5</v><v>6</v></c>',  # it gives the last
        b'<c r="A2"><v>5</v></c><c r="A2"><v>6</v></c>',
        b'<c r="A3"><v>5</v></c>',  # it puts the value in another row
        b'<c r="B2"><v>5</v></c><c r="A2"><v>6</v></c>',
    ],
)
def test_a_cell_that_the_reader_would_guess_at_is_refused(tmp_path: Path, cell: bytes) -> None:
    change = part(SHEET, b'<c r="A2" t="s"><v>1</v></c>', cell)
    assert refusal(tmp_path, rows(["id"], ["x"]), change=change).problem


def test_rows_that_the_reader_misses_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "filled_rows", lambda *_: [(1, 1), (2, 1), (3, 1)])
    error = refusal(tmp_path, rows(["id"], ["1"]))
    assert (error.line, "differ" in error.problem) == (3, True)


def test_what_is_not_xlsx(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(tmp_path, rows(["id", "naam"], *[["1", "a"]] * 500))
    file = tmp_path / "levering.xlsx"
    good = file.read_bytes()
    for content, words in (
        (b"id;naam\n", "not an .xlsx"),
        (good[:-100], "not an .xlsx"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "password"),
        (good.replace(b"xl/workbook.xml", b"xl/werkboek.xml"), "no sheet has any content"),
    ):
        file.write_bytes(content)
        with pytest.raises(DeliveryError, match=words):
            _read(tmp_path, file)
    damaged = bytearray(good)
    damaged[good.index(b"xl/worksheets/sheet1.xml") + 60] ^= 0xFF
    file.write_bytes(damaged)
    with pytest.raises(DeliveryError, match="damaged"):
        _read(tmp_path, file)
    file.write_bytes(good)
    monkeypatch.setattr(xlsx, "MAX_UNPACKED", 10_000)
    with pytest.raises(DeliveryError, match="unpacks to more than"):
        _read(tmp_path, file)


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="B2"><f>A1</f></c>',
        b'<c r="B2"><f>A1</f><v></v></c>',  # openpyxl
        b'<c r="B2"><f>A1</f><v/></c>',
        b'<c r="B2" t="n"><f t="shared" si="0"/><v/></c>',
        b'<c r="B2" t="str"><f>A1</f></c>',
        b'<c r="B2"><f>A1</f><v>0</v></c>',  # XlsxWriter
    ],
)
def test_a_formula_without_a_computed_value_is_refused(tmp_path: Path, cell: bytes) -> None:
    change = part(SHEET, b'<c r="B2"><v>7</v></c>', cell)
    error = refusal(tmp_path, rows(["id", "naam"], ["1", 7]), change=change)
    assert (error.line, error.column, "never computed" in error.problem) == (2, "B", True)


def test_a_formula_that_excel_computed_is_read(tmp_path: Path) -> None:
    def change(parts: dict[str, bytes]) -> None:
        part(SHEET, b'<c r="B2"><v>7</v></c>', b'<c r="B2"><f>A1</f><v>0</v></c>')(parts)
        part("xl/workbook.xml", b' fullCalcOnLoad="1"', b"")(parts)

    assert load(tmp_path, rows(["id", "naam"], ["1", 7]), change=change)[1] == [(2, "1", "0")]


def test_each_cell_keeps_its_kind(tmp_path: Path) -> None:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        page = workbook.add_worksheet()
        page.write_row(0, 0, ["id", "naam"])
        page.write_string(1, 0, "1.082")
        page.write_datetime(1, 1, dt.datetime(2026, 11, 16), workbook.add_format({"num_format": "d-m-yyyy"}))
        page.write_number(2, 0, 1.082)
        page.write_boolean(2, 1, True)
        page.write_number(3, 0, 7)

    file = tmp_path / "levering.xlsx"
    with xlsxwriter.Workbook(file) as workbook:
        fill(workbook)
    os.utime(file, (1e9, 1e9))
    with duckdb.connect() as con:
        assert read(con, file, Dialect(), ("id",), tmp_path).typed
        kinds = con.execute('SELECT "kinds " FROM delivered ORDER BY line').fetchall()
    assert kinds == [("td",), ("nb",), ("n-",)]


def test_the_garbage_collector_waits_until_a_sheet_is_read_or_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collects: list[bool] = []
    texts = xlsx.texts
    monkeypatch.setattr(xlsx, "texts", lambda column: (collects.append(gc.isenabled()), texts(column))[1])
    refusal(tmp_path, rows(["id", "naam"], ["1", "geheim"], ["id", "naam"]))
    assert (collects, gc.isenabled()) == ([False, False], True)


def test_a_nul_character_is_refused(tmp_path: Path) -> None:
    change = part("xl/sharedStrings.xml", b"geheim", b"geheim_x0000_")
    error = refusal(tmp_path, rows(["id", "naam"], ["1", "geheim"]), change=change)
    assert (error.line, error.column, "NUL" in error.problem) == (2, "naam", True)

"""Read a delivery without the product's readers: with Python's csv, ElementTree over the worksheet, or pyarrow.

`compare` is the oracle of tests that damage deliveries: whatever is loaded equals the content of the file.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import gzip
import io
import math
import re
import zipfile
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pyarrow.parquet as pq

from pipelines.reading.read import Dialect, Read

Row = tuple[int, tuple[str, ...]]
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
EPOCH = dt.datetime(1899, 12, 30)


def compare(content: bytes, ending: str, dialect: Dialect, said: Read, rows: list[Row]) -> None:
    """Assert that the rows that were loaded, and their number, are those of the file.

    Parameters
    ----------
    content : bytes
        The file as delivered.
    ending : str
        "csv", "csv.gz", "xlsx" or "parquet".
    dialect : Dialect
        What the mapping declared.
    said : Read
        What the reader told.
    rows : list of (line, values)
        What it loaded, in the order of the lines; an empty value is "".
    """
    if ending == "csv.gz":
        content = gzip.decompress(content)
    if ending == "xlsx":
        names, expected = _worksheet(content)
    elif ending == "parquet":
        names, expected = _parquet(content)
    else:
        names, expected = _delimited(content, dialect, said)
    assert said.columns == names, "the header is another one"
    assert said.records == len(rows) + len(said.broken), "more or fewer records than told"
    assert [line for line, _ in rows] == [line for line, _ in expected], "other records than in the file"
    for loaded, stands in zip(rows, expected, strict=True):
        assert loaded == stands, f"line {loaded[0]} loads as something else"


def _delimited(content: bytes, dialect: Dialect, said: Read) -> tuple[tuple[str, ...], list[Row]]:
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    wide = "utf-16" if marked else "utf-16-le"
    codec = {"windows-1252": "cp1252", "utf-16": wide, "utf-8": "utf-8-sig"}[said.encoding]
    lines = LINE.findall(content.decode(codec))
    if any("sep=" in note for note in said.notes):
        lines[0] = "\n"
    for broken in said.broken:  # each was quarantined with its line
        assert lines[broken.line - 1].rstrip("\r\n") == broken.text
        lines[broken.line - 1] = "\n"
    quoting: dict[str, Any] = {"quotechar": dialect.quote} if dialect.quote else {"quoting": csv.QUOTE_NONE}
    before = csv.field_size_limit(10**7)
    try:
        records, at = [], 1
        reader = csv.reader(lines, delimiter=said.delimiter, strict=True, **quoting)
        for record in reader:
            if record:
                records.append((at, record))
            at = reader.line_num + 1
    finally:
        csv.field_size_limit(before)
    (_, header), *data = records
    names = [cell.strip().strip("\ufeff") for cell in header]
    while names and not names[-1]:
        names.pop()
    result = []
    for line, record in data:
        if len(record) == len(header) and any(record):
            result.append((line, tuple(record[: len(names)])))
            assert not any(record[len(names) :]), "a value without a column was dropped"
        else:
            assert not any(map(str.strip, record)), "a record was dropped without a word"
    return tuple(names), result


def _parquet(content: bytes) -> tuple[tuple[str, ...], list[Row]]:
    table = pq.read_table(io.BytesIO(content))
    columns = [[_plain(value) for value in column.to_pylist()] for column in table.columns]
    rows = list(enumerate(zip(*columns, strict=True), 1))
    return tuple(name.strip().strip("\ufeff") for name in table.column_names), rows


def _plain(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(int(value))
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case float():
            return repr(value)
        case Decimal():
            return format(value, "f")
    return str(value)


def _worksheet(content: bytes) -> tuple[tuple[str, ...], list[Row]]:
    """Read the one filled sheet: texts, numbers, and dates in the styles that xlsxwriter gives them."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        strings: list[str] = []
        if "xl/sharedStrings.xml" in archive.namelist():
            matches = ElementTree.fromstring(archive.read("xl/sharedStrings.xml")).findall("{*}si")
            strings = ["".join(part.text or "" for part in item.findall(".//{*}t")) for item in matches]
        dated = _dated(ElementTree.fromstring(archive.read("xl/styles.xml")))
        sheet = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    result: list[tuple[int, dict[str, str]]] = []
    line = 0
    for row in sheet.findall(".//{*}row"):
        line = int(row.get("r", line + 1))
        cells: dict[str, str] = {}
        letter = ""
        for cell in row.findall(".//{*}c"):
            letter = re.sub(r"\d", "", cell.get("r", "")).upper() or _next(letter)
            value = _cell(cell, strings, dated)
            if value:
                cells[letter] = value
        if cells:
            result.append((line, cells))
    (_, header), *data = result
    return tuple(name.strip().strip("\ufeff") for name in header.values()), [
        (line, tuple(cells.pop(letter, "") for letter in header))
        for line, cells in data
        if set(cells) <= set(header) or _lost()
    ]


def _next(letter: str) -> str:
    """Give the letter of the next column; a sheet of a test has no more than 26."""
    return chr(ord(letter) + 1) if letter else "A"


def _lost() -> bool:
    raise AssertionError("a value without a column was dropped")


def _dated(styles: ElementTree.Element) -> set[str]:
    formats = {
        item.attrib["numFmtId"]
        for item in styles.findall(".//{*}numFmt")
        if "yy" in item.attrib["formatCode"]
    }
    used = styles.find("{*}cellXfs")
    assert used is not None
    return {str(n) for n, item in enumerate(used) if item.attrib["numFmtId"] in formats | {"14", "22"}}


def _cell(cell: ElementTree.Element, strings: list[str], dated: set[str]) -> str:
    """Read a cell; a control character is written as `_x000B_`."""
    return re.sub(
        r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), _written(cell, strings, dated)
    )


def _written(cell: ElementTree.Element, strings: list[str], dated: set[str]) -> str:
    kind, text = cell.attrib.get("t", "n"), cell.findtext("{*}v", "")
    if kind == "inlineStr" or cell.find("{*}is") is not None:
        return "".join(part.text or "" for part in cell.findall(".//{*}t"))
    if kind == "s" and text:
        return strings[int(text)]
    if kind == "b":
        return {"true": "1", "false": "0"}.get(text, text)
    if kind != "n" or not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", text):
        return text
    if cell.attrib.get("s") in dated:
        moment = EPOCH + dt.timedelta(days=float(text))
        return str(moment if moment.time() != dt.time() else moment.date())
    number = float(text)
    if number in (math.inf, -math.inf):
        return str(number)
    return str(int(number)) if number.is_integer() else repr(number)

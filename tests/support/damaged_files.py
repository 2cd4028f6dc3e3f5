"""Write tables as damaged deliveries of every kind: damaged before writing, as bytes, or inside the archive."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from random import Random
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from tests.support.damage import IN_BYTES, IN_TABLE, Table, flip, move

SHEET = "xl/worksheets/sheet1.xml"


class Damaged(NamedTuple):
    """A file and what was done to it."""

    ending: str
    content: bytes
    done: tuple[str, ...]


def _text(table: Table, draw: Random) -> bytes:
    result = io.StringIO(newline="")
    quoting = draw.choice((csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC))
    end, delimiter = draw.choice(("\r\n", "\r\n", "\n", "\r")), draw.choice(";;;,\t|")
    if draw.random() < 0.05:
        result.write(f"sep={delimiter}\r\n")
    csv.writer(result, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows(table)
    return result.getvalue().encode(
        draw.choice(("utf-8", "utf-8", "utf-8-sig", "cp1252", "utf-16")), "replace"
    )


def _workbook(table: Table, draw: Random) -> bytes:
    """Write a sheet: dates and amounts as texts or as what they are; now and then what a sheet should not have."""
    memory = io.BytesIO()
    typed = draw.random() < 0.5
    with xlsxwriter.Workbook(
        memory, {"default_date_format": "dd-mm-yyyy", "strings_to_formulas": False}
    ) as book:
        sheet, first = book.add_worksheet(), draw.choice((0, 0, 0, 2))
        for line, row in enumerate(table, first):
            for at, value in enumerate(row):
                if (
                    typed
                    and re.fullmatch(r"[12]\d{3}-[01]\d-[0-2]\d", value)
                    and "-00" not in value
                    and value[4:] > "-1"
                ):
                    try:
                        sheet.write_datetime(line, at, date.fromisoformat(value))
                        continue
                    except ValueError:
                        pass
                if typed and re.fullmatch(r"-?\d{1,9}(,\d+)?", value):
                    sheet.write_number(line, at, float(value.replace(",", ".")))
                elif value:
                    sheet.write_string(line, at, value[:32_000])
        odd = draw.randrange(12)
        if odd == 0:
            sheet.write_formula(first + 1, 0, "=1/0", None, "#DIV/0!")
        elif odd == 1:
            sheet.merge_range(first + 1, 0, first + 2, 0, "x")
        elif odd == 2:
            book.add_worksheet().write_string(0, 0, "x")
        elif odd == 3:
            sheet.write_string(first + 1, len(table[0]) + draw.choice((0, 3)), "x")
        elif odd == 4:
            sheet.write_boolean(first + 1, 0, True)
    return memory.getvalue()


def _parquet(table: Table, draw: Random) -> bytes:
    columns = dict(
        zip(
            table[0],
            map(list, zip(*table[1:], strict=False)) if table[1:] else [[] for _ in table[0]],
            strict=False,
        )
    )
    typed = {name: _typed(values, draw) for name, values in columns.items()}
    memory = io.BytesIO()
    pq.write_table(
        pa.table(typed),
        memory,
        compression=draw.choice(("snappy", "none", "zstd")),
        write_page_checksum=draw.random() < 0.5,
    )
    return memory.getvalue()


def _typed(values: list[str], draw: Random) -> pa.Array:
    filled = [value for value in values if value]
    plain: list[str | None] = [value or None for value in values]
    if draw.random() < 0.5 or not filled:
        return pa.array(plain, pa.string())
    if all(re.fullmatch(r"[12]\d{3}-[01]\d-\d\d", value) for value in filled):
        days = pa.array(plain, pa.string())
        try:
            return days.cast(draw.choice((pa.date32(), pa.timestamp("us"), pa.timestamp("ns", "UTC"))))
        except pa.ArrowInvalid:
            return days
    if all(re.fullmatch(r"-?\d{1,9},\d\d", value) for value in filled):
        numbers = [None if value is None else Decimal(value.replace(",", ".")) for value in plain]
        kind = draw.choice((pa.decimal128(18, 2), pa.float64(), pa.float32()))
        return pa.array(numbers, pa.decimal128(18, 2)).cast(kind)
    if draw.random() < 0.05:
        return pa.array([[value] for value in plain])
    return pa.array(plain, pa.string()).cast(draw.choice((pa.string(), pa.large_string(), pa.binary())))


def _inside(content: bytes, draw: Random, change: Callable[[bytes, Random], bytes]) -> bytes:
    """Change one part inside an archive; bytes of the archive itself would only fail its checksum."""
    memory = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(memory, "w") as new:
        chosen = draw.choice((SHEET, SHEET, *old.namelist()))
        for name in old.namelist():
            new.writestr(name, change(old.read(name), draw) if name == chosen else old.read(name))
    return memory.getvalue()


def damaged(table: Table, draw: Random) -> Damaged:
    """Write a good table as a delivery of some kind, with one to three kinds of damage."""
    table = [list(row) for row in table]
    ending = draw.choice(("csv", "csv", "csv", "csv", "csv.gz", "xlsx", "xlsx", "parquet"))
    done = [ending]
    for name in draw.sample(list(IN_TABLE), draw.choice((0, 1, 1, 2))):
        IN_TABLE[name](table, draw)
        done.append(name)
    content = {"xlsx": _workbook, "parquet": _parquet}.get(ending, _text)(table, draw)
    inside, often = ending == "xlsx" and draw.random() < 0.8, 0.8 if ending.startswith("csv") else 0.4
    for name in draw.sample(
        list(IN_BYTES), draw.choice((1, 1, 2)) if len(done) == 1 or draw.random() < often / 2 else 0
    ):
        content = _inside(content, draw, IN_BYTES[name]) if inside else IN_BYTES[name](content, draw)
        done.append(name)
    if ending == "csv.gz":
        content = gzip.compress(content, mtime=0)
        if draw.random() < 0.1:
            content = draw.choice((flip, move))(content, draw)
            done.append("compressed, then damaged")
    return Damaged(ending, content, tuple(done))

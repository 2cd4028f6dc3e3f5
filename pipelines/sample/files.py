"""Write columns to files as an office sends them: CSV in two encodings, compressed CSV, or a workbook."""

from __future__ import annotations

import csv
import gzip
import io
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import xlsxwriter

from pipelines.installation.files import write_bytes
from pipelines.sample.text import Columns

_CREATED = datetime(2020, 1, 1)  # the same in every workbook, so that the same world gives the same bytes


@dataclass(frozen=True)
class Form:
    """The format of one file."""

    ending: str = "csv"
    encoding: str = "utf-8"


def write(path: Path, columns: Columns, form: Form) -> None:
    """Write columns to a file in one step; the same columns give the same bytes."""
    if form.ending == "xlsx":
        content = _sheet(columns)
    else:
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerow(columns)
        writer.writerows(zip(*(values.tolist() for values in columns.values()), strict=True))
        content = text.getvalue().encode(form.encoding)
        if form.ending == "csv.gz":
            content = gzip.compress(content, compresslevel=6, mtime=0)
    write_bytes(path, content)


def _sheet(columns: Columns) -> bytes:
    """Return a workbook with one sheet, in which dates are dates and everything else is text."""
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True, "default_date_format": "dd-mm-yyyy"})
    book.set_properties({"created": _CREATED, "author": "Waakvlam"})
    sheet = book.add_worksheet("Blad1")
    bold = book.add_format({"bold": True})
    for place, (name, values) in enumerate(columns.items()):
        sheet.write_string(0, place, name, bold)
        for line, value in enumerate(values, start=1):
            if value and name in ("datum", "opvolgdatum"):
                sheet.write_datetime(
                    line, place, datetime.combine(date.fromisoformat(value), datetime.min.time())
                )
            elif value:
                sheet.write_string(line, place, value)
    book.close()
    return memory.getvalue()

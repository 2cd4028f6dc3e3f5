"""One odd delivery: the ordinary delivery of the week, changed, and what the rows of it should be read as."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import xlsxwriter

from tests.support.changes import Change
from tests.support.deliveries import csv_text
from tests.support.ordinary import WEEK, Row

LEASE, ARREARS, NUISANCE, REPAIRS = (
    "huurovereenkomsten",
    "huurachterstanden",
    "overlastmeldingen",
    "reparatieverzoeken",
)
LEDGER, OBJECTIONS = "boekingen", "bezwaren"
Want = Literal["right", "said"]
RIGHT: Want = "right"
"""The rows are read as meant."""
SAID: Want = "said"
"""The delivery is refused, or a line says that something is odd, unless the rows are read as meant."""


def same(rows: list[Row]) -> list[Row]:
    """Change nothing."""
    return rows


def nothing(rows: list[Row]) -> list[Row]:
    """Mean no rows at all: whatever is read is wrong."""
    return []


@dataclass(frozen=True)
class Odd:
    """A delivery of an extract: its rows changed, or its text; `meant` are the ordinary rows that it stands for."""

    name: str
    extract: str
    rows: Change = same
    want: Want = SAID
    meant: Change = same
    text: Callable[[str], str | bytes] | None = None
    suffix: str = "csv"

    def content(self) -> str | bytes:
        """Return the content of the file."""
        rows = self.rows(WEEK[self.extract])
        if self.suffix == "xlsx":
            return workbook(rows)
        return self.text(csv_text(rows)) if self.text else csv_text(rows)


def workbook(rows: list[Row]) -> bytes:
    """Write a workbook of texts."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for line, values in enumerate([list(rows[0]), *(list(row.values()) for row in rows)]):
            for place, value in enumerate(values):
                sheet.write_string(line, place, value)
    return content.getvalue()

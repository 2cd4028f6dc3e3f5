"""Define a table of figures, from which page, chart, report and CSV are made."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.trends.quarters import Span, quarter_of
from portal.trends.suppress import SMALL, Shown

Cell = Shown | float | int | date | str | None
BROAD = 6
"""Most columns that fit half a page of 1280 px."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Column:
    """A column. ``kind`` is text, month, quarter, day, count, share or days."""

    key: str
    title: str
    kind: str = "count"

    @property
    def number(self) -> bool:
        """Whether the column is aligned right."""
        return self.kind in ("count", "share", "days")


@dataclass(frozen=True)
class Table:
    """A table. ``name`` is its name in URLs, ``unit`` the unit of its figures, and ``note`` an explanation for readers."""

    name: str
    title: str
    unit: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    wijken: tuple[str, ...] = ()
    """The wijk of each row, in tables with a row per wijk."""
    newest: date | None = None
    """The day of the newest list; a quarter in which it falls is shown as unfinished."""
    missing: str = "–"
    """What the page shows of a cell without a figure."""
    oldest: date | None = None
    """The day of the oldest list; a quarter in which it falls is shown as begun on that day."""

    @property
    def broad(self) -> bool:
        """Whether half a page is too narrow for its columns."""
        return bool(self.wijken) or len(self.columns) > BROAD

    def column(self, key: str) -> list[Any]:
        """Return the cells of a column."""
        index = [column.key for column in self.columns].index(key)
        return [row[index] for row in self.rows]

    def of(self, span: Span) -> tuple[Cell, ...] | None:
        """Return the row of a quarter or year, or None. A year begins on the day of its first quarter, so it is found by name."""
        key = span.first if span.number else span.named(self.newest, self.oldest)
        return next((row for row in self.rows if row[0] == key), None)

    @property
    def texts(self) -> list[dict[str, Any]]:
        """Every row as the texts that the page shows."""
        wijken = self.wijken or ("",) * len(self.rows)
        return [
            {
                "wijk": wijk,
                "cells": [
                    {
                        "text": self._text(cell, column.kind),
                        "number": column.number,
                        "hidden": is_hidden(cell),
                    }
                    for cell, column in zip(row, self.columns, strict=True)
                ],
            }
            for row, wijk in zip(self.rows, wijken, strict=True)
        ]

    def csv(self) -> bytes:
        """Write the table as CSV with semicolons, for Dutch Excel; no cell can be read as a formula."""
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerow([harmless(column.title) for column in self.columns])
        for row in self.rows:
            writer.writerow(
                [harmless(self._plain(c, column.kind)) for c, column in zip(row, self.columns, strict=True)]
            )
        return text.getvalue().encode("utf-8-sig")

    def _text(self, cell: Cell, kind: str) -> str:
        if kind == "quarter" and isinstance(cell, date):
            return quarter_of(cell).named(self.newest, self.oldest)
        return self.missing if cell is None else write(cell, kind)

    def _plain(self, cell: Cell, kind: str) -> str:
        return self._text(cell, kind) if kind == "quarter" else _plain(cell, kind)


def is_hidden(cell: Cell) -> bool:
    """Return whether a count is hidden."""
    return isinstance(cell, Shown) and cell.hidden


def write(cell: Cell, kind: str) -> str:
    """Format a cell for a reader."""
    if isinstance(cell, Shown):
        if cell.value is None:
            few = _("1–%(most)s") if cell.most <= SMALL else _("hooguit %(most)s")
            return few % {"most": cell.most}
        text = number_format(cell.value, use_l10n=True, force_grouping=True)
        return text if cell.whole else f"≥ {text}"
    if cell is None:
        return "–"
    if isinstance(cell, date):
        return when(cell, kind)
    if isinstance(cell, str):
        return cell
    if kind == "share":
        return f"{100 * float(cell):.0f}%"
    return str(cell)


def about(cell: Cell) -> str:
    """Format a count within a sentence, which says that it is rounded where it is."""
    text = write(cell, "count")
    exact = not isinstance(cell, Shown) or not cell.value or not cell.whole
    return text if exact else _("ongeveer %(count)s") % {"count": text}


def when(day: date, kind: str) -> str:
    """Format a day, month or quarter."""
    if kind == "month":
        return _written(day, "b Y")
    if kind == "quarter":
        return quarter_of(day).name
    return _written(day, "j b Y")


def _written(day: date, pattern: str) -> str:
    """Format a day; ``b``, a short month, gets a capital in English, as `portal.coach.templatetags.days.on` writes it."""
    return date_format(day, pattern if get_language() == "nl" else pattern.replace("b", "M"))


def harmless(text: str) -> str:
    """Put a quote mark before text that a spreadsheet would run as a formula (OWASP, CSV injection)."""
    flat = " ".join(text.split()) if text[:1] not in FORMULA else text
    return f"'{' '.join(flat.split())}" if text[:1] in FORMULA or flat[:1] in FORMULA else flat


def _plain(cell: Cell, kind: str) -> str:
    """Format a cell for a spreadsheet: ISO dates, numbers without separators, and no `1-9`, which Excel reads as a date."""
    if isinstance(cell, Shown):
        if cell.value is None:
            return _("1 t/m %(most)s") % {"most": cell.most}
        return str(cell.value) if cell.whole else _("ten minste %(least)s") % {"least": cell.value}
    if isinstance(cell, date):
        return cell.isoformat()[: 7 if kind == "month" else 10]
    if isinstance(cell, str):
        return cell
    if kind == "share" and cell is not None:
        return f"{100 * float(cell):.0f}%"
    return "" if cell is None else str(cell)

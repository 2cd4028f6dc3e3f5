"""Find the table in a file that nobody has seen: its delimiter or sheet, and the row with its header."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook

from pipelines.installation.errors import DeliveryError
from pipelines.reading.cells import text
from pipelines.reading.delivery import file_state
from pipelines.reading.layout import DELIMITERS
from pipelines.reading.read import extension

SEARCHED = 40
"""Number of rows to search for the header."""
_FULL = 0.8
"""Share of the widest row that a header fills at least."""
_CODECS = ("utf-8-sig", "windows-1252")


@dataclass(frozen=True)
class Found:
    """The table of a file.

    Parameters
    ----------
    header : tuple of str
        The names of its columns.
    skip_lines : int
        Lines or rows above the header.
    delimiter : str
        The sign between columns; "" if the file is not text.
    sheet : str
        The sheet; "" if the workbook has only one with content, or the file is not a workbook.
    sheets : tuple of str
        All sheets that have this header, if there are several.
    """

    header: tuple[str, ...]
    skip_lines: int = 0
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()


def sniff(path: Path, sheet: str = "") -> Found:
    """Find the table of a file, or of one sheet of a workbook.

    Raises
    ------
    DeliveryError
        No row looks like a header, or the file cannot be opened.
    """
    file_state(path)
    kind = extension(path)
    try:
        if kind == ".parquet":
            return Found(tuple(pq.read_schema(path).names))
        if kind == ".xlsx":
            return _in_workbook(path, sheet)
        return _in_text(path, compressed=kind.endswith(".gz"))
    except DeliveryError:
        raise
    except Exception as error:  # noqa: BLE001 - each library raises its own; `check` says what is wrong with the file
        raise DeliveryError(path.name, f"the file cannot be opened ({type(error).__name__}).") from None


def _in_text(path: Path, *, compressed: bool) -> Found:
    with gzip.open(path) if compressed else path.open("rb") as file:
        start = file.read(2**18)
    content = _decoded(start)
    best: tuple[int, Found] | None = None
    for delimiter in DELIMITERS:
        lines = content.splitlines()[:SEARCHED]
        rows = [next(csv.reader([line], delimiter=delimiter), []) for line in lines]
        if (table := _header(rows)) and (best is None or len(table[1]) > best[0]):
            best = (len(table[1]), Found(table[1], table[0], delimiter))
    if best is None:
        raise _nothing(path)
    return best[1]


def _decoded(start: bytes) -> str:
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return start.decode("utf-16", errors="ignore")
    for codec in _CODECS:
        try:
            return start[: start.rfind(b"\n") + 1 or None].decode(codec)
        except UnicodeDecodeError:
            continue
    return start.decode("latin-1")


def _in_workbook(path: Path, wanted: str) -> Found:
    tables: dict[str, tuple[int, tuple[str, ...]]] = {}
    with CalamineWorkbook.from_path(path) as workbook:
        for name in workbook.sheet_names:
            rows = [
                [text(cell) or "" for cell in row]
                for row in islice(workbook.get_sheet_by_name(name).iter_rows(), SEARCHED)
            ]
            if table := _header(rows):
                tables[name] = table
    if not tables:
        raise _nothing(path)
    if wanted and wanted not in tables:
        problem = f"there is no sheet «{wanted}» with a table; there are: {', '.join(tables)}."
        raise DeliveryError(path.name, problem)
    if wanted:
        return Found(tables[wanted][1], tables[wanted][0], "", wanted)
    widest = max(tables, key=lambda sheet: len(tables[sheet][1]))
    skip, header = tables[widest]
    alike = tuple(sheet for sheet, other in tables.items() if other == (skip, header))
    return Found(header, skip, "", widest if len(tables) > 1 else "", alike if len(alike) > 1 else ())


def _header(rows: Sequence[Sequence[str]]) -> tuple[int, tuple[str, ...]] | None:
    """Return the place and the names of the first row that names most columns, with at least one row below it."""
    widest = max((sum(bool(cell.strip()) for cell in row) for row in rows), default=0)
    for place, row in enumerate(rows[:-1]):
        names = [cell.strip().strip('"') for cell in row]
        while names and not names[-1]:
            names.pop()
        filled = [name for name in names if name]
        if len(filled) < max(2, _FULL * widest) or len(filled) < len(names):
            continue
        if len({name.casefold() for name in names}) == len(names) and not any(map(_is_value, names)):
            return place, tuple(names)
    return None


def _is_value(name: str) -> bool:
    """Return whether a cell holds a number, a date or an id rather than a name: it has more digits than letters."""
    return len(re.findall(r"\d", name)) > len(re.findall(r"[^\W\d_]", name)) or len(name) > 60


def _nothing(path: Path) -> DeliveryError:
    return DeliveryError(
        path.name, "no row looks like a header.", mend="Export it with the names of the columns above them."
    )

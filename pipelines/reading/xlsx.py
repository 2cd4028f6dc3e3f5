"""Read worksheets of an Excel file as text, with the kind of each cell beside it.

Whole numbers come without a decimal point, other numbers with a point and as many digits as they need, dates
as `2026-11-16`, moments as `2026-11-16 08:30:00`, booleans as 1 and 0. Excel keeps numbers, not their layout, so
a leading zero survives only in a cell that holds text.
"""

from __future__ import annotations

import errno
import re
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

import duckdb
import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from pipelines.installation.errors import DeliveryError
from pipelines.installation.sql import Sql, fill
from pipelines.reading import header, tables
from pipelines.reading.bounds import refuse_hostile
from pipelines.reading.cells import Cell, kinds, text, texts
from pipelines.reading.delivery import KINDS, Dialect, Read, Snapshot
from pipelines.reading.plain_sheet import plain_sheets
from pipelines.reading.sheet_xml import column_letter
from pipelines.reading.worksheet import filled_rows

MAX_UNPACKED = 2**30  # bytes; a full sheet of a million rows and ten columns takes some 400 MB
_BATCH = 20_000
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what Excel writes
_RESAVE = "Save it again from Excel as .xlsx, without a password."


_Column = Sequence[int] | Sequence[str | None]


@dataclass(frozen=True)
class _SheetRead:
    """What one worksheet added to the table."""

    names: tuple[str, ...]
    records: int
    last_row: int
    notes: tuple[str, ...]


def read(
    con: duckdb.DuckDBPyConnection, copy: Snapshot, dialect: Dialect, expected: Collection[str], table: str
) -> Read:
    """Load one worksheet, or several that the mapping puts together (see `pipelines.reading.read`).

    Rows of a later sheet are numbered on from the last row of the sheet before it; a note says from where.
    """
    with _archive(copy) as archive:
        plain = plain_sheets(archive)
        refuse_hostile(archive, copy.file, plain)
        try:
            with CalamineWorkbook.from_path(copy.path) as workbook:
                sheets = _sheets(copy.file, workbook, dialect)
        except CalamineError:
            raise DeliveryError(copy.file, "the workbook cannot be read.", mend=_RESAVE) from None
        counted = {sheet.name: filled_rows(archive, copy.file, sheet.name, plain) for sheet in sheets}
    parts: list[_SheetRead] = []
    notes: list[str] = []
    before = 0
    for sheet in sheets:
        part = _read_sheet(con, copy.file, sheet, dialect, expected, table, counted[sheet.name], before)
        if parts and part.names != parts[0].names:
            tables.drop(con, table)
            problem = f"sheet «{sheet.name}» does not have the same columns as «{sheets[0].name}»."
            raise DeliveryError(
                copy.file, problem, mend="Correct sheets in the mapping, or make the headers alike."
            )
        notes += [
            f"sheet: {sheet.name}" + (f", its row 1 is line {before + 1}" if before else ""),
            *part.notes,
        ]
        before += part.last_row
        parts.append(part)
    names = parts[0].names
    tables.refuse_nul(con, copy.file, table, names)
    records = sum(part.records for part in parts)
    return Read(names, records, (), "", "", copy.sha256, copy.size, tuple(notes), typed=True)


def _read_sheet(
    con: duckdb.DuckDBPyConnection,
    file: str,
    sheet: CalamineSheet,
    dialect: Dialect,
    expected: Collection[str],
    table: str,
    counted: list[tuple[int, int]],
    before: int,
) -> _SheetRead:
    """Add the rows of one worksheet to the table, and prove by a second count that all of them are there."""
    first_column = sheet.start[1] if sheet.start else 0
    rows = _filled(sheet, dialect.skip_lines)
    line, cells = next(rows, (0, []))
    known = header.recognised([text(cell) or "" for cell in cells], expected)
    above = ((at, [text(cell) or "" for cell in row]) for at, row in _filled(sheet, 0))
    header.refuse_elsewhere(file, above, expected, line, known)
    names = header.columns(
        file,
        [text(cell) or "" for cell in cells],
        expected,
        line,
        lambda i: column_letter(first_column + i),
    )
    _refuse_merged(file, sheet, line)
    repeated: list[tuple[int, int]] = []
    batches = iter(lambda: list(islice(rows, _BATCH)), [])
    columns = (_columns(file, batch, names, first_column, dialect, repeated) for batch in batches)
    loaded = _load(con, table, names, columns, before)
    read_too = sorted([(line, len(cells) - cells.count("")), *loaded, *repeated])
    counted = [(at, filled) for at, filled in counted if at > dialect.skip_lines]
    if read_too != counted:
        tables.drop(con, table)
        at, _ = min(set(read_too) ^ set(counted), default=(None, 0))
        problem = "cells read and cells counted differ; nothing was loaded."
        raise DeliveryError(file, problem, line=at, mend=_RESAVE)
    notes = []
    if len(names) < len(cells):
        notes.append(f"columns without name at the end left out: {len(cells) - len(names)}")
    if dialect.skip_lines:
        notes.append(f"rows above the header passed over: {line - 1}")
    if repeated:
        notes.append(f"repeated headers passed over: {len(repeated)}")
    return _SheetRead(names, len(loaded), max(at for at, _ in read_too), tuple(notes))


@contextmanager
def _archive(copy: Snapshot) -> Iterator[zipfile.ZipFile]:
    """Open the archive after checking that every part is complete and of acceptable size."""
    with copy.path.open("rb") as stream:
        start = stream.read(4)
        if start == b"\xd0\xcf\x11\xe0":
            raise DeliveryError(copy.file, "the file has a password or is an old .xls.", mend=_RESAVE)
        try:
            archive = zipfile.ZipFile(stream)
            if any(part.compress_type not in _COMPRESSIONS for part in archive.infolist()):
                raise zipfile.BadZipFile
            if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED:
                problem = f"it unpacks to more than {MAX_UNPACKED:,} bytes."
                raise DeliveryError(copy.file, problem, mend="Deliver it as csv or parquet.")
            # Reads no more than the size declared; of a larger part the checksum is wrong then.
            damaged = archive.testzip()
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OSError) as error:
            if isinstance(error, OSError) and error.errno != errno.EINVAL:
                raise  # the disk; EINVAL is a place before the beginning of the file, named by a damaged directory
            problem = "this is not an .xlsx file, or it is damaged."
            raise DeliveryError(copy.file, problem, mend=_RESAVE) from None
        if damaged is not None:
            raise DeliveryError(copy.file, "the file is damaged.", mend=_RESAVE)
        yield archive


def _sheets(file: str, workbook: CalamineWorkbook, dialect: Dialect) -> list[CalamineSheet]:
    """Return the sheets that the mapping names, else the only one with content."""
    names = [meta.name for meta in workbook.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
    wanted = dialect.sheets or ((dialect.sheet,) if dialect.sheet is not None else ())
    for pattern in wanted:
        if not any(map(_fits(pattern, exact=not dialect.sheets), names)):
            problem = f"there is no sheet «{pattern}»; there are: {', '.join(names)}."
            raise DeliveryError(file, problem, mend="Correct sheet or sheets in the mapping.")
    if wanted:
        names = [
            name
            for name in names
            if any(_fits(pattern, exact=not dialect.sheets)(name) for pattern in wanted)
        ]
    filled = [sheet for sheet in map(workbook.get_sheet_by_name, names) if sheet.start is not None]
    if not filled:
        raise DeliveryError(file, "no sheet has any content.", mend="Deliver it again.")
    if len(filled) > 1 and not dialect.sheets:
        problem = f"several sheets have content: {', '.join(sheet.name for sheet in filled)}."
        mend = "Set sheet in the mapping, or deliver one sheet."
        if len({tuple(next(_filled(sheet, dialect.skip_lines), (0, []))[1]) for sheet in filled}) == 1:
            listed = ", ".join(f'"{sheet.name}"' for sheet in filled)
            mend = f"They have the same header: set sheets = [{listed}] under [reading] in the mapping to read them as one table."
        raise DeliveryError(file, problem, mend=mend)
    return filled


def _fits(pattern: str, *, exact: bool) -> Callable[[str], bool]:
    """Return a test whether a sheet's name matches `pattern`, in which `*` stands for any text unless a name equals it."""
    if exact:
        return pattern.__eq__
    return re.compile(".*".join(map(re.escape, pattern.split("*"))), re.I).fullmatch  # type: ignore[return-value]


def _filled(sheet: CalamineSheet, after: int) -> Iterator[tuple[int, list[Cell]]]:
    """Yield row number in Excel and cells of every row with a value below row `after`."""
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if number > after and row.count("") < len(row):
            yield number, row


def _refuse_merged(file: str, sheet: CalamineSheet, first: int) -> None:
    """Refuse merged cells from row `first` onwards: only the first cell of a range holds the value, the others read as empty."""
    for (row, column), _ in sorted(sheet.merged_cell_ranges or []):
        if row + 1 < first:
            continue
        problem = "cells are merged here."
        raise DeliveryError(
            file, problem, line=row + 1, column=column_letter(column), mend="Split them in Excel."
        )


def _columns(
    file: str,
    rows: list[tuple[int, list[Cell]]],
    names: tuple[str, ...],
    first_column: int,
    dialect: Dialect,
    repeated: list[tuple[int, int]],
) -> list[_Column]:
    """Return the columns of some rows: their numbers, the text of each named cell, and the kinds of these cells.

    Where the mapping expects it, a header that occurs again goes into `repeated`, with the number of its cells.
    """
    named = len(names)
    cells = list(zip(*(row for _, row in rows), strict=True))
    columns = [texts(column) for column in cells[:named]]
    beyond = any(column.count("") < len(rows) for column in cells[named:])
    if beyond or names[0] in columns[0]:
        kept = [row for row in rows if not _repeats(file, row, names, first_column, dialect, repeated)]
        if len(kept) < len(rows):
            return _columns(file, kept, names, first_column, dialect, repeated) if kept else []
    stored = map("".join, zip(*map(kinds, cells[:named]), strict=True))
    return [[line for line, _ in rows], *columns, list(stored)]


def _repeats(
    file: str,
    row: tuple[int, list[Cell]],
    names: tuple[str, ...],
    first_column: int,
    dialect: Dialect,
    repeated: list[tuple[int, int]],
) -> bool:
    """Return whether a row repeats the header; refuse it if the mapping expects none, or if it has values beyond the header."""
    line, cells = row
    if tuple(text(cell) for cell in cells[: len(names)]) == names:
        if dialect.repeated_header:
            repeated.append((line, len(cells) - cells.count("")))
            return True
        mend = "Deliver one table per file, or set repeated_header = true under [reading] in the mapping."
        raise DeliveryError(file, "the header is repeated here.", line=line, mend=mend)
    for index in range(len(names), len(cells)):
        if cells[index] != "":
            letter = column_letter(first_column + index)
            problem, mend = "a column without a name holds a value.", "Name the column or empty it."
            raise DeliveryError(file, problem, line=line, column=letter, mend=mend)
    return False


def _load(
    con: duckdb.DuckDBPyConnection,
    table: str,
    names: tuple[str, ...],
    batches: Iterator[list[_Column]],
    before: int,
) -> list[tuple[int, int]]:
    """Add rows to the table in batches, and return their numbers in the sheet with the number of values in each.

    The line of a row is its number in the sheet plus `before`; the table is created if that is 0.
    """
    if not before:
        fields = [Sql("line INTEGER"), *(fill("{name} VARCHAR", name=name) for name in (*names, KINDS))]
        con.execute(fill("CREATE TEMP TABLE {table} ({fields})", table=table, fields=fields))
    types = pa.schema([("line", pa.int32()), *((name, pa.string()) for name in (*names, KINDS))])
    insert = fill(
        "INSERT INTO temp.{table} SELECT line + {before}, * EXCLUDE (line) FROM sheet_rows",
        table=table,
        before=before,
    )
    try:
        for columns in filter(None, batches):
            con.register("sheet_rows", pa.table(columns, schema=types))
            con.execute(insert)
            con.unregister("sheet_rows")
    except DeliveryError:
        tables.drop(con, table)
        raise
    values = [fill("({name} IS NOT NULL)::INTEGER", name=name) for name in names]
    held = con.execute(
        fill(
            "SELECT line - {before} AS at, {values} AS filled FROM temp.{table} WHERE line > {before} ORDER BY line",
            values=Sql(" + ".join(values)),
            table=table,
            before=before,
        )
    ).fetchnumpy()
    return list(zip(held["at"].tolist(), held["filled"].tolist(), strict=True))

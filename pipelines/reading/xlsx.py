"""Read one worksheet of an Excel file as text, with the kind of each cell beside it.

Whole numbers come without a decimal point, other numbers with a point and as many digits as they need, dates
as `2026-11-16`, moments as `2026-11-16 08:30:00`, booleans as 1 and 0. Excel keeps numbers, not their layout, so
a leading zero survives only in a cell that holds text.
"""

from __future__ import annotations

import datetime as dt
import errno
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import islice

import duckdb
import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from pipelines.installation.errors import DeliveryError
from pipelines.installation.sql import Sql, fill
from pipelines.reading import header, tables
from pipelines.reading.bounds import refuse_hostile
from pipelines.reading.delivery import KINDS, Dialect, Kind, Read, Snapshot
from pipelines.reading.sheet_xml import column_letter
from pipelines.reading.worksheet import filled_rows

MAX_UNPACKED = 2**30  # bytes; a full sheet of a million rows and ten columns takes some 400 MB
_BATCH = 20_000
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what Excel writes
_RESAVE = "Save it again from Excel as .xlsx, without a password."

Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


def read(
    con: duckdb.DuckDBPyConnection, copy: Snapshot, dialect: Dialect, expected: Collection[str], table: str
) -> Read:
    """Load one worksheet (see `pipelines.reading.read`)."""
    with _archive(copy) as archive:
        refuse_hostile(archive, copy.file)
        try:
            with CalamineWorkbook.from_path(copy.path) as workbook:
                sheet = _sheet(copy.file, workbook, dialect.sheet)
        except CalamineError:
            raise DeliveryError(copy.file, "the workbook cannot be read.", mend=_RESAVE) from None
        counted = filled_rows(archive, copy.file, sheet.name)
    first_column = sheet.start[1] if sheet.start else 0
    rows = _filled(sheet, dialect.skip_lines)
    line, cells = next(rows, (0, []))
    known = header.recognised([text(cell) or "" for cell in cells], expected)
    above = ((at, [text(cell) or "" for cell in row]) for at, row in _filled(sheet, 0))
    header.refuse_elsewhere(copy.file, above, expected, line, known)
    names = header.columns(
        copy.file,
        [text(cell) or "" for cell in cells],
        expected,
        line,
        lambda i: column_letter(first_column + i),
    )
    _refuse_merged(copy.file, sheet, line)
    repeated: list[tuple[int, int]] = []
    loaded = _load(con, table, names, _records(copy.file, rows, names, first_column, dialect, repeated))
    read_too = sorted([(line, sum(cell != "" for cell in cells)), *loaded, *repeated])
    counted = [(at, filled) for at, filled in counted if at > dialect.skip_lines]
    if read_too != counted:
        tables.drop(con, table)
        at, _ = min(set(read_too) ^ set(counted), default=(None, 0))
        problem = "cells read and cells counted differ; nothing was loaded."
        raise DeliveryError(copy.file, problem, line=at, mend=_RESAVE)
    notes = [f"sheet: {sheet.name}"]
    if len(names) < len(cells):
        notes.append(f"columns without name at the end left out: {len(cells) - len(names)}")
    if dialect.skip_lines:
        notes.append(f"rows above the header passed over: {line - 1}")
    if repeated:
        notes.append(f"repeated headers passed over: {len(repeated)}")
    tables.refuse_nul(con, copy.file, table, names)
    return Read(names, len(loaded), (), "", "", copy.sha256, copy.size, tuple(notes), typed=True)


def text(value: Cell) -> str | None:
    """Return a cell as text, None if it is empty."""
    match value:
        case bool():
            return str(int(value))
        case float() if value.is_integer():
            return str(int(value))
        case float():
            return repr(value)
        case dt.datetime():
            return value.isoformat(sep=" ")
        case dt.date() | dt.time():
            return value.isoformat()
        case dt.timedelta():
            minutes, seconds = divmod(int(value.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(value) or None


def kind(value: Cell) -> Kind:
    """Return how Excel stores a cell."""
    match value:
        case "":
            return Kind.EMPTY
        case bool():
            return Kind.BOOLEAN
        case int() | float():
            return Kind.NUMBER
        case str():
            return Kind.TEXT
    return Kind.DATE


@contextmanager
def _archive(copy: Snapshot) -> Iterator[zipfile.ZipFile]:
    """Open the archive after every part of it proved to be whole and of bearable size."""
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


def _sheet(file: str, workbook: CalamineWorkbook, wanted: str | None) -> CalamineSheet:
    """Return the sheet that the mapping names, else the only one with content."""
    names = [meta.name for meta in workbook.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
    if wanted is not None:
        if wanted not in names:
            problem = f"there is no sheet «{wanted}»; there are: {', '.join(names)}."
            raise DeliveryError(file, problem, mend="Correct sheet in the mapping.")
        names = [wanted]
    filled = [sheet for sheet in map(workbook.get_sheet_by_name, names) if sheet.start is not None]
    if not filled:
        raise DeliveryError(file, "no sheet has any content.", mend="Deliver it again.")
    if len(filled) > 1:
        problem = f"several sheets have content: {', '.join(sheet.name for sheet in filled)}."
        raise DeliveryError(file, problem, mend="Set sheet in the mapping, or deliver one sheet.")
    return filled[0]


def _filled(sheet: CalamineSheet, after: int) -> Iterator[tuple[int, list[Cell]]]:
    """Yield row number in Excel and cells of every row with a value below row `after`."""
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if number > after and any(cell != "" for cell in row):
            yield number, row


def _refuse_merged(file: str, sheet: CalamineSheet, first: int) -> None:
    """Refuse merged cells from row `first` on: only the first of them holds the value, the others read as empty."""
    for (row, column), _ in sorted(sheet.merged_cell_ranges or []):
        if row + 1 < first:
            continue
        problem = "cells are merged here."
        raise DeliveryError(
            file, problem, line=row + 1, column=column_letter(column), mend="Split them in Excel."
        )


def _records(
    file: str,
    rows: Iterator[tuple[int, list[Cell]]],
    names: tuple[str, ...],
    first_column: int,
    dialect: Dialect,
    repeated: list[tuple[int, int]],
) -> Iterator[tuple[int, list[str | None]]]:
    """Yield row number and texts of each row, the last of which holds the kinds of the others.

    Where the mapping expects it, a header that occurs again goes into `repeated`, with the number of its cells.
    """
    named = len(names)
    for line, cells in rows:
        values = [text(cell) for cell in cells[:named]]
        if values[0] == names[0] and tuple(values) == names:
            if dialect.repeated_header:
                repeated.append((line, sum(cell != "" for cell in cells)))
                continue
            mend = "Deliver one table per file, or set repeated_header = true under [reading] in the mapping."
            raise DeliveryError(file, "the header is repeated here.", line=line, mend=mend)
        for index in range(named, len(cells)):
            if cells[index] != "":
                letter = column_letter(first_column + index)
                problem, mend = "a value stands in a column without a name.", "Name the column or empty it."
                raise DeliveryError(file, problem, line=line, column=letter, mend=mend)
        yield line, [*values, "".join(map(kind, cells[:named]))]


def _load(
    con: duckdb.DuckDBPyConnection,
    table: str,
    names: tuple[str, ...],
    records: Iterator[tuple[int, list[str | None]]],
) -> list[tuple[int, int]]:
    """Fill the table in batches and return the row numbers that it holds, with the number of values in each."""
    fields = [Sql("line INTEGER"), *(fill("{name} VARCHAR", name=name) for name in (*names, KINDS))]
    con.execute(fill("CREATE TEMP TABLE {table} ({fields})", table=table, fields=fields))
    types = pa.schema([("line", pa.int32()), *((name, pa.string()) for name in (*names, KINDS))])
    try:
        while batch := list(islice(records, _BATCH)):
            rows = [[line, *cells] for line, cells in batch]
            columns = [list(column) for column in zip(*rows, strict=True)]
            con.register("sheet_rows", pa.table(columns, schema=types))
            con.execute(fill("INSERT INTO temp.{table} FROM sheet_rows", table=table))
            con.unregister("sheet_rows")
    except DeliveryError:
        tables.drop(con, table)
        raise
    held = con.execute(
        fill(
            "SELECT line, len([x FOR x IN [{names}] IF x IS NOT NULL]) FROM temp.{table} ORDER BY line",
            names=names,
            table=table,
        )
    )
    return [(line, filled) for line, filled in held.fetchall()]

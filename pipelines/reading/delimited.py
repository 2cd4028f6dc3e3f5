"""Read delimited text: set broken records apart, load the others, and prove that nothing changed.

Two parsers see every record. `blocks` and `records` count: they know the line and the number of characters of each good
record. DuckDB then loads the text of these records as delivered. Comparing the characters of each row reveals a row that
either parser merged, dropped, split or trimmed.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

import duckdb

from pipelines.installation.errors import DeliveryError
from pipelines.reading import encoding, layout, tables
from pipelines.reading.blocks import Block, take_apart
from pipelines.reading.delivery import Broken, Dialect, Read, Snapshot
from pipelines.reading.layout import Layout
from pipelines.reading.records import Record, swallowed

MAX_BROKEN = 100_000  # kept in memory until the caller has quarantined them
_FORMATS = (
    (b"PK\x03\x04", "an Excel or zip file; deliver it as .xlsx, or export it as csv"),
    (b"\xd0\xcf\x11\xe0", "an old or password-protected Excel file; export it as csv"),
    (b"\x1f\x8b", "gzip; its name must end in .csv.gz"),
    (b"PAR1", "Parquet; its name must end in .parquet"),
)
_MEND_QUOTE = 'Close or double the quote; if the source never quotes, set quote = "" in the mapping.'


@dataclass
class Tally:
    """Counts of the records read so far."""

    lines: array[int] = field(default_factory=lambda: array("i"))  # line number of each good one
    sizes: array[int] = field(
        default_factory=lambda: array("i")
    )  # number of characters of each good one, with its delimiters
    unended: bool = False  # the last good one does not end like the header
    empty: int = 0
    repeated: int = 0  # the header again
    broken: list[Broken] = field(default_factory=list)


def read(
    con: duckdb.DuckDBPyConnection, copy: Snapshot, dialect: Dialect, expected: Collection[str], table: str
) -> Read:
    """Load delimited text (see `pipelines.reading.read`)."""
    _refuse_other_formats(copy)
    detected = encoding.detect(copy.path, copy.file, dialect.encoding)
    form = layout.find(copy, detected.codec, dialect, expected)
    tally, text = Tally(), copy.folder / "records"
    with (
        layout.open_text(copy.path, detected.codec) as source,
        text.open("w", encoding="utf-8", newline="") as target,
    ):
        target.write(tables.FIRST_LINE)
        target.writelines(_accepted(take_apart(source, form), form, tally))
    _refuse_misfit(form, tally)
    tables.load_text(
        con,
        text,
        copy.file,
        table,
        form.names,
        len(form.cells),
        form.delimiter,
        form.quote,
        tally.lines,
        tally.sizes,
    )
    tables.prove(con, copy.file, table, form.names, len(form.cells), len(tally.lines), sum(tally.lines))
    return Read(
        columns=form.names,
        records=len(tally.lines) + len(tally.broken),
        broken=tuple(tally.broken),
        encoding=detected.name,
        delimiter=form.delimiter,
        sha256=copy.sha256,
        size=copy.size,
        notes=(*detected.notes, *form.notes, *_notes(tally)),
    )


def _refuse_other_formats(copy: Snapshot) -> None:
    with copy.path.open("rb") as stream:
        start = stream.read(4)
    for magic, described in _FORMATS:
        if start.startswith(magic):
            raise DeliveryError(copy.file, f"this is not csv but {described}.")


def _notes(tally: Tally) -> list[str]:
    notes = []
    if tally.empty:
        notes.append(f"records without any value passed over: {tally.empty}")
    if tally.repeated:
        notes.append(f"repeated headers passed over: {tally.repeated}")
    if tally.unended:
        notes.append("the last line has not the line end of the header: perhaps the file is cut off")
    return notes


def _accepted(parts: Iterable[Block | Record], form: Layout, tally: Tally) -> Iterator[str]:
    """Yield the text of the good records, ended by LF; count all records, and refuse doubtful ones."""
    width = len(form.cells)
    for record in parts:
        if isinstance(record, Block):
            tally.lines.extend(range(record.line, record.line + len(record.sizes)))
            tally.sizes.extend(record.sizes)
            tally.unended = False
            yield record.text
            continue
        line, lines, text, fields, problem = record
        if line <= form.line or not (fields or problem):
            continue
        if problem or len(fields) != width:
            if problem or any(map(str.strip, fields)):
                _set_apart(record, form, tally)
            else:
                tally.empty += 1
            continue
        if not any(fields):
            tally.empty += 1
            continue
        if form.repeated and fields == form.cells:
            tally.repeated += 1
            continue
        if lines > 1 or fields[0] == form.cells[0] or width > len(form.names):
            _refuse_wrong_structure(record, form)
        tally.unended = not text.endswith(form.end)
        tally.lines.append(line)
        tally.sizes.append(sum(map(len, fields)) + width - 1)
        yield text.rstrip("\r\n") + "\n"


def _set_apart(record: Record, form: Layout, tally: Tally) -> None:
    """Set a broken record apart, unless it may hold several records or shows that the file is cut off."""
    line, width, fields = record.line, len(form.cells), len(record.fields)
    reason = record.problem or f"{fields} {'field' if fields == 1 else 'fields'}, header has {width}"
    if not record.problem and fields < width and not record.text.endswith(("\n", "\r")):
        problem = f"the last line is incomplete ({reason}): cut off or still being written."
        raise DeliveryError(form.file, problem, line=line, mend="Deliver it again, completely.")
    if record.lines > 1:
        raise _swallowing(record, form, reason)
    tally.broken.append(Broken(line, record.text.rstrip("\r\n"), reason))
    if len(tally.broken) > MAX_BROKEN:
        raise DeliveryError(form.file, f"more than {MAX_BROKEN:,} records are broken.", line=line)


def _refuse_wrong_structure(record: Record, form: Layout) -> None:
    """Refuse a record that is well formed but cannot be intended."""
    width, named = len(form.cells), len(form.names)
    if record.fields == form.cells:
        mend = "Deliver one table per file, or set repeated_header = true under [reading] in the mapping."
        raise DeliveryError(form.file, "the header is repeated here.", line=record.line, mend=mend)
    if swallowed(record, form.delimiter, width):
        raise _swallowing(record, form, "each of its lines looks like a record")
    for index in range(named, width):
        if record.fields[index]:
            problem, mend = "a column without a name holds a value.", "Name the column or remove it."
            raise DeliveryError(form.file, problem, line=record.line, column=index + 1, mend=mend)


def _swallowing(record: Record, form: Layout, reason: str) -> DeliveryError:
    last = record.line + record.lines - 1
    problem = f"a quote opened here runs on to line {last}, and {reason}: it may have swallowed records."
    return DeliveryError(form.file, problem, line=record.line, mend=_MEND_QUOTE)


def _refuse_misfit(form: Layout, tally: Tally) -> None:
    """Refuse a file in which most records do not fit, because then the header, delimiter or quote is wrong."""
    if len(tally.broken) > len(tally.lines):
        first, total = tally.broken[0], len(tally.lines) + len(tally.broken)
        problem = f"{len(tally.broken)} of {total} records do not fit the header; the first: {first.reason}."
        mend = "Correct the header of the export, or set delimiter and quote in the mapping."
        raise DeliveryError(form.file, problem, line=first.line, mend=mend)

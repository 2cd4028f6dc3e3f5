"""Find the delimiter and the header of a delimited text file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from pipelines.installation.errors import DeliveryError
from pipelines.reading import header
from pipelines.reading.delivery import Dialect, Snapshot
from pipelines.reading.records import Record, split

DELIMITERS = (";", ",", "\t", "|")


@dataclass(frozen=True)
class Layout:
    """The layout of a text file.

    `line` is the line of the header, `cells` are its fields, `names` the columns without blank last ones. `end` is the sign
    with which the header ends. `repeated` says that the header may occur again.
    """

    file: str
    codec: str
    delimiter: str
    quote: str
    line: int
    end: str
    cells: Sequence[str]
    names: tuple[str, ...]
    notes: tuple[str, ...]
    repeated: bool


def open_text(path: Path, codec: str) -> TextIO:
    """Open text so that its line ends stay as they are."""
    return path.open(encoding=codec, newline="")


def find(copy: Snapshot, codec: str, dialect: Dialect, expected: Collection[str]) -> Layout:
    """Choose the delimiter with which most expected names are recognised in the header, and judge the header.

    Raises
    ------
    DeliveryError
        When no expected name is recognised, or the header is ambiguous or wrongly quoted.
    """
    with open_text(copy.path, codec) as stream:
        declared = _separator(stream.readline(20))
    candidates = _candidates(dialect, declared)
    headers: list[tuple[int, int, str, Record]] = []
    refusals: list[DeliveryError] = []
    for candidate in candidates:
        try:
            first = _first(
                copy, codec, candidate, dialect.quote, after=max(bool(declared), dialect.skip_lines)
            )
        except DeliveryError as error:  # with a wrong delimiter the quotes look wrong too
            refusals.append(error)
            continue
        known = header.recognised(first.fields, expected)
        headers.append((known, len(first.fields), candidate, first))
    if not headers:
        raise refusals[0]
    known, width, delimiter, first = max(headers, key=lambda candidate_header: candidate_header[:2])
    for candidate in candidates:
        rows = _records_above(copy, codec, candidate, dialect.quote)
        header.refuse_elsewhere(copy.file, rows, expected, first.line, known)
    names = header.columns(copy.file, first.fields, expected, first.line)
    _refuse_other_quote(copy.file, names, first.line)
    notes = ["line 1 (sep=) passed over"] if declared else []
    if dialect.skip_lines:
        notes.append(f"lines above the header passed over: {first.line - 1}")
    if len(candidates) > 1:
        notes.append(f"delimiter {'detected' if width > 1 else 'assumed (one column)'}: {delimiter!r}")
    if len(names) < width:
        notes.append(f"columns without name at the end left out: {width - len(names)}")
    return Layout(
        copy.file,
        codec,
        delimiter,
        dialect.quote,
        first.line,
        first.text[-1:],
        first.fields,
        names,
        tuple(notes),
        dialect.repeated_header,
    )


def _candidates(dialect: Dialect, declared: str) -> tuple[str, ...]:
    """Return the delimiters to try: that of the mapping, else that of the `sep=` line, else all."""
    if dialect.delimiter != "auto":
        return (dialect.delimiter,)
    return (declared,) if declared else DELIMITERS


def _separator(line: str) -> str:
    """Return the delimiter that Excel's own first line `sep=;` names, or ""."""
    text = line.rstrip("\r\n").strip('"')
    return text[4] if len(text) == 5 and text[:4].lower() == "sep=" else ""


def _first(copy: Snapshot, codec: str, delimiter: str, quote: str, after: int) -> Record:
    """Return the first record after line `after` that is not blank."""
    with (
        open_text(copy.path, codec) as stream,
        closing(split(stream, copy.file, delimiter, quote)) as records,
    ):
        for record in records:
            if record.line <= after:
                continue
            if record.problem:
                mend = "Correct the header, or set quote in the mapping."
                raise DeliveryError(copy.file, f"{record.problem}.", line=record.line, mend=mend)
            if record.fields:
                return record
    raise DeliveryError(copy.file, "the file holds nothing but blank lines.", mend="Deliver it again.")


def _records_above(copy: Snapshot, codec: str, delimiter: str, quote: str) -> Iterator[tuple[int, list[str]]]:
    """Yield line and fields of the first records, until one has no sure end."""
    with (
        open_text(copy.path, codec) as stream,
        closing(split(stream, copy.file, delimiter, quote)) as records,
        suppress(DeliveryError),
    ):
        for record in records:
            yield record.line, record.fields


def _refuse_other_quote(file: str, names: tuple[str, ...], line: int) -> None:
    for name in names:
        if len(name) > 2 and name[0] == name[-1] and name[0] in "'\"`":
            mend = f"Set quote to {name[0]} in the mapping."
            raise DeliveryError(file, f"column names are enclosed in {name[0]}.", line=line, mend=mend)

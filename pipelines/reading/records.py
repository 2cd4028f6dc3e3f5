"""Split delimited text into records strictly by the grammar of RFC 4180, separately from the parser that loads.

A parser that tolerates wrong quoting must guess where a record ends, and a wrong guess drops rows or shifts columns.
Therefore nothing is tolerated: a record with wrong quoting is set apart if it ends on the line on which it begins;
otherwise the delivery is refused.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Generator, Iterator
from typing import NamedTuple, Protocol

from pipelines.installation.errors import DeliveryError

FIELD_LIMIT = 100_000  # characters; fields of the contracts are far shorter, an unclosed quote is longer
RECORD_LIMIT = 400_000  # characters; at four bytes each still below DuckDB's maximum line of 2 MB
MIN_WIDTH_SWALLOWED = 4  # with at least this many columns, equal counts of delimiters cannot be chance

_MEND_QUOTE = (
    'Double each quote inside a quoted field; if the source never quotes, set quote = "" in the mapping.'
)
_LINE_END = re.compile(r"\r\n|\r|\n")


class Readable(Protocol):
    """A text that can be read line by line."""

    def readline(self, limit: int, /) -> str:
        """Return the next line, or a part of `limit` characters of it; "" at the end."""


class Record(NamedTuple):
    """One record of the file.

    `line` is the physical line on which it begins (from 1), `lines` the number of its lines, `text` the record with its
    line end, and `fields` its values. If `problem` is set, the quoting is wrong and `fields` mean nothing.
    """

    line: int
    lines: int
    text: str
    fields: list[str]
    problem: str = ""


def split(
    stream: Readable, file: str, delimiter: str, quote: str, number: int = 1
) -> Generator[Record, None, None]:
    r"""Split text into records; a blank line is a record without fields.

    Parameters
    ----------
    stream : Readable
        Opened with ``newline=""``, so that line ends inside quotes stay as delivered. Each record is yielded before the
        line after it is read.
    file : str
        Name of the delivery, for messages.
    delimiter, quote : str
        One character each; `quote` is "" if the source never quotes.
    number : int
        Physical line at which the stream begins.

    Raises
    ------
    DeliveryError
        A quote is not closed, a field or record is absurdly long, or the text has a NUL character.
    """
    pending: list[str] = []  # the physical lines of the current record
    lines = _physical_lines(stream, file, delimiter, quote, pending, number)
    grammar = _grammar(delimiter, quote) if quote else None
    limit_before = csv.field_size_limit(FIELD_LIMIT)
    try:
        while True:
            try:
                for fields in _parser(lines, delimiter, quote):
                    text = pending[0] if len(pending) == 1 else "".join(pending)
                    problem = ""
                    if grammar and quote in text and not grammar.fullmatch(text):
                        problem = "a quote inside a field that does not begin with one"
                    if len(text) > RECORD_LIMIT:
                        raise _too_long(file, number, pending, delimiter, quote)
                    yield Record(number, len(pending), text, fields, problem)
                    number += len(pending)
                    pending.clear()
                return
            except csv.Error as error:
                problem = _diagnosis(str(error), file, number, pending, delimiter, quote)
            # Only one physical line was read, so its end is the end of the record, whatever its quotes mean.
            yield Record(number, 1, pending[0], [], problem)
            number += 1
            pending.clear()
    finally:
        csv.field_size_limit(limit_before)


def swallowed(record: Record, delimiter: str, width: int) -> bool:
    """Return whether a record of several lines looks like rows swallowed by an unclosed quote.

    In that case every line has as many delimiters as a whole row. (A wrong closing quote further on makes such a record
    valid for every parser.)
    """
    if record.lines == 1 or width < MIN_WIDTH_SWALLOWED:
        return False
    parts = _LINE_END.split(record.text.rstrip("\r\n"))
    return all(part.count(delimiter) == width - 1 for part in parts)


def _parser(lines: Iterator[str], delimiter: str, quote: str) -> Iterator[list[str]]:
    if not quote:
        return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE, quotechar=None, strict=True)
    return csv.reader(lines, delimiter=delimiter, quotechar=quote, strict=True)


def _grammar(delimiter: str, quote: str) -> re.Pattern[str]:
    """Return a pattern that matches a whole record of RFC 4180; it is possessive, so no text makes it slow."""
    d, q = re.escape(delimiter), re.escape(quote)
    field = rf"(?>{q}[^{q}]*+(?:{q}{q}[^{q}]*+)*+{q}|[^{d}{q}\r\n]*+)"
    return re.compile(rf"{field}(?:{d}{field})*+(?:\r\n|\r|\n)?")


def _physical_lines(
    stream: Readable, file: str, delimiter: str, quote: str, pending: list[str], first: int
) -> Iterator[str]:
    """Yield the lines (ended by LF, CRLF or CR) and remember them in `pending`; the number of the first is `first`."""
    number = first - 1
    while line := stream.readline(RECORD_LIMIT + 1):
        number += 1
        pending.append(line)
        if len(line) > RECORD_LIMIT:
            raise _too_long(file, number - len(pending) + 1, pending, delimiter, quote)
        if "\0" in line:
            mend = "Export it as text; if it is UTF-16, set encoding = utf-16 in the mapping."
            raise DeliveryError(file, "the line holds a NUL character.", line=number, mend=mend)
        yield line


def _diagnosis(error: str, file: str, number: int, pending: list[str], delimiter: str, quote: str) -> str:
    """Describe wrong quoting on a single line, or refuse the delivery if the end of the record is uncertain."""
    if "limit" in error and len(pending) == 1:
        raise _too_long(file, number, pending, delimiter, quote)
    if "limit" in error:
        opened = _opened(number, pending, delimiter, quote)
        problem = f"a quote is opened on line {opened} and not closed within {FIELD_LIMIT:,} characters."
        raise DeliveryError(file, problem, line=opened, mend=_MEND_QUOTE)
    if "end of data" in error:
        opened = _opened(number, pending, delimiter, quote)
        problem = f"a quote is opened on line {opened} and never closed, or the file is cut off."
        raise DeliveryError(file, problem, line=opened, mend=_MEND_QUOTE)
    if len(pending) > 1:
        opened = _opened(number, pending[:-1], delimiter, quote)
        last = number + len(pending) - 1
        problem = f"a quote is opened on line {opened} and not closed where it should (see line {last})."
        raise DeliveryError(file, problem, line=opened, mend=_MEND_QUOTE)
    return "a quote inside a quoted field that is not doubled"


def _lenient(lines: list[str], delimiter: str, quote: str) -> list[str]:
    """Return the fields of lines that are known to be wrong, without limits, only to report where they are wrong."""
    before = csv.field_size_limit(sum(map(len, lines)) + 1)
    try:
        if not quote:
            return next(csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE, quotechar=None))
        return next(csv.reader(lines, delimiter=delimiter, quotechar=quote))
    finally:
        csv.field_size_limit(before)


def _opened(number: int, lines: list[str], delimiter: str, quote: str) -> int:
    """Return the line of the field that is still open at the end of `lines`; the first line is `number`."""
    last = _lenient(lines, delimiter, quote)[-1]
    taken = len(_LINE_END.findall(last)) + (not last.endswith(("\r", "\n")))
    return number + len(lines) - taken


def _too_long(file: str, number: int, lines: list[str], delimiter: str, quote: str) -> DeliveryError:
    fields = _lenient(lines, delimiter, quote)
    column = next((index for index, field in enumerate(fields, 1) if len(field) > FIELD_LIMIT), None)
    if column is None:
        problem = f"a record of more than {RECORD_LIMIT:,} characters."
    else:
        problem = f"a field of more than {FIELD_LIMIT:,} characters."
    return DeliveryError(file, problem, line=number, column=column, mend=_MEND_QUOTE)

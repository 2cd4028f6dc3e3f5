"""Take delimited text apart: regular blocks of lines as a whole, everything else record by record.

In a regular block each line is one good record: it has no quote and as many delimiters as the header. Splitting such
lines would find the same records at ten times the cost, so they are only counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from io import StringIO
from itertools import repeat
from typing import TextIO

from pipelines.reading.layout import Layout
from pipelines.reading.records import FIELD_LIMIT, RECORD_LIMIT, Record, split

_BLOCK = 2**18  # characters


@dataclass(frozen=True)
class Block:
    """Lines that are one good record each.

    `line` is the physical line of the first, `text` all of them, each ended by LF, and `sizes` their numbers of
    characters with the delimiters.
    """

    line: int
    text: str
    sizes: Sequence[int]


def take_apart(stream: TextIO, form: Layout) -> Iterator[Block | Record]:
    """Yield the whole text in order, starting with its first line.

    Parameters
    ----------
    stream : TextIO
        Opened with ``newline=""``.
    form : Layout
        How the text is built up.

    Raises
    ------
    DeliveryError
        See `pipelines.reading.records.split`.
    """
    line = 1
    while text := stream.read(_BLOCK) + stream.readline(RECORD_LIMIT + 1):
        block = _regular(text, line, form) if line > form.line else None
        if block:
            yield block
            line += len(block.sizes)
            continue
        for record in _one_by_one(text, stream, form, line):
            yield record
            line = record.line + record.lines


def _regular(text: str, line: int, form: Layout) -> Block | None:
    """Return the block if each of its lines is certainly one good record."""
    text = text.replace("\r\n", "\n")
    if (form.quote and form.quote in text) or "\r" in text or "\0" in text or not text.endswith("\n"):
        return None
    # Columns without a name must be empty, and the header may not occur again: both are judged record by record.
    if len(form.names) < len(form.cells) or f"\n{form.cells[0]}" in f"\n{text}":
        return None
    lines = text.split("\n")[:-1]
    delimiters = len(form.cells) - 1
    if set(map(str.count, lines, repeat(form.delimiter))) != {delimiters}:
        return None
    sizes = list(map(len, lines))
    return Block(line, text, sizes) if delimiters < min(sizes) and max(sizes) <= FIELD_LIMIT else None


def _one_by_one(text: str, stream: TextIO, form: Layout, line: int) -> Iterator[Record]:
    """Yield the records that begin in a text; the last may end later in the stream."""
    source = _Continued(text, stream)
    with closing(split(source, form.file, form.delimiter, form.quote, line)) as records:
        for record in records:
            yield record
            if source.passed():
                return


class _Continued:
    """A text whose last record continues in its stream."""

    def __init__(self, text: str, stream: TextIO) -> None:
        self.text, self.length, self.stream = StringIO(text, newline=""), len(text), stream

    def readline(self, limit: int, /) -> str:
        return self.text.readline(limit) or self.stream.readline(limit)

    def passed(self) -> bool:
        return self.text.tell() == self.length

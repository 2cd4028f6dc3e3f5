"""Describe the input and the result of a reader, and make the private copy of the file that it reads."""

from __future__ import annotations

import gzip
import hashlib
import stat
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from pipelines.installation.errors import ConfigurationError, DeliveryError
from pipelines.installation.mapping import Reading

MAX_BYTES = 8 * 2**30  # a sector's ledger of 60 million rows takes 2.3 GB; a compressed bomb stops here
SETTLE_SECONDS = 1.0
CHUNK = 2**20
ENCODINGS = ("auto", "utf-8", "windows-1252", "utf-16")
KINDS = "kinds "
"""Column of the loaded table with one letter per delivered column: the kind of each cell (a `Kind`).

A CSV file has no such column because all its values are text. No delivered name ends in a blank, so it cannot collide.
"""


class Kind(StrEnum):
    """How a file stores a cell. The text alone does not show whether `1.082` is a number or was typed as text."""

    TEXT = "t"
    NUMBER = "n"  # binary floating point: whole numbers of more than 15 digits have been rounded
    EXACT = "i"  # integer or decimal
    DATE = "d"
    BOOLEAN = "b"
    EMPTY = "-"


@dataclass(frozen=True)
class Dialect:
    """How a source system writes its files, from the mapping file; "auto" is detected and reported.

    Attributes
    ----------
    encoding : str
        One of `ENCODINGS`.
    delimiter : str
        "auto" or one character.
    quote : str
        One character, or "" if the source never quotes.
    sheet : str or None
        Name of the worksheet (XLSX), required if more than one has content.
    skip_lines : int
        Lines or rows above the header.
    repeated_header : bool
        Whether the header is repeated, as on each page of a printed list.
    sheets : tuple of str
        Names of worksheets with the same header whose rows are read as one table; `*` in a name stands for any text.
    """

    encoding: str = "auto"
    delimiter: str = "auto"
    quote: str = '"'
    sheet: str | None = None
    skip_lines: int = 0
    repeated_header: bool = False
    sheets: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.encoding not in ENCODINGS:
            raise ConfigurationError(
                f"encoding must be one of {', '.join(ENCODINGS)}, not {self.encoding!r}."
            )
        if self.delimiter != "auto" and (len(self.delimiter) != 1 or self.delimiter in '\r\n"\0'):
            raise ConfigurationError(f"delimiter must be auto or one character, not {self.delimiter!r}.")
        if len(self.quote) > 1 or self.quote in ("\r", "\n", "\0", " ", self.delimiter):
            raise ConfigurationError(f"quote must be one character or empty, not {self.quote!r}.")


def dialect_of(reading: Reading) -> Dialect:
    """Return the dialect that a mapping declares."""
    return Dialect(
        reading.encoding,
        reading.delimiter,
        reading.quote,
        reading.sheet,
        reading.skip_lines,
        reading.repeated_header,
        reading.sheets,
    )


@dataclass(frozen=True)
class Broken:
    """A record with a wrong shape. `text` is as delivered and may name people, so it belongs in the quarantine."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True)
class Read:
    """The result of reading one delivery.

    Attributes
    ----------
    columns : tuple of str
        The header as delivered, without outer blanks.
    records : int
        Data records in the file, including broken ones, counted separately from the parser that loads them.
    broken : tuple of Broken
        Records that are not in the table because their shape is wrong.
    encoding, delimiter : str
        As used; "" if not applicable.
    sha256 : str
        Hash of the file as delivered, compressed if it was delivered compressed.
    size : int
        Bytes of the file as delivered.
    notes : tuple of str
        What was guessed or skipped.
    typed : bool
        Whether the table has the column `KINDS`.
    """

    columns: tuple[str, ...]
    records: int
    broken: tuple[Broken, ...]
    encoding: str
    delimiter: str
    sha256: str
    size: int
    notes: tuple[str, ...]
    typed: bool = False


@dataclass(frozen=True)
class Snapshot:
    """A private, decompressed copy of a delivery, which cannot change while it is read."""

    file: str
    path: Path
    folder: Path
    sha256: str
    size: int


@contextmanager
def snapshot(path: Path, scratch: Path, *, compressed: bool) -> Iterator[Snapshot]:
    """Copy a delivery into a private folder under `scratch` and remove the folder afterwards.

    Raises
    ------
    DeliveryError
        The file is absent, not a regular file, empty, still being written, too large, or not properly compressed.
    """
    before = _settled(path)
    with tempfile.TemporaryDirectory(prefix="reading-", dir=scratch) as folder:
        copy = Path(folder) / "delivered"
        with path.open("rb") as source, copy.open("wb") as target:
            digest = hashlib.file_digest(source, "sha256").hexdigest()
            size = source.tell()
            source.seek(0)
            _copy(path.name, source, target, compressed=compressed)
        if file_state(path) != before or size != before[0]:
            raise _being_written(path)
        if not copy.stat().st_size:
            raise DeliveryError(path.name, "the file is empty.", mend="Deliver it again.")
        yield Snapshot(path.name, copy, Path(folder), digest, size)


def _copy(file: str, source: BinaryIO, target: BinaryIO, *, compressed: bool) -> None:
    stream = gzip.GzipFile(fileobj=source) if compressed else source
    copied = 0
    try:
        while chunk := stream.read(CHUNK):
            copied += len(chunk)
            if copied > MAX_BYTES:
                raise DeliveryError(
                    file, f"the file holds more than {MAX_BYTES:,} bytes.", mend="Split the delivery."
                )
            target.write(chunk)
    except EOFError:
        raise DeliveryError(
            file, "the compressed file is cut off.", mend="Transfer it again, completely."
        ) from None
    except (gzip.BadGzipFile, zlib.error):
        raise DeliveryError(
            file, "the file is not gzip or is damaged.", mend="Compress and transfer it again."
        ) from None


def file_state(path: Path) -> tuple[int, int]:
    """Return the size and the modification time of a regular file; raise DeliveryError for anything else."""
    try:
        status = path.stat()
    except OSError as error:
        raise DeliveryError(path.name, f"the file cannot be opened ({error.strerror}).") from None
    if not stat.S_ISREG(status.st_mode):  # opening a named pipe would wait for ever
        raise DeliveryError(path.name, "this is not a file but a folder or a pipe.", mend="Name a file.")
    return status.st_size, status.st_mtime_ns


def _settled(path: Path) -> tuple[int, int]:
    """Return size and modification time once they are stable, because a recently changed file may still be growing."""
    state = file_state(path)
    if time.time() - state[1] / 1e9 < SETTLE_SECONDS:
        time.sleep(SETTLE_SECONDS)
        if file_state(path) != state:
            raise _being_written(path)
    return state


def _being_written(path: Path) -> DeliveryError:
    return DeliveryError(path.name, "the file is still being written.", mend="Run again when it is complete.")

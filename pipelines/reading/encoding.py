"""Find the character encoding of a text file, and prove that the whole file is in it."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pipelines.installation.errors import DeliveryError
from pipelines.reading.delivery import CHUNK

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16"),
)


class Encoding(NamedTuple):
    """An encoding: its `name` for people, the `codec` that reads it, and `notes` about the file."""

    name: str
    codec: str
    notes: tuple[str, ...]


class _Decoded(NamedTuple):
    wrong_at: int | None  # offset of the first byte that is invalid in this encoding
    replaced: int  # characters that stand for a letter lost before delivery
    plain: bool  # only ASCII


def detect(path: Path, file: str, declared: str) -> Encoding:
    """Find the encoding: the byte order mark, else UTF-8 if every byte is valid, else Windows-1252.

    Parameters
    ----------
    path : Path
        The file, decompressed.
    file : str
        Its name as delivered, for messages.
    declared : str
        One of `pipelines.reading.delivery.ENCODINGS`; any value but "auto" must be right.

    Raises
    ------
    DeliveryError
        Bytes do not fit the encoding, or the file mixes two encodings.
    """
    with path.open("rb") as stream:
        start = stream.read(4)
    name, codec = next(((n, c) for mark, n, c in _MARKS if start.startswith(mark)), ("", ""))
    if name and declared not in ("auto", name):
        problem = f"the mapping says {declared}, but the file begins with the byte order mark of {name}."
        raise DeliveryError(file, problem, line=1, mend="Set encoding to auto in the mapping.")
    notes = [] if declared != "auto" else [f"encoding detected: {name}"]
    if not name:
        name, notes = _unmarked(path, file, declared)
        codec = {"windows-1252": "cp1252", "utf-16": "utf-16-le"}.get(name, name)
    decoded = _decode(path, codec)
    if decoded.wrong_at is not None:
        raise _invalid(path, file, name, decoded.wrong_at)
    if decoded.replaced:
        notes.append(f"{decoded.replaced} characters were already lost before delivery (�)")
    return Encoding(name, codec, tuple(notes))


def _unmarked(path: Path, file: str, declared: str) -> tuple[str, list[str]]:
    """Name the encoding of a file without a mark."""
    if declared in ("utf-8", "utf-16"):
        return declared, []
    utf8 = _decode(path, "utf-8")
    if declared == "windows-1252":
        # Windows-1252 text is practically never valid UTF-8 throughout, so the mapping is out of date.
        if utf8.wrong_at is None and not utf8.plain:
            problem = "the mapping says windows-1252, but the file is UTF-8."
            raise DeliveryError(file, problem, mend="Set encoding to auto or utf-8 in the mapping.")
        return declared, []
    if utf8.wrong_at is None:
        return "utf-8", ["encoding detected: utf-8"]
    _refuse_mixture(path, file)
    return "windows-1252", ["encoding detected: windows-1252"]


def _decode(path: Path, codec: str) -> _Decoded:
    decoder = codecs.getincrementaldecoder(codec)()
    read, replaced, plain = 0, 0, True
    with path.open("rb") as stream:
        while True:
            held = len(decoder.getstate()[0])
            chunk = stream.read(CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return _Decoded(read - held + error.start, replaced, False)
            read += len(chunk)
            if not text.isascii():
                plain = False
                replaced += text.count("\ufffd")
            if not chunk:
                return _Decoded(None, replaced, plain)


def _refuse_mixture(path: Path, file: str) -> None:
    """Refuse a file in which some lines are UTF-8 and others are not, because two exports were pasted together."""
    valid, other = 0, 0
    for number, raw in _lines(path):
        if raw.isascii():
            continue
        try:
            raw.decode("utf-8")
            valid = valid or number
        except UnicodeDecodeError:
            other = other or number
        if valid and other:
            problem = f"two encodings are mixed: line {valid} is UTF-8, line {other} is not."
            mend = "Export it again in one encoding, or set encoding in the mapping if you know which it is."
            raise DeliveryError(file, problem, line=max(valid, other), mend=mend)


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield line number and bytes; a line ends with CRLF, LF or CR, and an endless one comes in pieces."""
    number = 1
    with path.open(encoding="latin-1", newline="") as stream:
        while piece := stream.readline(CHUNK):
            yield number, piece.encode("latin-1")
            number += piece.endswith(("\n", "\r"))


def _invalid(path: Path, file: str, name: str, offset: int) -> DeliveryError:
    line, passed = None, 0
    if name != "utf-16":
        for line, raw in _lines(path):  # noqa: B007
            passed += len(raw)
            if passed > offset:
                break
    mend = "Export it as UTF-8, or set encoding in the mapping."
    return DeliveryError(file, f"byte {offset + 1} of the file is not {name}.", line=line, mend=mend)

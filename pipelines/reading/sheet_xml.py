"""Streams the XML of a workbook through the standard library's parser, in bounded memory and without entities."""

from __future__ import annotations

from collections.abc import Callable
from xml.parsers import expat
from zipfile import ZipFile

MAX_TOKEN = 2**24  # bytes of one tag with its attributes
DAMAGED = (expat.ExpatError, LookupError, ValueError)
"""What the XML of a damaged workbook raises; LookupError: also where its encoding is one that nobody knows."""
_CHUNK = 2**20
_Start = Callable[[str, dict[str, str]], None]
_End = Callable[[str], None]


def column_letter(index: int) -> str:
    """Return the letter of a column in Excel; index 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Return the number of a column; A is 1."""
    number = 0
    for letter in letters[:4].upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def refuse(*_: object) -> None:
    """Say that the XML is damaged; the parser calls it for what no workbook holds."""
    raise ValueError


class Text:
    """Collects the character data of one element at a time."""

    def __init__(self) -> None:
        self.parser: expat.XMLParserType | None = None
        self.pieces: list[str] = []
        self.collecting = False

    def collect(self, on: bool) -> None:
        """Begin or end collecting; meanwhile no comment may stand in it."""
        assert self.parser is not None
        self.collecting = on
        self.parser.CharacterDataHandler = self.pieces.append if on else None
        self.parser.CommentHandler = self.parser.ProcessingInstructionHandler = refuse if on else None


def parse(
    archive: ZipFile, part: str, start: _Start, end: _End | None = None, text: Text | None = None
) -> None:
    """Stream one part through the parser; names come without their namespace."""
    parser = expat.ParserCreate(namespace_separator=" ")
    if text:
        text.parser = parser
    parser.buffer_text = True

    # A document type is never in a workbook: entities could read files or explode.
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(" ")[2], attributes)
    if end:
        parser.EndElementHandler = lambda name: end(name.rpartition(" ")[2])
    with archive.open(part) as stream:
        fed = 0
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > MAX_TOKEN:
                raise ValueError  # it keeps a tag until that is whole
    parser.Parse(b"", True)

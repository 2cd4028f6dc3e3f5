"""Stream the XML of a workbook through the standard library's parser in bounded memory and without entities."""

from __future__ import annotations

from collections.abc import Callable
from xml.parsers import expat
from zipfile import ZipFile

MAX_TOKEN = 2**24  # maximum bytes of one tag with its attributes
DAMAGED = (expat.ExpatError, LookupError, ValueError)
"""The errors that the XML of a damaged workbook raises, including LookupError for an unknown encoding."""
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
    """Raise an error about damaged XML; the parser calls this for constructs that no workbook has."""
    raise ValueError


class Text:
    """Collect the character data of one element at a time."""

    def __init__(self) -> None:
        self.parser: expat.XMLParserType | None = None
        self.pieces: list[str] = []
        self.collecting = False

    def collect(self, on: bool) -> None:
        """Begin or end collecting; comments are refused meanwhile."""
        assert self.parser is not None
        self.collecting = on
        self.parser.CharacterDataHandler = self.pieces.append if on else None
        self.parser.CommentHandler = self.parser.ProcessingInstructionHandler = refuse if on else None


def parse(
    archive: ZipFile, part: str, start: _Start, end: _End | None = None, text: Text | None = None
) -> None:
    """Stream one part through the parser, which passes names without their namespace."""
    parser = expat.ParserCreate(namespace_separator=" ")
    if text:
        text.parser = parser
    parser.buffer_text = True

    # A workbook never has a document type, whose entities could read files or grow without limit.
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
                raise ValueError  # the parser keeps a tag in memory until it is complete
    parser.Parse(b"", True)

"""Count the filled cells of worksheets that are written as programs write them, with one expression for each row.

`pipelines.reading.bounds` and `pipelines.reading.worksheet` walk over any XML and call Python for each tag. Nearly all
deliveries need none of that: row after row of values, in order, without formulas or errors of Excel. Here an expression
describes exactly such a row. A sheet in which every character between `<sheetData>` and `</sheetData>` belongs to such
a row cannot be refused by those modules, so its rows are only counted. Anything else is left to them: this module never
refuses a file.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator
from io import TextIOWrapper
from itertools import pairwise, starmap
from xml.parsers import expat
from zipfile import ZipFile

from pipelines.reading.bounds import MAX_CELLS, MAX_STRINGS, MAX_TEXT
from pipelines.reading.sheet_xml import MAX_TOKEN, column_letter, column_number, refuse

Filled = list[tuple[int, int]]
"""The number of each row that has values, and its number of values, in order."""

STRINGS = "xl/sharedStrings.xml"
_CHUNK = 2**20
_MAX_COLUMNS = 200
_MAX_EMPTY = 50
_CONTENT = {"row", "c", "v", "t", "f", "si", "is", "r", "rPh"}
"""Elements that hold values; the XML around the rows may have none of them."""

# XML's own characters only. A `>` is legal in some places, but programs escape it.
_CHARACTER = r"(?:[^<>&\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&(?:amp|lt|gt|quot|apos);)"
_SPACE = r'(?: xml:space="preserve")?+'
_STRING = rf"<t{_SPACE}(?:/>|>{_CHARACTER}{{0,{MAX_TEXT - 1}}}+</t>)"
_FONT = r'<rPr>(?:<\w++(?: (?:val|rgb|theme|indexed)="\w*+")?+(?: tint="[-.\w]*+")?+ ?/>)*+</rPr>'
_ITEM = re.compile(rf"<si>(?:{_STRING}|(?:<r>(?:{_FONT})?+{_STRING}</r>)++|)</si>|<si/>", re.ASCII)
_HAS_TEXT = re.compile(r"<t[^<>]*+>[^<]")
_LETTERS = re.compile(r'<c r="([A-Z]{1,3})')
_LAYOUT = (
    "spans s customFormat ht hidden customHeight outlineLevel collapsed thickTop thickBot ph x14ac:dyDescent"
)
_ATTRIBUTES = "".join(
    rf'(?: {name}="[-.:\w]*+")?+' for name in _LAYOUT.split()
)  # in the order of the standard
_ROW = rf'(<row r="([1-9][0-9]{{{{0,6}}}})"{_ATTRIBUTES} ?(?:/>|>{{cells}}</row>))'
_CELL = (
    r'(?:<c r="{letter}\2"(?: s="[0-9]++")?+'
    r'(?: t="s"><v>[0-9]{{1,9}}+</v></c>|(?: t="n")?+><v>[-+.0-9Ee]{{1,40}}+</v></c>| t="b"><v>[01]</v></c>'
    rf'| t="inlineStr"><is>{_STRING.replace("{", "{{").replace("}", "}}")}</is></c>'
    rf'| t="str"><v>{_CHARACTER}{{{{0,{MAX_TEXT - 1}}}}}+</v></c>'
    r'|(?: t="(?:n|s|b|str)")?+ ?(?:/>|></c>)))?+'
)


class _OtherError(ValueError):
    """The part is written in another way, which does not mean that it is wrong."""


def plain_sheets(archive: ZipFile) -> dict[str, Filled]:
    """Return the filled rows of each worksheet that is plain, by the name of its part in the archive.

    The shared strings are among the keys, without rows, if any sheet is.
    """
    plain: dict[str, Filled] = {}
    parts = archive.namelist()
    try:
        empty = _empty_strings(archive) if STRINGS in parts else set()
    except (ValueError, expat.ExpatError):
        return plain
    for part in parts:
        if re.fullmatch(r"xl/worksheets/[^/]+\.xml", part):
            try:
                plain[part] = _filled(archive, part, empty)
            except (ValueError, expat.ExpatError):
                continue
    return {STRINGS: [], **plain} if plain else plain


def _filled(archive: ZipFile, part: str, empty: set[int]) -> Filled:
    """Count the values of each row; a cell with an empty shared string has none."""
    filled: Filled = []
    row: re.Pattern[str] | None = None
    empties = re.compile("></[vt]>" + "".join(rf'|t="s"><v>0*{number}</v>' for number in sorted(empty)))
    first = last = width = 0
    for block in _blocks(archive, part, "sheetData", "</row>"):
        if row is None:
            width = max(map(column_number, set(_LETTERS.findall(block))), default=1)
            row = _row(width)
        matches = row.findall(block)
        _refuse_rest(block, (text for text, _ in matches))
        numbers = [last, *(int(number) for _, number in matches)]
        if not all(starmap(operator.lt, pairwise(numbers))):
            raise _OtherError
        first, last = first or numbers[1], numbers[-1]
        counts = [text.count("</v>") + text.count("</t>") for text, _ in matches]
        if empties.search(block):
            counts = [n - len(empties.findall(text)) for n, (text, _) in zip(counts, matches, strict=True)]
        filled += [(at, count) for at, count in zip(numbers[1:], counts, strict=True) if count]
    if (last - first + 1) * width > MAX_CELLS:
        raise _OtherError
    return filled


def _row(width: int) -> re.Pattern[str]:
    """Return the expression of a row with at most `width` columns, each at most once and in order."""
    if width > _MAX_COLUMNS:
        raise _OtherError
    cells = "".join(_CELL.format(letter=column_letter(index)) for index in range(width))
    return re.compile(_ROW.format(cells=cells), re.ASCII)


def _empty_strings(archive: ZipFile) -> set[int]:
    """Return the numbers of the shared strings without characters."""
    empty: set[int] = set()
    strings = 0
    for block in _blocks(archive, STRINGS, "sst", "</si>"):
        matches = _ITEM.findall(block)
        _refuse_rest(block, matches)
        empty.update(at for at, item in enumerate(matches, strings) if not _HAS_TEXT.search(item))
        strings += len(matches)
        if strings > MAX_STRINGS or len(empty) > _MAX_EMPTY:
            raise _OtherError
    return empty


def _refuse_rest(block: str, matches: Iterator[str] | list[str]) -> None:
    """Refuse a block that has anything besides what was found in it."""
    if sum(map(len, matches)) != len(block):
        raise _OtherError


def _blocks(archive: ZipFile, part: str, container: str, end: str) -> Iterator[str]:
    """Yield the content of the container in blocks that end with `end`; refuse values in the XML around it."""
    opening, closing = re.compile(rf"<{container}(?: [^<>]*)?>"), f"</{container}>"
    with archive.open(part) as stream, TextIOWrapper(stream, "utf-8", newline="") as text:
        begin = text.read(_CHUNK)
        opened = opening.search(begin)
        if not opened:
            raise _OtherError
        head, rest = begin[: opened.end()], begin[opened.end() :]
        while closing not in rest:
            block, separator, rest = rest.rpartition(end)
            if block:
                yield block + separator
            chunk = text.read(_CHUNK)
            if not chunk or len(rest) > MAX_TOKEN:
                raise _OtherError
            rest += chunk
        block, _, tail = rest.partition(closing)
        if block:
            yield block
        _refuse_content(head + closing + tail + text.read(MAX_TOKEN))
        if text.read(1):
            raise _OtherError


def _refuse_content(frame: str) -> None:
    """Refuse XML around the rows that is damaged, has another encoding or a document type, or holds values."""

    def start(name: str, _attributes: object) -> None:
        if name.rpartition(" ")[2] in _CONTENT:
            raise _OtherError

    def declared(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() != "utf-8":
            raise _OtherError

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.XmlDeclHandler = declared
    parser.StartDoctypeDeclHandler = parser.CommentHandler = refuse
    parser.ProcessingInstructionHandler = parser.StartCdataSectionHandler = refuse
    parser.Parse(frame.encode(), True)

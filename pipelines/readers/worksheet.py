"""Counts the filled rows of a worksheet from its XML, apart from the library that reads the cells.

Source: ECMA-376, Office Open XML, part 1 §18.3 (worksheets) and §18.4 (shared strings).
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from xml.parsers import expat
from zipfile import ZipFile

from pipelines.errors import DeliveryError

_WORKBOOK = "xl/workbook.xml"
_CHUNK = 2**20
# What Excel holds fits within these; a small file can ask for far more than any memory.
MAX_CELLS = 2**24  # the rectangle from the first filled cell to the last, a million rows of sixteen columns
MAX_STRINGS = 10_000_000
MAX_TEXT = 2**15  # characters in a cell (Excel's own limit is 32,767)
MAX_TOKEN = 2**24  # bytes of one tag with its attributes
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


def filled_rows(archive: ZipFile, file: str, sheet: str) -> list[int]:
    """Return the numbers of the rows of a sheet that have at least one value, in order.

    Parameters
    ----------
    archive : ZipFile
        The XLSX file.
    file, sheet : str
        Its name as delivered (for messages), and the name of the sheet.

    Raises
    ------
    DeliveryError
        When the XML is damaged or has a document type (entities), a cell holds an error of Excel, or a
        formula was never computed: both would read as an empty cell.
    """
    try:
        part = _part(archive, sheet)
        if not part:
            raise DeliveryError(
                file, "the workbook is not built as Excel does.", mend="Save it again from Excel."
            )
        counter = _Rows(file, _empty_strings(archive))
        _parse(archive, part, counter.start, counter.end, counter)
    except (expat.ExpatError, LookupError, ValueError):  # LookupError: an encoding that nobody knows too
        raise DeliveryError(file, "the workbook is damaged.", mend="Save it again from Excel.") from None
    return counter.filled


def refuse_hostile(archive: ZipFile, file: str) -> None:
    """Refuse a workbook that would take far more memory than its size: called before any library opens it.

    The library makes room for the whole rectangle between the first and the last filled cell, so two cells in opposite
    corners of a sheet ask for half a terabyte.

    Raises
    ------
    DeliveryError
        Too large a rectangle, too many or too long texts, a document type (entities), or XML that is none.
    """
    for name in archive.namelist():
        if name.lower().endswith(".xml"):
            bounds = _Bounds(file)
            try:
                _parse(archive, name, bounds.start, text=bounds)
            except (expat.ExpatError, LookupError, ValueError):
                raise DeliveryError(
                    file, "the workbook is damaged.", mend="Save it again from Excel."
                ) from None


class _Text:
    """Collects the character data of one element at a time."""

    def __init__(self) -> None:
        self.parser: expat.XMLParserType | None = None
        self.pieces: list[str] = []

    def collect(self, on: bool) -> None:
        assert self.parser is not None
        self.parser.CharacterDataHandler = self.pieces.append if on else None


class _Bounds(_Text):
    """Watches the rectangle of the cells (`c`), the number of shared strings (`si`) and the length of texts."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file, self.strings, self.length = file, 0, 0
        self.row, self.column = 0, 0
        self.rows: list[int] = []
        self.columns: list[int] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.length = 0
        if name == "c":
            self._cell(attributes.get("r", ""))
        elif name == "row":
            self.row, self.column = int(attributes.get("r", self.row + 1)), 0
        elif name == "si":
            self.strings += 1
            if self.strings > MAX_STRINGS:
                raise self._refusal(f"it holds more than {MAX_STRINGS:,} texts")
        elif name in ("v", "t", "f"):
            assert self.parser is not None
            self.parser.CharacterDataHandler = self._measure

    def _measure(self, text: str) -> None:
        self.length += len(text)
        if self.length > MAX_TEXT:
            raise self._refusal(f"a text is longer than the {MAX_TEXT - 1:,} characters that a cell can hold")

    def _cell(self, reference: str) -> None:
        letters = reference.rstrip("0123456789")
        if letters:
            column = 0
            for letter in letters[:4].upper():
                column = column * 26 + ord(letter) - ord("A") + 1
            self.column, self.row = column, int(reference[len(letters) :] or self.row)
        else:
            self.column += 1
        if not self.rows:
            self.rows, self.columns = [self.row, self.row], [self.column, self.column]
        elif not (
            self.rows[0] <= self.row <= self.rows[1] and self.columns[0] <= self.column <= self.columns[1]
        ):
            self.rows = [min(self.rows[0], self.row), max(self.rows[1], self.row)]
            self.columns = [min(self.columns[0], self.column), max(self.columns[1], self.column)]
            if (self.rows[1] - self.rows[0] + 1) * (self.columns[1] - self.columns[0] + 1) > MAX_CELLS:
                raise self._refusal(f"its cells span more than {MAX_CELLS:,}")

    def _refusal(self, problem: str) -> DeliveryError:
        mend = "Remove what stands far outside the table, or deliver it as csv or parquet."
        return DeliveryError(
            self.file, f"the workbook cannot be read: {problem}.", line=self.row or None, mend=mend
        )


class _Rows(_Text):
    """Walks over rows (`row`), cells (`c`), values (`v`, or `t` in an inline string) and formulas (`f`)."""

    def __init__(self, file: str, empty_strings: set[int]) -> None:
        super().__init__()
        self.file, self.empty_strings = file, empty_strings
        self.filled: list[int] = []
        self.row, self.is_filled = 0, False
        self.kind, self.reference, self.formula, self.value = "", "", False, False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self.kind, self.reference = attributes.get("t", "n"), attributes.get("r", "")
            self.formula = self.value = False
            self.pieces.clear()
        elif name in ("v", "t"):
            self.value = True
            self.collect(True)
        elif name == "f":
            self.formula = True
        elif name == "row":
            self.row, self.is_filled = int(attributes.get("r", self.row + 1)), False

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self.collect(False)
        elif name == "c":
            self._cell("".join(self.pieces))
        elif name == "row" and self.is_filled:
            self.filled.append(self.row)

    def _cell(self, value: str) -> None:
        column = self.reference.rstrip("0123456789") or None
        if self.kind == "e":
            problem, mend = (
                "the cell holds an error of Excel (such as #N/A).",
                "Correct it; it would read as empty.",
            )
            raise DeliveryError(self.file, problem, line=self.row, column=column, mend=mend)
        if self.formula and not self.value:
            problem, mend = (
                "the formula was never computed.",
                "Open it in Excel and save it.",
            )
            raise DeliveryError(self.file, problem, line=self.row, column=column, mend=mend)
        if value and not (self.kind == "s" and int(value) in self.empty_strings):
            self.is_filled = True


class _Strings(_Text):
    """Walks over shared strings (`si`) and remembers which are empty; phonetic runs (`rPh`) are no text."""

    def __init__(self) -> None:
        super().__init__()
        self.empty: set[int] = set()
        self.index, self.phonetic = 0, False

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        if name == "si":
            self.pieces.clear()
        elif name == "rPh":
            self.phonetic = True
        elif name == "t" and not self.phonetic:
            self.collect(True)

    def end(self, name: str) -> None:
        if name == "t":
            self.collect(False)
        elif name == "rPh":
            self.phonetic = False
        elif name == "si":
            if not "".join(self.pieces):
                self.empty.add(self.index)
            self.index += 1


def _empty_strings(archive: ZipFile) -> set[int]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return set()
    strings = _Strings()
    _parse(archive, "xl/sharedStrings.xml", strings.start, strings.end, strings)
    return strings.empty


def _part(archive: ZipFile, sheet: str) -> str:
    """Path of the XML of a sheet inside the archive, or ""."""
    ids: dict[str, str] = {}
    targets: dict[str, str] = {}

    def sheets(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            ids[attributes["name"]] = next(v for k, v in attributes.items() if k.endswith(" id"))

    def relations(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            targets[attributes["Id"]] = attributes["Target"]

    _parse(archive, _WORKBOOK, sheets)
    _parse(archive, "xl/_rels/workbook.xml.rels", relations)
    target = targets.get(ids.get(sheet, ""), "")
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/") if target else ""


def _parse(
    archive: ZipFile, part: str, start: _Start, end: _End | None = None, text: _Text | None = None
) -> None:
    """Stream one part through the parser; names come without their namespace."""
    parser = expat.ParserCreate(namespace_separator=" ")
    if text:
        text.parser = parser
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise ValueError  # a document type is never in a workbook: entities could read files or explode

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

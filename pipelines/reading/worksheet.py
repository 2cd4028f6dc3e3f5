"""Count the filled cells of a worksheet from its XML, separately from the library that reads them.

The library reads damaged content as best it can: a text with an invalid number becomes the first text, a comment cuts a
value short, and the last of two cells in one place wins. None of this can be intended, so this module refuses it.

Source: ECMA-376, Office Open XML, part 1 §18.3 (worksheets) and §18.4 (shared strings).
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from zipfile import ZipFile

from pipelines.installation.errors import DeliveryError
from pipelines.reading.plain_sheet import Filled
from pipelines.reading.sheet_xml import DAMAGED, Text, column_number, parse

_WORKBOOK = "xl/workbook.xml"


def filled_rows(archive: ZipFile, file: str, sheet: str, plain: Mapping[str, Filled]) -> Filled:
    """Return the number of each row of a sheet that has values, and its number of values, in order.

    Parameters
    ----------
    archive : ZipFile
        The XLSX file.
    file, sheet : str
        Name of the file as delivered, for messages, and name of the sheet.
    plain : Mapping[str, Filled]
        The rows of sheets that were counted before (see `pipelines.reading.plain_sheet`).

    Raises
    ------
    DeliveryError
        The XML is damaged or has a document type (entities), rows or cells are out of order, a cell holds an Excel
        error, or a formula was never computed.
    """
    try:
        part = _part(archive, sheet)
        if not part:
            raise DeliveryError(
                file, "the workbook is not built as Excel does.", mend="Save it again from Excel."
            )
        if part in plain:
            return plain[part]
        counter = _Rows(file, _empty_strings(archive), uncomputed=_computes_on_load(archive))
        parse(archive, part, counter.start, counter.end, counter)
    except DAMAGED:
        raise DeliveryError(file, "the workbook is damaged.", mend="Save it again from Excel.") from None
    return counter.filled


class _Rows(Text):
    """Walks over rows (`row`), cells (`c`), values (`v`, or `t` in an inline string) and formulas (`f`)."""

    def __init__(self, file: str, empty_strings: set[int], *, uncomputed: bool) -> None:
        super().__init__()
        self.file, self.empty_strings, self.uncomputed = file, empty_strings, uncomputed
        self.filled: Filled = []
        self.row, self.column, self.cells = 0, 0, 0
        self.kind, self.reference, self.formula, self.value = "", "", False, False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self.collecting:
            raise ValueError  # a value holds no elements
        if name == "c":
            self.kind, self.reference = attributes.get("t", "n"), attributes.get("r", "")
            self.formula = self.value = False
            self.pieces.clear()
            self._place(self.reference)
        elif name == "v" and self.value:
            raise ValueError
        elif name in ("v", "t"):
            self.value = True
            self.collect(True)
        elif name == "f":
            self.formula = True
        elif name == "row":
            before, self.row = self.row, int(attributes.get("r", self.row + 1))
            self.column = self.cells = 0
            if self.row <= before:
                raise ValueError

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self.collect(False)
        elif name == "c":
            self._cell("".join(self.pieces))
        elif name == "row" and self.cells:
            self.filled.append((self.row, self.cells))

    def _place(self, reference: str) -> None:
        """Go to the place of a cell: in its own row, beyond the cell before."""
        letters = reference.rstrip("0123456789")
        column = column_number(letters) if reference else self.column + 1
        if column <= self.column or (reference and int(reference[len(letters) :]) != self.row):
            raise ValueError
        self.column = column

    def _cell(self, value: str) -> None:
        column = self.reference.rstrip("0123456789") or None
        if self.kind == "e":
            problem, mend = (
                "the cell holds an Excel error (such as #N/A).",
                "Correct it; it would read as empty.",
            )
            raise DeliveryError(self.file, problem, line=self.row, column=column, mend=mend)
        if self.formula and self._never_computed(value):
            problem, mend = (
                "the formula was never computed.",
                "Open it in Excel and save it.",
            )
            raise DeliveryError(self.file, problem, line=self.row, column=column, mend=mend)
        if self.kind == "s" and value and not (value.isascii() and value.isdigit()):
            raise ValueError
        self.cells += bool(value) and not (self.kind == "s" and int(value) in self.empty_strings)

    def _never_computed(self, value: str) -> bool:
        """Judge the value of a formula.

        openpyxl writes `<v/>`. A computed empty text has the type `str` and a value without characters. XlsxWriter writes
        a 0 for whatever the formula gives, and asks Excel to compute all when it opens the file.
        """
        if not value:
            return not (self.value and self.kind == "str")
        return self.uncomputed and self.kind == "n" and value == "0"


class _Strings(Text):
    """Walks over shared strings (`si`) and remembers which are empty; phonetic runs (`rPh`) do not count as text."""

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
    parse(archive, "xl/sharedStrings.xml", strings.start, strings.end, strings)
    return strings.empty


def _computes_on_load(archive: ZipFile) -> bool:
    """Return whether the program that wrote the workbook left its formulas to be computed by Excel."""
    wanted: list[str] = []

    def settings(name: str, attributes: dict[str, str]) -> None:
        if name == "calcPr":
            wanted.append(attributes.get("fullCalcOnLoad", "0"))

    parse(archive, _WORKBOOK, settings)
    return any(value in ("1", "true") for value in wanted)


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

    parse(archive, _WORKBOOK, sheets)
    parse(archive, "xl/_rels/workbook.xml.rels", relations)
    target = targets.get(ids.get(sheet, ""), "")
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/") if target else ""

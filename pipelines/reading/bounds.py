"""Refuse a workbook that would need far more memory than its size, before any library opens it."""

from __future__ import annotations

from collections.abc import Container
from zipfile import ZipFile

from pipelines.installation.errors import DeliveryError
from pipelines.reading.sheet_xml import DAMAGED, Text, column_number, parse

# The content of a real workbook fits within these limits; a small file can ask for more than any memory.
MAX_CELLS = 2**24  # the rectangle from the first filled cell to the last, a million rows of sixteen columns
MAX_STRINGS = 10_000_000
MAX_TEXT = 2**15  # characters in a cell (Excel's own limit is 32,767)


def refuse_hostile(archive: ZipFile, file: str, plain: Container[str] = ()) -> None:
    """Refuse a workbook that would need far more memory than its size; call this before any library opens it.

    The library allocates the whole rectangle between the first and the last filled cell, so two cells in opposite
    corners of a sheet need half a terabyte. Parts in `plain` are known to be within bounds.

    Raises
    ------
    DeliveryError
        The rectangle is too large, texts are too many or too long, the file has a document type, or it is not XML.
    """
    for name in archive.namelist():
        if name.lower().endswith(".xml") and name not in plain:
            bounds = _Bounds(file)
            try:
                parse(archive, name, bounds.start, text=bounds)
            except DAMAGED:
                raise DeliveryError(
                    file, "the workbook is damaged.", mend="Save it again from Excel."
                ) from None


class _Bounds(Text):
    """Measure the rectangle of the cells (`c`), the number of shared strings (`si`) and the length of texts."""

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
            self.column, self.row = column_number(letters), int(reference[len(letters) :] or self.row)
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
        mend = "Remove the cells far outside the table, or deliver it as csv or parquet."
        return DeliveryError(
            self.file, f"the workbook cannot be read: {problem}.", line=self.row or None, mend=mend
        )

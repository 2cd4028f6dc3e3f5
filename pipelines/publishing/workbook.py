"""Write the weekly list as a workbook to print: a sheet per coach, one page wide, with room to write."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, time
from math import ceil

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from models.words.dutch import unbroken
from pipelines.shortlist.weekly_list import (
    ABOUT,
    EMPTY,
    QUESTION,
    ListedAddress,
    WeeklyList,
    heading,
    since_text,
)

# Each column with its width in characters; together they fill an A4 page in landscape.
COLUMNS = (("Nr", 5), ("Adres", 31), ("Waarom", 54), ("Nieuw", 24), ("Notities", 33))
_LAST = len(COLUMNS) - 1
_WIDTH = sum(width for _, width in COLUMNS)
_LINE = 15  # height of a line of 11 points, in points
_BOXES = "☐ gesproken   ☐ niet thuis\n☐ kaartje   ☐ niet passend"


def workbook(weekly: WeeklyList) -> bytes:
    """Build the workbook in memory.

    Parameters
    ----------
    weekly : WeeklyList
        The list to write.

    Returns
    -------
    bytes
        The XLSX file; equal lists give equal bytes.
    """
    file = io.BytesIO()
    # Names and addresses must not pass through the temporary folder of the system.
    with Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties(
            {
                "title": f"Adressen voor de wooncoach, {weekly.week.lower()}",
                "company": weekly.corporation,
                "created": datetime.combine(weekly.as_of, time()),
            }
        )
        formats = _formats(book)
        names = _sheet_names([coach for coach, _ in weekly.by_coach])
        for (coach, entries), name in zip(weekly.by_coach, names, strict=True):
            _coach_sheet(book.add_worksheet(name), formats, weekly, heading(coach, entries), entries)
        _about_sheet(book.add_worksheet("Toelichting"), formats, weekly)
    return file.getvalue()


def _formats(book: Workbook) -> dict[str, Format]:
    cell = {
        "text_wrap": True,
        "valign": "top",
        "border": 1,
        "border_color": "#697480",
        "font_size": 11,
        "align": "left",
        "indent": 1,
    }
    text = {"text_wrap": True, "valign": "top", "font_size": 11}
    styles: dict[str, Mapping[str, object]] = {
        "title": {"bold": True, "font_size": 18, "font_color": "#1F4E79"},
        "subtitle": {"font_size": 11, "font_color": "#4B5663"},
        "notice": {**text, "bold": True, "bg_color": "#FFF3D6", "border": 1, "border_color": "#7A4B00"},
        "header": {**cell, "bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF"},
        "number": {**cell, "bold": True, "align": "center", "font_size": 14, "indent": 0},
        "cell": cell,
        "boxes": {**cell, "font_color": "#4B5663", "font_size": 10},
        "bold": {"bold": True, "font_size": 12},
        "plain": {"font_size": 11},
        "safety": {"bold": True, "font_color": "#8F1D1D", "font_size": 11},
        "text": text,
        "strong": {**text, "bold": True},
        "count": {"valign": "top", "font_size": 11, "align": "right"},
    }
    return {name: book.add_format(style) for name, style in styles.items()}


def _coach_sheet(
    sheet: Worksheet,
    formats: Mapping[str, Format],
    weekly: WeeklyList,
    title: str,
    entries: list[ListedAddress],
) -> None:
    row = _top(sheet, formats, weekly, title)
    for column, (name, _) in enumerate(COLUMNS):
        sheet.write_string(row, column, name, formats["header"])
    sheet.repeat_rows(row)
    sheet.freeze_panes(row + 1, 0)
    for entry in entries:
        row += 1
        _entry(sheet, formats, weekly, row, entry)
    sheet.print_area(0, 0, row, _LAST)


def _entry(
    sheet: Worksheet, formats: Mapping[str, Format], weekly: WeeklyList, row: int, entry: ListedAddress
) -> None:
    details = [entry.postcode_town, entry.wijk and f"Wijk {entry.wijk}", entry.name, entry.phone]
    details.append(f"Overeenkomst {entry.overeenkomst_id}")
    known = "\n".join(_tidy(detail) for detail in details if detail)
    safety = f"{_tidy(entry.safety)}\n" if entry.safety else ""
    why = "\n".join(f"• {_tidy(reason)}" for reason in entry.reasons)
    new = "\n".join(filter(None, [*map(_tidy, entry.news), since_text(entry, weekly.as_of)]))
    address = f"{_tidy(entry.street)}\n"
    sheet.write_number(row, 0, entry.position, formats["number"])
    warning = [formats["safety"], safety] if safety else []
    parts = [*warning, formats["bold"], address, formats["plain"], known]
    sheet.write_rich_string(row, 1, *parts, formats["cell"])
    sheet.write_string(row, 2, why, formats["cell"])
    sheet.write_string(row, 3, new, formats["cell"])
    sheet.write_string(row, 4, _BOXES, formats["boxes"])
    lines = [_lines(safety + address + known, 1), _lines(why, 2), _lines(new, 3), 7]
    sheet.set_row(row, max(lines) * _LINE + 4)


def _about_sheet(sheet: Worksheet, formats: Mapping[str, Format], weekly: WeeklyList) -> None:
    row = _top(sheet, formats, weekly, "Toelichting" if weekly.entries else "Adressen voor de wooncoach")
    if not weekly.entries:
        row = _paragraph(sheet, row, EMPTY[0], formats["strong"])
        row = _paragraph(sheet, row, EMPTY[1], formats["text"]) + 1
    row = _paragraph(sheet, row, QUESTION, formats["strong"])
    row = _paragraph(sheet, row, weekly.answer, formats["text"]) + 1
    row = _paragraph(sheet, row, "Over deze lijst", formats["strong"])
    for text in ABOUT:
        row = _paragraph(sheet, row, f"• {text}", formats["text"])
    row = _paragraph(sheet, row + 1, weekly.how_made, formats["strong"])
    if weekly.left_out:
        row = _paragraph(sheet, row, "Niet op de lijst:", formats["text"])
    for label, count in weekly.left_out:
        sheet.merge_range(row, 0, row, 2, f"  {_tidy(label)}", formats["text"])
        sheet.write_string(row, 3, count, formats["count"])
        row += 1


def _top(sheet: Worksheet, formats: Mapping[str, Format], weekly: WeeklyList, title: str) -> int:
    """Set up the page and write notices, title and week; return the next row."""
    for column, (_, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    sheet.set_header(f"&L&9{_code(title)}&R&9{_code(weekly.week)}")
    sheet.set_footer(f"&L&9Vertrouwelijk&C&9Pagina &P van &N&R&9{_code(weekly.corporation)}")
    row = 0
    for notice in weekly.notices:
        row = _paragraph(sheet, row, notice, formats["notice"])
    sheet.write_string(row, 0, _tidy(title), formats["title"])
    sheet.set_row(row, 26)
    subtitle = (
        f"{weekly.week} · {_tidy(weekly.corporation)} · vertrouwelijk · een aanbod van hulp, geen maatregel"
    )
    sheet.write_string(row + 1, 0, subtitle, formats["subtitle"])
    return row + 3


def _paragraph(sheet: Worksheet, row: int, text: str, style: Format) -> int:
    sheet.merge_range(row, 0, row, _LAST, "", style)
    sheet.write_string(row, 0, _tidy(text), style)
    sheet.set_row(row, _rows([text], _WIDTH) * _LINE + 3)
    return row + 1


def _lines(text: str, column: int) -> int:
    return _rows(text.split("\n"), COLUMNS[column][1])


def _rows(paragraphs: Iterable[str], width: int) -> int:
    """Return the number of lines that the text needs, because Excel does not adjust the height of merged or printed rows."""
    # The width counts digits. Letters are narrower, but words wrap early and the indent takes space, so it is about
    # right.
    return sum(max(1, ceil(len(paragraph) / width)) for paragraph in paragraphs)


def _tidy(text: str) -> str:
    """Return the text on one line, without a break after a euro sign."""
    return unbroken(" ".join(text.split()))


def _code(text: str) -> str:
    """Escape a text for a page header, where & begins a code and the three parts share 255 characters."""
    return _tidy(text)[:80].replace("&", "&&")


def _sheet_names(coaches: list[str]) -> list[str]:
    """Name the sheets within Excel's rules: at most 31 characters, some refused, unique in any case."""
    names: list[str] = []
    taken = {"toelichting", "history", ""}
    for coach in coaches:
        # Excel counts a character beyond U+FFFF as two.
        stem = re.sub(r"[\[\]:*?/\\\x00-\x1f\U00010000-\U0010ffff]", " ", coach).strip(" '")[:31].strip(" '")
        name, number = stem, 2
        while name.lower() in taken:
            name, number = f"{stem[:27]} {number}".strip(), number + 1
        taken.add(name.lower())
        names.append(name)
    return names

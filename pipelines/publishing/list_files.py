"""Publish the weekly list as HTML to read, XLSX to print and CSV for other programs.

All three are built in memory and then put in place, so no reader sees a half-written file and no name or address passes
through a temporary folder of the system. Equal lists have equal bytes. No file shows the score or which address was
drawn by lot, so that the coach treats everyone alike (Algoritmekader, geautomatiseerde risicoselectie).
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from models.words import icons
from models.words.dutch import unbroken
from pipelines.installation.files import write_files
from pipelines.publishing.pages import drawn, render
from pipelines.publishing.workbook import workbook
from pipelines.shortlist.weekly_list import (
    ABOUT,
    EMPTY,
    MOST_REASONS,
    QUESTION,
    ListedAddress,
    WeeklyList,
    heading,
    since_text,
)

__all__ = ["ListedAddress", "WeeklyList", "publish"]

COLUMNS = (
    "lijst_van",
    "coach",
    "volgorde",
    "veiligheid",
    "adres",
    "postcode_plaats",
    "wijk",
    "naam",
    "telefoon",
    *(f"reden_{number}" for number in range(1, MOST_REASONS + 1)),
    "sinds",
    "nieuw",
    "corporatie_id",
    "overeenkomst_id",
    "let_op",
)


def publish(target: Path, weekly: WeeklyList) -> list[Path]:
    """Write ``shortlist.html``, ``shortlist.xlsx`` and ``shortlist.csv``.

    Parameters
    ----------
    target : pathlib.Path
        The folder; it is created if needed.
    weekly : WeeklyList
        The list to publish; an empty list has all three files too.

    Returns
    -------
    list of pathlib.Path
        The files.

    Raises
    ------
    WaakvlamError
        A file cannot be replaced because another program has it open.
    """
    contents = {
        "shortlist.html": page(weekly).encode(),
        "shortlist.xlsx": workbook(weekly),
        "shortlist.csv": table(weekly),
    }
    write_files({target / name: content for name, content in contents.items()})
    return [target / name for name in contents]


def table(weekly: WeeklyList) -> bytes:
    """Write the list as CSV that Dutch Excel opens as a table and programs read unambiguously.

    Fields are separated by semicolons, because Dutch Excel reads a comma as a decimal sign. A byte order mark makes
    Excel read UTF-8. Lines end in CRLF (RFC 4180). Excel drops leading zeros of numbers in any CSV; the XLSX keeps
    them.

    Parameters
    ----------
    weekly : WeeklyList
        The list to write.

    Returns
    -------
    bytes
        A header and one record per address; dates as ISO 8601. Notices are in the last column of each record.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for _, entries in weekly.by_coach:
        writer.writerows([harmless(value) for value in _record(entry, weekly)] for entry in entries)
    return text.getvalue().encode("utf-8-sig")


def _record(entry: ListedAddress, weekly: WeeklyList) -> list[str]:
    reasons = [*entry.reasons, *[""] * (MOST_REASONS - len(entry.reasons))]
    return [
        weekly.as_of.isoformat(),
        entry.coach,
        str(entry.position),
        entry.safety or "",
        entry.address,
        entry.postcode_town,
        entry.wijk or "",
        entry.name or "",
        entry.phone or "",
        *reasons,
        entry.since.isoformat() if entry.since else "",
        " ".join(entry.news),
        entry.corporatie_id,
        entry.overeenkomst_id,
        " ".join(weekly.notices),
    ]


def harmless(value: str) -> str:
    """Write a value on one line, so that no spreadsheet runs it as a formula.

    Parameters
    ----------
    value : str
        As delivered; it may have been typed by anyone.

    Returns
    -------
    str
        With a leading quote mark if it begins with ``=``, ``+``, ``-`` or ``@`` (OWASP, CSV injection).
    """
    line = " ".join(value.split())
    return f"'{line}" if line.startswith(("=", "+", "-", "@")) else line


def page(weekly: WeeklyList) -> str:
    """Write the list as one self-contained HTML page without scripts, fonts or requests.

    Parameters
    ----------
    weekly : WeeklyList
        The list to write.

    Returns
    -------
    str
        HTML with layouts for a telephone, a screen and paper.
    """
    text = render(
        "shortlist.html",
        weekly=weekly,
        about=ABOUT,
        empty=EMPTY,
        question=QUESTION,
        heading=heading,
        since_text=since_text,
        dial=_dial,
        unbroken=unbroken,
        icon=lambda name: drawn(icons.svg(name)),
    )
    return f"{text}\n"


def _dial(phone: str | None) -> str:
    """Return the digits to dial, or "" if the text is not one telephone number."""
    digits = re.sub(r"[\s().-]", "", phone or "")
    return digits if re.fullmatch(r"\+?\d{9,15}", digits) else ""

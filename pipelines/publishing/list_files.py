"""Publish the weekly list as HTML to read, XLSX to print and CSV for other programs.

All three are made in memory and then put in place, so that no reader meets a half-written file and no name or address
passes through a temporary folder of the system. Equal lists have equal bytes. None of the files shows the score or which
address was drawn by lot, so that the coach meets everyone alike (Algoritmekader, geautomatiseerde risicoselectie).
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from pipelines.installation.files import write_files
from pipelines.publishing.pages import render
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
        What to publish; an empty list has all three files too.

    Returns
    -------
    list of pathlib.Path
        The files.

    Raises
    ------
    WaakvlamError
        If a file cannot be replaced, because another program has it open.
    """
    contents = {
        "shortlist.html": page(weekly).encode(),
        "shortlist.xlsx": workbook(weekly),
        "shortlist.csv": table(weekly),
    }
    write_files({target / name: content for name, content in contents.items()})
    return [target / name for name in contents]


def table(weekly: WeeklyList) -> bytes:
    """Write the list as CSV that Dutch Excel opens as a table and programs read without guessing.

    Semicolons, because Dutch Excel takes the comma for a decimal sign; a byte order mark, because without it
    Excel reads UTF-8 as Windows-1252; lines end in CRLF as RFC 4180 says. Excel drops the leading zeros of
    numbers in any CSV; the XLSX keeps them.

    Parameters
    ----------
    weekly : WeeklyList
        What to write.

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
    """Write a value on one line and so that no spreadsheet takes it for a formula.

    Parameters
    ----------
    value : str
        As delivered; it may have been typed by anyone.

    Returns
    -------
    str
        With a quote mark in front if it began with ``=``, ``+``, ``-`` or ``@`` (OWASP, CSV injection).
    """
    line = " ".join(value.split())
    return f"'{line}" if line.startswith(("=", "+", "-", "@")) else line


def page(weekly: WeeklyList) -> str:
    """Write the list as one HTML page that needs nothing else: no script, no font, no request.

    Parameters
    ----------
    weekly : WeeklyList
        What to write.

    Returns
    -------
    str
        HTML that is laid out for a telephone, a screen and paper.
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
        unbroken=_unbroken,
    )
    return f"{text}\n"


def _unbroken(text: str) -> str:
    """Keep an amount and its euro sign on one line."""
    return text.replace("€ ", "€\u00a0")


def _dial(phone: str | None) -> str:
    """Return the digits to dial, or "" if the text is not one telephone number."""
    digits = re.sub(r"[\s().-]", "", phone or "")
    return digits if re.fullmatch(r"\+?\d{9,15}", digits) else ""

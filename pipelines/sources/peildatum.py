"""Find the peildatum of a fetched file: in its name or in one of its columns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import duckdb

from pipelines.installation.mapping import Mapping
from pipelines.installation.sql import fill
from pipelines.reading.delivery import dialect_of
from pipelines.reading.read import read
from pipelines.sources.errors import FetchError

IN_NAMES = ("%Y-%m-%d", "%d-%m-%Y", "%Y%m%d", "%d%m%Y")
"""Forms that are tried on names. In this century eight digits fit one of the last two only."""
IN_COLUMNS = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%Y%m%d")
_DIGITS = {"Y": r"\d{4}", "G": r"\d{4}", "y": r"\d{2}", "m": r"\d{2}", "d": r"\d{2}", "V": r"\d{2}", "j": r"\d{3}",
           "H": r"\d{2}", "M": r"\d{2}", "S": r"\d{2}", "b": r"[A-Za-z]{3}", "B": r"[A-Za-z]+"}  # fmt: skip
_FIRST, _LAST = 2000, 2099


def in_name(name: str, form: str = "") -> date | None:
    """Return the only date in the name of a file, or None if there is none or more than one.

    Parameters
    ----------
    name : str
        The name.
    form : str
        Its form as for `strptime`, such as `%d%m%y` or, for an ISO week, `%G-W%V`; without one the usual forms are tried.

    Examples
    --------
    >>> in_name("Achterstand 16-11-2026 (3).xlsx"), in_name("stand_20261116.csv"), in_name("week 2026-W47.csv", "%G-W%V")
    (datetime.date(2026, 11, 16), datetime.date(2026, 11, 16), datetime.date(2026, 11, 16))
    """
    days = {day for pattern in ([form] if form else IN_NAMES) for day in _matches(name, pattern)}
    return days.pop() if len(days) == 1 else None


def _matches(name: str, form: str) -> Iterable[date]:
    pattern = re.sub(
        r"%([A-Za-z])|(.)",
        lambda part: (
            _DIGITS.get(part[1], r"\S+") if part[1] else "[-_. ]" if part[2] == "-" else re.escape(part[2])
        ),
        form,
    )
    for match in re.finditer(rf"(?<!\d){pattern}(?!\d)", name):
        text = re.sub("[-_. ]", "-", match[0]) if "-" in form else match[0]
        try:
            day = _parsed(text, form)
        except ValueError:
            continue
        if _FIRST <= day.year <= _LAST:
            yield day


def _parsed(text: str, form: str) -> date:
    """Return a date; a week is its Monday."""
    week = "%V" in form and "%u" not in form
    return datetime.strptime(text + (" 1" if week else ""), form + (" %u" if week else "")).date()


def in_column(path: Path, column: str, extract: str, mapping: Mapping, scratch: Path, form: str = "") -> date:
    """Return the latest day in a column of a file, which is read as its mapping says.

    Parameters
    ----------
    path, column : Path, str
        The file and the header.
    extract, mapping
        The extract and its mapping, which says how the file is written.
    scratch : Path
        Private folder for the reader's working copy.
    form : str
        Form of the days; without one the mapping's forms are tried, and then the usual ones.

    Raises
    ------
    DeliveryError
        The file cannot be read.
    FetchError
        The column has no day.
    """
    reading = mapping.reading_of(extract)
    with duckdb.connect(":memory:") as con:
        delivered = read(con, path, dialect_of(reading), [column], scratch)
        header = next(name for name in delivered.columns if name.casefold() == column.strip().casefold())
        query = fill(
            "SELECT DISTINCT trim({header}) FROM delivered WHERE {header} IS NOT NULL", header=header
        )
        texts = [text for (text,) in con.execute(query).fetchall()]
    forms = [form] if form else [*reading.date_formats, *IN_COLUMNS]
    days = [day for text in texts if (day := _day(text, forms))]
    if not days:
        raise FetchError(
            f"column {column!r} has no day that can be read.",
            where=path.name,
            mend="Set date_format in [[sources.extracts]].",
        )
    return max(days)


def _day(text: str, forms: Iterable[str]) -> date | None:
    for form in forms:
        for part in (text, text[:10]):  # a moment begins with its day
            try:
                return datetime.strptime(part, form).date()
            except ValueError:
                continue
    return None

"""Read the files of a demo corporation with the standard library instead of our readers."""

from __future__ import annotations

import csv
import gzip
import hashlib
from datetime import date, datetime
from pathlib import Path

from python_calamine import load_workbook

UNTIL = date(2026, 11, 16)
NONE = {"", "1753-01-01", "9999-12-31", "01-01-1753"}
Rows = list[dict[str, str]]


def read(path: Path) -> Rows:
    """Read a file with the standard library, apart from the readers that are to be tested with it."""
    if path.suffix == ".xlsx":
        head, *lines = load_workbook(path).get_sheet_by_index(0).to_python()
        return [dict(zip(map(str, head), map(str, line), strict=True)) for line in lines]
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))


def day(text: str) -> date | None:
    """Return the day of a date or moment in either form; None where there is none or it does not exist."""
    head = text.strip()[:10]
    if head in NONE:
        return None
    for form in ("%Y-%m-%d", "%d-%m-%Y"):
        try:
            return datetime.strptime(head, form).date()
        except ValueError:
            continue
    return None


def peildatum(path: Path) -> date:
    return date.fromisoformat(path.name.split("_")[-1][:10])


def deliveries(inbox: Path, extract: str) -> dict[date, Rows]:
    return {peildatum(p): read(p) for p in sorted(inbox.glob(f"{extract}_2*"))}


def good(rows: Rows, key: str) -> Rows:
    """Leave out the rows that were added to be refused (with their own key or none) and duplicates."""
    seen = {tuple(r.values()): r for r in rows if r[key] and not r[key].startswith("FOUT")}
    return list(seen.values())


def impossible(row: dict[str, str]) -> bool:
    return row["oudste_vervaldatum"].startswith("31-02")


def digests(inbox: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(inbox.iterdir())}

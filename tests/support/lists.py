"""Build candidates, facts and published entries for tests, and read what was published."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from pipelines.publishing.list_files import ListedAddress, WeeklyList

MONDAY = date(2026, 11, 16)


def entry(position: int = 1, **other: Any) -> ListedAddress:
    own: dict[str, Any] = {
        "coach": "Noor",
        "position": position,
        "corporatie_id": "demo",
        "overeenkomst_id": f"OVK-{position:04}",
        "address": f"Lindenlaan {position}",
        "postcode_town": "1234 AB Voorbeeldstad",
        "name": "J. Voorbeeld",
        "phone": "06 1234 5678",
        "wijk": "Molenbuurt",
        "reasons": (
            "Twee maanden huurachterstand (€ 1.240), begonnen in augustus.",
            "Drie keer niemand thuis.",
        ),
        "since": date(2026, 8, 1),
        "news": ("Nieuw op de lijst.",),
        "safety": None,
    }
    return ListedAddress(**{**own, **other})


def weekly(*entries: ListedAddress, **other: Any) -> WeeklyList:
    own: dict[str, Any] = {
        "as_of": MONDAY,
        "corporation": "De Voorbeeldhaven",
        "notices": ("Let op: de lijst huurachterstanden van deze week ontbreekt.",),
        "counts": {"huur beëindigd": 1204, "al bij deurwaarder of rechter": 31, "geen woning": 0},
        "model": "expert 1.0",
        "scored": 5842,
    }
    return WeeklyList(entries=entries, **{**own, **other})


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def sheet_text(content: bytes) -> str:
    return "\n".join(str(cell) for rows in sheets(content).values() for row in rows for cell in row)


def xml(content: bytes, part: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(part).decode()


def records(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def candidate(agreement: str, score: int = 10, **other: Any) -> dict[str, Any]:
    own = {
        "corporatie_id": "C1",
        "overeenkomst_id": agreement,
        "huurder_id": f"h-{agreement}",
        "eenheid_id": f"e-{agreement}",
        "adres_key": f"a-{agreement}",
        "wijk": "Noord",
        "score": score,
        "score_exact": float(score or 0),
        "hold": None,
    }
    return {**own, **other}


def row(**facts: Any) -> dict[str, Any]:
    """Build a row; a name that is a scorecard term with a ``p_`` in front gives its points."""
    named = {f"points_{name[2:]}" if name.startswith("p_") else name: value for name, value in facts.items()}
    return {"as_of": MONDAY, **named}


OWES = {"arrears_euro": 1240.0, "arrears_months": 2.0, "fact_arrears_since": date(2026, 8, 1)}


def without_news(path: Path) -> list[dict[str, str]]:
    """Return the rows of a list without what is new on it."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row | {"nieuw": ""} for row in csv.DictReader(file, delimiter=";")]

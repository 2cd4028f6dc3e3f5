"""Read which of the landlord's four duties an employee confirmed, in a small CSV file (`waakvlam early-signal`)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.installation.errors import ConfigurationError, DeliveryError

DUTIES = {
    "contact": "persoonlijk contact gezocht",
    "debt_help": "op schuldhulp gewezen",
    "reminder": "schriftelijk herinnerd",
    "offer": "aangeboden gegevens door te geven, niet geweigerd",
}
COLUMNS = (
    "corporatie_id",
    "overeenkomst_id",
    "contact_op",
    "schuldhulp_op",
    "herinnering_op",
    "aanbod_op",
    "geweigerd",
)


@dataclass(frozen=True)
class Confirmed:
    """What an employee confirmed for one agreement; None means that it was not done."""

    contact: date | None = None
    debt_help: date | None = None
    reminder: date | None = None
    offer: date | None = None
    refused: bool = False


def read_confirmed(path: Path, corporatie_id: str) -> dict[tuple[str, str], Confirmed]:
    """Read the file in which an employee confirmed duties: CSV with semicolons, dates as 2026-11-16, ja or nee.

    Raises
    ------
    DeliveryError
        The message names the line and the column that cannot be read.
    """
    try:
        reader = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=";")
        lines, header = list(reader), list(reader.fieldnames or ())
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"The file cannot be read ({error}).", where=str(path)) from None
    if set(header) - set(COLUMNS) or "overeenkomst_id" not in header:
        raise DeliveryError(
            path.name,
            "The columns are not those of the confirmations.",
            line=1,
            mend=f"Use {'; '.join(COLUMNS)}.",
        )
    names = {
        "contact_op": "contact",
        "schuldhulp_op": "debt_help",
        "herinnering_op": "reminder",
        "aanbod_op": "offer",
    }
    read: dict[tuple[str, str], Confirmed] = {}
    for number, line in enumerate(lines, start=2):
        dates = {names[c]: _day(path, number, c, line.get(c) or "") for c in names}
        refused = (line.get("geweigerd") or "nee").strip().lower()
        if refused not in ("ja", "nee"):
            raise DeliveryError(
                path.name,
                "This is neither ja nor nee.",
                line=number,
                column="geweigerd",
                mend="Write ja or nee.",
            )
        key = (line.get("corporatie_id") or corporatie_id, (line["overeenkomst_id"] or "").strip())
        if key in read:
            raise DeliveryError(
                path.name,
                f"{key[1]} is in an earlier line too.",
                line=number,
                mend="Keep one line per agreement.",
            )
        read[key] = Confirmed(**dates, refused=refused == "ja")
    return read


def _day(path: Path, number: int, column: str, text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise DeliveryError(
            path.name, "This is not a date.", line=number, column=column, mend="Write it as 2026-11-16."
        ) from None

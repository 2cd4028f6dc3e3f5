"""Small deliveries for tests: lists of dicts in canonical form, written as files into a workspace's inbox."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pipelines import inbox, ingest, workspace
from pipelines.warehouse import open_warehouse
from pipelines.workspace import Workspace

AGREEMENT = {
    "huurder_id": "H1",
    "eenheid_id": "E1",
    "eenheidsoort_code": "WOO",
    "begindatum": "2020-01-01",
    "einddatum": "",
    "brutohuur": "600,00",
    "wijk": "Noord",
    "straatnaam": "Lindelaan",
    "huisnummer": "1",
    "postcode": "1811AA",
    "woonplaats": "Alkmaar",
    "naam": "A. Voorbeeld",
}


def make_workspace(home: Path) -> Workspace:
    """Make an empty workspace."""
    workspace.init(home)
    return Workspace(home)


def agreement(number: int | str, **changes: Any) -> dict[str, Any]:
    """Give one row of huurovereenkomsten: agreement O<number> of tenant H<number> in home E<number>."""
    own = {"overeenkomst_id": f"O{number}", "huurder_id": f"H{number}", "eenheid_id": f"E{number}", "huisnummer": str(number)}
    return {**AGREEMENT, **own, **changes}


def deliver(place: Workspace, extract: str, peildatum: str, rows: Sequence[Mapping[str, Any]], version: int = 1) -> Path:
    """Write rows as `<extract>_<peildatum>.csv` into the inbox."""
    suffix = f"_v{version}" if version > 1 else ""
    path = place.inbox / f"{extract}_{peildatum}{suffix}.csv"
    header = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, delimiter=";", restval="")
        writer.writeheader()
        writer.writerows(rows)
    os.utime(path, (1_700_000_000, 1_700_000_000))  # a file written just now is waited for
    return path


def load(place: Workspace) -> list[ingest.Outcome]:
    """Load everything in the inbox."""
    found, wrong = inbox.find(place.inbox)
    assert not wrong
    return ingest.load_all(place, found)


def load_well(place: Workspace) -> None:
    """Load everything in the inbox; nothing may be refused."""
    refused = [outcome.refusal for outcome in load(place) if outcome.refusal]
    assert not refused, refused


def known(place: Workspace, extract: str, as_of: str, columns: str = "*") -> list[tuple[Any, ...]]:
    """Read what of an extract was known as of a date, in a fixed order."""
    with open_warehouse(place, read_only=True) as con:
        return con.execute(
            f"SELECT {columns} FROM staged.{extract} WHERE known_from < ? AND (known_until IS NULL OR known_until >= ?) ORDER BY ALL",
            [date.fromisoformat(as_of)] * 2,
        ).fetchall()

"""Write small deliveries for tests: lists of dicts in canonical form become files in a workspace's inbox."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from pipelines.cli import app
from pipelines.delivery import ingest
from pipelines.installation import workspace
from pipelines.installation.files import write_text
from pipelines.installation.workspace import Workspace
from pipelines.reading import inbox
from pipelines.warehouse.stores import attach, open_warehouse
from tests.support import new_stores

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
    """Make an empty workspace; new keys are those of all workspaces of the tests, so its stores begin as copies."""
    created = workspace.init(home)
    for store, key in new_stores.KEYS.items():
        if f"keys/{store}.key" in created:
            write_text(home / "keys" / f"{store}.key", f"{key}\n", private=True)
    return Workspace(home)


def with_settings(place: Workspace, text: str) -> Workspace:
    """Return the workspace with other settings."""
    (place.home / "settings.toml").write_text(
        f'corporatie_id = "demo"\nnaam = "Voorbeeld"\n{text}', encoding="utf-8"
    )
    return Workspace(place.home)


def agreement(number: int | str, **changes: Any) -> dict[str, Any]:
    """Return one row of huurovereenkomsten: agreement O<number> of tenant H<number> in home E<number>."""
    own = {
        "overeenkomst_id": f"O{number}",
        "huurder_id": f"H{number}",
        "eenheid_id": f"E{number}",
        "huisnummer": str(number),
    }
    return {**AGREEMENT, **own, **changes}


def deliver(
    place: Workspace, extract: str, peildatum: str, rows: Sequence[Mapping[str, Any]], version: int = 1
) -> Path:
    """Write rows as `<extract>_<peildatum>.csv` into the inbox."""
    suffix = f"_v{version}" if version > 1 else ""
    return put(place, f"{extract}_{peildatum}{suffix}.csv", csv_text(rows))


def csv_text(rows: Sequence[Mapping[str, Any]], delimiter: str = ";") -> str:
    """Write rows as CSV text; the header holds every name that occurs."""
    header = list(dict.fromkeys(name for row in rows for name in row))
    result = io.StringIO(newline="")
    writer = csv.DictWriter(result, header, delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return result.getvalue()


def corporation(homes: int = 12) -> dict[str, list[dict[str, Any]]]:
    """Make the four required extracts of a small corporation in which about half of the tenants are in trouble."""
    troubled = range(1, homes, 2)
    return {
        "huurovereenkomsten": [agreement(n) for n in range(1, homes + 1)],
        "huurachterstanden": [
            {"overeenkomst_id": f"O{n}", "saldo": f"{n * 100},50", "oudste_vervaldatum": "2026-09-01"}
            for n in troubled
        ],
        "overlastmeldingen": [
            {
                "zaak_id": f"Z{n}",
                "registratiedatum": f"2026-10-{n % 28 + 1:02}",
                "zaaktypedetailsoort_code": "GEL",
                "beklaagde_eenheid_id": f"E{n}",
                "melder_id": f"M{n}",
            }
            for n in troubled
        ],
        "reparatieverzoeken": [
            {"verzoek_id": f"V{n}", "eenheid_id": f"E{n}", "melddatum": f"2026-10-{n % 28 + 1:02}"}
            for n in troubled
        ],
    }


def moved(extracts: Mapping[str, Sequence[Mapping[str, Any]]], days: int) -> dict[str, list[dict[str, Any]]]:
    """Return a corporation whose complaints, repairs and arrears are this many days later."""

    def later(name: str, value: Any) -> Any:
        if name not in ("oudste_vervaldatum", "registratiedatum", "melddatum"):
            return value
        return (date.fromisoformat(value) + timedelta(days=days)).isoformat()

    return {
        extract: [{name: later(name, value) for name, value in row.items()} for row in rows]
        for extract, rows in extracts.items()
    }


def deliver_all(
    place: Workspace, peildatum: str, extracts: Mapping[str, Sequence[Mapping[str, Any]]]
) -> None:
    """Write every extract of a peildatum into the inbox."""
    for extract, rows in extracts.items():
        deliver(place, extract, peildatum, rows)


def put(place: Workspace, name: str, content: str | bytes) -> Path:
    """Put a file of any content into the inbox."""
    path = place.inbox / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, (1_700_000_000, 1_700_000_000))  # a file written just now is waited for
    return path


def load(place: Workspace) -> list[ingest.Outcome]:
    """Load everything in the inbox."""
    actual, wrong = inbox.find(place.inbox)
    assert not wrong
    return ingest.load_all(place, actual)


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


class Said(NamedTuple):
    """The result of a command: exit code and output."""

    code: int
    out: str
    err: str


def waakvlam(place: Workspace | Path | None, *arguments: object) -> Said:
    """Run the command line as a user does, inside this process: starting another one takes seconds.

    Without a place, no `--home` is given.
    """
    out, err, code = io.StringIO(), io.StringIO(), 0
    home = place.home if isinstance(place, Workspace) else place
    words = ["waakvlam", *(["--home", str(home)] if home else []), *map(str, arguments)]
    with (
        mock.patch.object(sys, "argv", words),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            app.main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
    return Said(code, out.getvalue(), err.getvalue())


HISTORY_OF_RUNS = ("run.runs", "run.stages")


SECRETS = {
    "run.seals": "line",
    "run.seal_places": "commitment",
    "run.seal_openings": "nonce",
    "run.seal_inputs": "nonce",
}
"""Columns with secret numbers, which differ from run to run, or with hashes of them."""


DERIVED = ("run.unreached", "run.unresolved", "run.meant", "staged.possible_rights")
"""Views on views: their rows follow from the tables, and planning them costs four times what reading all else does."""


def tables(
    place: Workspace, store: str = "warehouse", *, derived: bool = False
) -> dict[str, list[tuple[Any, ...]]]:
    """Read every table and view of a store, rows in a fixed order; those of `DERIVED` where it is asked.

    The history of runs is left out, because it holds the clock, and so are the columns of `SECRETS`.
    """
    left_out = HISTORY_OF_RUNS if derived else HISTORY_OF_RUNS + DERIVED
    with open_warehouse(place, read_only=True) as con:
        if store != "warehouse":
            attach(con, place, store, read_only=True)
        names = con.execute(
            "SELECT table_schema || '.' || table_name FROM information_schema.tables WHERE table_catalog = ?",
            [store],
        ).fetchall()
        return {
            name: con.execute(f"SELECT {_columns(name)} FROM {store}.{name} ORDER BY ALL").fetchall()
            for (name,) in sorted(names)
            if name not in left_out
        }


def _columns(table: str) -> str:
    return f"* EXCLUDE ({SECRETS[table]})" if table in SECRETS else "*"

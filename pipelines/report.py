"""The run report: what arrived, what was set apart, who was left out and why. Counts and file names, no person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from models.words.dutch import counted, listing, on
from pipelines.ingest import Outcome
from pipelines.installation.contracts import contracts
from pipelines.installation.settings import Settings

NAMES = {
    "huurovereenkomsten": "de huurovereenkomsten",
    "huurachterstanden": "de huurachterstanden",
    "overlastmeldingen": "de overlastmeldingen",
    "reparatieverzoeken": "de reparatieverzoeken",
    "boekingen": "de boekingen",
    "signaleringen": "de signaleringen",
    "contactmomenten": "de contactmomenten",
    "meldingen_medewerkers": "de meldingen van medewerkers",
    "contacten": "de contacten van de wooncoach",
    "bezwaren": "de bezwaren",
}


@dataclass(frozen=True)
class Freshness:
    """How fresh an extract is on the as-of date; `newest` is None where nothing tells of that date."""

    extract: str
    expected: bool
    delivered: bool
    newest: date | None
    age_days: int | None
    stale: bool


def freshness(con: duckdb.DuckDBPyConnection, settings: Settings, as_of: date) -> list[Freshness]:
    """Judge every extract's freshness as of a date.

    A first delivery with history tells of the time before it: for an as-of date inside that history nothing is stale.
    """
    result = []
    for extract, contract in contracts().items():
        peildata = [
            d
            for (d,) in con.execute(
                "SELECT peildatum FROM run.deliveries WHERE extract = ?", [extract]
            ).fetchall()
        ]
        newest = max((d for d in peildata if d <= as_of), default=None)
        if contract.snapshot:
            newest = con.execute(
                "SELECT max(peildatum) FROM versions.peildata WHERE known_from < ?", [as_of]
            ).fetchall()[0][0]
        elif newest is None and peildata:
            told = con.execute(f"SELECT min(known_from) < ? FROM versions.{extract}", [as_of]).fetchall()[0][
                0
            ]
            newest = as_of if told else None
        age = None if newest is None else (as_of - newest).days
        expected = extract in settings.expected
        stale = expected and (age is None or age > settings.freshness.of(extract))
        result.append(Freshness(extract, expected, bool(peildata), newest, age, stale))
    return result


def notices(fresh: list[Freshness], outcomes: list[Outcome], unknown: int = 0) -> list[str]:
    """Say in Dutch, for the top of the list, what this list was made without; `unknown` files were no deliveries."""
    said = []
    for item in fresh:
        name = NAMES[item.extract]
        if item.stale and item.newest is None:
            said.append(f"Let op: {name} ontbreken. Deze lijst is gemaakt zonder.")
        elif item.stale and item.newest:
            said.append(
                f"Let op: {name} van deze week ontbreken. Gebruikt is de stand van {on(item.newest)}."
            )
    seen = [
        NAMES[item.extract]
        for item in fresh
        if not item.expected and not item.delivered and contracts()[item.extract].required
    ]
    if seen:
        said.append(f"Niet meegewogen, want niet geleverd: {listing(seen)}.")
    refused = sorted({NAMES[o.delivery.extract] for o in outcomes if o.refusal})
    if refused:
        said.append(f"Let op: een levering van {listing(refused)} is afgekeurd en telt niet mee.")
    if unknown:
        files = counted(unknown, "bestand in de inbox is", "bestanden in de inbox zijn")
        said.append(f"Let op: {files} niet herkend en {'telt' if unknown == 1 else 'tellen'} niet mee.")
    return said


def accounting(con: duckdb.DuckDBPyConnection, outcomes: list[Outcome]) -> list[dict[str, Any]]:
    """Account for every row of the deliveries of this run: read = staged + seen before + duplicate + quarantined.

    A row whose agreement is not in the register waits, and counts as quarantined until it is.

    Raises
    ------
    AssertionError
        The sum does not hold: a fault of the program, never passed over.
    """
    result = []
    for outcome in outcomes:
        entry: dict[str, Any] = {
            "file": outcome.delivery.name,
            "extract": outcome.delivery.extract,
            "peildatum": outcome.delivery.peildatum.isoformat(),
            "state": "known" if outcome.known else "refused" if outcome.refusal else "loaded",
        }
        if outcome.refusal:
            entry["refusal"] = outcome.refusal
        if outcome.batch is not None:
            batch = outcome.batch
            entry |= {
                "sha256": batch.read.sha256, "encoding": batch.read.encoding, "delimiter": batch.read.delimiter,
                "mapping": batch.mapping, "rows_read": batch.rows_read, "rows_duplicate": batch.rows_duplicate,
                "quarantine": {reason: {"rows": n, "lines": list(batch.reason_lines[reason])} for reason, n in batch.reasons.items()},
                "unmapped": [{"column": u.column, "value": u.value, "rows": u.rows, "nearest": u.nearest} for u in batch.unmapped],
                "replaced_health_codes": batch.replaced, "refused_columns": batch.refused, "ignored_columns": list(batch.ignored),
                "notes": list(batch.notes),
            }  # fmt: skip
        if outcome.loaded:
            entry |= _loaded(con, outcome)
        result.append(entry)
    return result


def _loaded(con: duckdb.DuckDBPyConnection, outcome: Outcome) -> dict[str, Any]:
    delivery = outcome.delivery
    read, new, same, twice, apart, number = con.execute(
        "SELECT rows_read, rows_new, rows_same, rows_duplicate, rows_quarantined, delivery_id FROM run.deliveries "
        "WHERE source = ? AND extract = ? AND peildatum = ? AND version = ?",
        [delivery.source, delivery.extract, delivery.peildatum, delivery.version],
    ).fetchall()[0]
    waiting = waiting_rows(con, delivery.extract, number)
    assert read == (new - waiting) + same + twice + (apart + waiting), f"{delivery.name}: rows are missing"
    return {
        "rows_staged": new - waiting,
        "rows_seen_before": same,
        "rows_quarantined": apart + waiting,
        "rows_waiting": waiting,
    }


def waiting_rows(con: duckdb.DuckDBPyConnection, extract: str, delivery_id: int) -> int:
    """Count the rows that a delivery brought and whose agreement is not in the register, or not there at the time."""
    contract = contracts()[extract]
    if contract.home or contract.tenant:
        known = f"row_id IN (SELECT row_id FROM staged.{extract})"
    elif contract.agreement:
        known = f"(corporatie_id, {contract.agreement}) IN (SELECT (corporatie_id, overeenkomst_id) FROM versions.huurovereenkomsten)"
    else:
        return 0
    query = f"SELECT count(*) FROM raw.{extract} WHERE delivery_id = ? AND NOT ({known})"
    return int(con.execute(query, [delivery_id]).fetchall()[0][0])

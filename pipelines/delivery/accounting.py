"""The run report: what arrived, what was set apart, who was left out and why. Counts and file names, no person."""

from __future__ import annotations

from typing import Any

import duckdb

from pipelines.delivery.ingest import Outcome
from pipelines.installation.contracts import contracts
from pipelines.installation.sql import fill


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
        known = fill("row_id IN (SELECT row_id FROM staged.{extract})", extract=extract)
    elif contract.agreement:
        known = fill(
            "(corporatie_id, {agreement}) IN (SELECT (corporatie_id, overeenkomst_id) FROM versions.huurovereenkomsten)",
            agreement=contract.agreement,
        )
    else:
        return 0
    query = fill(
        "SELECT count(*) FROM raw.{extract} WHERE delivery_id = ? AND NOT ({known})",
        extract=extract,
        known=known,
    )
    return int(con.execute(query, [delivery_id]).fetchall()[0][0])

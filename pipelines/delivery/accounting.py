"""The report on each delivery of a run: rows loaded, quarantined and refused, and why. No personal data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import duckdb

from models.as_json import OPTIONAL
from pipelines.delivery.ingest import Outcome
from pipelines.installation.contracts import contracts
from pipelines.installation.sql import fill
from pipelines.parsing.batch import Batch


@dataclass(frozen=True)
class Quarantined:
    """The number of rows that were quarantined for one reason, and the first lines of the file where it occurs."""

    rows: int
    lines: tuple[int, ...]


@dataclass(frozen=True)
class UnmappedValue:
    """A delivered value that no mapping covers, and the nearest code that is known."""

    column: str
    value: str
    rows: int
    nearest: str


@dataclass(frozen=True)
class DeliveryReport:
    """The report on one delivery.

    Fields that are None do not apply: `refusal` to a delivery that was accepted, `sha256` up to `notes` to a file that
    was known or could not be read, the rest to a delivery that this run did not load.

    Parameters
    ----------
    file, extract, peildatum : str
        The delivery; the date as ISO 8601.
    state : str
        "known", "refused" or "loaded".
    rows_read, rows_duplicate : int
        Rows in the file, and those that repeat an earlier row of it.
    rows_staged, rows_seen_before, rows_quarantined : int
        With `rows_duplicate` they add up to `rows_read`.
    rows_waiting : int
        Rows whose agreement is not in the register; they are part of `rows_quarantined`.
    """

    file: str
    extract: str
    peildatum: str
    state: str
    refusal: str | None = field(default=None, metadata=OPTIONAL)
    sha256: str | None = field(default=None, metadata=OPTIONAL)
    encoding: str | None = field(default=None, metadata=OPTIONAL)
    delimiter: str | None = field(default=None, metadata=OPTIONAL)
    mapping: str | None = field(default=None, metadata=OPTIONAL)
    rows_read: int | None = field(default=None, metadata=OPTIONAL)
    rows_duplicate: int | None = field(default=None, metadata=OPTIONAL)
    quarantine: Mapping[str, Quarantined] | None = field(default=None, metadata=OPTIONAL)
    unmapped: tuple[UnmappedValue, ...] | None = field(default=None, metadata=OPTIONAL)
    replaced_health_codes: Mapping[str, int] | None = field(default=None, metadata=OPTIONAL)
    refused_columns: Mapping[str, str] | None = field(default=None, metadata=OPTIONAL)
    ignored_columns: tuple[str, ...] | None = field(default=None, metadata=OPTIONAL)
    notes: tuple[str, ...] | None = field(default=None, metadata=OPTIONAL)
    rows_staged: int | None = field(default=None, metadata=OPTIONAL)
    rows_seen_before: int | None = field(default=None, metadata=OPTIONAL)
    rows_quarantined: int | None = field(default=None, metadata=OPTIONAL)
    rows_waiting: int | None = field(default=None, metadata=OPTIONAL)


def accounting(con: duckdb.DuckDBPyConnection, outcomes: list[Outcome]) -> list[DeliveryReport]:
    """Account for every row of the deliveries of this run: read = staged + seen before + duplicate + quarantined.

    A row whose agreement is not in the register waits, and counts as quarantined until it is.

    Raises
    ------
    AssertionError
        The sum does not hold, which is a fault of the program.
    """
    return [_report(con, outcome) for outcome in outcomes]


def _report(con: duckdb.DuckDBPyConnection, outcome: Outcome) -> DeliveryReport:
    report = DeliveryReport(
        file=outcome.delivery.name,
        extract=outcome.delivery.extract,
        peildatum=outcome.delivery.peildatum.isoformat(),
        state="known" if outcome.known else "refused" if outcome.refusal else "loaded",
        refusal=outcome.refusal or None,
    )
    if outcome.batch is not None:
        report = _with_batch(report, outcome.batch)
    return _with_rows(con, report, outcome) if outcome.loaded else report


def _with_batch(report: DeliveryReport, batch: Batch) -> DeliveryReport:
    return replace(
        report,
        sha256=batch.read.sha256,
        encoding=batch.read.encoding,
        delimiter=batch.read.delimiter,
        mapping=batch.mapping,
        rows_read=batch.rows_read,
        rows_duplicate=batch.rows_duplicate,
        quarantine=quarantined(batch),
        unmapped=tuple(UnmappedValue(u.column, u.value, u.rows, u.nearest) for u in batch.unmapped),
        replaced_health_codes=batch.replaced,
        refused_columns=batch.refused,
        ignored_columns=batch.ignored,
        notes=batch.notes,
    )


def _with_rows(con: duckdb.DuckDBPyConnection, report: DeliveryReport, outcome: Outcome) -> DeliveryReport:
    delivery = outcome.delivery
    read, new, same, twice, quarantined, number = con.execute(
        "SELECT rows_read, rows_new, rows_same, rows_duplicate, rows_quarantined, delivery_id FROM run.deliveries "
        "WHERE source = ? AND extract = ? AND peildatum = ? AND version = ?",
        [delivery.source, delivery.extract, delivery.peildatum, delivery.version],
    ).fetchall()[0]
    waiting = waiting_rows(con, delivery.extract, number)
    assert read == (new - waiting) + same + twice + (quarantined + waiting), (
        f"{delivery.name}: rows are missing"
    )
    return replace(
        report,
        rows_staged=new - waiting,
        rows_seen_before=same,
        rows_quarantined=quarantined + waiting,
        rows_waiting=waiting,
    )


def quarantined(batch: Batch) -> dict[str, Quarantined]:
    """Return the quarantined rows of a delivery by reason."""
    return {reason: Quarantined(rows, batch.reason_lines[reason]) for reason, rows in batch.reasons.items()}


def waiting_rows(con: duckdb.DuckDBPyConnection, extract: str, delivery_id: int) -> int:
    """Count the rows of a delivery whose agreement is not in the register, or was not at the time."""
    contract = contracts()[extract]
    if contract.is_resolved:
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

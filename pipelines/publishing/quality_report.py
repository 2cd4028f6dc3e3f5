"""Collect the data for a run's quality page: its deliveries and the history of each check."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby

import duckdb

from pipelines.delivery.accounting import DeliveryReport
from pipelines.delivery.ingest import Outcome
from pipelines.installation.contracts import contracts
from pipelines.parsing.batch import Batch
from pipelines.publishing.quality_page import (
    DeliveryPage,
    ExpectationRow,
    QuarantineReason,
    UnmappedCode,
    render,
)
from pipelines.shortlist.make import ListReport

History = dict[tuple[str, str], list[tuple[date, float | None, bool | None]]]

MOST_CODES = 24
"""Show at most this many codes; of a longer list show only its name."""


def page(con: duckdb.DuckDBPyConnection, report: ListReport, outcomes: list[Outcome]) -> str:
    """Render the quality page of a run, without the deliveries that an earlier run loaded."""
    past: History = {}
    for extract, figure, peildatum, value, success in con.execute(
        "SELECT extract, figure, peildatum, value, success FROM run.expectations ORDER BY peildatum, sha256"
    ).fetchall():
        past.setdefault((extract, figure), []).append((peildatum, value, success))
    reports = {delivery.file: delivery for delivery in report.deliveries}
    shown = [_delivery(o, reports[o.delivery.name], past) for o in outcomes if not o.known]
    return render(shown, as_of=report.as_of, notes=report.fell_short)


def mapping_block(batch: Batch) -> Iterator[str]:
    """Yield lines to paste into the mapping file for the unmapped values of a delivery.

    A comment above each column lists the codes it may hold, or names their VERA list if that is long.
    """
    contract = contracts()[batch.delivery.extract]
    for name, values in groupby(batch.unmapped, key=lambda unmapped: unmapped.column):
        column = contract.columns[name]
        yield ""
        codes = column.accepted_codes
        if len(codes) <= MOST_CODES:
            yield f"# one of {', '.join(codes)}"
        else:
            yield f"# a code of the VERA list {column.list}"
        yield f"[extracts.{contract.extract}.codes.{name}]"
        yield from (f"# {unmapped.value}" if unmapped.hidden else unmapped.entry for unmapped in values)


def _delivery(outcome: Outcome, report: DeliveryReport, past: History) -> DeliveryPage:
    delivery, batch, gate = outcome.delivery, outcome.batch, outcome.gate
    if batch is None or gate is None:
        return DeliveryPage(delivery.name, delivery.extract, delivery.peildatum, error=outcome.refusal)
    quarantined = batch.rows_quarantined if report.rows_quarantined is None else report.rows_quarantined
    expectations = []
    for verdict in gate.verdicts:
        earlier = [
            h for h in past.get((delivery.extract, verdict.figure.name), []) if h[0] < delivery.peildatum
        ]
        expectations.append(ExpectationRow(verdict, tuple(earlier)))
    return DeliveryPage(
        file=delivery.name,
        extract=delivery.extract,
        peildatum=delivery.peildatum,
        encoding=batch.read.encoding or None,
        delimiter=batch.read.delimiter or None,
        rows_read=batch.rows_read,
        staged=batch.rows_read - batch.rows_duplicate - quarantined,
        duplicates=batch.rows_duplicate,
        quarantined=quarantined,
        reasons=tuple(QuarantineReason(r, n, batch.reason_lines[r]) for r, n in batch.reasons.items()),
        unmapped=tuple(
            UnmappedCode(u.column, u.value, u.rows, u.mapping_line(delivery.extract)) for u in batch.unmapped
        ),
        refused=tuple(f"{header} ({why})" for header, why in batch.refused.items()),
        ignored=batch.ignored,
        expectations=tuple(expectations),
    )

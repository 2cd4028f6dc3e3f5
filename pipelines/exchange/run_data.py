"""Collect the state of the data of a week for analysts: sources, deliveries, gates, quarantined rows and unmapped values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from datetime import UTC, date
from zoneinfo import ZoneInfo

import duckdb

from pipelines.delivery import accounting
from pipelines.delivery.freshness import Freshness
from pipelines.delivery.ingest import PORTAL, Outcome
from pipelines.delivery.write import shown_lines
from pipelines.exchange.run_parts import RunData, SentDelivery, SentGate, SentReason, SentSource, SentValue
from pipelines.installation import calendar
from pipelines.installation.contracts import contracts
from pipelines.parsing.batch import Batch
from pipelines.parsing.codes import Unmapped, nearest_code
from pipelines.parsing.hidden import DESCRIBED
from pipelines.shortlist.decisions import day_of_last_list
from portal.exchange.payload import Feedback

LOGGED = frozenset(column.name for column in fields(Feedback))
"""Extracts that come back from the portal itself; a corporation may deliver one too."""


def run_data(
    con: duckdb.DuckDBPyConnection,
    as_of: date,
    sources: Sequence[Freshness],
    outcomes: Iterable[Outcome],
) -> RunData:
    """Collect the figures of the deliveries since the previous list: rows, gate, quarantine and unmapped values.

    The figures come from the warehouse, so an interrupted run that is resumed reports the same as an uninterrupted one.
    A refused delivery has its reason; if it reached the gate, also its gate figures, and its rows that cannot count.
    """
    outcomes = tuple(outcomes)
    since = day_of_last_list(con, as_of) or date.min
    # A rerun during the week reports only the deliveries that count for its list, not later ones. What the portal gave back
    # on the day of the list may be logged after it, so the next list reports it: the same week sent again must be the same
    # publication.
    rows = con.execute(
        """SELECT delivery_id, file_name, extract, peildatum, sha256, rows_read, rows_new, rows_same, rows_duplicate,
               rows_quarantined FROM run.deliveries
           WHERE CASE WHEN source = ? THEN peildatum >= ? AND peildatum < ? ELSE peildatum > ? AND peildatum <= ? END
           ORDER BY peildatum, delivery_id""",
        [PORTAL, since, as_of, since, as_of],
    ).fetchall()
    deliveries: list[SentDelivery] = []
    gates: list[SentGate] = []
    quarantine: list[SentReason] = []
    unmapped: list[SentValue] = []
    for number, file, extract, peildatum, sha256, *numbers in rows:
        waiting = accounting.waiting_rows(con, extract, number)
        loaded = _loaded(extract, file, peildatum, waiting, *numbers)
        deliveries.append(_accepted(con, loaded, sha256))
        gates += _gates(con, extract, file, peildatum, sha256)
        for kind, name, value, n in _counts(con, number):
            if kind == "quarantine":
                quarantine.append(SentReason(extract, file, name, n, value))
            elif kind == "unmapped":
                unmapped.append(SentValue(extract, file, name, value, n, _mapping(extract, name, value)))
    for outcome in outcomes:
        delivery = outcome.delivery
        if outcome.refusal and delivery.peildatum > since:
            deliveries.append(_refused(outcome))
            if batch := outcome.batch:
                gates += _gates(con, delivery.extract, delivery.name, delivery.peildatum, batch.read.sha256)
                quarantine += _reasons(batch)
                unmapped += _unmapped(batch)
    return RunData(
        _sources(con, sources, outcomes), tuple(deliveries), tuple(gates), tuple(quarantine), tuple(unmapped)
    )


def _loaded(
    extract: str,
    file: str,
    peildatum: date,
    waiting: int,
    read: int,
    new: int,
    same: int,
    duplicate: int,
    quarantined: int,
) -> SentDelivery:
    """Describe a loaded delivery; rows that wait for the register count as quarantined."""
    return SentDelivery(
        extract,
        file,
        peildatum.isoformat(),
        "loaded",
        rows_read=read,
        rows_staged=new - waiting,
        rows_seen_before=same,
        rows_duplicate=duplicate,
        rows_quarantined=quarantined + waiting,
    )


def _accepted(con: duckdb.DuckDBPyConnection, loaded: SentDelivery, sha256: str) -> SentDelivery:
    """Add who accepted a loaded delivery against its gate, the day and the reason, if somebody did."""
    rows = con.execute(
        "SELECT accepted_by, accepted_at, reason FROM run.accepted WHERE sha256 = ? AND file_name = ? "
        "ORDER BY accepted_at DESC LIMIT 1",
        [sha256, loaded.file],
    ).fetchall()
    for by, at, why in rows:
        day = at.replace(tzinfo=UTC).astimezone(ZoneInfo(calendar.AMSTERDAM)).date()
        return replace(loaded, accepted_by=by, accepted_on=day.isoformat(), accepted_because=why)
    return loaded


def _refused(outcome: Outcome) -> SentDelivery:
    """Describe a refused delivery, with the rows of the file if it could be read."""
    delivery, batch = outcome.delivery, outcome.batch
    refused = SentDelivery(
        delivery.extract,
        delivery.name,
        delivery.peildatum.isoformat(),
        "refused",
        refusal=outcome.refusal,
        line=outcome.line,
        column=outcome.column,
    )
    if batch is None:
        return refused
    return replace(
        refused,
        rows_read=batch.rows_read,
        rows_duplicate=batch.rows_duplicate,
        rows_quarantined=batch.rows_quarantined,
    )


def _reasons(batch: Batch) -> Iterator[SentReason]:
    """Yield why rows of a refused delivery cannot count."""
    for reason, rows in batch.reasons.items():
        lines = shown_lines(batch, reason)
        yield SentReason(batch.delivery.extract, batch.delivery.name, reason, rows, lines)


def _unmapped(batch: Batch) -> Iterator[SentValue]:
    """Yield the values of a refused delivery that no mapping covers."""
    extract, file = batch.delivery.extract, batch.delivery.name
    for value in batch.unmapped:
        mapping = value.mapping_line(extract)
        yield SentValue(extract, file, value.column, value.value, value.rows, mapping)


def _counts(con: duckdb.DuckDBPyConnection, number: int) -> list[tuple[str, str, str, int]]:
    """Read the kind, name, value and number of rows of everything that was counted in a delivery."""
    return con.execute(
        "SELECT kind, name, value, rows FROM run.delivery_counts WHERE delivery_id = ? ORDER BY ALL", [number]
    ).fetchall()


def _mapping(extract: str, name: str, value: str) -> str:
    """Return the line of the mapping for a value as the warehouse counts it; empty if it is hidden."""
    column = contracts()[extract].columns.get(name)
    if column is None or value.startswith(DESCRIBED):
        return ""
    return Unmapped(name, value, 0, nearest_code(column, value)).mapping_line(extract)


def _sources(
    con: duckdb.DuckDBPyConnection, sources: Sequence[Freshness], outcomes: Sequence[Outcome]
) -> tuple[SentSource, ...]:
    """Describe each extract, and whether a delivery of it was refused; of `LOGGED` what the corporation delivers too."""
    rows = con.execute("SELECT DISTINCT extract FROM run.deliveries WHERE source <> ?", [PORTAL]).fetchall()
    own = {extract for (extract,) in rows}
    refused = {(out.delivery.extract, out.delivery.source) for out in outcomes if out.refusal}
    return tuple(
        SentSource(
            item.extract,
            contracts()[item.extract].dutch_name,
            item.source or "",
            _state(item),
            item.newest.isoformat() if item.newest else None,
            item.age_days,
            any(name == item.extract and item.source in (None, folder) for name, folder in refused),
        )
        for item in sources
        if item.expected or item.extract not in LOGGED or (item.extract in own and item.source != PORTAL)
    )


def _state(item: Freshness) -> str:
    if item.stale:
        return "stale" if item.newest else "missing"
    if item.late:
        return "late"
    if not item.newest:
        return "unused"
    return "fresh" if item.expected else "old"


def _gates(
    con: duckdb.DuckDBPyConnection, extract: str, file: str, peildatum: date, sha256: str
) -> list[SentGate]:
    """Read every figure of a delivery's gate. The same file may have been delivered for another peildatum too."""
    rows = con.execute(
        "SELECT figure, value, least, most, severity, meaning, success FROM run.expectations "
        "WHERE sha256 = ? AND extract = ? AND peildatum = ? ORDER BY ALL",
        [sha256, extract, peildatum],
    ).fetchall()
    return [SentGate(extract, file, *row) for row in rows]

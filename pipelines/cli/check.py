"""`waakvlam check FILE`: read one delivery without loading it, and report how it would be loaded."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli import output
from pipelines.installation.errors import DeliveryError

if TYPE_CHECKING:
    import duckdb

    from pipelines.delivery.accounting import Quarantined
    from pipelines.gate.verdicts import Gate
    from pipelines.parsing.batch import Batch
    from pipelines.reading import inbox

_ABOUT_ROWS = re.compile(r"rows(\.valid)?|(quarantined|duplicates|.+\.unmapped)\.share")
"""The figures that say how many rows of a file count, whatever was loaded before it."""
NO_REGISTER = "No register ({name}) is loaded yet, so its agreements were not checked. `weekly` loads the register first."


def command(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="The delivery, named <extract>_<peildatum>.")
    ],
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Read one delivery without loading it, after those of the inbox that come first: rows, reasons, codes, the gate."""
    from pipelines.delivery import beside, ingest, write
    from pipelines.drafting.proposals import proposals
    from pipelines.gate import doubt, profile
    from pipelines.gate.expectations import judge
    from pipelines.installation.contracts import REGISTER
    from pipelines.reading import inbox
    from pipelines.warehouse.stores import attach_vault, open_warehouse

    delivery = inbox.locate(file, context.obj.inbox)
    with beside.loaded_beside(context.obj, delivery) as (place, loaded), open_warehouse(place) as con:
        attach_vault(con, place)  # its names distinguish a name in a column of codes from a code
        earlier = _loaded_before(con, delivery)
        batch = ingest.examine(con, place, delivery)
        # `weekly` loads the register first. Without a register every agreement is unknown, through no fault of this file.
        register = delivery.extract == REGISTER or doubt.register_is_loaded(con)
        figures = profile.figures(con, batch, context.obj.settings.gates, compare_with_register=register)
        gate = judge(delivery.extract, delivery.peildatum, figures)
        stored = write.read_gate(con, batch) if earlier.loaded else None
        # Later deliveries were loaded since, and the stored verdict was given before they came.
        if stored and _read_alike(stored, gate):
            gate = stored
        proposed = tuple(Proposed(p.sentence, p.lines) for p in proposals(con, batch))
    notes = () if register else (NO_REGISTER.format(name=REGISTER),)
    report = _report(batch, gate, earlier, (*loaded, *notes), proposed)
    if json:
        output.as_json(report)
    else:
        _print(report, batch, gate)
    raise typer.Exit(0 if report.passes else 1)


@dataclass(frozen=True)
class Earlier:
    """Whether this file was loaded before, and why it may not be loaded under this name (empty if it may)."""

    loaded: bool = False
    refusal: str = ""


@dataclass(frozen=True)
class Unmapped:
    """A value that no mapping covers, and the line of the mapping that would."""

    column: str
    value: str
    rows: int
    mapping: str


@dataclass(frozen=True)
class Proposed:
    """Lines of a mapping that the delivery suggests, with a sentence that says why."""

    sentence: str
    mapping: tuple[str, ...]


@dataclass(frozen=True)
class CheckReport:
    """The report on one delivery that was read and not loaded.

    Parameters
    ----------
    rows_accepted, rows_duplicate, rows_co_tenant, rows_quarantined : int
        They add up to `rows_read`.
    replaced_health_codes : mapping of str to int
        Rows per column whose code was replaced because it is health data.
    refused_columns : mapping of str to str
        Headers that are never accepted, with the reason.
    gate : sequence of str
        The figures that are outside their bounds, in words.
    passes : bool
        Whether the delivery would be loaded.
    loaded_before : bool
        Whether this file was loaded before.
    refusal : str
        The reason why it may not be loaded under this name; empty if it may.
    proposals : tuple of Proposed
        Changes to the mapping.
    """

    file: str
    extract: str
    peildatum: date
    mapping: str
    encoding: str
    delimiter: str
    rows_read: int
    rows_accepted: int
    rows_duplicate: int
    rows_co_tenant: int
    rows_quarantined: int
    quarantine: Mapping[str, Quarantined]
    unmapped: tuple[Unmapped, ...]
    replaced_health_codes: Mapping[str, int]
    refused_columns: Mapping[str, str]
    ignored_columns: tuple[str, ...]
    notes: tuple[str, ...]
    gate: Sequence[str]
    passes: bool
    loaded_before: bool
    refusal: str
    proposals: tuple[Proposed, ...]


def _loaded_before(con: duckdb.DuckDBPyConnection, delivery: inbox.Delivery) -> Earlier:
    from pipelines.delivery import ingest

    try:
        return Earlier(loaded=ingest.is_known(con, delivery))
    except DeliveryError as error:
        return Earlier(refusal=str(error))


def _report(
    batch: Batch, gate: Gate, earlier: Earlier, notes: tuple[str, ...], proposed: tuple[Proposed, ...]
) -> CheckReport:
    from pipelines.delivery.accounting import quarantined

    extract = batch.delivery.extract
    return CheckReport(
        file=batch.delivery.name,
        extract=extract,
        peildatum=batch.delivery.peildatum,
        mapping=batch.mapping,
        encoding=batch.read.encoding,
        delimiter=batch.read.delimiter,
        rows_read=batch.rows_read,
        rows_accepted=batch.rows_valid,
        rows_duplicate=batch.rows_duplicate - batch.co_tenants,
        rows_co_tenant=batch.co_tenants,
        rows_quarantined=batch.rows_quarantined,
        quarantine=quarantined(batch),
        unmapped=tuple(Unmapped(u.column, u.value, u.rows, u.mapping_line(extract)) for u in batch.unmapped),
        replaced_health_codes=batch.replaced,
        refused_columns=batch.refused,
        ignored_columns=batch.ignored,
        notes=(*batch.notes, *notes),
        gate=gate.describe(),
        passes=gate.passed and not earlier.refusal,
        loaded_before=earlier.loaded,
        refusal=earlier.refusal,
        proposals=proposed,
    )


def _read_alike(one: Gate, other: Gate) -> bool:
    """Return whether two verdicts on a file are about the same rows: another mapping makes others valid, set apart or unmapped."""

    def read(gate: Gate) -> dict[str, float | None]:
        figures = (verdict.figure for verdict in gate.verdicts)
        return {figure.name: figure.value for figure in figures if _ABOUT_ROWS.fullmatch(figure.name)}

    return read(one) == read(other)


def _print(report: CheckReport, batch: Batch, gate: Gate) -> None:
    from pipelines.parsing.codes import named_codes
    from pipelines.publishing.quality_report import mapping_block

    delimiter = "tab" if report.delimiter == "\t" else report.delimiter
    parts = (report.encoding, f"delimiter {delimiter}" if delimiter else "", f"mapping {report.mapping}")
    how = ", ".join(part for part in parts if part)
    output.say(f"{report.file}: {report.extract} of {report.peildatum} ({how})", "bold")
    for note in report.notes:
        output.say(f"  {note}")
    _print_rows(report)
    if report.unmapped:
        rows = [[u.column, u.value, u.rows] for u in report.unmapped]
        output.table("Values that no mapping covers", ["column", "value", "rows"], rows)
        output.say(
            f"Add to mappings/{report.mapping}.toml, each with its code, or under the heading if that is there:"
        )
        for line in mapping_block(batch):
            output.say(f"  {line}" if line else "")
        output.say()
        for name in dict.fromkeys(value.column for value in batch.unmapped):
            output.say(f"The codes of {name}: {named_codes(batch.contract.columns[name])}.")
    for proposal in report.proposals:
        output.say(proposal.sentence)
        for line in proposal.mapping:
            output.say(f"  {line}")
    for column, number in report.replaced_health_codes.items():
        output.say(f"{number} health codes in {column} are not kept: they load as OVE.")
    for header, why in report.refused_columns.items():
        output.say(f"Column {header!r} is refused: {why}.")
    if report.ignored_columns:
        output.say(f"Ignored columns: {', '.join(report.ignored_columns)}.")
    for line in report.gate:
        output.say(f"! {line}", "yellow")
    if report.loaded_before:
        output.say("This file was loaded before; loading it again changes nothing.")
    if report.refusal:
        output.say(f"! {report.refusal}", "yellow")
    output.say(
        "The delivery passes the gate." if gate.passed else "The delivery would be stopped at the gate.",
        "bold",
    )


def _print_rows(report: CheckReport) -> None:
    """Print the number of rows by what becomes of them, and the reasons of those that are quarantined."""
    tenants = f"+ {report.rows_co_tenant} further tenants of an agreement " if report.rows_co_tenant else ""
    output.say(
        f"{report.rows_read} rows read = {report.rows_accepted} accepted + {report.rows_duplicate} exact duplicates "
        f"{tenants}+ {report.rows_quarantined} quarantined"
    )
    if report.quarantine:
        rows = [
            [reason, q.rows, ", ".join(map(str, q.lines[:10])) + (" ..." if q.rows > 10 else "")]
            for reason, q in report.quarantine.items()
        ]
        output.table("Quarantined", ["reason", "rows", "lines"], rows)

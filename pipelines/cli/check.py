"""`waakvlam check FILE`: read one delivery without loading it, and report how it would be loaded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli import output
from pipelines.installation.errors import DeliveryError

if TYPE_CHECKING:
    import duckdb

    from pipelines.delivery import inbox
    from pipelines.delivery.batch import Batch
    from pipelines.delivery.gate import Gate

NO_REGISTER = "No register ({name}) is loaded yet, so its agreements were not checked. `weekly` loads the register first."


def command(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="The delivery, named <extract>_<peildatum>.")
    ],
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Read one delivery without loading it: rows, reasons with line numbers, unmapped codes, the gate."""
    from pipelines.delivery import inbox, ingest, profile
    from pipelines.delivery.gate import judge
    from pipelines.delivery.proposals import proposals
    from pipelines.installation.contracts import REGISTER
    from pipelines.warehouse.stores import open_warehouse

    delivery = inbox.locate(file, context.obj.inbox)
    with open_warehouse(context.obj) as con:
        earlier = _loaded_before(con, delivery)
        batch = ingest.examine(con, context.obj, delivery)
        # `weekly` loads the register first. Without a register every agreement is unknown, through no fault of this file.
        register = delivery.extract == REGISTER or profile.register_is_loaded(con)
        figures = profile.figures(con, batch, context.obj.settings.gates, compare_with_register=register)
        gate = judge(delivery.extract, delivery.peildatum, figures)
        proposed = proposals(con, batch)
    notes = [] if register else [NO_REGISTER.format(name=REGISTER)]
    report = _report(batch, gate, notes) | {"passes": gate.passed and not earlier["refusal"], **earlier}
    report["proposals"] = [{"sentence": p.sentence, "mapping": list(p.lines)} for p in proposed]
    if json:
        output.as_json(report)
    else:
        _print(report, batch, gate)
    raise typer.Exit(0 if report["passes"] else 1)


def _loaded_before(con: duckdb.DuckDBPyConnection, delivery: inbox.Delivery) -> dict[str, Any]:
    """Return whether this file was loaded before, and why it may not be loaded under this name (empty if it may)."""
    from pipelines.delivery import ingest

    try:
        return {"loaded_before": ingest.is_known(con, delivery), "refusal": ""}
    except DeliveryError as error:
        return {"loaded_before": False, "refusal": str(error)}


def _report(batch: Batch, gate: Gate, notes: list[str]) -> dict[str, Any]:
    from pipelines.publishing.quality_report import mapping_line

    return {
        "file": batch.delivery.name,
        "extract": batch.delivery.extract,
        "peildatum": batch.delivery.peildatum,
        "mapping": batch.mapping,
        "encoding": batch.read.encoding,
        "delimiter": batch.read.delimiter,
        "rows_read": batch.rows_read,
        "rows_accepted": batch.rows_valid,
        "rows_duplicate": batch.rows_duplicate,
        "rows_quarantined": batch.rows_quarantined,
        "quarantine": {
            r: {"rows": n, "lines": list(batch.reason_lines[r])} for r, n in batch.reasons.items()
        },
        "unmapped": [
            {
                "column": u.column,
                "value": u.value,
                "rows": u.rows,
                "mapping": mapping_line(batch.delivery.extract, u.column, u.value, u.nearest),
            }
            for u in batch.unmapped
        ],
        "replaced_health_codes": batch.replaced,
        "refused_columns": batch.refused,
        "ignored_columns": list(batch.ignored),
        "notes": [*batch.notes, *notes],
        "gate": gate.describe(),
    }


def _print(report: dict[str, Any], batch: Batch, gate: Gate) -> None:
    from pipelines.publishing.quality_report import mapping_block

    delimiter = {"\t": "tab"}.get(report["delimiter"], report["delimiter"])
    how = ", ".join(
        part
        for part in (
            report["encoding"],
            f"delimiter {delimiter}" if delimiter else "",
            f"mapping {report['mapping']}",
        )
        if part
    )
    output.say(f"{report['file']}: {report['extract']} of {report['peildatum']} ({how})", "bold")
    for note in report["notes"]:
        output.say(f"  {note}")
    output.say(
        f"{report['rows_read']} rows read = {report['rows_accepted']} accepted + {report['rows_duplicate']} exact duplicates "
        f"+ {report['rows_quarantined']} quarantined"
    )
    if batch.reasons:
        rows = [
            [r, q["rows"], ", ".join(map(str, q["lines"][:10])) + (" ..." if q["rows"] > 10 else "")]
            for r, q in report["quarantine"].items()
        ]
        output.table("Quarantined", ["reason", "rows", "lines"], rows)
    if batch.unmapped:
        rows = [[u["column"], u["value"], u["rows"]] for u in report["unmapped"]]
        output.table("Unmapped values, kept with their rows", ["column", "value", "rows"], rows)
        output.say(
            f"Add to mappings/{report['mapping']}.toml, each with its code, or under the heading if that is there:"
        )
        for line in mapping_block(batch):
            output.say(f"  {line}" if line else "")
    for proposal in report["proposals"]:
        output.say(proposal["sentence"])
        for line in proposal["mapping"]:
            output.say(f"  {line}")
    for column, number in batch.replaced.items():
        output.say(f"{number} health codes in {column} are not taken over: they load as OVE.")
    for header, why in batch.refused.items():
        output.say(f"Column {header!r} is refused: {why}.")
    if batch.ignored:
        output.say(f"Ignored columns: {', '.join(batch.ignored)}.")
    for line in gate.describe():
        output.say(f"! {line}", "yellow")
    if report["loaded_before"]:
        output.say("This file was loaded before; loading it again changes nothing.")
    if report["refusal"]:
        output.say(f"! {report['refusal']}", "yellow")
    output.say(
        "The delivery passes the gate." if gate.passed else "The delivery would be stopped at the gate.",
        "bold",
    )

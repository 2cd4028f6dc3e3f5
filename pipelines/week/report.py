"""The report of a weekly run: counts and file names, no person. It is built once, at the end of the run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path

from models.as_json import OPTIONAL, as_json
from pipelines.delivery.ingest import Outcome
from pipelines.exchange.collect import Collected
from pipelines.exchange.send import Published
from pipelines.installation.files import write_text
from pipelines.installation.workspace import Workspace
from pipelines.publishing import quality_report
from pipelines.scoring import cards
from pipelines.shortlist.make import ListReport
from pipelines.sources.fetch import SourceReport
from pipelines.warehouse.stores import open_warehouse


@dataclass(frozen=True)
class Watch:
    """How the signals of this week compare with those the card was made on.

    Parameters
    ----------
    reference : (str, str)
        First and last date, as ISO 8601, of the reference that `waakvlam monitor` pinned.
    warnings : tuple of str
        Sentences for the analyst.
    psi : mapping of str to float
        Population stability index of each signal, rounded to four decimals.
    """

    reference: tuple[str, str]
    warnings: tuple[str, ...]
    psi: Mapping[str, float]


@dataclass(frozen=True)
class PortalReport:
    """The traffic with the portal: rows read back of each extract, worries at unknown addresses, what was published."""

    back: Mapping[str, int]
    unknown_addresses: int
    published: Published


@dataclass(frozen=True)
class RunReport(ListReport):
    """The report of the list plus what only a weekly run has.

    Parameters
    ----------
    portal : PortalReport or None
        None where the portal is off.
    watching : Watch or None
        None where no reference is pinned.
    fetched : tuple of SourceReport or None
        What each source delivered; None where the settings name no source.
    better_rule : str or None
        The simple rule that finds more than the card in use; None while none is known.
    """

    portal: PortalReport | None = field(default=None, metadata=OPTIONAL)
    watching: Watch | None = None
    fetched: tuple[SourceReport, ...] | None = field(default=None, metadata=OPTIONAL)
    better_rule: str | None = field(default=None, metadata=OPTIONAL)


def run_report(
    workspace: Workspace,
    listed: ListReport,
    watch: Watch | None,
    collected: Collected | None,
    published: Published | None,
    fetched: tuple[SourceReport, ...],
    problems: tuple[str, ...],
) -> RunReport:
    """Build the report of a run from its pieces; `problems` are those of the run after the list was made."""
    portal = None
    if collected and published:
        portal = PortalReport(collected.rows, collected.unknown, published)
    parts = {item.name: getattr(listed, item.name) for item in fields(listed)}
    report = RunReport(
        **parts,
        portal=portal,
        watching=watch,
        fetched=fetched or None,
        better_rule=cards.better_rule(workspace),
    )
    return replace(report, fell_short=(*listed.fell_short, *problems))


def watch_signals(workspace: Workspace, as_of: date) -> Watch | None:
    """Compare the signals with the card's reference and write the page; return None if no reference is pinned."""
    if not (workspace.artefacts / "references").is_dir():
        return None
    from pipelines.learning import (  # imports scikit-learn: a second, only where a reference exists
        monitor,
        monitor_report,
    )

    result = monitor.watch(workspace, as_of)
    if result is None:
        return None
    monitor_report.write(workspace, result)
    psi = {shift.name: round(shift.value, 4) for shift in result.shifts if shift.kind == "psi"}
    return Watch(result.reference, result.warnings, psi)


def write_reports(workspace: Workspace, folder: Path, report: ListReport, outcomes: list[Outcome]) -> None:
    """Write `run_report.json` and the quality page beside the list."""
    text = json.dumps(as_json(report), indent=2, ensure_ascii=False, default=str)
    write_text(folder / "run_report.json", text + "\n")
    with open_warehouse(workspace, read_only=True) as con:
        write_text(folder / "quality.html", quality_report.page(con, report, outcomes))

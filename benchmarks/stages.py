"""Measure the weekly run stage by stage, on invented deliveries of any size."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.generate import AS_OF
from models.as_json import as_json
from pipelines.delivery import ingest, refresh, write
from pipelines.gate import profile
from pipelines.installation import workspace
from pipelines.installation.workspace import Workspace
from pipelines.parsing import batch
from pipelines.publishing import list_files, quality_report
from pipelines.reading import inbox
from pipelines.scoring import score
from pipelines.shortlist import decisions, entries
from pipelines.week import report, run

STAGES: dict[tuple[Any, str], str] = {
    (batch, "read"): "read the files",
    (ingest, "examine"): "type and judge every row",
    (profile, "figures"): "quality gate",
    (ingest, "judge"): "quality gate",
    (write, "write_vault"): "write the vault",
    (write, "write_warehouse"): "append to the history",
    (refresh, "refresh_delivered"): "versions and staging",
    (score, "scope"): "compile the queries",
    (score, "features"): "compile the queries",
    (score, "_keep"): "scope, features and points",
    (score, "score"): "put together what was scored",
    (entries, "choose"): "shortlist",
    (decisions, "remember"): "shortlist",
    (entries, "entries"): "publish",
    (entries, "scope_counts"): "publish",
    (list_files, "write_files"): "publish",
    (list_files, "page"): "publish",
    (list_files, "workbook"): "publish",
    (list_files, "table"): "publish",
    (report, "write_text"): "publish",
    (quality_report, "page"): "publish",
}
"""The stage of the weekly run to which each function belongs."""


def prepare(home: Path, deliveries: Path, memory: str, threads: int) -> None:
    """Create a workspace and load deliveries into it."""
    workspace.init(home)
    settings = home / "settings.toml"
    text = settings.read_text(encoding="utf-8")
    text = text.replace('memory_limit = "4GB"', f'memory_limit = "{memory}"')
    text = text.replace("\ncorporaties = []", f"\ncorporaties = {_corporations(deliveries)}")
    settings.write_text(text.replace("# threads = 2", f"threads = {threads}"), encoding="utf-8")
    bring(home, deliveries)
    place = Workspace(home)
    deliveries_found, wrong = inbox.find(place.inbox)
    outcomes = ingest.load_all(place, deliveries_found)
    refused = [*map(str, wrong), *(outcome.refusal for outcome in outcomes if outcome.refusal)]
    if refused:
        raise RuntimeError("; ".join(refused))


def _corporations(deliveries: Path) -> list[str]:
    """List the corporations in a register, because the rows of others are set apart."""
    register = next(deliveries.glob("huurovereenkomsten_*.parquet"))
    names = duckdb.read_parquet(str(register)).aggregate("list_sort(list(DISTINCT corporatie_id))").fetchall()
    return list(names[0][0])


def bring(home: Path, deliveries: Path) -> None:
    """Replace the deliveries in the inbox. An old delivery would only cost a pass to hash it."""
    box = home / "inbox"
    shutil.rmtree(box, ignore_errors=True)
    box.mkdir()
    for path in sorted(deliveries.iterdir()):
        (box / path.name).hardlink_to(path.resolve())  # the inbox refuses symbolic links


def run_week(home: Path, as_of: date = AS_OF) -> dict[str, Any]:
    """Run the whole week; return the counts of the report."""
    week = run.run(Workspace(home), as_of)
    if week.fell_short:
        raise RuntimeError("; ".join(week.fell_short))
    return dict(as_json(week.report.counts))


def load_only(home: Path) -> int:
    """Load the deliveries in the inbox; return the number of new ones."""
    place = Workspace(home)
    deliveries, _ = inbox.find(place.inbox)
    return sum(outcome.loaded for outcome in ingest.load_all(place, deliveries))


def size_of(home: Path) -> int:
    """Return the size of a workspace's stores in bytes."""
    return sum(path.stat().st_size for path in (home / "warehouse").glob("*.duckdb"))

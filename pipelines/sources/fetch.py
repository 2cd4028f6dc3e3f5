"""Fetch the deliveries of all sources into the inbox.

A file is kept as it came, the result of a query as Parquet. Each gets the name of a delivery and is put into the inbox in one
step. A source that fails is tried again and reported; it never stops the week.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from pipelines.installation.errors import WaakvlamError
from pipelines.installation.source_settings import SourceExtract, SourceSettings
from pipelines.installation.workspace import Workspace
from pipelines.sources.arrivals import arrived_answer, arrived_files
from pipelines.sources.errors import with_attempts
from pipelines.sources.keep import keep
from pipelines.sources.ledger import LastTime, Ledger, read_ledger


@dataclass(frozen=True)
class SourceReport:
    """What one source delivered: the names of the new files in the inbox, and what went wrong."""

    source: str
    files: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def fetch(workspace: Workspace, today: date, only: str = "") -> tuple[SourceReport, ...]:
    """Fetch from every source of the settings, or from one.

    Parameters
    ----------
    workspace : Workspace
        The installation.
    today : datetime.date
        The peildatum of what has no other date.
    only : str
        The name of one source; "" for all of them.

    Returns
    -------
    tuple of SourceReport
        One per source, in the order of the settings. A source that fails has `problems` and raises nothing.
    """
    sources = [s for s in workspace.settings.sources if only in ("", s.name)]
    if not sources:
        return ()
    try:
        ledger = read_ledger(workspace)
    except WaakvlamError as error:
        return tuple(SourceReport(source.name, problems=(str(error),)) for source in sources)
    folder = workspace.stores / "scratch"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    reports = []
    for source in sources:
        with tempfile.TemporaryDirectory(prefix="fetching-", dir=folder) as scratch:
            reports.append(_fetch_source(workspace, source, today, ledger, Path(scratch)))
    return tuple(reports)


def _fetch_source(
    workspace: Workspace, source: SourceSettings, today: date, ledger: Ledger, scratch: Path
) -> SourceReport:
    files: list[str] = []
    problems: dict[str, None] = {}
    for number, part in enumerate(source.extracts):
        folder = scratch / str(number)
        folder.mkdir()
        try:
            with_attempts(
                source.attempts,
                partial(_fetch_extract, workspace, source, part, today, ledger, folder, files),
            )
        except (WaakvlamError, OSError) as error:
            reason = str(error) if isinstance(error, WaakvlamError) else f"{error.strerror}."
            problems[f"Source {source.name}, {part.extract}: {reason}"] = None
    now = datetime.now(UTC).isoformat(timespec="seconds")
    ledger.asked(LastTime(source.name, now, tuple(problems)))
    ledger.save()
    return SourceReport(source.name, tuple(files), tuple(problems))


def _fetch_extract(
    workspace: Workspace,
    source: SourceSettings,
    part: SourceExtract,
    today: date,
    ledger: Ledger,
    scratch: Path,
    names: list[str],
) -> None:
    """Fetch what is new of one extract, and add the names under which it was kept to `names`."""
    if source.kind in ("folder", "sftp"):
        arrivals = arrived_files(workspace, source, part, ledger, scratch)
    else:
        arrivals = iter([arrived_answer(workspace, source, part, today, scratch)])
    for arrived in arrivals:
        if name := keep(workspace, source, part, arrived, ledger):
            names.append(name)

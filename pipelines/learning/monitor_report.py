"""The report of `waakvlam monitor` on one week, as JSON and as a page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from models.as_json import as_json, named
from models.evaluate.drift import Shift
from pipelines.installation.files import write_text
from pipelines.installation.workspace import Workspace
from pipelines.publishing import pages


@dataclass(frozen=True)
class Calibrated:
    """The chances of the card compared with the outcomes.

    Parameters
    ----------
    start, end : date
        First and last as-of date.
    came_per_told : sequence of float
        Escalations that came, divided by the sum of the chances: [estimate, low, high].
    warning : str
        A sentence for the analyst; empty if the difference is small or explained by chance.
    """

    start: date = field(metadata=named("from"))
    end: date = field(metadata=named("to"))
    came_per_told: Sequence[float | None]
    warning: str


@dataclass(frozen=True)
class MonitorReport:
    """The comparison of one week; counts and shares, no personal data.

    Parameters
    ----------
    as_of : date
        As-of date of the newest week.
    card : str
        Name and version of the card.
    reference : (str, str)
        First and last as-of date of the reference, as ISO 8601.
    warnings : tuple of str
        Sentences for the analyst; empty if nothing changed beyond its limit.
    shifts : tuple of Shift
        Every comparison, rounded.
    calibration : Calibrated or None
        None for a card without chances, and before any outcome is complete.
    """

    as_of: date
    card: str
    reference: tuple[str, str]
    warnings: tuple[str, ...]
    shifts: tuple[Shift, ...]
    calibration: Calibrated | None


def page(report: MonitorReport) -> str:
    """Render the report of one week."""
    ordered = sorted(report.shifts, key=lambda s: -s.value / s.limit if s.limit else 0)
    return pages.render("monitor.html", r=report, shifts=ordered)


def write(workspace: Workspace, report: MonitorReport) -> Path:
    """Write ``monitor.json`` and ``monitor.html`` beside the list of that week."""
    folder = workspace.output / report.as_of.isoformat()
    text = json.dumps(as_json(report), indent=2, ensure_ascii=False)
    write_text(folder / "monitor.json", f"{text}\n")
    write_text(folder / "monitor.html", page(report))
    return folder

"""Say which deliveries of a run the gate stopped, and which of those an analyst can accept all the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.dateparse import parse_date

from portal.runs.models import Run


def deliveries(run: Run) -> list[dict[str, Any]]:
    """Return the deliveries of a run, each with its day and the number of figures that stopped it."""
    stopped = Counter(
        gate.get("file")
        for gate in run.gates
        if gate.get("passed") is False and gate.get("severity") == "critical"
    )
    return [
        row
        | {
            "failed": stopped[row.get("file")],
            "day": date.fromisoformat(row["peildatum"]),
            "accepted": parse_date(row.get("accepted_on") or ""),
        }
        for row in run.deliveries
    ]


def acceptable(row: Mapping[str, Any]) -> bool:
    """Return whether one of `deliveries` was stopped by its figures alone; a file that cannot be read is not acceptable."""
    return bool(row["state"] == "refused" and row["failed"] and row.get("file"))

"""Compare which signals gave points in two runs."""

from __future__ import annotations

from dataclasses import dataclass

from portal.runs.models import Run


@dataclass(frozen=True)
class Turned:
    """The signals that gave points in one of two runs only: name and question of each."""

    begun: dict[str, str]
    ended: dict[str, str]


def gave_points(run: Run) -> dict[str, str]:
    """Return the name and the question of each signal that gave points to any agreement."""
    return {row["signal"]: row["question"] for row in run.fired if row["agreements"]}


def turned(before: Run, run: Run) -> Turned | None:
    """Compare the signals of two runs; None if an older version published either, which kept none."""
    if not before.fired or not run.fired:
        return None
    then, now = gave_points(before), gave_points(run)
    return Turned(
        {name: question for name, question in now.items() if name not in then},
        {name: question for name, question in then.items() if name not in now},
    )

"""Compare which signals gave points in two runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from portal.runs.models import Run


@dataclass(frozen=True)
class Turned:
    """The signals that gave points in one of two runs only: name and question of each, that of the most agreements first."""

    begun: Mapping[str, str]
    ended: Mapping[str, str]


NOTHING = Turned({}, {})


def agreements(run: Run) -> dict[str, int]:
    """Return to how many agreements each signal gave points, of those that gave any."""
    return {row["signal"]: row["agreements"] for row in run.fired if row["agreements"]}


def gave_points(run: Run) -> dict[str, str]:
    """Return the name and the question of each signal that gave points to any agreement, that of the most first."""
    rows = sorted(run.fired, key=lambda row: -row["agreements"])
    return {row["signal"]: row["question"] for row in rows if row["agreements"]}


def turned(before: Run, run: Run, least: int = 1) -> Turned | None:
    """Compare the signals of two runs; None if an older version published either, which kept none.

    Parameters
    ----------
    before, run : Run
        The two runs.
    least : int
        Fewest agreements of a signal that is named: one of fewer cannot explain a change of more.
    """
    if not before.fired or not run.fired:
        return None
    then, now = gave_points(before), gave_points(run)
    many, were = agreements(run), agreements(before)
    return Turned(
        {name: question for name, question in now.items() if name not in then and many[name] >= least},
        {name: question for name, question in then.items() if name not in now and were[name] >= least},
    )


def begun_on(runs: Sequence[Run], signal: str) -> date:
    """Return since when a signal of the last run gave points in every run, the oldest run first."""
    without = [place for place, run in enumerate(runs) if signal not in agreements(run)]
    return runs[without[-1] + 1 if without else 0].as_of

"""Register a shadow period before it starts: what will be judged, when, and what counts as success or failure."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from models.learning.horizon import HORIZON_WEEKS
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.toml_models import Strict, read_toml
from pipelines.installation.workspace import Workspace
from pipelines.proof import records
from pipelines.warehouse.stores import open_warehouse

REGISTRATION, ENDED = "registration", "ended"
LOST = "The file of the plan is gone or was altered."
Text = Annotated[str, Field(min_length=10)]


def simple_rankings() -> list[str]:
    """Return the names of the rankings that anyone could sort by."""
    from models.evaluate.rankings import SIMPLE  # imports pandas, which `status` does not need

    return list(SIMPLE)


class Plan(Strict):
    """The plan of a shadow period, as its TOML file says it.

    Parameters
    ----------
    name : str
        Name of the period; may be published.
    starts : date
        The first Monday whose list nobody sees.
    weeks : int
        Number of weekly lists.
    horizon_weeks : int
        Weeks after its first listing within which an escalation of a household counts.
    candidate : str
        A scorecard that is sealed as well; empty for none.
    rivals : list of str
        Simple rankings that the list must all beat.
    least_ratio : float
        Odds ratio that the interval must exceed against every rival; failure is an interval below it against one.
    error : float
        Probability outside an interval.
    least_openable : float
        Smallest share of the sealed places that must still open, because erasures remove some.
    question, success, failure : str
        The same in words, for people.
    """

    name: Annotated[str, Field(pattern=r"^[\w.-]+$")]
    starts: date
    weeks: Annotated[int, Field(ge=1, le=104)] = 26
    horizon_weeks: Annotated[int, Field(ge=1, le=104)] = HORIZON_WEEKS
    candidate: str = ""
    rivals: Annotated[list[str], Field(min_length=1)] = Field(default_factory=simple_rankings)
    least_ratio: Annotated[float, Field(gt=0)] = 1.0
    error: Annotated[float, Field(gt=0, lt=0.5)] = 0.05
    least_openable: Annotated[float, Field(ge=0, le=1)] = 0.95
    question: Text
    success: Text
    failure: Text

    @field_validator("rivals")
    @classmethod
    def _known(cls, rivals: list[str]) -> list[str]:
        for name in rivals:
            if name not in simple_rankings():
                raise ValueError(f"unknown ranking {name!r} (valid: {', '.join(simple_rankings())})")
        return rivals

    @model_validator(mode="after")
    def _a_monday(self) -> Self:
        if self.starts.weekday():
            raise ValueError("a shadow period starts on a Monday")
        return self

    @property
    def last(self) -> date:
        """The last Monday whose list nobody sees."""
        return self.starts + timedelta(weeks=self.weeks - 1)

    @property
    def known_on(self) -> date:
        """The day on which the outcome of the last list is known."""
        return self.last + timedelta(weeks=self.horizon_weeks)

    def covers(self, as_of: date) -> bool:
        """Return whether nobody sees the list of this date."""
        return self.starts <= as_of <= self.last


@dataclass(frozen=True)
class Period:
    """A registered shadow period, and the day on which it was broken off, if it was."""

    plan: Plan
    record: records.Record
    ended: date | None = None

    def covers(self, as_of: date) -> bool:
        """Return whether nobody sees the list of this date."""
        return self.plan.covers(as_of) and (self.ended is None or as_of < self.ended)


def start(workspace: Workspace, path: Path, by: str, now: datetime) -> Period:
    """Register a shadow period, before any of its lists exists.

    Parameters
    ----------
    path : Path
        The plan, as TOML (`Plan`).
    by : str
        The person who registers it.

    Raises
    ------
    ConfigurationError
        The plan is wrong, overlaps another period, or starts on a date that has a list already.
    """
    plan = read_toml(path, Plan, missing="You write it yourself: docs/proof.md has an example of a plan.")
    with open_warehouse(workspace) as con:
        newest = con.execute("SELECT max(as_of) FROM run.lists").fetchall()[0][0]
    if plan.last < now.date() or (newest and newest >= plan.starts):
        raise ConfigurationError(
            f"The period starts on {plan.starts}, and a list of {newest or plan.last} may have been seen already.",
            where=str(path),
            mend="Take a later Monday: what is judged is registered first.",
        )
    for other in periods(workspace):
        if other.plan.name == plan.name:
            raise ConfigurationError(f"Period {plan.name} exists already.", where=str(path))
        if other.ended is None and other.plan.starts <= plan.last and plan.starts <= other.plan.last:
            raise ConfigurationError(f"The period overlaps {other.plan.name}.", where=str(path))
    text = path.read_text(encoding="utf-8-sig")
    public = {"name": plan.name, "starts": plan.starts.isoformat(), "last": plan.last.isoformat()}
    record = records.write(workspace, REGISTRATION, {"plan": text, "by": by}, now, public)
    return Period(plan, record)


def end(workspace: Workspace, by: str, reason: str, now: datetime) -> Period:
    """Break off the shadow period that runs; its lists are published from the next Monday on.

    Raises
    ------
    ConfigurationError
        No shadow period runs, or the reason is too short to be one.
    """
    running = next(
        (period for period in periods(workspace) if period.ended is None and period.plan.last >= now.date()),
        None,
    )
    if running is None:
        raise ConfigurationError("No shadow period runs.")
    records.require_sentence(reason)
    content = {"by": by, "reason": reason}
    record = records.write(workspace, ENDED, content, now, {"name": running.plan.name})
    return Period(running.plan, running.record, record.on)


def periods(workspace: Workspace) -> list[Period]:
    """Read every registered period, oldest first."""
    ended = {record.entry.content["name"]: record.on for record in records.of_kinds(workspace, ENDED)}
    registered = []
    for record in records.of_kinds(workspace, REGISTRATION):
        plan = _plan(record)
        registered.append(Period(plan, record, ended.get(plan.name)))
    return registered


def _plan(record: records.Record) -> Plan:
    """Return the plan of a registration.

    If its file is lost, the days of its line still keep the lists unseen. There is no verdict then, because verification
    reports the file.
    """
    if "plan" in record.content:
        return Plan.model_validate(tomllib.loads(record.content["plan"]))
    name, starts, last = (record.content[key] for key in ("name", "starts", "last"))
    first = date.fromisoformat(starts)
    weeks = (date.fromisoformat(last) - first).days // 7 + 1
    return Plan(name=name, starts=first, weeks=weeks, question=LOST, success=LOST, failure=LOST)


def covering(workspace: Workspace, as_of: date) -> Period | None:
    """Return the shadow period in which nobody sees the list of this date."""
    return next((period for period in periods(workspace) if period.covers(as_of)), None)

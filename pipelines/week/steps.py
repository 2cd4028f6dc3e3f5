"""The steps of the weekly run and of the other flows.

A step carries its own name, function and retry flag, so renaming one cannot change whether Prefect retries it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Generic, ParamSpec, Protocol, TypeVar

from pipelines.delivery import ingest
from pipelines.exchange import collect, recheck, send, webhooks
from pipelines.installation import calendar, logs
from pipelines.installation.workspace import Workspace
from pipelines.proof import hold
from pipelines.proof.weekly import sealed_list
from pipelines.publishing.list_files import publish
from pipelines.reading import inbox
from pipelines.sources.fetch import fetch
from pipelines.week import report

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Step(Generic[Parameters, Result]):
    """A named function that the weekly run calls directly or Prefect runs as a task.

    Parameters
    ----------
    name : str
        The name in the logs and in Prefect.
    function : callable
        Does the work.
    retried : bool
        Whether Prefect calls the function again after an error that may pass, such as a busy warehouse or a network
        folder that is away for a moment. A step that only computes is not retried: it would fail again.
    """

    name: str
    function: Callable[Parameters, Result]
    retried: bool

    def timed(self, log: logs.Log) -> Step[..., Result]:
        """Return the same step with its duration and outcome written to `log`."""
        return replace(self, function=log.timed(self.name, self.function))


class Runner(Protocol):
    """A function that runs a step."""

    def __call__(
        self, step: Step[Parameters, Result], *arguments: Parameters.args, **options: Parameters.kwargs
    ) -> Result:
        """Run one step with these arguments and return its result."""
        ...


def directly(
    step: Step[Parameters, Result], *arguments: Parameters.args, **options: Parameters.kwargs
) -> Result:
    """Run a step by calling its function."""
    return step.function(*arguments, **options)


def read_back(workspace: Workspace, today: date) -> collect.Collected:
    """Read back what portal users logged, and record the harm and complaints that they reported in the chain."""
    collected = collect.read(workspace, today)
    reports = [
        hold.Reported(incident.reference, incident.kind, incident.on, incident.by)
        for incident in collected.incidents
    ]
    hold.report_once(workspace, reports, calendar.now())
    return collected


FETCH = Step("fetch deliveries", fetch, retried=False)  # retries each source itself
COLLECT = Step("read back the portal", read_back, retried=True)
FIND = Step("find deliveries", inbox.find, retried=True)
LOAD = Step("load deliveries", ingest.load_all, retried=True)
LOAD_PORTAL = Step("load what the portal gave", ingest.load_all, retried=True)
WATCH = Step("watch the signals", report.watch_signals, retried=False)
SELECT = Step("score and select", sealed_list, retried=False)
PUBLISH = Step("publish", publish, retried=True)
SEND = Step("publish to the portal", send.publish, retried=True)
RECHECK = Step("look before the visit", recheck.once_more, retried=True)
WEBHOOKS = Step("send webhooks", webhooks.once, retried=False)
REPORT = Step("report", report.write_reports, retried=True)

WEEKLY: tuple[Step[..., Any], ...] = (
    FETCH, FIND, LOAD, COLLECT, LOAD_PORTAL, WATCH, SELECT, PUBLISH, SEND, RECHECK, WEBHOOKS, REPORT
)  # fmt: skip
"""The steps of the weekly run, in order."""

"""Test the weekly run as a Prefect flow: named tasks, figures as an artifact, no tenant data in Prefect's database."""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from pipelines.installation import calendar, faults
from pipelines.installation.errors import ConfigurationError, FaultError, WaakvlamError
from pipelines.installation.workspace import Workspace
from pipelines.operations import dead_runs, doctor
from pipelines.week import run as steps
from tests.support.deliveries import corporation, deliver_all, make_workspace, put, waakvlam

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[3]
DAY, AS_OF = "2026-11-09", "2026-11-16"
IDENTITY = {"naam": "ZZNAAM", "straatnaam": "ZZSTRAAT", "telefoon": "0612345678"}


class Flows(NamedTuple):
    """What was left by three runs: a good one, one with a refused and a stale delivery, one from the command line."""

    plain: bytes
    lists: dict[str, bytes]
    states: dict[str, Any]
    tasks: list[str]
    artifacts: list[Any]
    database: bytes


@pytest.fixture(scope="module")
def flows(tmp_path_factory) -> Flows:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WAAKVLAM_KEY", "4" * 64)
        patch.setenv("DO_NOT_TRACK", "1")
        patch.setenv("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
        patch.setenv("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")
        patch.delenv("PREFECT_API_URL", raising=False)
        return run_flows(tmp_path_factory.mktemp("flows"))


def run_flows(folder: Path) -> Flows:
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_SERVER_DATABASE_CONNECTION_URL
    from prefect.testing.utilities import prefect_test_harness

    from pipelines.week import flows

    extracts = corporation()
    extracts["huurovereenkomsten"] = [row | IDENTITY for row in extracts["huurovereenkomsten"]]
    places = {}
    for name in ("plain", "good", "short", "command"):
        places[name] = make_workspace(folder / name)
        deliver_all(places[name], DAY, extracts)
    put(places["short"], f"huurachterstanden_{AS_OF}.csv", "")
    (places["short"].inbox / f"reparatieverzoeken_{DAY}.csv").unlink()
    as_of = datetime.fromisoformat(AS_OF).date()
    steps.run(places["plain"], as_of)
    with prefect_test_harness(server_startup_timeout=120):
        database = Path(PREFECT_SERVER_DATABASE_CONNECTION_URL.value().split("///")[1])
        states: dict[str, Any] = {
            name: flows.weekly(home=str(places[name].home), as_of=as_of, return_state=True)
            for name in ("good", "short")
        }
        for name, run in (("check", flows.check), ("retention", flows.remove_old)):
            states[name] = run(home=str(places["good"].home), return_state=True)
        period = {"first": as_of - timedelta(days=7), "last": as_of}
        states["backfill"] = flows.backfill(home=str(places["good"].home), **period, return_state=True)
        states["dead"] = taken_over(places["good"])
        states["broken"] = flows.remove_old(home=str(folder / "nowhere"), return_state=True)
        states["deploy"] = deployed(places["good"])
        states["training"] = taken_up("training/training")
        states["command"] = waakvlam(places["command"], "weekly", "--as-of", AS_OF, "--prefect")
        with get_client(sync_client=True) as client:
            runs = client.read_task_runs(limit=200)
            first = [run for run in runs if run.flow_run_id == states["good"].state_details.flow_run_id]
            tasks = [
                f"{run.name.rsplit('-', 1)[0]}: {run.state_name}"
                for run in sorted(first, key=lambda r: str(r.start_time))
            ]
            artifacts = client.read_artifacts()
    lists = {name: (place.output / AS_OF / "shortlist.csv").read_bytes() for name, place in places.items()}
    held = b"".join(path.read_bytes() for path in database.parent.glob(f"{database.name}*"))
    return Flows(lists.pop("plain"), lists, states, tasks, artifacts, held)


def taken_over(place: Workspace) -> Any:
    """Leave a run of this workspace as a power cut does, let the check look, and return the run's state."""
    from prefect.client.orchestration import get_client
    from prefect.states import Running

    from pipelines.week import flows

    with get_client(sync_client=True) as client, pytest.MonkeyPatch.context() as patch:
        patch.setitem(dead_runs.GRACE, "RUNNING", timedelta(0))
        left = client.create_flow_run(flows.weekly, parameters={"home": str(place.home)}, state=Running())
        assert client.read_flow_run(left.id).state.type.value == "RUNNING"
        flows.check(home=str(place.home), return_state=True)
        return client.read_flow_run(left.id).state


def taken_up(deployment: str) -> Any:
    """Let a worker, a process of its own as on a Monday, take up one run of a deployment; give how it ended."""
    from prefect.client.orchestration import get_client
    from prefect.deployments import run_deployment
    from prefect.settings import PREFECT_API_URL

    asked: Any = run_deployment(deployment, timeout=0)
    words = ["-m", "prefect", "worker", "start", "--pool", "waakvlam", "--run-once"]
    environment = os.environ | {"PREFECT_API_URL": PREFECT_API_URL.value()}
    done = subprocess.run(
        [sys.executable, *words], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr[-2000:]
    with get_client(sync_client=True) as client:
        return client.read_flow_run(asked.id).state


def deployed(place: Workspace) -> tuple[Any, set[str], set[str]]:
    """Deploy to the running server twice; give what was said, the deployments, and what the doctor says of them."""
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_API_URL", PREFECT_API_URL.value())
        said = [waakvlam(place, "deploy") for _ in range(2)]
        checks = {check.mend for check in doctor.examine(place, calendar.now()) if check.name == "schedule"}
    with get_client(sync_client=True) as client:
        assert client.read_work_pool("waakvlam").concurrency_limit is None
        return said, {found.name for found in client.read_deployments()}, checks


def test_deploying_makes_all_deployments_and_again_changes_nothing(flows: Flows):
    said, names, mends = flows.states["deploy"]
    assert [one.code for one in said] == [0, 0], said
    assert names == {"weekly", "check", "retention", "training", "backfill"}
    assert "Run `waakvlam deploy`." not in mends, "the doctor sees it"


def test_without_a_server_deploying_says_what_to_do(tmp_path: Path, monkeypatch):
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    said = waakvlam(make_workspace(tmp_path / "home"), "deploy")
    assert said.code == 2 and "prefect server start" in said.err


def test_the_other_flows_do_what_their_verbs_do(flows: Flows):
    check = flows.states["check"]
    assert (check.type.value, check.name) == ("COMPLETED", "FellShort"), (
        "what is old by the machine's clock is reported"
    )
    assert flows.states["retention"].type.value == "COMPLETED"
    assert flows.states["backfill"].message == "1 lists made, 1 were there"
    assert flows.states["broken"].type.value == "FAILED"


def test_a_run_that_a_power_cut_left_is_closed_by_the_check(flows: Flows):
    state = flows.states["dead"]
    assert (state.type.value, state.message) == ("CRASHED", "Its process is gone; closed by the next run.")


def test_a_worker_takes_up_a_run_in_a_process_of_its_own(flows: Flows):
    """Twelve homes teach nothing: the flow says so in its own words, from the other side of two processes."""
    state = flows.states["training"]
    assert state.type.value == "FAILED" and "TrainingError" in state.message, state


def test_the_flow_runs_as_named_tasks(flows: Flows):
    assert flows.tasks == [
        f"{name}: Completed"
        for name in (
            "find deliveries",
            "load deliveries",
            "watch the signals",
            "score and select",
            "publish",
            "report",
        )
    ]
    assert (flows.states["good"].type.value, flows.states["good"].name) == ("COMPLETED", "Completed")


def test_the_list_is_that_of_a_run_without_prefect(flows: Flows):
    assert flows.plain.count(b"\r\n") == 7
    assert flows.lists["good"] == flows.plain
    assert flows.lists["command"] == flows.plain


def test_the_command_line_says_that_it_ran_as_a_flow(flows: Flows):
    said = flows.states["command"]
    assert said.code == 0 and "Ran as a Prefect flow." in said.out


def test_what_fell_short_is_the_name_and_message_of_the_state(flows: Flows):
    state = flows.states["short"]
    assert (state.type.value, state.name) == ("COMPLETED", "FellShort")
    assert f"huurachterstanden_{AS_OF}.csv: the file is empty" in state.message
    assert "reparatieverzoeken is expected and stale: nothing was delivered." in state.message
    assert flows.lists["short"].count(b"\r\n") > 3, "the list was made"


def test_the_artifact_holds_the_figures_of_each_run(flows: Flows):
    # Prefect keeps one of its own, without a key, for a flow that failed: the place of its result.
    assert {artifact.key for artifact in flows.artifacts} - {None} == {"weekly-figures", "retention"}
    tables = [
        {row["what"]: row["value"] for row in json.loads(artifact.data)}
        for artifact in flows.artifacts
        if artifact.key == "weekly-figures"
    ]
    assert len(tables) == 3
    for table in tables:
        assert (table["as of"], table["agreements"], table["listed"] > 0) == (AS_OF, 12, True)
    assert sum("fell short" in table for table in tables) == 1
    for table in tables:
        assert table["seconds: load deliveries"] > 0 and "newest huurachterstanden" in table


def test_prefect_knows_nobody(flows: Flows):
    assert b"weekly-figures" in flows.database and b"score and select" in flows.database
    for word in (*IDENTITY.values(), "Lindelaan", "1811AA", "achterstand (", "4" * 64):
        assert word.encode() not in flows.database, word
    for artifact in flows.artifacts:
        assert not re.search(r"\bO\d+\b|\bE\d+\b|\bH\d+\b", json.dumps(artifact.data))


DEPLOYMENTS = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
MOMENTS = {  # weekday or day of the month, months, hour
    "weekly": (1, None, None, 6),
    "check": (1, None, None, 8),
    "retention": (None, 1, None, 20),
    "training": (None, 2, {1, 4, 7, 10}, 20),
}


@pytest.mark.parametrize("found", DEPLOYMENTS, ids=lambda d: d["name"])
def test_each_deployment_names_an_existing_flow(found: dict[str, Any]):
    module, name = found["entrypoint"].rsplit(".", 1)
    flow = getattr(importlib.import_module(module), name)
    assert flow.name == found["name"]
    assert set(found["parameters"]) <= set(flow.parameters.properties)
    assert found["concurrency_limit"] is None, (
        "Prefect counts a dead run for ever; see pipelines/week/turns.py"
    )
    assert flow.timeout_seconds and not flow.persist_result


def test_each_has_its_moment_in_winter_and_in_summer():
    from prefect.server.schemas.schedules import CronSchedule

    scheduled = {d["name"]: d["schedules"] for d in DEPLOYMENTS if d["schedules"]}
    assert set(scheduled) == set(MOMENTS) and {d["name"] for d in DEPLOYMENTS} == {*MOMENTS, "backfill"}
    for name, (schedule,) in scheduled.items():
        weekday, day, months, hour = MOMENTS[name]
        assert schedule["active"] is True
        cron = CronSchedule(cron=schedule["cron"], timezone=schedule["timezone"])
        for start in (datetime(2026, 3, 16), datetime(2026, 10, 12)):  # over both changes of the clock
            for moment in asyncio.run(cron.get_dates(4, start)):
                assert (moment.hour, moment.minute, str(moment.tzinfo)) == (hour, 0, "Europe/Amsterdam")
                assert weekday in (None, moment.isoweekday()) and day in (None, moment.day)
                assert months is None or moment.month in months


def test_every_variable_of_the_deployments_is_explained():
    names = set(re.findall(r"\{\{ *\$(\w+) *\}\}", (ROOT / "prefect.yaml").read_text(encoding="utf-8")))
    page = (ROOT / "docs" / "schedule.md").read_text(encoding="utf-8")
    assert names == {"WAAKVLAM_HOME"}
    for name in names:
        assert name in page
    for found in DEPLOYMENTS:
        assert found["work_pool"]["name"] in re.findall(r"--pool (\w+)", page)
        assert f"*{found['name']}*" in page


RETRIED = {
    "read back the portal", "find deliveries", "load deliveries", "load what the portal gave", "publish", "publish to the portal",
    "look before the visit", "report", "remove",
}  # fmt: skip


def test_the_retry_flag_of_every_step_reaches_its_task_under_any_name():
    from pipelines.week import flows
    from pipelines.week.steps import WEEKLY

    every = (*WEEKLY, flows.STATUS, flows.REMOVE, flows.PROPOSE, flows.BACKFILL)
    assert {step.name for step in every if step.retried} == RETRIED
    for step in every:
        for named in (step, replace(step, name="another name")):
            task = flows.prefect_task(named)
            assert (task.name, task.retries) == (named.name, 3 if step.retried else 0)


def test_what_mends_itself_is_tried_again_and_what_does_not_is_not():
    from prefect.states import Failed

    from pipelines.week import flows

    cases = {
        WaakvlamError("The warehouse is in use by another run."): True,
        faults.explain(OSError(5, "Input/output error")): True,
        ConfigurationError("The key does not open the warehouse."): False,
        FaultError("A fault of the program."): False,
    }
    for error, again in cases.items():
        assert flows._may_pass(None, None, Failed(data=error)) is again, error


def test_an_error_that_may_quote_a_row_is_reported_by_its_place():
    from pipelines.week import flows

    def converts() -> None:
        raise ValueError("Could not convert 'ZZNAAM'")

    with pytest.raises(FaultError, match=r"ValueError in test_prefect.py") as caught:
        flows._quietly(converts)()
    assert "ZZNAAM" not in str(caught.value) and caught.value.__cause__ is None

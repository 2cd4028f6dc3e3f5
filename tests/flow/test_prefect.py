"""The weekly run as a Prefect flow: named tasks, figures as an artifact, nothing of a tenant in Prefect's database."""

from __future__ import annotations

import asyncio
import importlib
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from pipelines import weekly as steps
from tests.deliveries import corporation, deliver_all, make_workspace, put, waakvlam

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
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

    from pipelines import flows

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


def test_the_flow_runs_as_named_tasks(flows: Flows):
    assert flows.tasks == [
        f"{name}: Completed"
        for name in ("find deliveries", "load deliveries", "score and select", "publish", "report")
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
    assert {artifact.key for artifact in flows.artifacts} == {"weekly-figures"}
    assert len(flows.artifacts) == 3
    tables = [
        {row["what"]: row["value"] for row in json.loads(artifact.data)} for artifact in flows.artifacts
    ]
    for table in tables:
        assert (table["as of"], table["agreements"], table["listed"] > 0) == (AS_OF, 12, True)
    assert sum("fell short" in table for table in tables) == 1


def test_prefect_knows_nobody(flows: Flows):
    assert b"weekly-figures" in flows.database and b"score and select" in flows.database
    for word in (*IDENTITY.values(), "Lindelaan", "1811AA", "achterstand (", "4" * 64):
        assert word.encode() not in flows.database, word
    for artifact in flows.artifacts:
        assert not re.search(r"\bO\d+\b|\bE\d+\b|\bH\d+\b", artifact.data)


def deployment() -> dict[str, Any]:
    (found,) = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    return found


def test_the_deployment_names_a_flow_that_is_there():
    found = deployment()
    module, name = found["entrypoint"].rsplit(".", 1)
    flow = getattr(importlib.import_module(module), name)
    assert flow.name == found["name"] == "weekly"
    assert set(found["parameters"]) <= set(flow.parameters.properties)


def test_it_runs_on_mondays_at_six_in_winter_and_in_summer():
    from prefect.server.schemas.schedules import CronSchedule

    (schedule,) = deployment()["schedules"]
    assert schedule["active"] is True
    cron = CronSchedule(cron=schedule["cron"], timezone=schedule["timezone"])
    for start in (datetime(2026, 3, 16), datetime(2026, 10, 12)):  # over both changes of the clock
        for moment in asyncio.run(cron.get_dates(4, start)):
            assert (moment.isoweekday(), moment.hour, moment.minute, str(moment.tzinfo)) == (
                1,
                6,
                0,
                "Europe/Amsterdam",
            )


def test_every_variable_of_the_deployment_is_explained():
    names = set(re.findall(r"\{\{ *\$(\w+) *\}\}", (ROOT / "prefect.yaml").read_text(encoding="utf-8")))
    page = (ROOT / "docs" / "schedule.md").read_text(encoding="utf-8")
    assert names == {"WAAKVLAM_PROJECT", "WAAKVLAM_HOME"}
    for name in names:
        assert f"export {name}=" in page
    assert deployment()["work_pool"]["name"] in re.findall(r"--pool (\w+)", page)

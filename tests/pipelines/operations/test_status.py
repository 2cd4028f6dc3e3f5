"""Test status, doctor, backfill and the log, which show how an unattended installation is doing."""

from __future__ import annotations

import http.server
import json
import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipelines.installation import logs
from pipelines.installation.workspace import KEY_VARIABLE, Workspace
from pipelines.operations import doctor, status
from pipelines.warehouse.stores import open_warehouse
from pipelines.week import run
from tests.support.deliveries import put, tables, waakvlam, with_settings
from tests.support.small import MARK, no_gate, small

pytestmark = pytest.mark.slow

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MONDAY = datetime(2026, 11, 16, 8, 0, tzinfo=AMSTERDAM)
EXTRACTS = ("huurovereenkomsten", "huurachterstanden", "overlastmeldingen", "reparatieverzoeken")


@pytest.fixture(autouse=True)
def nothing_from_outside(monkeypatch):
    for name in (KEY_VARIABLE, "PREFECT_API_URL", doctor.PORTAL_URL):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def ran(tmp_path_factory) -> Workspace:
    """Return a workspace in which the week of 16 November ran."""
    with pytest.MonkeyPatch.context() as patch, no_gate():
        patch.delenv(KEY_VARIABLE, raising=False)
        place = small(tmp_path_factory.mktemp("ran") / "home", "2026-11-09", "2026-11-16")
        run.run(place, MONDAY.date())
        return place


@pytest.fixture
def place(ran: Workspace, tmp_path: Path) -> Workspace:
    shutil.copytree(ran.home, tmp_path / "home")
    return Workspace(tmp_path / "home")


def faults(place: Workspace, now: datetime = MONDAY) -> dict[str, str]:
    return {check.name: f"{check.found} | {check.mend}" for check in doctor.examine(place, now) if check.mend}


def after(place: Workspace, year: int = 2027) -> None:
    """Move what was logged to 15 November of a year: the tests' clock is not that of the machine."""
    for path in place.logs.glob("*.jsonl"):
        events = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        lines = [json.dumps(e | {"at": f"{year}-11-15{e['at'][10:]}"}) for e in events]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_status_is_ten_lines(place: Workspace):
    after(place, 2026)
    actual = status.status(place, MONDAY)
    assert len(actual.lines) == 10
    said = dict(actual.lines)
    assert said["last list"] == "2026-11-16, of 1" and said["to do"] == "nothing"
    assert said["warehouse"] == "8 deliveries, the newest of 2026-11-16"
    assert said["inbox"] == "0 files to load, 8 loaded, 0 that are not deliveries"
    printed = waakvlam(place, "status")
    assert len(printed.out.splitlines()) >= 10 and "corporation  Woningstichting" in printed.out


def test_a_missed_monday_is_reported_on_monday(place: Workspace):
    next_week = MONDAY.replace(day=23)
    assert status.missed_monday(place, next_week.replace(hour=6)) is None, "the run of six may still be busy"
    assert status.missed_monday(place, next_week) == next_week.date()
    report = status.status(place, next_week).wrong
    assert any("list of Monday 2026-11-23 was not made" in text for text in report)
    assert "list of Monday 2026-11-23 was not made" in faults(place, next_week)["schedule"]


def test_stale_misnamed_and_new_files_are_reported(place: Workspace):
    put(place, "zomaar.docx", "x")
    put(place, "bezwaren_2026-11-23.csv", "x")
    actual = status.status(place, MONDAY.replace(day=30))
    assert dict(actual.lines)["inbox"] == "1 files to load, 8 loaded, 1 that are not deliveries"
    assert any("Ask for new exports of huurovereenkomsten" in text for text in actual.wrong)
    assert any("zomaar.docx" in text for text in actual.wrong)


def test_a_run_that_was_cut_off_is_reported(place: Workspace, monkeypatch):
    log = logs.Log(place.logs, "weekly")
    log.event("started")
    assert "busy now" in dict(status.status(place, MONDAY).lines)["last run"]
    monkeypatch.setattr(logs, "alive", lambda process: False)
    actual = status.status(place, MONDAY)
    assert "cut off" in dict(actual.lines)["last run"]
    assert "The last weekly run was cut off: start `waakvlam weekly` again." in actual.wrong


def test_an_empty_workspace_has_a_status_too(tmp_path: Path):
    assert waakvlam(tmp_path / "home", "init").code == 0
    said = waakvlam(tmp_path / "home", "status")
    assert said.code == 1 and "Nothing has been loaded yet" in said.out
    assert waakvlam(tmp_path / "none", "status").code == 2


def test_a_sound_installation_has_no_faults(place: Workspace):
    after(place, 2026)
    now = datetime(2026, 12, 31, 12, tzinfo=AMSTERDAM)
    allowed = {
        "freshness",
        "schedule",
        "versions",
    }  # by that day it is old; which packages are here is not its doing
    assert set(faults(place, now)) <= allowed, faults(place, now)
    assert {check.name for check in doctor.examine(place, now)} == {
        "versions", "settings", "keys", "warehouse", "vault", "rights", "disk", "clock", "schedule", "freshness", "portal",
            "unresolved", "publication", "notices",
    }  # fmt: skip


def break_key(place: Workspace) -> None:
    (place.keys / "vault.key").write_text("f" * 64, encoding="ascii")


def lose_key(place: Workspace) -> None:
    (place.keys / "vault.key").unlink()


def share_key(place: Workspace) -> None:
    shutil.copyfile(place.keys / "warehouse.key", place.keys / "vault.key")


def loosen(place: Workspace) -> None:
    place.output.chmod(0o755)


def loosen_key(place: Workspace) -> None:
    (place.keys / "vault.key").chmod(0o644)


def break_store(place: Workspace) -> None:
    (place.stores / "warehouse.duckdb").write_bytes(b"\0" * 8192)


def lose_vault(place: Workspace) -> None:
    (place.stores / "vault.duckdb").unlink()


def break_mapping(place: Workspace) -> None:
    (place.mappings / "canoniek.toml").write_text("name = 1 2", encoding="utf-8")


def half_restored(place: Workspace) -> None:
    (place.stores / "restore.unfinished").touch()


def half_rotated(place: Workspace) -> None:
    (place.keys / "vault.key.new").write_text("e" * 64, encoding="ascii")


def set_clock_back(place: Workspace) -> None:
    after(place, 2030)


@pytest.mark.parametrize(
    ("fault", "name", "says"),
    [
        (break_key, "stores", "does not open the vault"),
        (lose_key, "keys", "Put the key file back"),
        (share_key, "keys", "rotate-key"),
        (loosen, "rights", "chmod -R go-rwx"),
        (loosen_key, "rights", "vault.key"),
        (break_store, "stores", "Restore a backup"),
        (lose_vault, "stores", "Nothing has been loaded"),
        (break_mapping, "settings", "canoniek.toml"),
        (half_restored, "stores", "half restored"),
        (half_rotated, "keys", "cut off"),
        (set_clock_back, "clock", "Set the clock"),
    ],
)
def test_each_fault_has_its_mend(place: Workspace, fault, name: str, says: str):
    fault(place)
    actual = faults(place)
    assert says in actual[name], actual
    said = waakvlam(place, "doctor")
    assert said.code == 1


@contextmanager
def server(answer: bytes) -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer if "deployments" in self.path else b"[]")

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_: object) -> None: ...

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as result:
        threading.Thread(target=result.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{result.server_port}"
        result.shutdown()


def test_the_schedule_is_asked_of_prefect(place: Workspace, monkeypatch):
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    assert "prefect server start" in faults(place)["schedule"]
    with server(b"[]") as address:
        monkeypatch.setenv("PREFECT_API_URL", address)
        assert "waakvlam deploy" in faults(place)["schedule"]
    scheduled = {"paused": False, "schedules": [{"active": True}], "status": "NOT_READY"}
    weekly_one = {"id": "1", "name": "weekly", **scheduled}
    with server(json.dumps([weekly_one]).encode()) as address:
        monkeypatch.setenv("PREFECT_API_URL", address)
        assert "prefect worker start" in faults(place)["schedule"]
    with server(json.dumps([weekly_one | {"status": "READY"}]).encode()) as address:
        monkeypatch.setenv("PREFECT_API_URL", address)
        assert "schedule" not in faults(place)


def test_the_portal_is_checked_if_it_is_switched_on(place: Workspace, monkeypatch):
    monkeypatch.setenv(doctor.PORTAL_URL, "http://127.0.0.1:9/")
    assert "Start `waakvlam portal`" in faults(place)["portal"]
    with server(b"hallo") as address:
        monkeypatch.setenv(doctor.PORTAL_URL, address)
        assert "portal" not in faults(place)
    monkeypatch.setenv(doctor.PORTAL_URL, "file:///etc/passwd")
    assert "portal" in faults(place)


def test_backfill_makes_the_lists_of_then(place: Workspace):
    report = (place.output / "2026-11-16" / "shortlist.csv").read_bytes()
    before = tables(place)
    said = waakvlam(place, "backfill", "--from", "2026-11-03", "--to", "2026-11-16")
    assert said.code == 0 and "2026-11-16: exists already" in said.out
    assert (place.output / "2026-11-09" / "shortlist.csv").exists()
    assert tables(place) == before, "nobody visited on these lists: nothing is kept as decided"
    assert waakvlam(place, "backfill", "--from", "2026-11-16", "--to", "2026-11-16", "--replace").code == 0
    assert (place.output / "2026-11-16" / "shortlist.csv").read_bytes() == report, "the list is what it was"


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        ("2026-11-10", "2026-11-12", "no Monday"),
        ("2199-01-01", "2199-02-01", "still to come"),
        ("2026-11-16", "2026-11-01", "no Monday"),
    ],
)
def test_a_period_without_lists_is_reported(place: Workspace, first: str, last: str, says: str):
    said = waakvlam(place, "backfill", "--from", first, "--to", last)
    assert said.code == 2 and says in said.err


def test_every_run_is_logged_and_can_be_queried(place: Workspace):
    events = logs.read(place.logs)
    kinds = [e["event"] for e in events if e["verb"] == "weekly"]
    assert (kinds[0], set(kinds[1:-1]), kinds[-1]) == ("started", {"stage"}, "ended")
    last = events[-1]
    assert last["outcome"] == "good" and last["counts"]["listed"] > 0 and last["seconds"] > 0
    with open_warehouse(place) as con:
        ((verb, outcome, listed),) = con.execute(
            "SELECT verb, outcome, CAST(json_extract(counts, '$.listed') AS INTEGER) FROM run.runs"
        ).fetchall()
        stages = con.execute("SELECT stage FROM run.stages ORDER BY ended_at").fetchall()
    assert (verb, outcome, listed) == ("weekly", "good", last["counts"]["listed"])
    usual = ["find deliveries", "load deliveries", "score and select", "publish", "report"]
    assert [s for (s,) in stages if s in usual] == usual and len(stages) == len(kinds) - 2


def test_the_log_names_nobody_and_is_for_the_owner(place: Workspace):
    put(place, "huurovereenkomsten_2026-11-23.csv", "naam\nZZNAAM\n")
    waakvlam(place, "weekly", "--as-of", "2026-11-23")
    with pytest.raises(ValueError), logs.run(place.logs, "test"):
        raise ValueError("ZZNAAM staat in een fout")
    for path in place.logs.glob("*.jsonl"):
        text = path.read_text(encoding="utf-8")
        assert "ValueError in test_status.py" in text and "fell short" in text
        for word in (*MARK.values(), "Lindelaan", '"O1"', "ZZ"):
            assert word not in text
        assert os.name == "nt" or path.stat().st_mode & 0o077 == 0


def test_a_stage_that_takes_twice_as_long_is_reported(place: Workspace):
    for seconds in (10, 11, 10, 9, 10, 31):
        begun = time.monotonic()
        while (
            time.monotonic() - begun < 0.002
        ):  # the log tells milliseconds apart; `sleep` fails under faketime
            pass
        log = logs.Log(place.logs, "weekly")
        log.event("started")
        log.event("stage", stage="publish", seconds=seconds, outcome="good")
        log.event("stage", stage="report", seconds=0.05 * seconds, outcome="good")
        log.event("ended", seconds=seconds, outcome="good", said="", counts={})
    with open_warehouse(place) as con:
        logs.gather(con, place.logs)
        assert logs.slow(con, log.run) == [
            "publish took 31 s; 10 s is usual.",
        ]
        other = con.execute("SELECT run_id FROM run.runs ORDER BY started_at").fetchall()[-2][0]
        assert logs.slow(con, other) == []


def test_a_half_written_line_of_the_log_is_passed_over(place: Workspace):
    number = len(logs.read(place.logs))
    (path,) = place.logs.glob("*.jsonl")
    with path.open("a", encoding="utf-8") as file:
        file.write('{"at": "2026-11-16T05:00:00+00:00", "run": "x"}\nnull\n{"at": "2026-1')
    assert len(logs.read(place.logs)) == number
    assert waakvlam(with_settings(place, ""), "status").code in (0, 1)


def test_many_problems_of_one_run_are_a_few_lines(place: Workspace):
    with logs.run(place.logs, "weekly") as log:
        log.fell_short([f"huurachterstanden_{n}.csv: no header" for n in range(76)])
    for n in range(8):
        put(place, f"zomaar{n}.docx", "x")
    wrong = status.status(place, MONDAY).wrong
    assert [text for text in wrong if "huurachterstanden" in text] == [
        f"huurachterstanden_{n}.csv: no header" for n in range(status.MOST)
    ]
    assert "71 more problems (quality.html of that list)." in wrong
    assert "3 more files that are not deliveries." in wrong and max(map(len, wrong)) < 200

"""Test that retention and requests of one tenant also reach the portal and its files."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pipelines.installation import calendar
from pipelines.installation.workspace import Workspace, init
from pipelines.warehouse.stores import open_warehouse
from tests.support.deliveries import corporation, deliver, deliver_all, moved, tables
from tests.support.portal_home import Portal, held, rows

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork"),
]
TODAY, MONDAY = calendar.today(), calendar.this_monday()
AS_OF = MONDAY.isoformat()
DOWN = "postgres://nobody@127.0.0.1:1/portal"


class Week(NamedTuple):
    """Return a list in the portal on which a coach worked, after the log was read back."""

    home: Path
    did: dict[str, str]


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WAAKVLAM_KEY", "8" * 64)
        yield Portal()


def marked() -> list[dict[str, Any]]:
    """Return the register, in which every tenant has a different name, street and place on the map."""
    return [
        row
        | {"naam": f"ZZNAAM-{row['huurder_id']}-", "straatnaam": f"ZZSTRAAT-{row['huurder_id']}-"}
        | {"breedtegraad": str(latitude(row["huurder_id"])).replace(".", ","), "lengtegraad": "5,4"}
        for row in corporation()["huurovereenkomsten"]
    ]


def latitude(tenant: str) -> float:
    return 52 + int(tenant[1:]) / 100


def weekly(portal: Portal, home: Path, as_of: str = AS_OF) -> dict[str, Any]:
    return portal.ask("weekly", home, as_of=as_of, today=TODAY.isoformat())


@pytest.fixture(scope="module")
def week(portal: Portal, tmp_path_factory) -> Week:
    home = tmp_path_factory.mktemp("kept") / "home"
    init(home, portal=True)
    settings = home / "settings.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace("weeks = 104", "weeks = 1"), encoding="utf-8"
    )
    own = moved(corporation(), days=(MONDAY - date(2026, 11, 16)).days)
    deliver_all(Workspace(home), AS_OF, own | {"huurovereenkomsten": marked()})
    assert weekly(portal, home)["fell_short"] == []
    did = portal.ask("work", home, back=0)
    assert weekly(portal, home)["fell_short"] == []
    return Week(home, did)


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv("WAAKVLAM_KEY", "8" * 64)


@pytest.fixture
def copy(week: Week, tmp_path: Path) -> Path:
    shutil.copytree(week.home, tmp_path / "home")
    return tmp_path / "home"


def tenant(week: Week, who: str) -> str:
    return "H" + week.did[who][1:]


def files_with(home: Path, word: str) -> list[str]:
    """List the files that contain a word, except the encrypted stores."""
    files = [path for path in home.rglob("*") if path.is_file() and path.suffix != ".duckdb"]
    return sorted(path.name for path in files if word.encode() in path.read_bytes())


def test_the_portal_learns_the_terms_with_the_list(week: Week):
    """Before retention ran for the first time, the analyst's page already says what is past its term."""
    (kept,) = rows(week.home, "SELECT kept FROM runs_run WHERE as_of = ?", AS_OF)
    first = Workspace(week.home).settings.retention.in_portal(MONDAY)
    assert json.loads(kept[0]) == {name: day.isoformat() for name, day in first.items()}
    assert set(first) == {"cases", "lists", "runs"} and max(first.values()) < MONDAY


def test_an_erased_tenant_is_in_no_file_and_nothing_brings_them_back(week: Week, copy: Path, portal: Portal):
    who = tenant(week, "visited")
    assert "portal.sqlite3" in files_with(copy, f"ZZNAAM-{who}-")
    said = portal.ask("verb", copy, words=["subject", "erase", who, "--yes"])
    assert said["code"] == 0 and "portal" in said["out"], said
    assert [files_with(copy, f"ZZ{word}-{who}-") for word in ("NAAM", "STRAAT")] == [[], []]
    other = tenant(week, "watched")
    assert "portal.sqlite3" in files_with(copy, f"ZZNAAM-{other}-"), "others stay"
    # What the portal brings on the same day is a new version: the one before showed the person, and is gone.
    assert not [text for text in weekly(portal, copy)["fell_short"] if "portal" in text]
    names = {path.name for path in (copy / "inbox" / "portal").glob("contacten_*")}
    assert names == {f"contacten_{TODAY}_v2.csv"}
    with open_warehouse(Workspace(copy), read_only=True) as con:
        records = con.execute("SELECT overeenkomst_id FROM staged.contacten").fetchall()
    assert records == [(week.did["watched"],)]


def test_an_objection_made_in_the_portal_outlives_the_erasure(week: Week, copy: Path, portal: Portal):
    who, agreement = tenant(week, "objecting"), week.did["objecting"]
    assert portal.ask("verb", copy, words=["subject", "erase", who, "--yes"])["code"] == 0
    assert files_with(copy, f"ZZNAAM-{who}-") == []
    deliver(Workspace(copy), "huurovereenkomsten", (MONDAY + timedelta(days=1)).isoformat(), marked())
    later = (MONDAY + timedelta(days=7)).isoformat()
    weekly(portal, copy, later)
    with open_warehouse(Workspace(copy), read_only=True) as con:
        decided = dict(con.execute("SELECT overeenkomst_id, outcome FROM run.decided WHERE as_of = ?", [later]).fetchall())  # fmt: skip
    assert decided[agreement] == "objection"


def test_a_tenant_gets_what_the_portal_holds(week: Week, copy: Path, portal: Portal, tmp_path: Path):
    out = tmp_path / "own.json"
    words = ["subject", "export", tenant(week, "visited"), "--out", str(out)]
    assert portal.ask("verb", copy, words=words)["code"] == 0
    report = json.loads(out.read_text(encoding="utf-8"))
    assert [row["kind"] for row in report["portal.contact"]] == ["Huisbezoek"]
    assert report["portal.listing"] and report["portal.worry"] and report["portal.views"]
    (case,) = report["portal.case"]
    assert (case["latitude"], case["longitude"]) == (latitude(tenant(week, "visited")), 5.4)
    assert tenant(week, "watched") not in out.read_text(encoding="utf-8")


def test_casework_past_its_time_is_gone_from_the_files(week: Week, copy: Path, portal: Portal):
    soon = portal.ask("retention", copy, today=(TODAY + timedelta(days=30)).isoformat())
    assert {number for what, number in soon.items() if what.startswith("portal")} == {0}
    cases = len(held(copy)["casework_case"])
    result = portal.ask("retention", copy, today=(TODAY + timedelta(days=3 * 365)).isoformat())
    assert result["portal: cases"] == cases - 1 and result["portal: casework"] >= 4, result
    assert files_with(copy / "portal", "ZZNAAM") == files_with(copy / "portal", "ZZSTRAAT") == []
    query = "SELECT overeenkomst_id, name || address || town || phone, latitude, longitude FROM casework_case"
    assert rows(copy, query) == [(week.did["objecting"], "", None, None)]


def test_nothing_is_removed_while_the_portal_is_down(week: Week, copy: Path):
    def state() -> tuple[Any, ...]:
        of_readers = ("-shm", "-wal")  # SQLite makes these as soon as anybody reads
        files = {p for p in copy.rglob("*") if "logs" not in p.parts and not p.name.endswith(of_readers)}
        return files, tables(Workspace(copy)), tables(Workspace(copy), "vault"), held(copy)

    before, broken = state(), Portal(DATABASE_URL=DOWN)
    for words in (["retention"], ["subject", "erase", tenant(week, "visited"), "--yes"]):
        said = broken.ask("verb", copy, words=words)
        assert said["code"] == 1 and "The portal's database does not answer" in said["err"], said
    report = json.loads(broken.ask("verb", copy, words=["doctor", "--json"])["out"])
    output = [check for check in report if check["name"] == "portal" and check["mend"]]
    assert "does not answer" in output[0]["found"] and "Start its database" in output[0]["mend"]
    after = state()
    assert not after[0] ^ before[0]
    # The erasure that could not begin is only marked, so that the next run goes on with it.
    marks = after[2].pop("main.erasures")
    assert [tenant_id for tenant_id, *_ in marks] == [tenant(week, "visited")]
    assert before[2].pop("main.erasures") == []
    assert after[1:] == before[1:]


def test_doctor_checks_a_portal_that_is_switched_on(copy: Path, portal: Portal):
    report = json.loads(portal.ask("verb", copy, words=["doctor", "--json"])["out"])
    output = [check["found"] for check in report if check["name"] == "portal"]
    assert output[-1] == "its database answers (sqlite)"

"""One delivery is accepted against its gate by a named person; every other one is judged as before."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from pipelines.delivery import ingest
from pipelines.delivery.ingest import Outcome
from pipelines.installation import logs
from pipelines.installation.workspace import Workspace
from pipelines.warehouse.stores import open_warehouse
from tests.support.deliveries import agreement, deliver, load, make_workspace, waakvlam

DAY, NEXT = "2026-11-16", "2026-11-23"
WHY = "incassofase stond in november bewust uit"


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Make a workspace whose newest arrears list lost a column that decides the scope; only to copy."""
    workspace = make_workspace(tmp_path_factory.mktemp("stopped") / "home")
    deliver(workspace, "huurovereenkomsten", DAY, [agreement(n) for n in range(1, 7)])
    rows = [{"overeenkomst_id": f"O{n}", "saldo": "900,00", "incassofase": "sommatie"} for n in range(1, 7)]
    deliver(workspace, "huurachterstanden", DAY, rows)
    stripped = [{"overeenkomst_id": row["overeenkomst_id"], "saldo": row["saldo"]} for row in rows]
    deliver(workspace, "huurachterstanden", NEXT, stripped)
    refusals = [outcome.refusal for outcome in load(workspace)]
    assert [bool(refusal) for refusal in refusals] == [False, False, True]
    assert "accept it with `waakvlam accept`" in refusals[2]
    return workspace


@pytest.fixture
def place(stopped: Workspace, tmp_path: Path) -> Workspace:
    shutil.copytree(stopped.home, tmp_path / "home")
    return Workspace(tmp_path / "home")


def test_a_stopped_delivery_is_loaded_once_somebody_accepts_it(place: Workspace):
    file = place.inbox / f"huurachterstanden_{NEXT}.csv"
    said = waakvlam(place, "accept", file, "--by", "Noor", "--reason", WHY)
    assert said.code == 0 and "incassofase.filled" in said.out
    assert all(outcome.known for outcome in load(place))
    with open_warehouse(place, read_only=True) as con:
        rows = con.execute("SELECT file_name, accepted_by, reason, figures FROM run.accepted").fetchall()
    assert rows == [(file.name, "Noor", WHY, ["incassofase.filled"])]
    (event,) = [event for event in logs.read(place.logs) if event["event"] == "accepted"]
    assert (event["file"], event["by"]) == (file.name, "Noor") and WHY not in str(event)
    again = waakvlam(place, "accept", file, "--by", "Noor", "--reason", WHY)
    assert again.code == 2 and "nothing to accept" in again.err


def test_a_delivery_is_accepted_by_the_name_that_the_pages_show(place: Workspace):
    """The command on the analyst's pages is copied as it stands, from any folder."""
    missing = waakvlam(place, "accept", "huurachterstanden_2026-12-07.csv", "--by", "Noor", "--reason", WHY)
    assert missing.code == 1 and "not in the inbox" in missing.err
    said = waakvlam(place, "accept", f"huurachterstanden_{NEXT}.csv", "--by", "Noor", "--reason", WHY)
    assert said.code == 0 and f"Loaded huurachterstanden_{NEXT}.csv, accepted by Noor" in said.out


@pytest.mark.dear
def test_another_content_of_the_same_file_is_judged_again(place: Workspace):
    file = place.inbox / f"huurachterstanden_{NEXT}.csv"
    assert waakvlam(place, "accept", file, "--by", "Noor", "--reason", WHY).code == 0
    deliver(
        place,
        "huurachterstanden",
        "2026-11-30",
        [{"overeenkomst_id": f"X{n}", "saldo": "1,00"} for n in range(9)],
    )
    (refusal,) = [outcome.refusal for outcome in load(place) if not outcome.known]
    assert "unknown_agreement.share" in refusal


def test_what_still_does_not_load_is_not_accepted(place: Workspace, monkeypatch: pytest.MonkeyPatch):
    file = place.inbox / f"huurachterstanden_{NEXT}.csv"
    stopped: list[Outcome] = []
    judge = ingest.load

    def refuse(*arguments: Any) -> Outcome:
        stopped.append(stopped[0] if stopped else judge(*arguments))
        return stopped[0]

    monkeypatch.setattr(ingest, "load", refuse)
    said = waakvlam(place, "accept", file, "--by", "Noor", "--reason", WHY)
    assert said.code == 1 and len(stopped) == 2 and "Nothing was accepted" in said.err
    with open_warehouse(place, read_only=True) as con:
        assert con.execute("SELECT count(*) FROM run.accepted").fetchall() == [(0,)]


@pytest.mark.parametrize(("by", "reason"), [(" ", WHY), ("Noor", "ok")])
def test_without_a_name_or_a_reason_nothing_is_accepted(place: Workspace, by: str, reason: str):
    said = waakvlam(
        place, "accept", place.inbox / f"huurachterstanden_{NEXT}.csv", "--by", by, "--reason", reason
    )
    assert said.code == 2 and "needs a person and a reason" in said.err
    with open_warehouse(place, read_only=True) as con:
        assert con.execute("SELECT count(*) FROM run.accepted").fetchall() == [(0,)]


def test_a_file_that_is_unreadable_or_outside_the_inbox_is_not_accepted(place: Workspace, tmp_path: Path):
    broken = place.inbox / "huurachterstanden_2026-11-30.csv"
    broken.write_text("", encoding="utf-8")
    said = waakvlam(place, "accept", broken, "--by", "Noor", "--reason", WHY)
    assert said.code == 1 and "cannot be accepted" in said.err
    outside = tmp_path / broken.name
    outside.write_text("x", encoding="utf-8")
    said = waakvlam(place, "accept", outside, "--by", "Noor", "--reason", WHY)
    assert said.code == 1 and "not in the inbox" in said.err

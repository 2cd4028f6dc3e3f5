"""Test that old data are removed from the files' pages as well, and that one tenant's data are found and erased."""

from __future__ import annotations

import json
import os
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.installation import calendar
from pipelines.installation.errors import ConfigurationError, WaakvlamError
from pipelines.installation.sql import Sql
from pipelines.installation.workspace import KEY_VARIABLE, Workspace
from pipelines.operations import backup, doctor, retention, subject
from pipelines.warehouse import stores
from pipelines.warehouse.stores import attach_vault, open_warehouse
from pipelines.week import run
from tests.support.deliveries import (
    agreement,
    corporation,
    deliver,
    load_well,
    make_workspace,
    tables,
    waakvlam,
)
from tests.support.small import MARK, no_gate

pytestmark = pytest.mark.slow

AS_OF = date(2026, 11, 16)
REGISTER = "huurovereenkomsten"


@pytest.fixture(autouse=True)
def keys_in_files(monkeypatch):
    monkeypatch.delenv(KEY_VARIABLE, raising=False)


@pytest.fixture(scope="module")
def ran(tmp_path_factory) -> Workspace:
    """Return a workspace with two lists; tenant H7 has two agreements, one ended, and O12 ended long ago."""
    with pytest.MonkeyPatch.context() as patch, no_gate():
        patch.delenv(KEY_VARIABLE, raising=False)
        place = make_workspace(tmp_path_factory.mktemp("ran") / "home")
        for day in ("2026-11-09", "2026-11-16"):
            extracts = corporation()
            own = {"naam": "ZZZEVEN", "straatnaam": "ZZEVENSTRAAT", "email": "zz7@example.nl"}
            register = [row | (own if row["huurder_id"] == "H7" else MARK) for row in extracts[REGISTER]]
            register[11] |= {"einddatum": "2024-01-31", "naam": "ZZLANGWEG"}
            register.append(
                agreement(
                    70, huurder_id="H7", einddatum="2025-01-31", naam="ZZZEVEN", straatnaam="ZZOUDADRES"
                )
            )
            register.append(
                agreement("7X", huurder_id="H7X")
                | MARK
                | {"begindatum": "geen dag", "naam": "ZZZEVEN van O7"}
            )
            extracts[REGISTER] = register
            extracts["signaleringen"] = [
                {"signalering_id": "S7", "huurder_id": "H7", "soort_code": "BET", "begindatum": "2026-10-01"}
            ]
            extracts["contacten"] = [
                {"contact_id": "K7", "overeenkomst_id": "O3", "datum": "2026-10-01", "stand": "afgesloten"}
            ]
            extracts["overlastmeldingen"][0] |= {"melder_id": "H7"}
            for extract, rows in extracts.items():
                deliver(place, extract, day, rows)
        run.run(place, date(2026, 11, 9))
        run.run(place, AS_OF)
        return place


@pytest.fixture
def place(ran: Workspace, tmp_path: Path) -> Workspace:
    shutil.copytree(ran.home, tmp_path / "home")
    return Workspace(tmp_path / "home")


def removed(place: Workspace, today: str) -> dict[str, int]:
    return {item.kind: item.number for item in retention.retention(place, date.fromisoformat(today))}


def readable(place: Workspace, monkeypatch, work) -> tuple[bytes, bytes]:
    """Give the bytes of both stores before and after some work, as they would be without encryption."""
    with monkeypatch.context() as patch:
        for name in ("warehouse", "vault"):
            path = place.stores / f"{name}.duckdb"
            with stores.memory_connection(place) as con:
                con.execute(
                    f"ATTACH '{path}' AS old (ENCRYPTION_KEY '{stores.derive(place.secret(name), name)}', READ_ONLY)"
                )
                con.execute(f"ATTACH '{path}.plain' AS plain")
                con.execute("COPY FROM DATABASE old TO plain")
            Path(f"{path}.plain").replace(path)
        patch.setattr(
            stores, "options", lambda key, *, read_only=False: Sql("(READ_ONLY)" if read_only else "")
        )
        before = b"".join((place.stores / f"{name}.duckdb").read_bytes() for name in ("warehouse", "vault"))
        work()
        after = b"".join(path.read_bytes() for path in sorted(place.stores.glob("*.duckdb*")))
    return before, after


def test_nothing_is_removed_before_its_time(place: Workspace):
    before = tables(place), tables(place, "vault")
    assert set(removed(place, "2026-12-01").values()) == {1, 0}, "but the name of who left years ago"
    after = tables(place), tables(place, "vault")
    before[1]["main.tenancies"] = [row for row in before[1]["main.tenancies"] if row[1] != "O12"]
    assert after == before
    assert len(list(place.inbox.iterdir())) == 12


def test_each_kind_goes_in_its_time(place: Workspace):
    old = (place.inbox / "zomaar.txt", place.withdrawn / "huurachterstanden_2026-01-05.csv")
    place.withdrawn.mkdir()
    for path in old:
        path.write_text("x", encoding="utf-8")
        os.utime(path, (1_700_000_000, 1_700_000_000))
    result = removed(place, "2027-02-10")
    assert result["deliveries in the inbox"] == 7 and result["withdrawn deliveries"] == 1
    assert sorted(path.name[-14:] for path in place.inbox.iterdir()) == ["2026-11-16.csv"] * 6
    assert result["rows set apart"] == 1 and result["lists"] == 0
    result = removed(place, "2027-11-12")
    assert (result["lists"], result["deliveries in the inbox"]) == (1, 6) and result["decisions"] > 10
    assert [path.name for path in sorted(place.output.iterdir())] == ["2026-11-16"]
    assert {row[0] for row in tables(place)["run.decisions"]} == {AS_OF}
    result = removed(place, "2036-11-12")
    assert result["logs"] >= 1 and result["history of runs"] > 0 and result["names and addresses"] == 0
    assert removed(place, "2036-11-12") == dict.fromkeys(result, 0), "again: there is nothing left"
    vault = tables(place, "vault")["main.tenancies"]
    assert {row[1] for row in vault} >= {"O1", "O2"}, "who still lives there keeps a name"


def test_a_delivery_that_came_late_stays_until_its_own_time(place: Workspace):
    path = place.inbox / f"{REGISTER}_2026-11-09.csv"
    moment = datetime(2027, 1, 15).timestamp()
    os.utime(path, (moment, moment))
    removed(place, "2027-02-10")
    assert path.exists()


def test_backups_past_their_time_go_with_the_keys_that_open_them(place: Workspace, monkeypatch):
    settings = place.home / "settings.toml"
    text = settings.read_text(encoding="utf-8").replace('backups = ""', 'backups = "backups"')
    settings.write_text(text, encoding="utf-8")
    place = Workspace(place.home)
    (place.home / "backups").mkdir()
    result = backup.backup(place, place.home / "backups")
    (place.keys / "retired").mkdir()
    key, now = place.keys / "retired" / "vault-1.key", calendar.now()
    key.write_text("x", encoding="ascii")
    os.utime(key, (now.timestamp(), now.timestamp()))  # a moved clock does not move the times of files
    today = now.date()
    assert retention.retention(place, today)[4] == retention.Removed(
        "backups", 0, retention.retention(place, today)[4].before
    )
    later = (today + timedelta(days=366)).isoformat()
    actual = removed(place, later)
    assert (actual["backups"], actual["retired keys"]) == (1, 1) and not result.path.exists()


def test_names_are_gone_from_the_pages_of_the_files(place: Workspace, monkeypatch):
    """The bytes are searched without encryption: only rewriting the file removes them there."""
    before, after = readable(place, monkeypatch, lambda: removed(place, "2026-12-01"))
    assert b"ZZLANGWEG" in before and b"ZZZEVEN" in before, "it can be seen in the bytes at all"
    assert b"ZZLANGWEG" not in after and b"ZZZEVEN" in after


def test_without_rewriting_the_file_deleted_rows_remain_readable(place: Workspace, monkeypatch):
    monkeypatch.setattr(retention, "rewrite", lambda *_: None)
    _, after = readable(place, monkeypatch, lambda: removed(place, "2026-12-01"))
    assert b"ZZLANGWEG" in after


def test_a_file_that_cannot_be_removed_is_reported(place: Workspace, monkeypatch):
    def refuses(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "unlink", refuses)
    with pytest.raises(WaakvlamError, match="cannot be removed"):
        retention.retention(place, date(2027, 2, 10))


def test_a_clock_far_ahead_of_the_newest_delivery_removes_nothing_until_it_is_confirmed(
    place: Workspace, monkeypatch
):
    later = datetime(2036, 2, 10, 9, tzinfo=calendar.now().tzinfo)
    monkeypatch.setattr(calendar, "now", lambda: later)
    before = sorted(place.home.rglob("*"))
    said = waakvlam(place, "retention")
    assert said.code == 1 and "Nothing was removed: the clock says 2036-02-10" in said.err
    assert [path for path in before if not path.exists()] == []
    (check,) = [check for check in doctor.examine(place, later) if check.name == "clock"]
    assert "long after the newest delivery" in check.found and check.mend
    assert waakvlam(place, "retention", "--today", "2036-02-09").code == 1, "that is not what the clock says"
    assert waakvlam(place, "retention", "--today", "2036-02-10").code == 0


def test_the_verb_reports_and_status_knows(place: Workspace):
    today = calendar.today().isoformat()  # says that the clock is right, however long after the deliveries
    said = waakvlam(place, "retention", "--today", today)
    assert (
        said.code == 0 and "names and addresses" in said.out and "verified that nothing remains" in said.out
    )
    assert "never" not in dict(json.loads(waakvlam(place, "status", "--json").out))["retention"]


@pytest.mark.parametrize(
    ("day", "months", "is_"),
    [
        ("2026-03-31", 1, "2026-02-28"),
        ("2028-03-31", 1, "2028-02-29"),
        ("2026-01-15", 13, "2024-12-15"),
        ("2026-12-31", 12, "2025-12-31"),
        ("2026-11-30", 0, "2026-11-30"),
    ],
)
def test_months_are_those_of_the_calendar(day: str, months: int, is_: str):
    assert calendar.months_before(date.fromisoformat(day), months).isoformat() == is_


def test_a_tenant_gets_everything_that_is_held(place: Workspace, tmp_path: Path):
    out = tmp_path / "own.json"
    assert waakvlam(place, "subject", "export", "H7", "--out", out).code == 0
    assert os.name == "nt" or out.stat().st_mode & 0o077 == 0
    report = json.loads(out.read_text(encoding="utf-8"))
    assert {row["overeenkomst_id"] for row in report[REGISTER]} == {"O7", "O70"}
    assert {row["naam"] for row in report["vault.main.tenancies"]} == {"ZZZEVEN"}
    assert [row["zaak_id"] for row in report["overlastmeldingen"]] == ["Z7"]
    assert report["signaleringen"] and report["reparatieverzoeken"] and report["huurachterstanden"]
    assert len(report["warehouse.run.decisions"]) == 4, "two agreements, two lists"
    assert report["lists"] == ["2026-11-09", "2026-11-16"]
    assert f"{REGISTER}_2026-11-09.csv" in report["deliveries"]
    assert "ZZNAAM" not in out.read_text(encoding="utf-8"), "nothing of anybody else"


def test_an_erased_tenant_is_nowhere(place: Workspace, monkeypatch):
    said: list = []
    before, after = readable(
        place, monkeypatch, lambda: said.append(waakvlam(place, "subject", "erase", "H7", "--yes"))
    )
    assert said[0].code == 0 and "verified that nothing remains" in said[0].out and "H7" not in said[0].out
    for word in (b"ZZZEVEN", b"ZZEVENSTRAAT", b"zz7@example.nl", b"ZZOUDADRES"):
        assert word in before and word not in after, word
    for path in place.home.rglob("*"):
        if path.is_file() and path.suffix != ".duckdb":
            assert b"ZZEVENSTRAAT" not in path.read_bytes(), path.name
            assert b"H7;" not in path.read_bytes(), path.name
    assert "ZZNAAM" in after.decode("latin-1"), "others stay"


def test_after_an_erasure_everybody_else_is_as_before(place: Workspace):
    def of_others(name: str, rows: list) -> list:
        return [row for row in rows if not {"O7", "O70", "H7", "E7"} & {str(v) for v in row}]

    before = tables(place)
    done = subject.erase(place, "H7")
    after = tables(place)
    assert done.rows[f"raw.{REGISTER}"] >= 2
    for name in before:
        if (
            name.startswith(("staged.", "versions.", "run.decisions"))
            and "overlast" not in name
            and "signal" not in name
        ):
            assert after[name] == of_others(name, before[name]), name
    complaints = [row for row in after["staged.overlastmeldingen"] if "Z1" in row]
    assert complaints, "what this person reported of others stays, without the reporter"
    with open_warehouse(place) as con:
        attach_vault(con, place)
        columns = con.execute(
            "SELECT zaak_id, melder_id FROM staged.overlastmeldingen WHERE zaak_id IN ('Z1', 'Z3')"
        ).fetchall()
    assert dict(columns)["Z1"] is None and dict(columns)["Z3"] is not None
    with pytest.raises(ConfigurationError, match="There are no data about this tenant"):
        subject.erase(place, "H7")
    assert waakvlam(place, "weekly", "--as-of", "2026-11-16", "--top", 0).code in (0, 1)
    load_well(place)


def test_an_erasure_does_not_forget_an_objection(place: Workspace):
    """If it were erased with the rest, the next delivery of the register would put the person back on the list."""
    objections = [
        {"bezwaar_id": "B1", "overeenkomst_id": "O70", "datum": "2026-10-01", "ingetrokken_op": "2026-10-20"},
        {"bezwaar_id": "B2", "overeenkomst_id": "O7", "datum": "2026-11-02"},
        {"bezwaar_id": "B3", "overeenkomst_id": "O5", "datum": "2026-11-02"},
    ]
    deliver(place, "bezwaren", "2026-11-10", objections)
    load_well(place)
    done = subject.erase(place, "H7")
    assert done.rows["raw.bezwaren"] == 1, "the one that was withdrawn"
    with no_gate():
        for extract, rows in corporation().items():
            deliver(place, extract, "2026-11-17", rows)
        result = run.run(place, date(2026, 11, 23))
    with open_warehouse(place, read_only=True) as con:
        decided = dict(
            con.execute(
                "SELECT overeenkomst_id, outcome FROM run.decided WHERE as_of = ?", [result.weekly.as_of]
            ).fetchall()
        )
    assert (decided["O7"], decided["O5"]) == ("objection", "objection") and decided["O3"] == "top"


@pytest.mark.parametrize("verb", [["export", "--out", "x.json"], ["erase", "--yes"]])
def test_an_unknown_tenant_is_refused(place: Workspace, verb: list[str]):
    said = waakvlam(place, "subject", verb[0], "H'7; DROP TABLE", *verb[1:])
    assert said.code == 2 and "There are no data about this tenant" in said.err


def test_an_incomplete_erasure_is_reported(place: Workspace, monkeypatch):
    monkeypatch.setattr(subject, "_erase_history", lambda *_: None)
    with pytest.raises(WaakvlamError, match="Data remain after erasing"):
        subject.erase(place, "H7")

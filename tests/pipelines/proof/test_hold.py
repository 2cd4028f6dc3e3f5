"""Test that a list is held back in a shadow period and after a stop, sealed all the same, and published again."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.exchange import collect
from pipelines.installation import calendar, logs
from pipelines.installation.errors import ConfigurationError, WaakvlamError
from pipelines.installation.workspace import Workspace
from pipelines.operations import doctor, status
from pipelines.proof import hold, limits, records, register, verify, weekly
from pipelines.shortlist.weekly_list import WeeklyList
from pipelines.warehouse.stores import open_warehouse
from pipelines.week import backfill, run, steps
from portal.exchange.payload import Incident
from tests.support.deliveries import waakvlam, with_settings
from tests.support.seals import AMSTERDAM
from tests.support.small import no_gate, small

pytestmark = pytest.mark.slow

MONDAY = date(2026, 11, 16)
NOW = datetime(2026, 11, 16, 8, 0, tzinfo=AMSTERDAM)
PLAN = """
name = "shadow-1"
starts = 2026-11-16
weeks = 2
question = "Does the list find more than anyone could by sorting?"
success = "The interval is above 1 against every ranking."
failure = "The interval is below 1 against one ranking."
"""
BROKEN = limits.Rule("harm", "", 500.0, 120.0, "9 of 80, the limit is 2%")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory) -> Workspace:
    with no_gate():
        return small(tmp_path_factory.mktemp("hold") / "home", "2026-11-09", "2026-11-16")


@pytest.fixture
def place(loaded: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setattr(calendar, "now", lambda: NOW)
    shutil.copytree(loaded.home, tmp_path / "home")
    return Workspace(tmp_path / "home")


def started(place: Workspace, now: datetime = NOW) -> register.Period:
    path = place.home / "plan.toml"
    path.write_text(PLAN, encoding="utf-8")
    return register.start(place, path, "noor", now)


def made(place: Workspace) -> tuple[WeeklyList, tuple[str, ...]]:
    actual, report = weekly.sealed_list(place, MONDAY, [], [])
    return actual, report.fell_short


def logged(place: Workspace) -> int:
    with open_warehouse(place, read_only=True) as con:
        return int(con.execute("SELECT count(*) FROM run.decisions").fetchall()[0][0])


def test_in_a_shadow_period_nobody_sees_the_list_and_it_is_sealed(place: Workspace) -> None:
    period = started(place)
    with no_gate():
        done = run.run(place, MONDAY)
    assert done.fell_short == ()
    assert done.weekly.entries == ()
    assert "proefperiode tot en met 23 november 2026" in done.weekly.notices[0]
    assert done.report.listed == {}
    assert "H1" not in (done.folder / "shortlist.csv").read_text(encoding="utf-8")
    assert "O1" not in (done.folder / "shortlist.csv").read_text(encoding="utf-8")
    assert logged(place) == 0
    actual = verify.verify(place)
    assert actual.problems == ()
    assert [week.as_of for week in actual.weeks] == [MONDAY]
    assert period.plan.known_on == date(2027, 5, 24)
    assert (
        "nobody sees the lists of 2026-11-16 to 2026-11-23 (shadow-1)"
        in dict(status.status(place, NOW).lines)["last list"]
    )
    with pytest.raises(ConfigurationError, match="held back"):
        backfill.backfill(place, MONDAY, MONDAY)


def test_a_period_is_broken_off_with_a_reason_that_others_can_judge(place: Workspace) -> None:
    started(place)
    with pytest.raises(ConfigurationError, match="in a sentence"):
        register.end(place, "noor", "x", NOW)
    assert hold.held(place, MONDAY) is not None


def test_published_lines_of_another_corporation_say_nothing_of_this_one(place: Workspace) -> None:
    made(place)
    file = place.home / "heads.txt"
    file.write_text(f"{verify.heads(place)[0]}\n", encoding="utf-8")
    said = waakvlam(place, "seals", "verify", "--against", file)
    assert "agrees with 1 published line:" in said.out and "has no line of" not in said.out
    file.write_text(f"elders 1 {'a' * 64}\n", encoding="utf-8")
    assert "has no line of demo" in waakvlam(place, "seals", "verify", "--against", file).out


def test_a_plan_that_does_not_exist_is_asked_of_the_person(place: Workspace) -> None:
    said = waakvlam(place, "shadow", "start", place.home / "nowhere.toml", "--by", "A. Analist")
    assert said.code == 2
    assert "docs/proof.md has an example" in said.err and "waakvlam init" not in said.err


def test_a_period_is_registered_before_its_first_list(place: Workspace) -> None:
    made(place)
    with pytest.raises(ConfigurationError, match="may have been seen already"):
        started(place)


def test_a_period_that_is_broken_off_shows_the_next_list(place: Workspace) -> None:
    started(place)
    register.end(place, "noor", "The coach has no work.", NOW)
    actual, _ = made(place)
    assert actual.entries
    said = waakvlam(place, "shadow", "verdict")
    assert (said.code, "was broken off" in said.err) == (2, True)


def test_a_broken_limit_pauses_publication_until_a_named_role_decides(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hold, "watch", lambda *_: [BROKEN])
    actual, fell_short = made(place)
    assert actual.entries == ()
    assert "gepauzeerd" in actual.notices[0]
    assert "bestuurder of directeur" in actual.notices[0]
    assert "More harm was reported" in fell_short[0]
    assert "`waakvlam resume" in fell_short[0]
    assert logged(place) == 0
    checks = {check.name: check for check in doctor.examine(place, NOW)}
    assert "paused since 2026-11-16" in checks["publication"].found
    assert "waakvlam resume" in checks["publication"].mend
    assert any("waakvlam resume" in text for text in status.status(place, NOW).wrong)

    with pytest.raises(ConfigurationError, match="names bestuurder, directeur"):
        hold.resume(place, by="noor", role="wooncoach", reason="It was a mistake.", now=NOW)
    with pytest.raises(ConfigurationError, match="in a sentence"):
        hold.resume(place, by="noor", role="directeur", reason="ok", now=NOW)
    hold.resume(place, by="noor", role="directeur", reason="The approach was changed.", now=NOW)
    monkeypatch.undo()
    monkeypatch.setattr(calendar, "now", lambda: NOW)
    actual, fell_short = made(place)
    assert actual.entries
    assert fell_short == ()
    assert verify.verify(place).problems == ()


def test_somebody_pauses_by_hand_and_the_limits_forget_nothing(place: Workspace) -> None:
    with pytest.raises(ConfigurationError, match="in a sentence"):
        hold.pause(place, by="noor", reason="nu", now=NOW)
    hold.report(place, "harm", MONDAY - timedelta(days=8), "noor", NOW)
    hold.pause(place, by="noor", reason="Two addresses are of a shelter.", now=NOW)
    assert hold.stop_rule(place, MONDAY) == "by_hand"
    actual, fell_short = made(place)
    assert actual.entries == ()
    assert (
        "door iemand van de corporatie" in actual.notices[0]
        and "bestuurder of directeur" in actual.notices[0]
    )
    assert "paused it by hand" in fell_short[0] and "`waakvlam resume" in fell_short[0]
    assert not any(secret in str(fell_short) for secret in ("noor", "shelter"))
    assert "shelter" not in (place.proof / "demo.jsonl").read_text(encoding="utf-8")
    assert logged(place) == 0
    with pytest.raises(ConfigurationError, match="paused already"):
        hold.pause(place, by="noor", reason="Two addresses are of a shelter.", now=NOW)
    hold.resume(place, by="noor", role="directeur", reason="The addresses were left out.", now=NOW)
    assert hold.stop_rule(place, MONDAY) == "on"
    with open_warehouse(place, read_only=True) as con:
        rules = {rule.name: rule for rule in hold.watch(con, place, MONDAY)}
    assert rules["harm"].counted.startswith("1 of ")
    hold.stop(place, [BROKEN], NOW)
    hold.resume(place, by="noor", role="directeur", reason="The approach was changed.", now=NOW)
    with open_warehouse(place, read_only=True) as con:
        rules = {rule.name: rule for rule in hold.watch(con, place, MONDAY)}
    assert rules["harm"].counted == "nothing yet"
    assert verify.verify(place).problems == ()


def test_status_asks_for_the_decision_once_and_after_it_for_the_list(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hold, "watch", lambda *_: [BROKEN])
    _, fell_short = made(place)
    with logs.run(place.logs, "weekly") as log:
        log.fell_short(list(fell_short))
    assert sum("waakvlam resume" in text for text in status.status(place, NOW).wrong) == 1
    hold.resume(place, by="noor", role="directeur", reason="The approach was changed.", now=NOW)
    wrong = status.status(place, NOW).wrong
    assert "Publication was resumed since: start `waakvlam weekly` to make the list." in wrong
    assert not any("waakvlam resume" in text for text in wrong)


def test_too_many_drifting_signals_pause_publication_before_a_list_is_decided(place: Workspace) -> None:
    drifted = list("abcde")
    published, _ = weekly.sealed_list(place, MONDAY, [], [], drifted[:4])
    assert published.entries
    before = logged(place)
    held, report = weekly.sealed_list(place, MONDAY + timedelta(days=7), [], [], drifted)
    assert held.entries == ()
    assert "5 warnings in one week" in report.fell_short[0]
    assert logged(place) == before, "nobody saw that list"


def test_drift_in_a_shadow_period_asks_for_no_decision(place: Workspace) -> None:
    started(place)
    weekly.sealed_list(place, MONDAY, [], [], list("abcde"))
    assert hold.paused(place) is None


def test_reports_count_and_hold_nothing_about_the_resident(place: Workspace) -> None:
    hold.report(place, "complaint", MONDAY - timedelta(days=8), "noor", NOW)
    hold.report(place, "harm", MONDAY - timedelta(days=8), "noor", NOW)
    hold.report(place, "harm", MONDAY - timedelta(days=1), "noor", NOW)
    with open_warehouse(place, read_only=True) as con:
        rules = {rule.name: rule for rule in hold.watch(con, place, MONDAY)}
    assert rules["harm"].counted.startswith("1 of ")
    assert rules["complaints"].counted.startswith("1 of ")
    with pytest.raises(ConfigurationError, match="valid: harm, complaint"):
        hold.report(place, "praise", MONDAY, "noor", NOW)
    assert "noor" not in (place.proof / "demo.jsonl").read_text(encoding="utf-8")


def test_a_report_of_the_portal_is_recorded_once_even_if_its_file_is_lost(
    place: Workspace, monkeypatch
) -> None:
    reported = [Incident(f"r{n}", "complaint", MONDAY - timedelta(days=8), "noor") for n in range(2)]
    for incidents in (reported[:1], reported, reported):
        monkeypatch.setattr(
            collect, "read", lambda *_, given=tuple(incidents): collect.Collected(incidents=given)
        )
        steps.COLLECT.function(place, MONDAY)
        for path in (place.proof / "records").iterdir():
            path.unlink()
    assert [one.content["reference"] for one in records.of_kinds(place, hold.REPORT)] == ["r0", "r1"]


def test_a_decision_that_is_altered_or_gone_is_found(place: Workspace) -> None:
    record = hold.report(place, "harm", MONDAY, "noor", NOW)
    path = next((place.proof / "records").iterdir())
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("noor", "sam"), encoding="utf-8")
    assert "was altered" in verify.verify(place).problems[0]
    path.unlink()
    assert f"line {record.entry.number}: the file of this report is gone" in verify.verify(place).problems[0]


def held(place: Workspace, how: str) -> Path:
    """Hold the list back by a shadow period or by a stop, and return the file of that record."""
    if how == "shadow":
        started(place)
    else:
        hold.stop(place, [BROKEN], NOW)
    (record,) = (place.proof / "records").iterdir()
    return record


@pytest.mark.parametrize("how", ["shadow", "stop"])
@pytest.mark.parametrize("damage", ["file gone", "file altered", "chain gone"])
def test_what_is_held_back_stays_so_if_its_record_is_lost(place: Workspace, how: str, damage: str) -> None:
    record = held(place, how)
    if damage == "file gone":
        record.unlink()
    elif damage == "file altered":
        record.write_text(record.read_text(encoding="utf-8").replace("nonce", "once"), encoding="utf-8")
    else:
        (place.proof / "demo.jsonl").unlink()
    actual, _ = made(place)
    assert actual.entries == ()
    assert "Let op" in actual.notices[0]
    assert bool(verify.verify(place).problems) == (damage != "chain gone")
    assert status.status(place, NOW).lines


@pytest.mark.parametrize("how", ["shadow", "stop"])
def test_no_list_is_made_while_the_chain_of_decisions_is_altered(place: Workspace, how: str) -> None:
    held(place, how)
    chain = place.proof / "demo.jsonl"
    chain.write_text(chain.read_text(encoding="utf-8").replace(how, "praise"), encoding="utf-8")
    with pytest.raises(WaakvlamError, match=r"altered: line 1 .* move this file away"):
        made(place)


def test_the_portal_is_told_where_the_stop_rule_stands(place: Workspace) -> None:
    assert hold.stop_rule(place, MONDAY) == "on"
    hold.stop(place, [BROKEN], NOW)
    assert hold.stop_rule(place, MONDAY) == "paused"
    hold.resume(place, by="Noor", role="bestuurder", reason="De schade is uitgezocht.", now=NOW)
    assert hold.stop_rule(place, MONDAY) == "on"
    started(place)
    assert hold.stop_rule(place, MONDAY) == "shadow"
    off = with_settings(place, "[stop]\nenabled = false\n")
    assert hold.stop_rule(off, MONDAY + timedelta(weeks=200)) == "off"

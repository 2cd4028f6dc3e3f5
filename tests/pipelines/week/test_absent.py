"""A week without data is not a quiet week, and a list that was handed out is not replaced without a word."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipelines.delivery import freshness
from pipelines.installation import calendar
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.workspace import Workspace
from pipelines.operations import doctor
from pipelines.warehouse.stores import open_warehouse
from pipelines.week import run
from tests.pipelines.operations.test_status import MONDAY as NOW
from tests.support.deliveries import (
    agreement,
    deliver,
    load_well,
    make_workspace,
    put,
    waakvlam,
    with_settings,
)
from tests.support.small import no_gate, small

pytestmark = pytest.mark.dear

MONDAY = date(2026, 11, 16)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return a workspace in which the week ran."""
    place = small(tmp_path_factory.mktemp("ran") / "home", "2026-11-09", "2026-11-16")
    with no_gate():
        assert run.run(place, MONDAY).weekly.entries
    return place


@pytest.fixture
def place(ran: Workspace, tmp_path: Path) -> Workspace:
    shutil.copytree(ran.home, tmp_path / "home")
    return Workspace(tmp_path / "home")


def lists(place: Workspace) -> int:
    with open_warehouse(place, read_only=True) as con:
        return int(con.execute("SELECT count(*) FROM run.lists").fetchall()[0][0])


def test_a_week_without_any_delivery_has_no_list(tmp_path: Path):
    place = make_workspace(tmp_path)
    result = run.run(place, MONDAY)
    assert not (result.folder / "shortlist.html").exists() and lists(place) == 0
    assert "no agreement was known on that day. An empty list is not published" in result.fell_short[0]


@pytest.mark.parametrize(("days", "missed"), [(6, False), (7, True)])
def test_six_days_miss_a_weekly_export_on_the_first_monday_without_it(
    place: Workspace, days: int, missed: bool
):
    strict = with_settings(place, "[freshness]\nmax_age_days = 6\n")
    with open_warehouse(strict, read_only=True) as con:
        fresh = freshness.freshness(con, strict.settings, MONDAY + timedelta(days=days))
    arrears = next(item for item in fresh if item.extract == "huurachterstanden")
    assert (arrears.age_days, arrears.stale) == (days, missed)


def test_a_week_with_the_register_alone_leaves_the_list_of_before(place: Workspace):
    """A year later the register is new and everything else is old, so nobody has points any more."""
    later = date(2027, 11, 15)
    deliver(place, "huurovereenkomsten", str(later), [agreement(n) for n in range(1, 13)])
    with no_gate():
        result = run.run(place, later)
    assert (
        "huurachterstanden, overlastmeldingen, reparatieverzoeken are missing or stale"
        in result.fell_short[0]
    )
    assert [path.parent.name for path in place.output.glob("*/shortlist.csv")] == [str(MONDAY)]
    assert lists(place) == 1


def test_a_list_in_the_place_of_an_earlier_one_says_so(place: Workspace):
    first = run.run(place, MONDAY)
    assert not any("in de plaats van" in notice for notice in first.weekly.notices)
    one = first.weekly.entries[0].overeenkomst_id
    deliver(
        place, "bezwaren", "2026-11-16", [{"bezwaar_id": "B1", "overeenkomst_id": one, "datum": "2026-11-13"}]
    )
    with no_gate():
        second = run.run(place, MONDAY)
    (notice, *_) = second.weekly.notices
    assert notice.startswith("Let op: deze lijst komt in de plaats van een eerdere van dezelfde week")
    # Every tenant of this corporation has the same name and telephone number, so the objection is one of them all.
    assert f"(0 erbij, {len(first.weekly.entries)} eraf)" in notice and not second.weekly.entries
    assert run.run(place, MONDAY).weekly.notices == second.weekly.notices


def test_another_corporatie_id_is_refused_instead_of_doubling_the_register(place: Workspace):
    path = place.home / "settings.toml"
    path.write_text(path.read_text().replace('corporatie_id = "demo"', 'corporatie_id = "nieuw"'))
    renamed = Workspace(place.home)
    deliver(renamed, "huurovereenkomsten", "2026-11-23", [agreement(n) for n in range(1, 13)])
    with pytest.raises(ConfigurationError, match='Put corporatie_id = "demo" back'), no_gate():
        load_well(renamed)
    (actual,) = [check for check in doctor.examine(renamed, NOW) if check.name == "settings"]
    assert "'demo', which the settings do not name" in actual.found and actual.mend
    with no_gate():
        load_well(with_settings(renamed, 'corporaties = ["demo"]\n'))


def test_a_clock_far_ahead_of_every_delivery_makes_no_list(place: Workspace, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(calendar, "today", lambda: date(2036, 2, 12))
    said = waakvlam(place, "weekly")
    assert said.code == 1
    assert "No list was made: the clock says 2036-02-12, and the newest delivery is of 2026-11-16" in said.err
    assert "--as-of 2036-02-11" in said.err and lists(place) == 1
    put(place, "huurachterstanden_2035-12-03.csv", "x")  # a delivery of these months bears the clock out
    freshness.check_clock(place, calendar.today())


@pytest.mark.parametrize("address", ["1811 aa 3", "Lindelaan 3", "líndelaan 3, 1811AA alkmaar"])
def test_explain_takes_an_address(tmp_path: Path, address: str):
    place = make_workspace(tmp_path)
    before = agreement(30, huisnummer="3", eenheid_id="E3", begindatum="2010-01-01", einddatum="2014-12-31")
    deliver(
        place,
        "huurovereenkomsten",
        "2026-11-16",
        [agreement(3, begindatum="2015-01-01"), before, agreement(33)],
    )
    with no_gate():
        load_well(place)
    said = waakvlam(place, "explain", address, "--as-of", "2026-11-16", "--json")
    assert said.code == 0 and '"O3"' in said.out and "O30" not in said.out and "O33" not in said.out
    said = waakvlam(place, "explain", "Nergensweg 1", "--as-of", "2026-11-16")
    assert said.code == 2 and "Nergensweg" not in said.err

"""What an analyst reads on a Monday on which a delivery did not come, or has something new; each in one line with what to do."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pipelines.delivery import news
from pipelines.installation.calendar import AMSTERDAM, WEEK
from pipelines.installation.workspace import Workspace
from pipelines.operations.status import status
from pipelines.warehouse.stores import open_warehouse
from pipelines.week import run
from tests.support.deliveries import corporation, deliver, load, load_well, make_workspace

pytestmark = pytest.mark.dear

MONDAY = date(2026, 11, 16)
NEXT = MONDAY + WEEK
HOMES = range(1, 9)


def arrears(**column: Any) -> list[dict[str, Any]]:
    owed = {"saldo": "900,00", "oudste_vervaldatum": "2026-09-01", "incassofase": "sommatie"}
    return [{"overeenkomst_id": f"O{n}"} | owed | column for n in HOMES]


@pytest.fixture(scope="module")
def six_weeks(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with the register and six weekly arrears lists."""
    workspace = make_workspace(tmp_path_factory.mktemp("weeks") / "home")
    deliver(
        workspace, "huurovereenkomsten", MONDAY.isoformat(), corporation(len(HOMES))["huurovereenkomsten"]
    )
    for number in range(6):
        deliver(workspace, "huurachterstanden", (MONDAY - number * WEEK).isoformat(), arrears())
    load_well(workspace)
    return workspace


@pytest.fixture
def place(six_weeks: Workspace, tmp_path: Path) -> Workspace:
    shutil.copytree(six_weeks.home, tmp_path / "home")
    return Workspace(tmp_path / "home")


def load_and_read(place: Workspace) -> list[str]:
    """Load what waits in the inbox, and return what is new in it."""
    outcomes = load(place)
    with open_warehouse(place, read_only=True) as con:
        return list(news.news(con, outcomes, place.settings.gates))


def test_a_weekly_list_that_did_not_come_is_named_on_its_first_monday(place: Workspace):
    late = run.run(place, NEXT)
    (text,) = late.report.notes or ()
    assert text.startswith(f"huurachterstanden did not come this week: the newest is of {MONDAY}, ")
    assert (
        "Let op: de huurachterstanden zijn niet vernieuwd. Gebruikt is de stand van 16 november 2026."
        in late.weekly.notices
    )
    said = status(place, datetime(2026, 11, 24, 9, tzinfo=ZoneInfo(AMSTERDAM)))
    assert "late: huurachterstanden (2026-11-16)" in dict(said.lines)["freshness"]
    assert any(
        text.startswith("Ask for new exports of") and "huurachterstanden" in text for text in said.wrong
    )
    deliver(place, "huurachterstanden", NEXT.isoformat(), arrears())
    assert run.run(place, NEXT).report.notes is None


def test_a_new_column_is_named_once(place: Workspace):
    deliver(place, "huurachterstanden", NEXT.isoformat(), arrears(aanmaakkanaal="web"))
    (text,) = load_and_read(place)
    assert text.startswith(
        "huurachterstanden_2026-11-23.csv: column aanmaakkanaal is new, and nothing reads it."
    )
    assert "mappings/canoniek.toml" in text
    deliver(place, "huurachterstanden", (NEXT + WEEK).isoformat(), arrears(aanmaakkanaal="web"))
    assert load_and_read(place) == []


def test_new_codes_are_named_once_with_what_to_do(place: Workspace):
    def repairs(*words: str) -> list[dict[str, Any]]:
        codes = [*words, *["LEK"] * (200 - len(words))]
        return [
            {
                "verzoek_id": f"V{n}",
                "eenheid_id": f"E{n % 8 + 1}",
                "melddatum": f"2026-10-{n // 8 + 1:02}",
                "defectsoort_code": code,
            }
            for n, code in enumerate(codes)
        ]

    for day, words in ((MONDAY, []), (NEXT, ["drup", "galm", "piep", "tocht"] * 2)):
        deliver(place, "reparatieverzoeken", day.isoformat(), repairs(*words))
    (text,) = load_and_read(place)
    start = "reparatieverzoeken_2026-11-23.csv: column defectsoort_code has 4 new values that no mapping covers: 'drup', "
    assert text.startswith(start)
    assert "and 1 more. Ask what they mean, and add the lines that `waakvlam check` prints" in text
    deliver(place, "reparatieverzoeken", (NEXT + WEEK).isoformat(), repairs("drup", "galm", "galm", "drup"))
    assert load_and_read(place) == []


def test_a_name_in_a_column_of_codes_is_no_news(place: Workspace):
    """It is counted and kept in the vault; here it would be shown."""
    deliver(
        place, "huurachterstanden", NEXT.isoformat(), arrears(incassofase="Mevr. A. Voorbeeld, 06-12345678")
    )
    assert not any("Voorbeeld" in text for text in load_and_read(place))


def lists(place: Workspace, rows: list[int]) -> list[str]:
    """Deliver a history of weekly lists with so many rows each, in one file, and return what is odd about it."""
    register = [row | {"opzegdatum": ""} for row in corporation(60)["huurovereenkomsten"]]
    deliver(place, "huurovereenkomsten", str(MONDAY), register)
    days = [str(MONDAY - (len(rows) - 1 - week) * WEEK) for week in range(len(rows))]
    history = [
        {
            "overeenkomst_id": f"O{n}",
            "peildatum": day,
            "saldo": f"{600 + n},00",
            "oudste_vervaldatum": "2026-05-01",
            "incassofase": "",
        }
        for day, number in zip(days, rows, strict=True)
        for n in range(1, number + 1)
    ]
    deliver(place, "huurachterstanden", str(MONDAY), history)
    return load_and_read(place)


def test_a_short_list_in_a_history_is_named(tmp_path: Path):
    (text,) = lists(make_workspace(tmp_path / "home"), [60, 58, 20, 60, 60])
    assert text.startswith(
        "huurachterstanden_2026-11-16.csv: one list has far fewer rows than the lists before and after: 2026-11-02. "
    )


@pytest.mark.parametrize("rows", [[20, 60, 60, 60], [60, 40, 60, 60], [30, 31, 60, 60], [60, 60, 30, 30]])
def test_a_history_that_grows_or_breathes_is_no_news(tmp_path: Path, rows: list[int]):
    assert lists(make_workspace(tmp_path / "home"), rows) == []


def test_a_doubt_about_an_objection_makes_the_run_fall_short(place: Workspace):
    for day, home in ((MONDAY, 1), (NEXT, 2)):
        objection = {"bezwaar_id": "B1", "overeenkomst_id": f"O{home}", "datum": f"2026-11-{day.day - 3:02}"}
        deliver(place, "bezwaren", day.isoformat(), [objection])
    actual = run.run(place, NEXT).report
    assert any("bezwaar_id.reused.rows is 1" in text for text in actual.fell_short)
    assert not any("bezwaar_id" in text for text in actual.notes or ())


def test_a_doubt_about_another_extract_is_named_in_a_line(place: Workspace):
    homes = [row | {"brutohuur": "6000,00"} for row in corporation(60)["huurovereenkomsten"]]
    deliver(place, "huurovereenkomsten", NEXT.isoformat(), homes)
    (text,) = load_and_read(place)
    assert text.startswith(
        "huurovereenkomsten_2026-11-23.csv: brutohuur.median is 6000, expected between 50 and 2500 (warning): "
    )


def test_a_tenant_number_on_many_homes_is_said_once_for_all_registers(tmp_path: Path):
    place = make_workspace(tmp_path / "home")
    register = [row | {"huurder_id": "H7"} for row in corporation(len(HOMES))["huurovereenkomsten"]]

    def said() -> list[str]:
        outcomes = load(place)
        with open_warehouse(place) as con:
            return [
                text for text in news.news(con, outcomes, place.settings.gates) if "nobody = [...]" in text
            ]

    for number in range(3):
        deliver(place, "huurovereenkomsten", (MONDAY + number * WEEK).isoformat(), register)
    (actual,) = said()
    assert actual.startswith(f"huurovereenkomsten_{MONDAY + 2 * WEEK}.csv: huurder_id.eenheid_id.most is 8")
    assert actual.endswith("The same holds for 2 older deliveries of this run.")
    deliver(place, "huurovereenkomsten", (MONDAY + 3 * WEEK).isoformat(), register)
    assert said() == []

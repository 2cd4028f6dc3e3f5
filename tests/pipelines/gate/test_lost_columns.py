"""A column that disappears from an export is a fault: it stops the delivery, or it is named at the top of the run."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipelines.installation.workspace import Workspace
from pipelines.week import run
from tests.support.deliveries import (
    agreement,
    corporation,
    deliver,
    deliver_all,
    load,
    load_well,
    make_workspace,
    waakvlam,
)

pytestmark = pytest.mark.dear

BEFORE, DAY = "2026-11-16", "2026-11-23"
HOMES = range(1, 9)


def arrears(**column: Any) -> list[dict[str, Any]]:
    """Give the arrears of eight tenants, all with the same extra columns."""
    return [
        {"overeenkomst_id": f"O{n}", "saldo": "900,00", "oudste_vervaldatum": "2026-09-01"} | column
        for n in HOMES
    ]


def repairs(**column: Any) -> list[dict[str, Any]]:
    return [{"verzoek_id": f"V{n}", "eenheid_id": f"E{n}", "melddatum": "2026-10-05"} | column for n in HOMES]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Make a workspace with a delivery in which every column is filled."""
    workspace = make_workspace(tmp_path_factory.mktemp("filled") / "home")
    rows = corporation(len(HOMES)) | {
        "huurachterstanden": arrears(incassofase="sommatie"),
        "reparatieverzoeken": repairs(niet_thuis_datums="2026-10-12"),
    }
    deliver_all(workspace, BEFORE, rows)
    load_well(workspace)
    return workspace


@pytest.fixture
def place(filled: Workspace, tmp_path: Path) -> Workspace:
    shutil.copytree(filled.home, tmp_path / "home")
    return Workspace(tmp_path / "home")


@pytest.mark.parametrize("lost", [arrears(), arrears(incassofase="")], ids=["gone", "empty"])
def test_an_arrears_list_that_lost_the_collection_step_stops_at_the_gate(
    place: Workspace, lost: list[dict[str, Any]]
):
    path = deliver(place, "huurachterstanden", DAY, lost)
    said = waakvlam(place, "check", path)
    assert said.code == 1 and "incassofase.filled is 0" in said.out
    (refusal,) = [outcome.refusal for outcome in load(place) if outcome.refusal]
    assert "in the delivery before it was filled in 8 of 8" in refusal


@pytest.mark.parametrize(("column", "value"), [("opzegdatum", "2026-11-01"), ("einddatum", "2026-12-31")])
def test_a_register_that_lost_the_end_or_the_notice_stops_at_the_gate(
    place: Workspace, column: str, value: str
):
    deliver(place, "huurovereenkomsten", "2026-11-17", [agreement(n, **{column: value}) for n in HOMES])
    load_well(place)
    rows = [agreement(n) for n in HOMES]
    deliver(place, "huurovereenkomsten", DAY, [{k: v for k, v in row.items() if k != column} for row in rows])
    (refusal,) = [outcome.refusal for outcome in load(place) if outcome.refusal]
    assert f"{column}.filled is 0" in refusal


def test_another_lost_column_is_named_by_the_run_and_on_the_quality_page(place: Workspace):
    deliver_all(
        place,
        DAY,
        corporation(len(HOMES))
        | {"huurachterstanden": arrears(incassofase="sommatie"), "reparatieverzoeken": repairs()},
    )
    result = run.run(place, date(2026, 11, 23))
    (message,) = [text for text in result.fell_short if "niet_thuis_datums" in text]
    assert message.startswith(
        "reparatieverzoeken_2026-11-23.csv: Column niet_thuis_datums is not in the file;"
    )
    page = (place.output / DAY / "quality.html").read_text(encoding="utf-8")
    assert page.index("Column niet_thuis_datums is not in the file") < page.index("niet_thuis_datums.filled")


def test_an_absent_column_has_no_figure_that_could_pass(place: Workspace):
    deliver(place, "reparatieverzoeken", DAY, repairs(niet_thuis_datums="2026-10-12"))
    (outcome,) = [outcome for outcome in load(place) if not outcome.known]
    assert outcome.gate is not None
    verdicts = {verdict.figure.name: verdict.success for verdict in outcome.gate.verdicts}
    assert verdicts["defectsoort_code.unmapped.share"] is None


def test_an_empty_column_is_not_a_loss_if_few_rows_had_it(place: Workspace):
    rows = [agreement(n, opzegdatum="2026-11-01" if n == 1 else "") for n in HOMES]
    deliver(place, "huurovereenkomsten", "2026-11-17", rows)
    deliver(place, "huurovereenkomsten", DAY, [agreement(n, opzegdatum="") for n in HOMES])
    load_well(place)


def complaints(ended: int, rows: int, day: str) -> list[dict[str, Any]]:
    """Give complaints of a day, of which the first ones are closed."""
    return [
        {
            "zaak_id": f"{day}-{n}",
            "beklaagde_eenheid_id": "E1",
            "registratiedatum": f"{day} 10:{n:02}:00",
            "zaaktypedetailsoort_code": "GEL",
            "status_code": "AFG" if n < ended else "INB",
            "einddatum": day if n < ended else "",
        }
        for n in range(rows)
    ]


@pytest.mark.parametrize(
    ("earlier", "ended", "rows", "said"),
    [
        ([(18, 19)], 0, 9, False),  # the first delivery holds years, in which every case is closed
        ([(18, 19), (2, 3)], 0, 8, False),  # two of three closed is no proof that one of eight should be
        ([(18, 19), (18, 19)], 0, 9, True),
        ([(18, 19), (9, 9)], 1, 9, False),
    ],
    ids=["after years", "by chance", "lost", "one left"],
)
def test_an_empty_column_of_changes_is_a_loss_if_chance_does_not_explain_it(
    tmp_path: Path, earlier: list[tuple[int, int]], ended: int, rows: int, said: bool
) -> None:
    place = make_workspace(tmp_path / "home")
    deliver(place, "huurovereenkomsten", "2026-11-05", corporation(len(HOMES))["huurovereenkomsten"])
    for week, (closed, of) in enumerate(earlier, start=6):
        deliver(
            place, "overlastmeldingen", f"2026-11-{week:02}", complaints(closed, of, f"2026-11-0{week - 1}")
        )
    load_well(place)
    deliver(place, "overlastmeldingen", DAY, complaints(ended, rows, "2026-11-20"))
    (gate,) = [outcome.gate for outcome in load(place) if outcome.gate]
    assert ("einddatum.filled" in {verdict.figure.name for verdict in gate.warnings}) == said


WHO = "Let op: op deze lijst kan staan wie al bij de deurwaarder of de rechter is. Dat is niet geleverd."


def test_a_first_delivery_without_what_decides_the_scope_is_told_with_the_run_and_on_each_list(
    tmp_path: Path,
):
    """Nobody can be left out for a step of collection that was not mapped, and nothing else would show it."""
    workspace = make_workspace(tmp_path / "home")
    rows = corporation(len(HOMES))
    rows["huurovereenkomsten"] = [row | {"opzegdatum": ""} for row in rows["huurovereenkomsten"]]
    deliver_all(workspace, BEFORE, rows | {"huurachterstanden": arrears()})
    first = run.run(workspace, date.fromisoformat(BEFORE))
    assert "incassofase.delivered" in " ".join(first.report.notes or ())
    assert WHO in first.weekly.notices
    deliver(workspace, "huurachterstanden", DAY, arrears(incassofase="herinnering"))
    assert WHO not in run.run(workspace, date.fromisoformat(DAY)).weekly.notices

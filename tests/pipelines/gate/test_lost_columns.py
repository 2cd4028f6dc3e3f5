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

"""Test misleading keys: placeholders, tenants of many homes, two persons with one number, lost leading zeros."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.gate.verdicts import Gate, Verdict
from pipelines.installation.workspace import Workspace
from tests.support.deliveries import agreement, deliver, load, make_workspace
from tests.support.one_file import typed

pytestmark = pytest.mark.dear

DAY = "2026-11-16"
REGISTER = f"huurovereenkomsten_{DAY}.csv"
HEAD = "overeenkomst_id;huurder_id;eenheid_id;eenheidsoort_code;brutohuur;begindatum\n"


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return make_workspace(tmp_path / "home")


@pytest.mark.parametrize(
    "nobody",
    [
        "ONBEKEND",
        "onbekende huurder",
        "Anoniem",
        "n.v.t.",
        "9999",
        "99999",
        "000",
        "HRD-0000",
        "-",
        "?",
        "DIVERS",
    ],
)
def test_a_placeholder_is_a_tenant_of_its_own(nobody: str) -> None:
    rows = f"K1;{nobody};E1;WOO;600;2020-01-01\nK2;{nobody};E2;WOO;600;2020-01-01\n"
    if " " in nobody:
        nobody_too = '[reading]\nnobody = ["onbekende huurder"]'
        assert typed(HEAD + rows, "huurder_id", name=REGISTER, mapping=nobody_too) == [
            (f"{nobody} K1",),
            (f"{nobody} K2",),
        ]
    else:
        assert typed(HEAD + rows, "huurder_id", name=REGISTER) == [(f"{nobody} K1",), (f"{nobody} K2",)]


@pytest.mark.parametrize("somebody", ["H1", "10000", "HRD000120", "999", "Onbekendstraat 1", "9998", "T0001"])
def test_other_tenants_keep_their_number(somebody: str) -> None:
    assert typed(f"{HEAD}K1;{somebody};E1;WOO;600;2020-01-01\n", "huurder_id", name=REGISTER) == [(somebody,)]


def test_a_placeholder_is_not_a_reporter() -> None:
    rows = "zaak_id;beklaagde_eenheid_id;registratiedatum;melder_id\nZ1;E1;2026-11-01;ANONIEM\nZ2;E1;2026-11-01;M1\n"
    first, second = typed(rows, "melder_id", name=f"overlastmeldingen_{DAY}.csv")
    assert (first, second[0] is not None) == ((None,), True)


def register(place: Workspace, rows: list[dict[str, str]], day: str = DAY) -> Gate:
    deliver(place, "huurovereenkomsten", day, [{"opzegdatum": "", **row} for row in rows])
    gate = load(place)[-1].gate
    assert gate
    return gate


def failed(verdicts: tuple[Verdict, ...]) -> dict[str, float | None]:
    return {verdict.figure.name: verdict.figure.value for verdict in verdicts}


def test_the_gate_names_placeholders_and_tenants_of_many_homes(place: Workspace) -> None:
    rows = [agreement(n, huurder_id="ONBEKEND") for n in range(3)] + [
        agreement(n, huurder_id="H1") for n in range(10, 18)
    ]
    gate = register(place, rows)
    assert failed(gate.warnings) == {"huurder_id.nobody.rows": 3.0, "huurder_id.eenheid_id.most": 8.0}
    assert gate.passed


def test_the_gate_names_two_persons_with_one_number(place: Workspace) -> None:
    rows = [
        agreement(1, huurder_id="H1", naam="A. Voorbeeld"),
        agreement(2, huurder_id="H1", naam="Voorbeeld, Anna"),
        agreement(3, huurder_id="H2", naam="B. Anders"),
        agreement(4, huurder_id="H2", naam="C. Elders"),
    ]
    assert failed(register(place, rows).warnings) == {"huurder_id.two_names.rows": 1.0}


def test_a_register_that_lost_its_zeros_is_stopped(place: Workspace) -> None:
    ids = [f"{n:06}" for n in range(20, 60)]
    assert register(place, [agreement(n, overeenkomst_id=n) for n in ids], "2026-11-09").passed
    gate = register(place, [agreement(n, overeenkomst_id=n.lstrip("0")) for n in ids])
    assert failed(gate.failures)["overeenkomst_id.other_form.share"] == 1.0


def test_new_agreements_are_not_taken_for_old_ones(place: Workspace) -> None:
    assert register(place, [agreement(n) for n in range(1, 40)], "2026-11-09").passed
    gate = register(place, [agreement(n) for n in range(1, 60)])
    assert (gate.passed, gate.describe()) == (True, [])

"""Test signals to the municipality: sent only after the four duties, only about rent, and valid in the exchange model."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from pipelines.installation.evidence_settings import EarlySignal
from pipelines.installation.workspace import Workspace
from pipelines.publishing import early_signal
from pipelines.publishing.confirmations import Confirmed
from pipelines.warehouse.stores import open_warehouse
from tests.support.deliveries import (
    agreement,
    csv_text,
    deliver_all,
    load_well,
    make_workspace,
    waakvlam,
    with_settings,
)
from tests.support.small import no_gate

pytestmark = pytest.mark.slow

TOWNS = """
[early_signal.municipalities]
alkmaar = "GM0361"
Duinmonde = "GM9992"
Oost = "GM9993"
"""
AS_OF = date(2026, 11, 16)
ALL = {
    "contact_op": "2026-10-20",
    "schuldhulp_op": "2026-10-21",
    "herinnering_op": "2026-10-20",
    "aanbod_op": "2026-10-20",
}
OWES = {
    "saldo": "612,49",
    "oudste_vervaldatum": "2026-10-01",
    "incassofase": "aanmaning",
    "regeling_status_code": "",
}


def owes(number: int, **changes: Any) -> dict[str, Any]:
    return {"overeenkomst_id": f"O{number}", **OWES, **changes}


EXTRACTS: dict[str, list[dict[str, Any]]] = {
    "huurovereenkomsten": [
        *(agreement(n) for n in range(1, 11)),
        agreement(11, huisletter="a", huisnummertoevoeging="2"),
        agreement(12, postcode=""),
        agreement(13, woonplaats="Duinmonde "),
        agreement(14, woonplaats="Elders", wijk="Zuid"),
        agreement(15, woonplaats="", wijk="Oost"),
        agreement(16, wijk="Oost"),
    ],
    "huurachterstanden": [
        owes(1),
        owes(2, saldo="74,99"),
        owes(3, oudste_vervaldatum="2026-10-18"),
        owes(4, oudste_vervaldatum="2026-08-07"),
        owes(5, regeling_status_code="ACT"),
        owes(6, incassofase="deurwaarder"),
        owes(7),
        owes(8),
        owes(9, oudste_vervaldatum=""),
        owes(10, saldo="-20,00"),
        owes(11, oudste_vervaldatum="2026-10-17"),
        *(owes(number) for number in range(12, 17)),
    ],
    "bezwaren": [{"bezwaar_id": "B1", "overeenkomst_id": "O7", "datum": "2026-10-01"}],
    "contacten": [
        {
            "contact_id": "K1",
            "overeenkomst_id": "O1",
            "datum": "2026-10-20",
            "soort": "Huisbezoek",
            "bereikt": "Nee",
            "stand": "benaderd",
        },
        {
            "contact_id": "K8",
            "overeenkomst_id": "O8",
            "datum": "2026-10-20",
            "soort": "Brief",
            "bereikt": "Nee",
            "stand": "benaderd",
        },
    ],
}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with these deliveries; only to copy."""
    home = with_settings(make_workspace(tmp_path_factory.mktemp("loaded") / "home"), TOWNS)
    deliver_all(home, "2026-11-15", EXTRACTS)
    with no_gate():
        load_well(home)
    return home


@pytest.fixture
def place(loaded: Workspace, tmp_path: Path) -> Workspace:
    shutil.copytree(loaded.home, tmp_path / "home")
    return Workspace(tmp_path / "home")


def judged(place: Workspace, told: dict[str, Confirmed] | None = None) -> dict[str, early_signal.Arrears]:
    with open_warehouse(place) as con:
        confirmed = {("demo", name): what for name, what in (told or {}).items()}
        return {one.overeenkomst_id: one for one in early_signal.check(con, place.settings, AS_OF, confirmed)}


def confirmations(place: Workspace, rows: list[dict[str, Any]]) -> Path:
    path = place.home / "bevestigd.csv"
    path.write_text(csv_text(rows), encoding="utf-8")
    return path


def test_every_condition_of_the_law_and_the_agreement_holds(place: Workspace) -> None:
    actual = judged(place)
    assert {name: one.why_not for name, one in actual.items()} == {
        "O1": "duties", "O2": "too_little", "O3": "too_early", "O4": "too_old", "O5": "plan", "O6": "out_of_scope",
        "O7": "objection", "O8": "duties", "O9": "no_date",
        **{f"O{number}": "duties" for number in range(11, 17)},
    }  # fmt: skip
    # A visit and a reminder are on file; a letter is no effort to reach somebody in person.
    assert actual["O1"].missing == ("debt_help", "offer")
    assert actual["O8"].missing == ("contact", "debt_help", "offer")


def test_each_duty_is_needed_and_must_be_about_these_arrears(place: Workspace) -> None:
    done = {"debt_help": date(2026, 10, 21), "offer": date(2026, 10, 21)}
    assert judged(place, {"O1": Confirmed(**done)})["O1"].why_not is None
    assert judged(place, {"O1": Confirmed(**done, refused=True)})["O1"].why_not == "refused"
    for name in done:
        for wrong in (None, date(2026, 9, 30), AS_OF):  # not done, about earlier arrears, not done yet
            one = judged(place, {"O1": Confirmed(**{**done, name: wrong})})["O1"]
            assert (one.why_not, one.missing) == ("duties", (name,))


def test_what_is_sent_is_valid_and_tells_of_rent_alone(place: Workspace) -> None:
    path = confirmations(place, [{"overeenkomst_id": f"O{n}", **ALL} for n in (1, 2, 7, 11, 12)])
    out = place.home / "signalen_GM0361.json"
    base = place.home / "signalen.json"
    said = waakvlam(place, "early-signal", "--as-of", AS_OF, "--confirmed", path, "--out", base)
    assert said.code == 0, said
    assert "3 voldoen aan alle voorwaarden" in said.out
    assert "1 niet verstuurd: geen adres bekend" in said.out
    message = json.loads(out.read_text())
    (delivery,) = message["leveringen"]
    assert delivery["gemeentecode"] == "GM0361"
    first, second = delivery["vroegsignalen"]
    assert {k: v for k, v in first.items() if k != "ID"} == {
        "crisissignaal": False, "warmeOverdracht": False, "bedrag": 612, "ontstaansdatum": "2026-10-01",
        "signaaldatum": "2026-11-16", "signaalpartner": {"type": "Huur"},
        "client": {"postcode": "1811AA", "huisnummer": "1"},
    }  # fmt: skip
    assert second["client"]["huisnummertoevoeging"] == "a2"
    text = out.read_text()
    for other in (
        "O1",
        "Voorbeeld A",
        "A. Voorbeeld",
        "overlast",
        "reparatie",
        "score",
        "punten",
        "Huisbezoek",
    ):
        assert other not in text
    if out.stat().st_mode & 0o777:
        assert out.stat().st_mode & 0o077 == 0


def test_each_home_goes_to_the_municipality_in_which_it_lies_and_never_to_another(place: Workspace) -> None:
    path = confirmations(place, [{"overeenkomst_id": f"O{n}", **ALL} for n in (1, 13, 14, 15, 16)])
    said = waakvlam(
        place, "early-signal", "--as-of", AS_OF, "--confirmed", path, "--out", place.home / "s.json"
    )
    # O14 is in a place without a code, and the town and wijk of O16 name different municipalities.
    assert (
        "1 niet verstuurd: van deze woonplaats of wijk staat de gemeente niet in de instellingen" in said.out
    )
    assert (
        "1 niet verstuurd: woonplaats en wijk hebben in de instellingen elk een andere gemeente" in said.out
    )
    assert "Elders, wijk Zuid" in said.out and "wijk Oost" in said.out and "Duinmonde" not in said.out
    numbers = {}
    for file in sorted(place.home.glob("s*.json")):
        (delivery,) = json.loads(file.read_text())["leveringen"]
        assert file.name == f"s_{delivery['gemeentecode']}.json"
        numbers[delivery["gemeentecode"]] = [s["client"]["huisnummer"] for s in delivery["vroegsignalen"]]
    assert numbers == {"GM0361": ["1"], "GM9992": ["13"], "GM9993": ["15"]}


def test_one_municipality_for_every_home_is_refused_with_what_to_write(place: Workspace) -> None:
    other = make_workspace(place.home / "other")
    text = 'corporatie_id = "demo"\nnaam = "V"\n[early_signal]\nmunicipality = "GM0361"\n'
    (other.home / "settings.toml").write_text(text, encoding="utf-8")
    said = waakvlam(other, "status")
    assert said.code == 2 and "municipalities = {" in said.err and "line 3" in said.err


def test_complaints_and_repairs_change_nothing(place: Workspace) -> None:
    report = {"O1": Confirmed(debt_help=date(2026, 10, 21), offer=date(2026, 10, 21))}
    before = judged(place, report)
    deliver_all(
        place,
        "2026-11-16",
        {
            "overlastmeldingen": [
                {
                    "zaak_id": "Z1",
                    "registratiedatum": "2026-11-01",
                    "zaaktypedetailsoort_code": "GEL",
                    "beklaagde_eenheid_id": "E1",
                }
            ],
            "reparatieverzoeken": [{"verzoek_id": "V1", "eenheid_id": "E1", "melddatum": "2026-11-01"}],
        },
    )
    load_well(place)
    assert judged(place, report) == before


def test_a_repeated_signal_keeps_its_number(place: Workspace) -> None:
    report = {"O1": Confirmed(debt_help=date(2026, 10, 21), offer=date(2026, 10, 21))}
    (one,) = [a for a in judged(place, report).values() if a.why_not is None]
    first, again = (early_signal._signal(one, {}, day)["ID"] for day in (AS_OF, date(2026, 11, 23)))
    assert first == again
    assert (
        early_signal._signal(one.__class__(**{**vars(one), "since": date(2026, 11, 1)}), {}, AS_OF)["ID"]
        != first
    )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"overeenkomst_id": "O1", "geweigerd": "misschien"}, "line 2, column geweigerd"),
        ({"overeenkomst_id": "O1", "aanbod_op": "31-02-2026"}, "line 2, column aanbod_op"),
        ({"overeenkomst_id": "O1", "overlast": "veel"}, "line 1"),
    ],
)
def test_an_unreadable_file_is_refused_with_the_line(
    place: Workspace, row: dict[str, Any], said: str
) -> None:
    answer = waakvlam(place, "early-signal", "--as-of", AS_OF, "--confirmed", confirmations(place, [row]))
    assert answer.code == 1
    assert said in answer.err


@pytest.mark.parametrize(
    ("as_of", "said"),
    [
        ("2026-11-01", "On 2026-11-01 no list of huurachterstanden was known."),
        ("2026-12-28", "The newest list of huurachterstanden is of 2026-11-15: 43 days before 2026-12-28"),
    ],
)
def test_without_a_fresh_list_of_arrears_nobody_is_reported(place: Workspace, as_of: str, said: str) -> None:
    answer = waakvlam(place, "early-signal", "--as-of", as_of, "--out", place.home / "x.json")
    assert answer.code == 1
    assert said in answer.err and "waakvlam weekly" in answer.err
    assert not list(place.home.glob("x*.json"))


def test_nothing_that_an_employee_confirmed_is_dropped_silently(place: Workspace) -> None:
    path = confirmations(place, [{"overeenkomst_id": n, **ALL} for n in ("O1", "O10", "O99")])
    said = waakvlam(place, "early-signal", "--as-of", AS_OF, "--confirmed", path)
    assert "zonder achterstand op de nieuwste lijst: O10, O99" in said.out
    twice = confirmations(place, [{"overeenkomst_id": "O1", **ALL}] * 2)
    assert (
        "line 3: O1 is in an earlier line too"
        in waakvlam(place, "early-signal", "--as-of", AS_OF, "--confirmed", twice).err
    )
    twice.write_text("")
    assert waakvlam(place, "early-signal", "--as-of", AS_OF, "--confirmed", twice).code == 1


def test_without_a_municipality_nothing_is_written(place: Workspace) -> None:
    other = with_settings(place, "")
    assert waakvlam(other, "early-signal", "--as-of", AS_OF, "--out", other.home / "x.json").code == 2
    assert not (other.home / "x.json").exists()


@pytest.mark.parametrize(
    "broken",
    [{"bedrag": 612.49}, {"client": {"burgerservicenummer": "123456789"}}, {"client": {"postcode": "1811AA"}}, {"overlast": 3},
     {"signaalpartner": {"type": "Overlast"}}, {"ontstaansdatum": "1-10-2026"}],
)  # fmt: skip
def test_the_schema_refuses_what_the_standard_or_the_law_refuses(broken: dict[str, Any]) -> None:
    good = {
        "ID": "1",
        "signaalpartner": {"type": "Huur"},
        "client": {"postcode": "1811AA", "huisnummer": "1"},
    }
    message = {
        "startdatumLevering": "2026-11-16", "einddatumLevering": "2026-11-16", "aanleverdatumEnTijd": "2026-11-16T00:00:00Z",
        "codeGegevensleverancier": "waakvlam",
        "leveringen": [{"teller": 1, "gemeentecode": "GM0361", "aanleverendeOrganisatie": {}, "vroegsignalen": [good]}],
    }  # fmt: skip
    schema = Draft202012Validator(json.loads(early_signal.SCHEMA.read_text(encoding="utf-8")))
    schema.validate(message)
    message["leveringen"][0]["vroegsignalen"] = [good | broken]  # type: ignore[index]
    with pytest.raises(ValidationError):
        schema.validate(message)


def test_the_limits_are_those_of_the_convenant_and_the_median_threshold() -> None:
    limits = EarlySignal()
    assert (limits.least_days, limits.most_days, limits.least_euro) == (30, 100, 75)

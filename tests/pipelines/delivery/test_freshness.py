"""Test that the freshness of an extract is judged for each corporation that delivers it."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.delivery.freshness import Freshness, freshness, late, notices
from pipelines.installation.calendar import WEEK
from pipelines.installation.workspace import Workspace
from pipelines.warehouse.stores import open_warehouse
from tests.support.deliveries import agreement, deliver, load_well, make_workspace
from tests.support.small import no_gate

pytestmark = pytest.mark.dear

MONDAY = date(2026, 11, 16)
DEBT = {"overeenkomst_id": "O1", "saldo": "650,00", "oudste_vervaldatum": "2026-10-01"}


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Two corporations: both deliver the register, "west" its last list of arrears a week ago, only "oost" complaints."""
    place = make_workspace(tmp_path_factory.mktemp("region") / "home")
    settings = place.home / "settings.toml"
    settings.write_text(settings.read_text().replace("corporaties = []", 'corporaties = ["oost", "west"]', 1))
    place = Workspace(place.home)
    for folder in ("oost", "west"):
        (place.inbox / folder).mkdir()
        deliver(place, f"{folder}/huurovereenkomsten", str(MONDAY), [agreement(1)])
        for number in range(1 if folder == "west" else 0, 8):
            day = str(MONDAY - number * WEEK)
            deliver(place, f"{folder}/huurachterstanden", day, [DEBT | {"peildatum": day}])
    complaint = {"zaak_id": "Z1", "registratiedatum": "2026-11-02", "beklaagde_eenheid_id": "E1"}
    deliver(place, "oost/overlastmeldingen", str(MONDAY), [complaint])
    with no_gate():
        load_well(place)
    return place


def measured(place: Workspace, as_of: date) -> list[Freshness]:
    with open_warehouse(place, read_only=True) as con:
        return freshness(con, place.settings, as_of)


def test_the_list_of_one_corporation_does_not_stand_for_that_of_another(region: Workspace):
    ((day, items),) = late(measured(region, MONDAY), [])
    assert (day, [item.name for item in items]) == (MONDAY - WEEK, ["huurachterstanden of west"])
    sentence = (
        "Let op: de huurachterstanden van west zijn niet vernieuwd. Gebruikt is de stand van 9 november 2026."
    )
    assert sentence in notices(measured(region, MONDAY), [])


def test_each_is_stale_by_its_own_newest_list(region: Workspace):
    as_of = MONDAY + 2 * WEEK
    limit = region.settings.freshness.of("huurachterstanden")
    arrears = {item.source: item for item in measured(region, as_of) if item.extract == "huurachterstanden"}
    ages = {source: item.age_days for source, item in arrears.items()}
    assert ages == {"oost": 14, "west": 21}
    assert {source: item.stale for source, item in arrears.items()} == {
        source: age > limit for source, age in ages.items()
    }


def test_an_extract_that_one_corporation_never_delivered_is_named_and_is_not_stale(region: Workspace):
    complaints = [item for item in measured(region, MONDAY) if item.extract == "overlastmeldingen"]
    assert [(item.source, item.delivered, item.stale) for item in complaints] == [
        ("oost", True, False),
        ("west", False, False),
    ]
    never = "Niet meegewogen, want niet geleverd: "
    (sentence,) = [text for text in notices(measured(region, MONDAY), []) if text.startswith(never)]
    assert "de overlastmeldingen van west" in sentence and "oost" not in sentence


def test_an_extract_of_nobody_is_named_once(region: Workspace):
    (repairs,) = [item for item in measured(region, MONDAY) if item.extract == "reparatieverzoeken"]
    assert (repairs.source, repairs.delivered) == (None, False)

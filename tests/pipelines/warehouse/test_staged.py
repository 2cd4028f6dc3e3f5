"""The agreement of each row: by its home, its tenant or its own number, as known at the time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.deliveries import agreement, deliver, known, load_well, make_workspace

pytestmark = pytest.mark.dear

REGISTER = "huurovereenkomsten"


@pytest.fixture
def place(tmp_path: Path):
    return make_workspace(tmp_path / "home")


def test_a_complaint_about_a_home_belongs_to_the_tenant_of_that_day(place):
    register = [
        agreement(1, einddatum="2026-03-31"),
        agreement(2, eenheid_id="E1", huisnummer="1", begindatum="2026-04-15"),
    ]
    complaints = [
        {
            "zaak_id": "OLD",
            "registratiedatum": "2026-05-01",
            "begindatum": "2026-03-31",
            "beklaagde_eenheid_id": "E1",
        },
        {
            "zaak_id": "EMPTY",
            "registratiedatum": "2026-05-01",
            "begindatum": "2026-04-10",
            "beklaagde_eenheid_id": "E1",
        },
        {
            "zaak_id": "NEW",
            "registratiedatum": "2026-05-01",
            "begindatum": "2026-04-15",
            "beklaagde_eenheid_id": "E1",
        },
    ]
    deliver(place, REGISTER, "2026-11-16", register)
    deliver(place, "overlastmeldingen", "2026-11-16", complaints)
    load_well(place)
    assert known(place, "overlastmeldingen", "2026-11-16", "zaak_id, overeenkomst_id") == [
        ("NEW", "O2"),
        ("OLD", "O1"),
    ]


def test_to_whom_a_row_belongs_is_what_was_known_at_the_time(place):
    """The new tenancy is registered a week late: until then the complaint was the old tenant's."""
    deliver(place, REGISTER, "2026-11-02", [agreement(1)])
    deliver(
        place,
        "overlastmeldingen",
        "2026-11-02",
        [{"zaak_id": "Z0", "registratiedatum": "2026-01-01", "beklaagde_eenheid_id": "E1"}],
    )
    deliver(
        place,
        "overlastmeldingen",
        "2026-11-09",
        [{"zaak_id": "Z1", "registratiedatum": "2026-11-05", "beklaagde_eenheid_id": "E1"}],
    )
    newcomer = agreement(2, eenheid_id="E1", huisnummer="1", begindatum="2026-11-01")
    deliver(place, REGISTER, "2026-11-16", [agreement(1, einddatum="2026-10-31"), newcomer])
    load_well(place)
    assert known(place, "overlastmeldingen", "2026-11-09", "zaak_id, overeenkomst_id") == [
        ("Z0", "O1"),
        ("Z1", "O1"),
    ]
    assert known(place, "overlastmeldingen", "2026-11-16", "zaak_id, overeenkomst_id") == [
        ("Z0", "O1"),
        ("Z1", "O2"),
    ]


def test_a_row_that_names_an_agreement_the_register_does_not_know_yet_belongs_to_its_home(place):
    """Complaint Z1 names the new tenancy a week before the register does: in that week it was the old tenant's."""
    row = {"registratiedatum": "2026-11-05", "beklaagde_eenheid_id": "E1"}
    deliver(place, REGISTER, "2026-11-02", [agreement(1)])
    deliver(
        place, "overlastmeldingen", "2026-11-02", [{**row, "zaak_id": "Z0", "registratiedatum": "2026-01-01"}]
    )
    deliver(
        place,
        "overlastmeldingen",
        "2026-11-09",
        [{**row, "zaak_id": "Z1", "beklaagde_overeenkomst_id": "O2"}],
    )
    load_well(place)
    then = known(place, "overlastmeldingen", "2026-11-09", "zaak_id, overeenkomst_id")
    assert then == [("Z0", "O1"), ("Z1", "O1")]
    newcomer = agreement(2, eenheid_id="E1", huisnummer="1", begindatum="2026-11-01")
    deliver(place, REGISTER, "2026-11-16", [agreement(1, einddatum="2026-10-31"), newcomer])
    load_well(place)
    assert known(place, "overlastmeldingen", "2026-11-09", "zaak_id, overeenkomst_id") == then
    assert known(place, "overlastmeldingen", "2026-11-16", "zaak_id, overeenkomst_id") == [
        ("Z0", "O1"),
        ("Z1", "O2"),
    ]


def test_an_agreement_filled_in_later_does_not_make_a_second_complaint(place):
    row = {
        "zaak_id": "Z1",
        "registratiedatum": "2026-11-03",
        "beklaagde_eenheid_id": "E1",
        "beklaagde_overeenkomst_id": "",
    }
    deliver(place, REGISTER, "2026-11-02", [agreement(1)])
    deliver(place, "overlastmeldingen", "2026-11-09", [row])
    deliver(place, "overlastmeldingen", "2026-11-16", [{**row, "beklaagde_overeenkomst_id": "O1"}])
    load_well(place)
    assert known(place, "overlastmeldingen", "2026-11-16", "zaak_id, overeenkomst_id") == [("Z1", "O1")]


def test_rows_wait_until_the_register_knows_their_agreement(place):
    filler = [
        {"zaak_id": f"F{n}", "registratiedatum": "2026-01-01", "beklaagde_eenheid_id": "E1"} for n in range(9)
    ]
    deliver(place, REGISTER, "2026-11-02", [agreement(1)])
    deliver(
        place,
        "overlastmeldingen",
        "2026-11-09",
        [*filler, {"zaak_id": "Z1", "registratiedatum": "2026-11-03", "beklaagde_eenheid_id": "E2"}],
    )
    load_well(place)
    assert "Z1" not in {z for (z,) in known(place, "overlastmeldingen", "2026-11-09", "zaak_id")}
    deliver(place, REGISTER, "2026-11-16", [agreement(1), agreement(2)])
    load_well(place)
    assert "Z1" in {z for (z,) in known(place, "overlastmeldingen", "2026-11-16", "zaak_id")}


def test_a_flag_on_a_tenant_holds_for_each_of_the_tenants_agreements(place):
    deliver(place, REGISTER, "2026-11-16", [agreement(1), agreement(2, huurder_id="H1"), agreement(3)])
    deliver(
        place,
        "signaleringen",
        "2026-11-16",
        [{"signalering_id": "S1", "huurder_id": "H1", "detailsoort_code": "BEZ", "begindatum": "2026-01-01"}],
    )
    load_well(place)
    assert known(place, "signaleringen", "2026-11-16", "overeenkomst_id") == [("O1",), ("O2",)]

"""The data that were known on a date: versions, first deliveries and corrections."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from pipelines.warehouse.stores import open_warehouse
from tests.support.cases import cases
from tests.support.deliveries import agreement, deliver, known, load, load_well, make_workspace

pytestmark = pytest.mark.dear

REGISTER = "huurovereenkomsten"


@pytest.fixture
def place(tmp_path: Path):
    return make_workspace(tmp_path / "home")


def test_a_first_delivery_lets_dated_facts_count_from_their_own_date(place):
    deliver(
        place,
        REGISTER,
        "2026-11-16",
        [agreement(1, begindatum="2020-01-01", einddatum="2025-06-30", eindereden_code="ONT")],
    )
    load_well(place)
    assert known(place, REGISTER, "2020-01-01") == [], "known on the day itself is not known before it"
    assert known(place, REGISTER, "2020-01-02", "einddatum, eindereden_code") == [(None, None)]
    assert known(place, REGISTER, "2025-06-30", "einddatum IS NULL") == [(True,)]
    assert known(place, REGISTER, "2025-07-01", "einddatum::text, eindereden_code") == [("2025-06-30", "ONT")]


def test_an_end_still_to_come_is_known_only_from_the_delivery(place):
    deliver(place, REGISTER, "2026-11-16", [agreement(1, einddatum="2026-12-31")])
    load_well(place)
    assert known(place, REGISTER, "2026-11-15", "einddatum IS NULL") == [(True,)]
    assert known(place, REGISTER, "2026-11-16", "einddatum IS NULL") == [(False,)]


def test_state_without_a_date_is_known_only_from_the_delivery_that_shows_it(place):
    complaint = {
        "zaak_id": "Z1",
        "registratiedatum": "2026-05-01",
        "status_code": "GEA",
        "beklaagde_eenheid_id": "E1",
    }
    deliver(place, REGISTER, "2026-11-16", [agreement(1)])
    deliver(place, "overlastmeldingen", "2026-11-16", [complaint])
    load_well(place)
    assert known(place, "overlastmeldingen", "2026-05-01") == []
    assert known(place, "overlastmeldingen", "2026-05-02", "status_code") == [(None,)]
    assert known(place, "overlastmeldingen", "2026-11-16", "status_code") == [("GEA",)]


def test_a_late_correction_never_changes_what_was_known(place):
    complaint = {
        "zaak_id": "Z1",
        "registratiedatum": "2026-11-03",
        "zaaktypedetailsoort_code": "GEL",
        "beklaagde_eenheid_id": "E1",
    }
    deliver(place, REGISTER, "2026-11-02", [agreement(1)])
    deliver(
        place,
        "overlastmeldingen",
        "2026-11-02",
        [{**complaint, "zaak_id": "Z0", "registratiedatum": "2026-10-01"}],
    )
    deliver(place, "overlastmeldingen", "2026-11-09", [complaint])
    deliver(place, "overlastmeldingen", "2026-11-23", [{**complaint, "zaaktypedetailsoort_code": "AGR"}])
    load_well(place)
    kinds = {
        day: known(place, "overlastmeldingen", day, "zaak_id, zaaktypedetailsoort_code")
        for day in ("2026-11-09", "2026-11-22", "2026-11-23")
    }
    assert kinds == {
        "2026-11-09": [("Z0", "GEL"), ("Z1", "GEL")],
        "2026-11-22": [("Z0", "GEL"), ("Z1", "GEL")],
        "2026-11-23": [("Z0", "GEL"), ("Z1", "AGR")],
    }


def test_a_row_delivered_late_is_known_from_its_delivery_not_from_its_registration(place):
    deliver(place, REGISTER, "2026-11-02", [agreement(1)])
    deliver(
        place,
        "overlastmeldingen",
        "2026-11-02",
        [{"zaak_id": "Z0", "registratiedatum": "2026-10-01", "beklaagde_eenheid_id": "E1"}],
    )
    deliver(
        place,
        "overlastmeldingen",
        "2026-11-16",
        [{"zaak_id": "Z1", "registratiedatum": "2026-11-03", "beklaagde_eenheid_id": "E1"}],
    )
    load_well(place)
    assert [z for (z,) in known(place, "overlastmeldingen", "2026-11-15", "zaak_id")] == ["Z0"]
    assert [z for (z,) in known(place, "overlastmeldingen", "2026-11-16", "zaak_id")] == ["Z0", "Z1"]


def test_the_list_of_mondays_peildatum_counts_for_mondays_run(place):
    row = {"overeenkomst_id": "O1", "saldo": "100,00", "oudste_vervaldatum": "2026-11-01"}
    deliver(place, REGISTER, "2026-11-09", [agreement(1)])
    deliver(place, "huurachterstanden", "2026-11-09", [row])
    deliver(place, "huurachterstanden", "2026-11-16", [{**row, "saldo": "200,00"}])
    load_well(place)
    assert known(place, "huurachterstanden", "2026-11-16", "saldo") == [(100.0,), (200.0,)]
    assert known(place, "huurachterstanden", "2026-11-15", "saldo") == [(100.0,)]
    assert known(place, "peildata", "2026-11-16", "peildatum::text") == [("2026-11-09",), ("2026-11-16",)]


def test_a_second_version_of_a_peildatum_replaces_the_first_wholly(place):
    rows = [{"overeenkomst_id": f"O{n}", "saldo": "100,00"} for n in (1, 2)]
    deliver(place, REGISTER, "2026-11-16", [agreement(1), agreement(2)])
    deliver(place, "huurachterstanden", "2026-11-16", rows)
    load_well(place)
    deliver(place, "huurachterstanden", "2026-11-16", rows[:1], version=2)
    load_well(place)
    assert known(place, "huurachterstanden", "2026-11-16", "overeenkomst_id") == [("O1",)]


def test_the_same_name_with_other_content_is_refused_with_a_name_to_use(place):
    deliver(place, REGISTER, "2026-11-16", [agreement(1)])
    load_well(place)
    deliver(place, REGISTER, "2026-11-16", [agreement(1), agreement(2)])
    (outcome,) = load(place)
    assert "_v2" in outcome.refusal
    assert len(known(place, REGISTER, "2026-11-17")) == 1


def _state(place) -> dict[str, list]:
    with open_warehouse(place, read_only=True) as con:
        tables = (
            "huurovereenkomsten",
            "huurachterstanden",
            "overlastmeldingen",
            "reparatieverzoeken",
            "peildata",
        )
        columns = {
            t: [
                c
                for (c,) in con.execute(
                    "SELECT column_name FROM duckdb_columns() WHERE schema_name = 'staged' AND table_name = ?",
                    [t],
                ).fetchall()
            ]
            for t in tables
        }
        return {
            t: con.execute(
                f"SELECT {', '.join(c for c in columns[t] if c != 'row_id')} FROM staged.{t} ORDER BY ALL"
            ).fetchall()
            for t in tables
        }


@pytest.mark.slow
@pytest.mark.long
def test_order_and_repetition_of_deliveries_change_nothing(tmp_path, monkeypatch):
    """Every order of a small set of deliveries, each loaded in a run of its own, ends in the same state; `make test` tries some."""
    monkeypatch.setenv("WAAKVLAM_KEY", "0" * 64)  # pseudonyms are keyed per installation

    def contents():
        complaint = {
            "zaak_id": "Z1",
            "registratiedatum": "2026-11-05",
            "zaaktypedetailsoort_code": "GEL",
            "beklaagde_eenheid_id": "E1",
        }
        yield REGISTER, "2026-11-02", [agreement(1), agreement(3)]
        yield (
            REGISTER,
            "2026-11-16",
            [
                agreement(1, einddatum="2026-10-31"),
                agreement(2, eenheid_id="E1", begindatum="2026-11-01"),
                agreement(3),
            ],
        )
        yield "overlastmeldingen", "2026-11-09", [complaint]
        yield "overlastmeldingen", "2026-11-16", [{**complaint, "zaaktypedetailsoort_code": "AGR"}]
        yield "overlastmeldingen", "2026-11-23", [complaint]

    states = []
    for number, order in enumerate(
        itertools.islice(itertools.permutations(list(contents())), 0, 120, cases(51, 1))
    ):
        place = make_workspace(tmp_path / str(number))
        for extract, day, rows in order:
            deliver(place, extract, day, rows)
            load(place)  # an orphan's delivery may be stopped until its register is there ...
        load_well(place)  # ... and comes in when it is
        load_well(place)
        states.append(_state(place))
    for state in states[1:]:
        assert state == states[0]
    assert states[0]["overlastmeldingen"]

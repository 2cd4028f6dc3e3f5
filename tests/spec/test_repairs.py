"""Test the signals of repairs: nobody home, neglect, damage, repeated requests and silence."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.history import ALL, ask, given, one

TWO_HOMES = """
    overeenkomst_id | begindatum | brutohuur
    A               | 2020-01-01 | 500
    B               | 2020-01-01 | 500
"""


@pytest.mark.parametrize(
    ("day", "counted"), [("2026-11-16", 0), ("2026-11-15", 1), ("2026-08-18", 1), ("2026-08-17", 0)]
)
def test_borders_of_not_home_90d(day, counted):
    row = one(reparatieverzoeken=f"gebeurd_op | niet_thuis_datums\n2026-08-01 | {day}")
    assert row["not_home_90d"] == counted


def test_not_opening_for_an_inspection_counts_though_the_tenant_did_not_ask_for_it():
    row = one(
        reparatieverzoeken="""
        gebeurd_op | onderhoudsoort_code | defectsoort_code | niet_thuis_datums
        2026-10-01 | INS                 | SCH              | 2026-10-05
        2026-10-01 | MUT                 | SCH              | 2026-10-06
        2026-10-01 | REP                 | SCH              | 2026-10-07
    """
    )
    assert row["not_home_90d"] == 2
    assert row["neglect_365d"] == 1


@pytest.mark.parametrize(
    ("soort", "counted"), [("REP", 1), ("", 1), ("X9", 1), ("PLN", 0), ("INS", 0), ("PRJ", 0)]
)
def test_only_what_the_tenant_asked_is_a_defect(soort, counted):
    row = one(
        reparatieverzoeken=f"gebeurd_op | onderhoudsoort_code | defectsoort_code\n2026-10-01 | {soort} | KKL"
    )
    assert row["neglect_365d"] == counted


def test_a_cancelled_request_does_not_count():
    row = one(
        reparatieverzoeken="""
        gebeurd_op | status_code | defectsoort_code | defectoorzaak_code | niet_thuis_datums
        2026-10-01 | GEA         | SCH              | BEW                | 2026-10-05
    """
    )
    assert (row["not_home_365d"], row["neglect_365d"], row["damage_365d"], row["same_defect_365d"]) == (
        0,
        0,
        0,
        0,
    )


def test_the_last_three_days_without_answer_are_listed_oldest_first():
    row = one(
        reparatieverzoeken="""
        gebeurd_op | niet_thuis_datums
        2026-01-05 | 2026-01-09 2026-03-02
        2026-10-01 | 2026-10-05 2026-11-02
    """
    )
    assert row["fact_not_home_on"] == [date(2026, 3, 2), date(2026, 10, 5), date(2026, 11, 2)]
    assert row["fact_first_not_home_on"] == date(2026, 1, 9)


def test_neglect_and_damage_tell_kinds_and_last_day():
    row = one(
        reparatieverzoeken="""
        gebeurd_op | defectsoort_code | defectoorzaak_code
        2026-02-01 | STI              |
        2026-05-01 | SCH              |
        2026-06-01 | SCH              | BEW
    """
    )
    assert row["neglect_365d"] == 3
    assert row["fact_neglect_kinds"] == ["SCH", "STI"]
    assert row["fact_last_neglect_on"] == row["fact_last_damage_on"] == date(2026, 6, 1)
    assert (row["same_defect_365d"], row["fact_same_defect_kind"]) == (2, "SCH")


def test_a_request_without_a_kind_is_not_the_same_defect():
    row = one(reparatieverzoeken="gebeurd_op\n2026-02-01\n2026-03-01")
    assert (row["same_defect_365d"], row["fact_same_defect_kind"]) == (0, None)


def test_silence_is_unknown_in_a_short_history():
    row = one(reparatieverzoeken="gebeurd_op\n2026-01-01")
    assert row["silent_days"] is None


def test_silence_is_at_most_two_years():
    row = one(huurovereenkomsten=TWO_HOMES, reparatieverzoeken="overeenkomst_id | gebeurd_op\nB | 2021-01-01")
    assert row["silent_days"] == 730
    assert row["fact_last_sign_on"] is None


def test_a_tenancy_under_a_year_is_new_and_not_silent():
    homes = TWO_HOMES.replace("A               | 2020-01-01", "A               | 2025-11-17")
    row = one(huurovereenkomsten=homes, reparatieverzoeken="overeenkomst_id | gebeurd_op\nB | 2021-01-01")
    assert row["silent_days"] is None
    older = TWO_HOMES.replace("A               | 2020-01-01", "A               | 2025-11-16")
    row = one(huurovereenkomsten=older, reparatieverzoeken="overeenkomst_id | gebeurd_op\nB | 2021-01-01")
    assert row["silent_days"] == 365


def test_a_contact_breaks_the_silence():
    row = one(
        huurovereenkomsten=TWO_HOMES,
        reparatieverzoeken="overeenkomst_id | gebeurd_op\nB | 2021-01-01",
        contactmomenten="datum\n2026-11-01 14:30:00",
    )
    assert row["silent_days"] == 15


def test_no_repairs_delivered_is_not_computable():
    given()
    row = ask(available=ALL - {"reparatieverzoeken"})[0]
    assert (row["not_home_90d"], row["neglect_365d"], row["silent_days"]) == (None, None, None)
    assert row["fact_repairs_active"] is False

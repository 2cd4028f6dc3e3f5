"""Test what each signal of rent arrears counts, and its limits."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.history import ALL, AS_OF, ask, given, one

pytestmark = pytest.mark.dear


def test_a_credit_does_not_count_as_arrears():
    row = one(
        huurachterstanden="""
        peildatum  | saldo | oudste_vervaldatum
        2026-11-16 | -120  | 2026-10-01
    """
    )
    assert (row["arrears_euro"], row["arrears_months"], row["oldest_open_days"]) == (0, 0, None)


def test_an_agreement_absent_from_a_delivered_list_has_no_arrears():
    row = one(
        huurachterstanden="""
        peildatum  | saldo
        2026-11-09 | 500
    """
    )
    assert (row["arrears_euro"], row["collection_phase"], row["plan_running"]) == (0, 0, 0)
    assert row["arrears_weeks_365d"] == 1
    assert row["fact_arrears_since"] is None


def test_the_list_of_the_monday_itself_counts_and_the_next_one_does_not():
    row = one(
        huurachterstanden="""
        peildatum  | saldo
        2026-11-16 | 300
        2026-11-23 | 999
    """,
        peildata="""
        peildatum
        2026-11-16
        2026-11-23
    """,
    )
    assert row["arrears_euro"] == 300
    assert row["fact_arrears_peildatum"] == AS_OF


@pytest.mark.parametrize(("peildatum", "euro"), [("2026-10-12", 500), ("2026-10-11", None)])
def test_arrears_are_unknown_after_a_list_older_than_35_days(peildatum, euro):
    row = one(huurachterstanden=f"peildatum | saldo\n{peildatum} | 500", peildata=f"peildatum\n{peildatum}")
    assert row["arrears_euro"] == euro
    assert row["arrears_months"] == (euro and 1.0)
    if euro is None:
        assert row["arrears_weeks_365d"] is None
        assert row["collection_phase"] is None
        assert row["fact_arrears_since"] is None


def test_no_list_delivered_yet_is_unknown_while_others_can_be_counted():
    row = one(peildata="", overlastmeldingen="gebeurd_op\n2026-11-01")
    assert row["arrears_euro"] is None
    assert row["complaints_90d"] == 1
    assert row["active_families"] == 1


def test_source_never_delivered_is_not_computable():
    row = one(available=ALL - {"huurachterstanden"})
    assert row["arrears_euro"] is None
    assert row["plan_running"] is None
    assert row["arrears_change_3m"] is None
    assert row["fact_arrears_active"] is False


@pytest.mark.parametrize("rent", ["0", ""])
def test_months_need_a_rent(rent):
    row = one(
        huurovereenkomsten=f"overeenkomst_id | begindatum | brutohuur\nA | 2020-01-01 | {rent}",
        huurachterstanden="peildatum | saldo\n2026-11-16 | 300",
    )
    assert row["arrears_euro"] == 300
    assert row["arrears_months"] is None
    assert row["arrears_change_3m"] is None


def test_without_a_due_date_arrears_are_as_old_as_their_first_list():
    row = one(
        huurachterstanden="""
        peildatum              | saldo
        2026-08-10..2026-08-31 | 400
        2026-10-05..2026-11-16 | 400
    """
    )
    assert row["oldest_open_days"] == 42
    assert row["fact_arrears_since"] == date(2026, 10, 5)


def test_since_is_the_due_date_at_the_begin_and_not_the_oldest_open_one_now():
    """Who pays the oldest month each month keeps the arrears, but their oldest item stays young."""
    row = one(
        huurachterstanden="""
        peildatum              | saldo | oudste_vervaldatum
        2026-06-08..2026-09-28 | 500   | 2026-06-01
        2026-10-05..2026-11-16 | 500   | 2026-10-01
    """
    )
    assert row["fact_arrears_since"] == date(2026, 6, 1)
    assert row["fact_oldest_due_on"] == date(2026, 10, 1)
    assert row["oldest_open_days"] == 46


def test_an_old_remainder_is_not_the_begin():
    row = one(
        huurachterstanden="""
        peildatum              | saldo | oudste_vervaldatum
        2026-01-05..2026-10-26 | 8     | 2025-03-01
        2026-11-02..2026-11-16 | 508   | 2025-03-01
    """
    )
    assert row["fact_arrears_since"] == date(2026, 11, 2)
    assert row["arrears_weeks_365d"] == 3


def test_change_is_unknown_without_a_list_of_then():
    row = one(
        huurachterstanden="peildatum | saldo\n2026-11-16 | 500", peildata="peildatum\n2026-09-07..2026-11-16"
    )
    assert row["arrears_change_3m"] is None
    assert row["arrears_change_6m"] is None


def test_change_compares_with_the_list_on_or_just_before_91_days_back():
    lists = "peildatum\n2026-08-03\n2026-08-24\n2026-11-16"
    row = one(
        peildata=lists,
        huurachterstanden="""
        peildatum  | saldo
        2026-08-03 | 250
        2026-08-24 | 900
        2026-11-16 | 1000
    """,
    )
    assert row["arrears_change_3m"] == pytest.approx(1.5)


def test_weeks_follow_what_the_lists_cover():
    """Monthly lists: 2 of 4 in arrears over 13 weeks (and a week for the first list) is seven weeks."""
    row = one(
        peildata="peildatum\n2026-08-17\n2026-09-14\n2026-10-12\n2026-11-16",
        huurachterstanden="peildatum | saldo\n2026-10-12 | 500\n2026-11-16 | 500",
    )
    assert row["arrears_weeks_365d"] == pytest.approx(7.0)


def test_paying_late_each_month_does_not_count_as_a_return():
    row = one(
        huurachterstanden="""
        peildatum  | saldo
        2026-08-03 | 500
        2026-09-07 | 500
        2026-10-05 | 500
        2026-11-02 | 500
    """
    )
    assert row["arrears_returns_365d"] == 0
    assert row["arrears_weeks_365d"] == 4


def test_a_running_plan_takes_the_place_of_a_broken_one():
    row = one(
        huurachterstanden="""
        peildatum              | saldo | regeling_status_code
        2026-09-07..2026-10-05 | 750   | ANN
        2026-10-12..2026-11-16 | 750   | ACT
    """
    )
    assert (row["plan_broken_days"], row["plan_running"]) == (None, 1)


def test_a_plan_recorded_in_error_was_never_broken():
    row = one(
        huurachterstanden="""
        peildatum              | saldo | regeling_status_code | regeling_eindereden_code
        2026-10-05..2026-11-02 | 750   | ANN                  |
        2026-11-09..2026-11-16 | 750   | VER                  | VOL
    """
    )
    assert row["plan_broken_days"] is None


def test_end_reason_vol_means_not_kept():
    row = one(
        huurachterstanden="""
        peildatum              | saldo | regeling_status_code | regeling_eindereden_code
        2026-09-07..2026-10-26 | 750   | ACT                  |
        2026-11-02..2026-11-16 | 750   | BEE                  | VOL
    """
    )
    assert row["plan_broken_days"] == 14
    assert row["fact_plan_broken_on"] == date(2026, 11, 2)


def test_a_plan_broken_for_arrears_since_paid_is_history():
    row = one(
        huurachterstanden="""
        peildatum              | saldo | regeling_status_code
        2026-04-06..2026-04-27 | 750   | ANN
        2026-10-05..2026-11-16 | 750   |
    """
    )
    assert row["plan_broken_days"] is None


def test_a_phase_the_list_does_not_name_is_unknown():
    row = one(huurachterstanden="peildatum | saldo\n2026-11-16 | 750")
    assert row["collection_phase"] is None


def test_the_position_of_a_past_date_is_that_of_then():
    given(huurachterstanden="peildatum | saldo\n2026-10-05..2026-10-26 | 600\n2026-11-02..2026-11-16 | 900")
    assert [ask(day)[0]["arrears_euro"] for day in (date(2026, 10, 1), date(2026, 10, 26), AS_OF)] == [
        0,
        600,
        900,
    ]

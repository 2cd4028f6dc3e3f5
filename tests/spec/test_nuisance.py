"""Test which complaints count, when, and how often."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.history import ALL, AS_OF, ask, given, one

pytestmark = pytest.mark.dear


@pytest.mark.parametrize(
    ("gebeurd_op", "counted"),
    [
        ("2026-11-16", 0),  # the as-of date itself: not yet
        ("2026-11-15", 1),
        ("2026-08-18", 1),  # exactly 90 days back
        ("2026-08-17", 0),
    ],
)
def test_borders_of_a_window_of_90_days(gebeurd_op, counted):
    assert one(overlastmeldingen=f"gebeurd_op\n{gebeurd_op}")["complaints_90d"] == counted


def test_a_late_registration_counts_from_when_it_was_known():
    given(
        overlastmeldingen="""
        gebeurd_op | known_from
        2026-10-01 | 2026-11-09
    """
    )
    assert ask(date(2026, 11, 9))[0]["complaints_90d"] == 0
    assert ask(date(2026, 11, 10))[0]["complaints_90d"] == 1


def test_a_cancellation_counts_from_when_it_was_known():
    given(
        overlastmeldingen="""
        zaak_id | gebeurd_op | status_code | known_from | known_until
        Z1      | 2026-10-01 | INB         | 2026-10-01 | 2026-11-10
        Z1      | 2026-10-01 | GEA         | 2026-11-10 |
    """
    )
    assert (
        ask(date(2026, 11, 10))[0]["complaints_90d"] == 1
    )  # the day it is replaced, the old version is what is known
    assert ask(date(2026, 11, 11))[0]["complaints_90d"] == 0


def test_one_case_delivered_for_home_and_agreement_is_one_complaint():
    row = one(
        overlastmeldingen="""
        zaak_id | gebeurd_op | zaaktypedetailsoort_code
        Z1      | 2026-10-01 | GEL
        Z1      | 2026-10-02 | GEL
    """
    )
    assert (row["complaints_90d"], row["noise_365d"]) == (1, 1)


@pytest.mark.parametrize(
    ("soort", "counted"), [("SOC", 1), ("OMG", 1), ("X7", 1), ("", 1), ("WOO", 0), ("FIN", 0), ("ORG", 0)]
)
def test_fraud_money_and_complaints_about_the_landlord_are_no_nuisance(soort, counted):
    row = one(overlastmeldingen=f"gebeurd_op | zaaktypesoort_code\n2026-10-01 | {soort}")
    assert row["complaints_90d"] == counted


def test_an_unmapped_kind_counts_as_a_complaint_of_no_kind():
    row = one(overlastmeldingen="gebeurd_op | zaaktypedetailsoort_code\n2026-10-01 | LOKAAL7")
    assert (row["complaints_365d"], row["heavy_365d"], row["noise_365d"]) == (1, 0, 0)


def test_one_reporter_against_one_neighbour_counts_once():
    row = one(
        overlastmeldingen="""
        gebeurd_op | zaaktypedetailsoort_code | melder_id
        2026-06-01 | RUZ                      | m1
        2026-09-01 | RUZ                      | m1
        2026-10-01 | GEL                      | m1
        2026-11-01 | STA                      | m1
    """
    )
    assert row["complaints_365d"] == 4
    assert row["complaints_separate_365d"] == 1
    assert row["reporters_365d"] == 1


def test_complaints_without_a_reporter_count_each_but_quarrels_together():
    row = one(
        overlastmeldingen="""
        gebeurd_op | zaaktypedetailsoort_code
        2026-09-01 | RUZ
        2026-10-01 | RUZ
        2026-10-02 | GEL
        2026-11-01 | GEL
    """
    )
    assert row["complaints_separate_90d"] == 3
    assert row["reporters_365d"] == 0


def test_fewer_than_before_is_a_negative_rise():
    row = one(overlastmeldingen="gebeurd_op\n2026-05-01\n2026-06-01\n2026-07-01\n2026-08-01\n2026-11-01")
    assert row["complaints_rise_90d"] == -2


def test_a_new_tenant_starts_clean():
    """The complaints belong to who lived there then, whoever lives there now."""
    given(
        huurovereenkomsten="""
        overeenkomst_id | huurder_id | eenheid_id | begindatum | einddatum  | brutohuur
        OLD             | H1         | E          | 2018-01-01 | 2026-09-30 | 500
        NEW             | H2         | E          | 2026-10-01 |            | 500
    """,
        overlastmeldingen="""
        overeenkomst_id | gebeurd_op
        OLD             | 2026-09-01
        OLD             | 2026-09-20
    """,
    )
    counted = {row["overeenkomst_id"]: row["complaints_90d"] for row in ask()}
    assert counted == {"OLD": 2, "NEW": 0}


def test_no_complaints_is_zero_and_no_source_is_null():
    given()
    assert ask(available=ALL)[0]["complaints_365d"] == 0
    assert ask(available=ALL - {"overlastmeldingen"})[0]["complaints_365d"] is None


def test_facts_tell_first_last_and_last_heavy():
    row = one(
        overlastmeldingen="""
        gebeurd_op | zaaktypedetailsoort_code
        2025-11-01 | GEL
        2026-02-01 | GEL
        2026-09-01 | VUI
        2026-11-01 | GEL
    """
    )
    assert row["fact_first_complaint_on"] == date(2026, 2, 1)  # the one before is over a year ago
    assert row["fact_last_complaint_on"] == date(2026, 11, 1)
    assert row["fact_last_heavy_on"] == date(2026, 9, 1)
    assert row["fact_first_signal_on"] == date(2026, 2, 1)


def test_leap_day_and_month_ends():
    given(overlastmeldingen="gebeurd_op\n2024-01-31\n2024-02-29", peildata="")
    days = (date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 2), date(2025, 2, 28), date(2025, 3, 1))
    actual = ask(days)  # one query: compiling it costs a second
    # 30 days before 1 March of a leap year is 31 January.
    assert [row["complaints_30d"] for row in actual[:3]] == [1, 2, 1]
    assert [row["complaints_365d"] for row in actual[3:]] == [1, 0]


def test_several_dates_in_one_query_are_the_dates_one_by_one():
    given(
        overlastmeldingen="gebeurd_op\n2026-10-01\n2026-11-01",
        huurachterstanden="peildatum | saldo\n2026-09-07..2026-11-16 | 600",
    )
    dates = (date(2026, 9, 28), date(2026, 10, 26), AS_OF)
    assert ask(dates) == [ask(day)[0] for day in dates]

"""Test how many families are active and whether that grows, and the columns beside the signals."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.history import ALL, ask, given, one

pytestmark = pytest.mark.dear

ARREARS = "peildatum | saldo | oudste_vervaldatum\n2026-10-05..2026-11-16 | 75 | 2026-10-01"


@pytest.mark.parametrize(
    ("saldo", "due", "active"),
    [("75", "2026-10-17", True), ("74.99", "2026-10-17", False), ("75", "2026-10-18", False)],
)
def test_arrears_are_active_from_75_euro_and_30_days(saldo, due, active):
    row = one(huurachterstanden=f"peildatum | saldo | oudste_vervaldatum\n2026-11-16 | {saldo} | {due}")
    assert row["fact_arrears_active"] is active


def test_one_repair_signal_is_everyday_and_two_are_not():
    one_signal = one(reparatieverzoeken="gebeurd_op | defectsoort_code\n2026-10-01 | VS0")
    two = one(
        reparatieverzoeken="gebeurd_op | defectsoort_code | niet_thuis_datums\n2026-10-01 | VS0 | 2026-10-05"
    )
    assert (one_signal["fact_repairs_active"], two["fact_repairs_active"]) == (False, True)


def test_all_four_families():
    row = one(
        huurachterstanden=ARREARS,
        overlastmeldingen="gebeurd_op\n2026-11-01",
        reparatieverzoeken="gebeurd_op | niet_thuis_datums\n2026-10-01 | 2026-10-05 2026-10-12",
        meldingen_medewerkers="gebeurd_op | bron | zorg\n2026-10-20 | huismeester | post_hoopt_op",
    )
    assert (row["active_families"], row["families_growth"]) == (4, 4)
    assert row["fact_first_signal_on"] == date(2026, 10, 1)


def test_growth_compares_the_same_rules_91_days_before():
    row = one(
        huurachterstanden="peildatum | saldo | oudste_vervaldatum\n2026-06-01..2026-08-17 | 500 | 2026-06-01",
        overlastmeldingen="gebeurd_op\n2026-08-16\n2026-05-19",
    )
    assert row["active_families"] == 0  # paid, and the complaint of 16 August is 92 days ago
    assert row["families_growth"] == -2


def test_arrears_with_an_unknown_past_do_not_count_as_growth():
    row = one(
        huurachterstanden="peildatum | saldo | oudste_vervaldatum\n2026-11-16 | 500 | 2026-08-01",
        peildata="peildatum\n2026-11-16",
    )
    assert (row["active_families"], row["families_growth"]) == (1, 0)


def test_an_extract_that_was_never_delivered_adds_no_family():
    given(overlastmeldingen="gebeurd_op\n2026-11-01")
    row = ask(available=frozenset({"huurovereenkomsten", "overlastmeldingen"}))[0]
    assert row["active_families"] == 1


def test_one_family_is_not_stacking():
    row = one(overlastmeldingen="gebeurd_op\n2026-11-01")
    assert (row["active_families"], row["families_growth"]) == (1, 0)


def test_each_worry_is_described_once():
    row = one(
        meldingen_medewerkers="""
        gebeurd_op | bron        | zorg
        2026-03-01 | huismeester | woning_vervuild
        2026-09-01 | vakman      | post_hoopt_op
        2026-10-01 | huismeester | post_hoopt_op
    """
    )
    assert row["fact_worries"] == ["post_hoopt_op", "woning_vervuild"]
    assert row["fact_worry_sources"] == ["huismeester", "vakman"]
    assert (row["fact_first_worry_on"], row["fact_last_worry_on"]) == (date(2026, 3, 1), date(2026, 10, 1))


def test_worries_are_optional():
    given()
    assert ask()[0]["worries_90d"] == 0
    assert ask(available=ALL - {"meldingen_medewerkers"})[0]["worries_90d"] is None


@pytest.mark.parametrize(
    ("soort", "begin", "end", "pair"),
    [
        ("BEZ", "2026-01-01", "", True),
        ("BEZ", "2026-01-01", "2026-11-16", True),
        ("BEZ", "2026-01-01", "2026-11-15", False),
        ("BEZ", "2026-11-16", "", False),
        ("DEU", "2026-01-01", "", False),
    ],
)
def test_visit_with_two_is_shown_while_it_holds_and_never_scored(soort, begin, end, pair):
    text = f"begindatum | einddatum | detailsoort_code\n{begin} | {end} | {soort}"
    plain = one()
    row = one(signaleringen=text)
    assert row["fact_safety_pair"] is pair
    assert {key: value for key, value in row.items() if key != "fact_safety_pair"} == {
        key: value for key, value in plain.items() if key != "fact_safety_pair"
    }


def test_an_agreement_exists_from_the_day_it_was_known():
    given(huurovereenkomsten="overeenkomst_id | begindatum | known_from\nA | 2026-12-01 | 2026-11-10")
    assert ask(date(2026, 11, 10)) == []
    assert len(ask(date(2026, 11, 11))) == 1

"""Test each sentence about what is new since last week's list."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from models.words.reasons import news

LAST = date(2026, 11, 9)
QUIET = {
    "as_of": date(2026, 11, 16),
    "arrears_euro": 620.0,
    "plan_running": 1,
    "collection_phase": 1,
    "fact_collection_phase": "herinnering",
    "fact_last_payment_on": date(2026, 10, 20),
    "fact_last_complaint_on": date(2026, 10, 1),
    "fact_not_home_on": [date(2026, 10, 4)],
    "fact_last_worry_on": None,
}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, ["Stond vorige week ook op de lijst; niets nieuws."]),
        ({"arrears_euro": 1240.0}, ["Achterstand gestegen met € 620."]),
        ({"arrears_euro": 600.0}, ["Achterstand gedaald met € 20."]),
        ({"arrears_euro": 0.0}, ["De huurachterstand is weg."]),
        ({"arrears_euro": None}, ["Stond vorige week ook op de lijst; niets nieuws."]),
        (
            {"fact_last_payment_on": date(2026, 11, 12), "fact_last_payment_euro": 300},
            ["Betaling van € 300 op 12 november."],
        ),
        (
            {"fact_plan_broken_on": date(2026, 11, 16), "plan_running": 0},
            ["Betalingsregeling gestopt (bekend sinds 16 november)."],
        ),
        ({"collection_phase": 2, "fact_collection_phase": "aanmaning"}, ["Aanmaning verstuurd."]),
        (
            {"collection_phase": 0, "fact_collection_phase": "geen"},
            ["Stond vorige week ook op de lijst; niets nieuws."],
        ),
        (
            {"fact_last_storno_on": date(2026, 11, 10)},
            ["De huur kon niet worden afgeschreven op 10 november."],
        ),
        ({"fact_last_complaint_on": date(2026, 11, 3)}, ["Nieuwe melding van overlast op 3 november."]),
        (
            {"fact_not_home_on": [date(2026, 11, 13), date(2026, 10, 4)]},
            ["Niemand thuis bij een afspraak op 13 november."],
        ),
        ({"fact_last_worry_on": date(2026, 11, 11)}, ["Nieuwe zorg doorgegeven op 11 november."]),
        (
            {"arrears_euro": 700.0, "fact_last_worry_on": date(2026, 11, 11)},
            ["Achterstand gestegen met € 80.", "Nieuwe zorg doorgegeven op 11 november."],
        ),
    ],
)
def test_news_since_last_week(changed: dict[str, Any], expected: list[str]) -> None:
    assert news({**QUIET, **changed}, {**QUIET, "as_of": LAST}, LAST, listed=True) == expected


def test_news_of_an_address_that_is_new_on_the_list() -> None:
    assert news(QUIET, None, LAST, listed=False) == ["Nieuw op de lijst."]
    assert news(QUIET, QUIET, LAST, listed=False) == ["Nieuw op de lijst."]
    was = date(2025, 7, 14)
    assert news(QUIET, None, LAST, listed=False, listed_on=was) == [
        "Terug op de lijst (stond er op 14 juli 2025)."
    ]
    assert news(QUIET, None, LAST, listed=True, listed_on=LAST) == ["Stond vorige week ook op de lijst."]
    assert news({**QUIET, "plan_running": 1}, {**QUIET, "plan_running": 0}, LAST, listed=False) == [
        "Nieuw op de lijst.",
        "Er loopt nu een betalingsregeling.",
    ]
    assert news({**QUIET, "arrears_euro": 620.0}, {**QUIET, "arrears_euro": 0.0}, LAST, listed=False) == [
        "Nieuw op de lijst.",
        "Nieuwe huurachterstand van € 620.",
    ]


def test_an_old_payment_is_not_news_when_the_debt_is_new() -> None:
    then = {**QUIET, "arrears_euro": 0.0, "fact_last_payment_on": None}
    assert news(QUIET, then, LAST, listed=True) == ["Nieuwe huurachterstand van € 620."]


def test_nothing_can_be_said_about_a_week_that_is_not_known() -> None:
    assert news(QUIET, None, LAST, listed=True) == ["Stond vorige week ook op de lijst."]


def test_a_first_list_is_compared_with_no_list() -> None:
    assert news(QUIET, QUIET, None, listed=False) == []
    assert news({**QUIET, "plan_running": 1}, {**QUIET, "plan_running": 0}, None, listed=False) == [
        "Er loopt nu een betalingsregeling."
    ]


def test_an_older_last_list_is_not_called_that_of_last_week() -> None:
    earlier = date(2026, 11, 2)
    assert news(QUIET, QUIET, earlier, listed=True) == ["Stond op 2 november ook op de lijst; niets nieuws."]
    assert news(QUIET, QUIET, earlier, listed=False) == ["Nieuw op de lijst."]

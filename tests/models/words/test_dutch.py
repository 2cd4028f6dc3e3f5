"""Test numbers, amounts and dates in Dutch."""

from __future__ import annotations

from datetime import date

import pytest

from models.words.dutch import counted, euro, listing, month, number, on, on_days, roughly, sentence

MONDAY = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (1240, "€ 1.240"),
        (1240.5, "€ 1.241"),
        (0.4, "minder dan € 1"),
        (0, "€ 0"),
        (-12.2, "-€ 12"),
        (1234567.8, "€ 1.234.568"),
        (999.5, "€ 1.000"),
    ],
)
def test_amounts(amount: float, text: str) -> None:
    assert euro(amount) == text


@pytest.mark.parametrize(
    ("months", "text"),
    [
        (0.2, "minder dan één maand"),
        (0.8, "bijna één maand"),
        (0.95, "één maand"),
        (1.1, "één maand"),
        (1.2, "ruim één maand"),
        (1.8, "bijna twee maanden"),
        (1.95, "twee maanden"),
        (2.5, "ruim twee maanden"),
        (12, "twaalf maanden"),
        (12.95, "13 maanden"),
    ],
)
def test_measures_as_people_say_them(months: float, text: str) -> None:
    assert roughly(months, "maand", "maanden") == text


def test_small_words() -> None:
    assert [number(n) for n in (0, 1, 12, 13, 1200)] == ["nul", "één", "twaalf", "13", "1.200"]
    assert counted(1, "week", "weken") == "één week"
    assert listing([]) == ""
    assert listing(["a"]) == "a"
    assert listing(["a", "b", "c"]) == "a, b en c"
    assert month(date(2026, 8, 1), None) == "augustus 2026"
    assert on(date(2026, 3, 1), MONDAY) == "1 maart"
    assert on_days([date(2026, 9, 28), date(2026, 10, 4)], MONDAY) == "28 september en 4 oktober"
    days = [date(2026, 1, 4), date(2025, 12, 28), date(2026, 1, 4), date(2026, 1, 2)]
    assert on_days(days, MONDAY) == "28 december 2025, 2 en 4 januari"
    assert sentence(["één ding", "en nog iets"]) == "Eén ding; en nog iets."

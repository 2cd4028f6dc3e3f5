"""Test the analyst's page of signals: what fell silent or jumped, and that small counts stay hidden."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from portal.accounts.models import Role
from portal.analyst.signals import BEFORE, DOWN, NEVER, SHORT, SILENT, UP, verdict
from tests.portal import factories, two_years
from tests.portal.factories import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst(enter, corporation):
    return enter(factories.user(Role.ANALYST, corporation))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([0, 40, 42, 41], SILENT),
        ([0, 9, 9, 9], ""),  # so small that nothing may be told by chance
        ([0, 0, 0, 0], NEVER),
        ([90, 40, 42, 41], UP),
        ([81, 40, 42, 41], ""),
        ([20, 40, 42, 41], DOWN),
        ([9, 2, 3, 2], ""),
        ([90, 40, 42], SHORT),  # two weeks are no usual
        ([None, 40, 42, 41], SHORT),
        ([90, None, 40, 42, 41, None], UP),
        ([55, 75, 110, 255, 60, 80, 120, 250, 70], ""),  # the rent of the month comes and is paid
        ([255, 55, 75, 110, 250, 60, 80, 120, 240], ""),
    ],
)
def test_a_week_is_compared_with_the_weeks_before(counts, expected):
    assert verdict(counts) == expected


def signals_of(part, *weeks: dict[str, int]) -> None:
    """Publish runs, the newest first, with the counts of each."""
    for back, counts in enumerate(weeks):
        run = factories.run(part, MONDAY - timedelta(weeks=back))
        run.fired = [
            {"signal": name, "question": f"Vraag {name}?", "agreements": n} for name, n in counts.items()
        ]
        run.save()


def test_the_page_shows_what_fell_silent_first_and_no_small_count(analyst, corporation, other):
    usual = {"steady": 52, "small": 7, "gone": 30}
    signals_of(corporation, usual | {"gone": 0, "new": 3}, *[usual] * (BEFORE + 3))
    signals_of(other, {"elsewhere": 60})
    text = analyst.get(reverse("analyst:signals")).content.decode()
    assert text.index("Vraag gone?") < text.index("Vraag steady?")
    assert text.count("Stilgevallen") == 1
    assert "1 signaal viel stil of maakte een sprong." in text
    assert text.count('<td class="number short">50</td>') == BEFORE + 1  # rounded, and no older week
    assert text.count("1–9</span>") == BEFORE + 2
    assert text.count('<td class="number short">–</td>') == BEFORE  # the new signal was not counted before
    assert "7</td>" not in text
    assert ">52<" not in text
    assert "elsewhere" not in text
    assert (
        "1 signaal viel stil of maakte een sprong." in analyst.get(reverse("analyst:runs")).content.decode()
    )


def test_how_heavily_a_signal_weighs_and_where_it_is_missing_is_shown_and_a_small_count_is_not(
    analyst, corporation
):
    signals_of(corporation, {"heavy": 40, "old": 40})
    run = corporation.runs.get()
    run.fired[0] |= {"points": 17, "without": 123}
    run.fired.append({"signal": "few", "question": "Vraag few?", "agreements": 0, "points": 0, "without": 4})
    run.save()
    text = analyst.get(reverse("analyst:signals")).content.decode()
    assert '<td class="number">17</td><td class="number">125</td>' in text
    assert '<td class="number">–</td><td class="number">–</td>' in text, "a list of an older version"
    assert '<td class="number">0</td><td class="number"><span class="hidden-count">1–9</span></td>' in text
    assert "model-card</code>" in text


def test_the_first_weeks_are_not_called_usual(analyst, corporation):
    signals_of(corporation, {"a": 40}, {"a": 41})
    text = analyst.get(reverse("analyst:signals")).content.decode()
    assert "Nog niet te zeggen" in text
    assert "Gewoon" not in text
    assert "Geen signaal viel stil" not in text


def test_without_counts_the_page_says_so(analyst, corporation):
    factories.run(corporation)
    assert (
        "Er zijn nog geen aantallen per signaal." in analyst.get(reverse("analyst:signals")).content.decode()
    )


def test_the_page_asks_as_much_of_the_database_for_many_weeks_as_for_one(
    analyst, corporation, django_assert_num_queries
):
    two_years.runs(corporation, 1)
    analyst.get(reverse("analyst:signals"))
    with django_assert_num_queries(4):
        analyst.get(reverse("analyst:signals"))
    corporation.runs.all().delete()
    two_years.runs(corporation, 20)
    with django_assert_num_queries(4):
        analyst.get(reverse("analyst:signals"))

"""Test what the page of an address says of what changed: signals that came, grew, shrank and went, and another model."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from portal.casework.codes import Kind
from portal.casework.models import SignalWeek
from portal.coach.then_now import ThenNow, compare
from tests.portal import factories
from tests.portal.factories import MONDAY
from tests.portal.pages import shown, url

WEEK = timedelta(weeks=1)


def week(back: int, owed: float | None = None, **points: int) -> SignalWeek:
    return SignalWeek(as_of=MONDAY - back * WEEK, points=points, figures={"arrears_euro": owed})


def contact(day: date, *, kind: str = Kind.VISIT, undone: bool = False) -> SimpleNamespace:
    return SimpleNamespace(on=day, kind=kind, undone_at=day if undone else None)


def said(*weeks: SignalWeek, contacts=(), models=(), points: bool = False) -> ThenNow:
    result = compare(weeks, contacts, models, points=points)
    assert result is not None
    return result


def test_signals_come_grow_shrink_and_go():
    then = week(4, 320, arrears=4, nuisance=18, repairs=3)
    now = week(0, 1625, arrears=20, nuisance=8, worries=2)
    assert [text for _icon, text in said(then, now).lines] == [
        "Huurachterstand: van weinig naar veel, van € 320 naar € 1.625.",
        "Overlast: van veel naar matig.",
        "Reparaties: is weg.",
        "Doorgegeven zorgen: kwam erbij, nu weinig.",
    ]


def test_a_debt_that_grows_within_a_level_is_named_and_what_is_equal_is_not():
    then, now = week(4, 1200, arrears=20, nuisance=4), week(0, 1625, arrears=24, nuisance=5)
    assert [text for _icon, text in said(then, now).lines] == [
        "Huurachterstand: nog steeds veel, van € 1.200 naar € 1.625."
    ]
    equal = (week(4, 900, arrears=20), week(0, 900, arrears=20))
    assert said(*equal, contacts=[contact(MONDAY - WEEK)]).lines == ()
    assert compare(equal, (), (), points=False) is None  # a fact without points may have come meanwhile


@pytest.mark.parametrize(
    ("then", "now", "line"),
    [
        (
            week(4, 730, arrears=8),
            week(0, 568, arrears=20),
            "van matig naar veel, van € 730 naar € 568; hoe lang",
        ),
        (
            week(4, 568, arrears=20),
            week(0, 730, arrears=8),
            "van veel naar matig, van € 568 naar € 730; hoe lang",
        ),
        (week(4, 568, arrears=8), week(0, 730, arrears=20), "van matig naar veel, van € 568 naar € 730."),
    ],
)
def test_an_amount_that_goes_the_other_way_says_what_counts_too(then, now, line):
    assert said(then, now).lines[0][1].startswith(f"Huurachterstand: {line}")


def test_points_are_named_only_where_the_score_is_shown():
    then, now = week(4, arrears=20, nuisance=4), week(0, arrears=24, nuisance=4)
    assert (
        said(then, now, points=True).lines[0][1] == "Huurachterstand: nog steeds veel, van 20 naar 24 punten."
    )
    assert compare([then, now], (), (), points=False) is None


@pytest.mark.parametrize(
    ("contacts", "since"),
    [
        ((), 13),
        ((contact(MONDAY - 3 * WEEK + timedelta(days=2)),), 3),
        ((contact(MONDAY - 3 * WEEK, undone=True),), 13),
        ((contact(MONDAY - 3 * WEEK, kind=Kind.ADMINISTRATIVE),), 13),
        ((contact(MONDAY),), 13),
    ],
)
def test_the_comparison_starts_at_the_last_contact_or_a_quarter_ago(contacts, since):
    weeks = [week(back, arrears=back) for back in range(20, -1, -1)]
    actual = said(*weeks, contacts=contacts)
    assert actual.since == MONDAY - since * WEEK
    assert (actual.contact is not None) == (since == 3)


def test_one_week_has_nothing_to_compare_with():
    assert compare([week(0, arrears=4)], (), (), points=False) is None
    assert compare([], (), (), points=False) is None


def test_another_model_between_the_weeks_is_named():
    weeks = week(4, arrears=4), week(0, arrears=20)
    models = [(MONDAY - back * WEEK, "expert 1" if back > 2 else "expert 2") for back in range(9, -1, -1)]
    assert said(*weeks, models=models).model_since == MONDAY - 2 * WEEK
    assert said(*weeks, models=models[:5]).model_since is None
    assert said(week(1, arrears=4), week(0, arrears=20), models=models).model_since is None


@pytest.mark.django_db
def test_the_page_names_what_changed_the_model_and_the_reason_of_each_list(enter, coach, corporation, case):
    for back in range(9):
        run = factories.run(corporation, MONDAY - back * WEEK)
        run.model = "expert 1" if back > 2 else "expert 2"
        run.save()
    text = shown(enter(coach).get(url("case", case)))
    assert "Huurachterstand: van matig naar veel, van € 540 naar € 1.240." in text
    assert "Overlast: kwam erbij, nu weinig." in text
    assert "Nieuw model sinds" in text
    assert "Vertel nooit wie een melding heeft gedaan." in text, "the reasons may name who reported"
    assert text.count("signalen tellen sindsdien anders mee") == 1
    assert "punten" not in text
    assert 'Op de lijst</strong> · <span lang="nl">Ruim twee maanden huurachterstand' in text

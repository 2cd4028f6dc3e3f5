"""Test that the address and the contact form count the attempts in a row that reached nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.casework.codes import Kind, State
from portal.coach.attempts import Attempts
from portal.coach.templatetags.days import on
from tests.portal import factories
from tests.portal.factories import TODAY
from tests.portal.pages import shown, url

pytestmark = pytest.mark.django_db
NOBODY = {"reached": False, "part_of_day": "Middag"}


def tried(case, coach, *rows):
    """Log contacts, each a day later than the one before, the last one today."""
    return [
        factories.contact(case, by=coach, on=TODAY - timedelta(days=len(rows) - 1 - number), **row)
        for number, row in enumerate(rows)
    ]


@pytest.mark.parametrize("page", ["case", "contact"])
def test_both_pages_say_how_often_since_when_and_at_which_part_of_the_day(enter, coach, case, page):
    morning = NOBODY | {"part_of_day": "Ochtend"}
    tried(case, coach, {"reached": True}, NOBODY, NOBODY, morning, NOBODY)
    text = shown(enter(coach).get(url(page, case)))
    since = on(TODAY - timedelta(days=3), "D j b")
    assert f"4 keer achter elkaar niet bereikt sinds {since}: 3× middag, 1× ochtend." in text
    assert "Nog niet geprobeerd: avond." in text
    assert "Geen contact gekregen, ook later niet" in text


@pytest.mark.parametrize(
    ("rows", "number"),
    [
        ([NOBODY], None),
        ([NOBODY, {"reached": True}], None),
        ([NOBODY, NOBODY, {"reached": True}, NOBODY, NOBODY], 2),
        ([NOBODY, NOBODY, {"reached": None, "kind": Kind.LETTER}], 2),
        ([NOBODY, NOBODY, {"reached": False, "kind": Kind.ADMINISTRATIVE}], 2),
        ([NOBODY, NOBODY | {"state": State.CLOSED}, NOBODY, NOBODY], 2),
        ([NOBODY, NOBODY, NOBODY | {"undone_at": timezone.now()}], 2),
    ],
)
def test_only_attempts_since_somebody_was_reached_or_the_case_ended_count(coach, case, rows, number):
    attempts = Attempts.of(tried(case, coach, *rows))
    assert (attempts and attempts.number) == number


def test_an_attempt_without_a_part_of_the_day_is_counted_as_such(coach, case):
    attempts = Attempts.of(tried(case, coach, {"reached": False}, NOBODY, NOBODY))
    assert str(attempts).endswith(": 2× middag, 1× dagdeel niet bekend.")
    assert attempts.untried == ""

"""Test that a coach reads whether a delivery was late for the newest list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.portal import factories
from tests.portal.factories import MONDAY
from tests.portal.pages import shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(enter, coach):
    return enter(coach)


@pytest.mark.parametrize(
    ("page", "above"), [("coach:week", "1 opmerking bij deze lijst"), ("coach:paper", "te laat.")]
)
def test_a_late_delivery_is_known_above_the_list(browser, corporation, other, case, page, above):
    for part, notice in ((corporation, "Huurachterstanden: te laat."), (other, "Van een ander.")):
        run = factories.run(part)
        run.notices = [notice]
        run.save()
    text = shown(browser.get(reverse(page)))
    assert "Huurachterstanden: te laat." in text
    assert text.index(above) < text.index(factories.REASONS[0])
    assert "Van een ander." not in text
    assert "alle verwachte leveringen" not in text


def test_the_week_says_that_every_delivery_was_there(browser, corporation, case):
    week = reverse("coach:week")
    assert "alle verwachte leveringen" not in shown(browser.get(week))  # no run is known
    run = factories.run(corporation, as_of=MONDAY - timedelta(weeks=1))
    run.notices = ["Oud."]
    run.save()
    factories.run(corporation)
    page = shown(browser.get(week))
    assert "Voor deze lijst waren alle verwachte leveringen er." in page
    assert "Oud." not in page

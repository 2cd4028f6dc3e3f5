"""Test that a page never says that an address is safe where nobody can know, or where somebody felt unsafe."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from portal.casework import services, worries
from portal.casework.codes import Kind
from portal.casework.models import Case, Worry
from tests.portal import factories
from tests.portal.factories import MONDAY, TODAY
from tests.portal.pages import shown, url

pytestmark = pytest.mark.django_db
NONE = "Veiligheid: geen waarschuwing bekend."


@pytest.fixture
def browser(enter, coach):
    return enter(coach)


@pytest.mark.parametrize("page", ["case", "contact"])
def test_an_address_of_this_list_without_a_warning(browser, case, page):
    assert NONE in shown(browser.get(url(page, case)))


@pytest.mark.parametrize("page", ["case", "contact"])
def test_a_worry_about_safety_is_a_warning(browser, case, page):
    factories.worry(case, worry="veiligheid")
    text = shown(browser.get(url(page, case)))
    assert "meldde iemand: het voelt niet veilig" in text
    assert NONE not in text
    assert "meldde iemand: het voelt niet veilig" in shown(browser.get(reverse("coach:paper")))
    Worry.objects.update(on=TODAY - timedelta(weeks=27))
    assert NONE in shown(browser.get(url(page, case)))


def test_of_an_older_list_its_day_is_named(browser, case):
    before = MONDAY - timedelta(weeks=3)
    Case.objects.filter(pk=case.pk).update(listed_on=before, worked_on=True)
    case.listings.update(as_of=before)
    text = shown(browser.get(url("case", case)))
    assert f"Veiligheid: op de lijst van {before.day} " in text
    assert NONE not in text


def test_without_an_agreement_nobody_can_know(browser, coach, corporation):
    worry = worries.pass_on_worry(
        coach, token="w", source="overig", worry="geldzorgen", urgent=True, corporation=corporation.pk,
        postcode="1999 ZZ", house_number="7",
    )  # fmt: skip
    case = worries.take_up(coach, worry.pk)
    assert "Veiligheid: niet na te gaan" in shown(browser.get(url("case", case)))


def test_a_contact_takes_up_the_urgent_worry_that_waits_there(browser, coach, case):
    worry = factories.worry(case, urgent=True)
    services.log_contact(coach, case.pk, version=1, token="t", kind=Kind.VISIT, reached=True)
    worry.refresh_from_db()
    assert worry.taken_by == coach
    page = shown(browser.get(reverse("coach:week")))
    assert "Kan niet wachten" not in page
    assert "De melder wacht op antwoord" in page


def test_a_coach_reports_a_worry_about_an_address_that_search_does_not_find(browser, coach, corporation):
    found = shown(browser.post(reverse("coach:search"), {"text": "bestaatniet"}, follow=True))
    assert reverse("melder:worry") in found
    factories.worry(factories.listed_case(corporation), worry="post_hoopt_op")
    page = shown(browser.get(reverse("melder:worry")))
    assert "Wat u eerder meldde" not in page  # a worry of somebody else
    given = {
        "corporation": corporation.pk, "postcode": "1999 ZZ", "house_number": "7", "worry": "geldzorgen",
        "source": "overig", "urgent": "on",
    }  # fmt: skip
    browser.post(reverse("melder:worry"), given)
    assert Worry.objects.get(by=coach).urgent
    assert "1999 ZZ 7" in shown(browser.get(reverse("coach:week")))

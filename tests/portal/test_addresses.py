"""Test how pages write an address, the name of a partner and an amount: none breaks in a place where it cannot be read."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils.translation import override

from portal.casework.codes import Partner, State
from portal.casework.models import Case, Listing
from portal.coach.templatetags.days import door, euro, hyphened
from tests.portal import factories
from tests.portal.factories import TODAY
from tests.portal.pages import shown, url

pytestmark = pytest.mark.django_db
NUMBER = '<span class="nowrap">2-4H</span>'


@pytest.fixture
def home(corporation, coach):
    given = {"owner": coach, "state": State.IN_CONTACT, "worked_on": True, "follow_up_on": TODAY}
    return factories.listed_case(corporation, address="Eénhoorndreef 2-4H", **given)


def test_a_house_number_stays_on_one_line_on_every_page(enter, coach, home):
    browser = enter(coach)
    factories.handover(home)
    for name in ("week", "care", "paper", "handovers"):
        assert f"Eénhoorndreef {NUMBER}" in shown(browser.get(reverse(f"coach:{name}"))), name
    for name in ("case", "contact"):
        page = shown(browser.get(url(name, home)))
        assert f"Eénhoorndreef {NUMBER}" in page and "<title>Eénhoorndreef 2-4H" in page.replace(
            "Contact vastleggen · ", ""
        )


@pytest.mark.parametrize(
    "street", ["Dreef 12", "Jan-Willemstraat 3", "Adres niet bekend (overeenkomst A-1)", ""]
)
def test_an_address_without_a_hyphen_in_its_number_is_left_alone(street):
    assert door(street) == street


def test_what_is_in_an_address_is_escaped():
    assert door("<b> 1-2") == '&lt;b&gt; <span class="nowrap">1-2</span>'


def test_every_long_name_of_a_partner_can_break():
    for partner in Partner:
        label = str(partner.label)
        parts = hyphened(label).replace(" ", "\N{SOFT HYPHEN}").split("\N{SOFT HYPHEN}")
        assert "".join(parts) == label.replace(" ", "")
        assert max(map(len, parts)) <= 11, label


def test_an_amount_has_the_point_or_comma_of_the_language(enter, coach, home):
    assert euro(1284) == "€ 1.284"
    with override("en"):
        assert (euro(1284), euro(0.4)) == ("€ 1,284", "less than € 1")
    Case.objects.update(listed_on=None)
    Listing.objects.update(withdrawn=True)
    browser = enter(coach)
    assert "€ 1.240" in shown(browser.get(url("case", home))).replace("\xa0", " ")
    browser.cookies["django_language"] = "en"
    page = shown(browser.get(url("case", home))).replace("\xa0", " ")
    assert "€ 1,240" in page and "€ 1.240" not in page


def test_an_english_page_says_once_that_the_reasons_are_dutch(enter, coach, home):
    browser = enter(coach)
    Case.objects.update(state=State.NEW, owner=None, worked_on=False, follow_up_on=None)
    said = "The reasons and what is new are in Dutch"
    for page in (reverse("coach:week"), url("case", home)):
        browser.cookies["django_language"] = "nl"
        assert said not in shown(browser.get(page))
        browser.cookies["django_language"] = "en"
        assert shown(browser.get(page)).count(said) == 1

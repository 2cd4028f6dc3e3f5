"""Test that a coach reports a worry by street and number, and that a melder cannot ask which streets are known."""

from __future__ import annotations

import pytest
from django.urls import reverse

from portal.accounts.models import Role
from portal.casework.models import Worry
from tests.portal import factories
from tests.portal.pages import shown

pytestmark = pytest.mark.django_db
PAGE = reverse("melder:worry")


def report(client, part, **values):
    given = {"token": "w", "corporation": part.pk, "worry": "geldzorgen", "source": "huismeester"}
    return client.post(PAGE, given | values, follow=True)


@pytest.fixture
def streets(corporation):
    """Zeeëgelhof with one postcode, Lange Laan with two."""
    for address, town in (
        ("Zeeëgelhof 17", "1315 SA Wakerstad"),
        ("Lange Laan 1", "1811 AB Wakerstad"),
        ("Lange Laan 90-2H", "1811 AC Wakerstad"),
    ):
        factories.listed_case(corporation, address=address, town=town)


@pytest.mark.parametrize(
    ("street", "number", "postcode"),
    [("Zeeëgelhof", "19", "1315SA"), ("zeeegelhof", "17", "1315SA"), ("Lange laan", "90-2h", "1811AC")],
)
def test_the_postcode_is_found_by_the_street(enter, coach, corporation, streets, street, number, postcode):
    report(enter(coach), corporation, street=street, house_number=number)
    worry = Worry.objects.get()
    assert (worry.postcode, worry.house_number) == (postcode, number)
    assert (worry.case is not None) is (number != "19")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"street": "Lange Laan", "house_number": "7"}, "meer dan één postcode: 1811 AB, 1811 AC."),
        ({"street": "Onbekendweg", "house_number": "7"}, "Deze straat staat niet bij uw adressen."),
        ({"street": "Zeeëgelhof"}, "Vul ook het huisnummer in."),
    ],
)
def test_a_street_that_says_too_little_is_refused_and_stays_in_the_form(
    enter, coach, corporation, streets, typed, said
):
    page = shown(report(enter(coach), corporation, **typed))
    assert said in page and f'value="{typed["street"]}"' in page
    assert not Worry.objects.exists()


def test_a_street_of_two_towns_is_asked_even_if_one_of_them_has_the_number(enter, coach, corporation):
    for address, town in (("Kerkstraat 5", "1811 AB Wakerstad"), ("Kerkstraat 9", "1328 SA Dommeldam")):
        factories.listed_case(corporation, address=address, town=town)
    page = shown(report(enter(coach), corporation, street="Kerkstraat", house_number="5"))
    assert "meer dan één postcode: 1328 SA, 1811 AB." in page
    assert not Worry.objects.exists()


def test_another_coach_and_a_melder_learn_nothing_of_a_street(enter, corporation, other, streets):
    stranger = factories.user(Role.COACH, other)
    page = shown(report(enter(stranger), other, street="Zeeëgelhof", house_number="17"))
    assert "Deze straat staat niet bij uw adressen." in page
    melder = enter(factories.user(Role.MELDER, corporation))
    assert "Weet u de postcode niet?" not in shown(melder.get(PAGE))
    page = shown(report(melder, corporation, street="Zeeëgelhof", house_number="17"))
    assert "Vul postcode en huisnummer in" in page and "1315" not in page
    assert not Worry.objects.exists()

"""The orders of *Deze week* and the paper: by wijk, by number, by postcode, and by what is owed."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from portal.casework.models import SignalWeek
from tests.portal import factories
from tests.portal.factories import MONDAY, TODAY
from tests.portal.pages import shown

pytestmark = pytest.mark.django_db


def owing(corporation, amount, **values):
    """A listed case with arrears of this week; None: its signals of this week are not known."""
    case = factories.listed_case(corporation, **values)
    week = SignalWeek.objects.filter(case=case, as_of=MONDAY)
    if amount is None:
        week.delete()
    else:
        week.update(figures={"arrears_euro": amount})
    return case


def test_who_owes_most_comes_first_with_the_amount(enter, coach, corporation):
    little = owing(corporation, 90, position=1)
    much = owing(corporation, 2345.6, position=2)
    none = owing(corporation, 0, position=3)
    unknown = owing(corporation, None, position=4)
    browser = enter(coach)
    page = shown(browser.get(reverse("coach:week"), {"volgorde": "huurachterstand"}))
    places = [page.index(case.address) for case in (much, little, none, unknown)]
    assert places == sorted(places)
    for text in ("€ 2.346 huurachterstand", "€ 90 huurachterstand", "geen huurachterstand"):
        assert page.count(f">{text}<") == 1
    assert "2.346" not in shown(browser.get(reverse("coach:week"), {"volgorde": "wijk"}))


def test_amounts_of_another_corporation_are_not_read(enter, coach, corporation, other):
    owing(corporation, 90)
    owing(other, 4321)
    page = enter(coach).get(reverse("coach:week"), {"volgorde": "huurachterstand"})
    assert "4.321" not in shown(page)
    assert page.context["groups"][0]["visits"][0].owed == 90
    assert len(page.context["groups"][0]["visits"]) == 1


def test_the_order_of_the_numbers_is_that_of_the_list_over_all_wijken(enter, coach, corporation):
    for place in (3, 1, 2):
        factories.listed_case(corporation, position=place, wijk=f"Wijk {place % 2}")
    page = enter(coach).get(reverse("coach:week"), {"volgorde": "nummer"})
    assert [visit.position for visit in page.context["groups"][0]["visits"]] == [1, 2, 3]
    assert len(page.context["groups"]) == 1


def test_a_wijk_keeps_its_place_when_its_first_address_is_done(enter, coach, corporation):
    first = factories.listed_case(corporation, position=1, wijk="Noord")
    for place, wijk in ((2, "Zuid"), (3, "Noord")):
        factories.listed_case(corporation, position=place, wijk=wijk)
    browser = enter(coach)
    for _before_and_after in range(2):
        groups = browser.get(reverse("coach:week")).context["groups"]
        assert [group["wijk"] for group in groups] == ["Noord", "Zuid"]
        factories.contact(first, by=coach)


@pytest.mark.parametrize(
    ("order", "wanted"),
    [("wijk", [1, 3, 2]), ("nummer", [1, 2, 3]), ("postcode", [2, 3, 1]), ("huurachterstand", [3, 1, 2])],
)
def test_the_paper_keeps_the_order_that_was_chosen_on_the_screen(enter, coach, corporation, order, wanted):
    owing(corporation, 500, position=1, wijk="Zuid", town="1813 AB Voorbeeldstad")
    owing(corporation, 50, position=2, wijk="Noord", town="1811 AB Voorbeeldstad")
    owing(corporation, 900, position=3, wijk="Zuid", town="1812 AB Voorbeeldstad")
    browser = enter(coach)
    browser.get(reverse("coach:week"), {"volgorde": order})
    page = shown(browser.get(reverse("coach:paper")))
    assert re.findall(r'<h2><span class="place">([0-9]+)</span>', page) == [str(place) for place in wanted]
    assert f"Volgorde: {order}" in page


def test_one_link_prints_only_one_wijk_and_hides_nothing_that_cannot_wait(enter, coach, corporation):
    here, there = (
        owing(corporation, 50, position=place, wijk=wijk) for place, wijk in ((1, "Noord"), (2, "Zuid"))
    )
    due = {"worked_on": True, "state": "in_contact", "owner": coach, "follow_up_on": TODAY}
    due_there = factories.case(corporation, wijk="Zuid", **due)
    urgent = factories.case(corporation, wijk="Zuid", worked_on=True)
    factories.worry(urgent, urgent=True)
    browser = enter(coach)
    assert 'href="?wijk=Noord"' in shown(browser.get(reverse("coach:paper")))
    page = shown(browser.get(reverse("coach:paper"), {"wijk": "Noord"}))
    assert here.address in page and "alleen Noord" in page and urgent.address in page
    assert there.address not in page and due_there.address not in page
    unknown = shown(browser.get(reverse("coach:paper"), {"wijk": "Elders"}))
    assert here.address in unknown and there.address in unknown

"""Test what stands where on *Deze week*: what cannot wait first, and nothing above it that a coach can do nothing about."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from portal.accounts.models import Role
from portal.casework.codes import State
from portal.casework.models import Case, Listing
from tests.portal import factories
from tests.portal.factories import TODAY
from tests.portal.pages import form, shown, url

pytestmark = pytest.mark.django_db
WEEK = reverse("coach:week")


@pytest.fixture
def browser(enter, coach):
    return enter(coach)


@pytest.fixture
def in_care(coach, corporation):
    """Make cases in care, with some days until the next step."""

    def make(days=0, appointment=False, owner=coach, **values):
        day = TODAY + timedelta(days=days)
        given = {"worked_on": True, "state": State.IN_CONTACT, "owner": owner, "follow_up_on": day}
        return factories.case(
            corporation, **given | {"appointment_on": day if appointment else None} | values
        )

    return make


def visible(page: str) -> str:
    """A page without what is folded."""
    return re.sub(r"<details(?! class=.maps).*?</details>", "", page)


def test_everything_has_its_place(browser, corporation, case, in_care):
    factories.worry(case, urgent=True)
    in_care(appointment=True)
    in_care()
    factories.handover(in_care(days=9))
    run = factories.run(corporation)
    run.notices = ["Bij een bezwaar is de huurder niet gevonden."]
    run.save()
    page = visible(shown(browser.get(WEEK)))
    order = ["Kan niet wachten", "Afspraak vandaag", "Aan de beurt", 'class="visits"', "Wacht op antwoord"]
    places = [page.index(text) for text in [*order, "Bij een bezwaar is de huurder niet gevonden."]]
    assert places == sorted(places)
    assert '<a href="#bij-de-lijst">1 opmerking bij deze lijst</a>' in page


def test_an_appointment_of_today_is_never_folded_whoever_one_stands_in_for(browser, corporation, in_care):
    samira = factories.user(Role.COACH, corporation, first_name="Samira")
    lent = {"lent_by": samira, "lent_until": TODAY + timedelta(days=5)}
    for _number in range(9):
        in_care(days=-1, **lent)
    ours = [in_care(appointment=True), in_care(appointment=True, **lent)]
    page = visible(shown(browser.get(WEEK)))
    for one in ours:
        assert page.count(f">{one.address}<") == 1
    assert page.index(ours[0].address) < page.index("Aan de beurt")
    assert page.count("opvolgen was") == 3


def test_hand_overs_are_one_line_with_how_long_the_oldest_waits(browser, in_care):
    for days in (3, 73):
        factories.handover(in_care(days=9), on=TODAY - timedelta(days=days))
    page = shown(browser.get(WEEK))
    assert "2 overdrachten wachten op een partner, de langste 73 dagen." in page
    assert f'href="{reverse("coach:handovers")}"' in page
    for one in Case.objects.all():
        assert one.address not in page


def test_the_head_counts_what_is_new_and_what_came_back(browser, corporation, case):
    listed = [factories.listed_case(corporation, position=place) for place in (2, 3)]
    Listing.objects.filter(case=listed[0]).update(carried_over=True)
    Case.objects.filter(pk=listed[1].pk).update(worked_on=True, state=State.CLOSED)
    page = shown(browser.get(WEEK))
    assert "3 adressen, 1 nieuw, 1 terug van eerder, 1 ook vorige week." in page
    assert page.count(">Nieuw<") == 1
    for each in (url("case", listed[1]), reverse("coach:paper")):
        text = shown(browser.get(each))
        assert text.count("Nieuw op de lijst.") == (2 if "papier" in each else 0)  # those of the other two
        assert "Terug: eerder afgesloten" in text
    row = page[page.index(listed[1].address) :]
    assert (
        "Terug: eerder afgesloten" in row[: row.index("</li>")] and ">Nieuw<" not in row[: row.index("</li>")]
    )
    listed[1].refresh_from_db()
    browser.post(url("contact", listed[1]), form(listed[1]))
    assert "3 adressen, 1 nieuw, 1 terug van eerder, 1 ook vorige week." in shown(browser.get(WEEK))


def test_a_first_list_says_neither_new_nor_also_last_week(browser, corporation, case):
    closed = factories.listed_case(corporation, position=2)
    Case.objects.filter(pk=closed.pk).update(worked_on=True, state=State.CLOSED)
    Listing.objects.update(carried_over=None, news=[])
    page = shown(browser.get(WEEK))
    assert "2 adressen." in page
    assert ">Nieuw<" not in page and "vorige week" not in page
    assert "Eerder afgesloten" in page and "Terug:" not in page


def test_what_is_long_past_says_whose_it_is(browser, corporation, in_care):
    samira = factories.user(Role.COACH, corporation, first_name="Samira")
    in_care(days=-40, owner=samira)
    said = "1 adres is meer dan vier weken te laat"
    assert f"{said} (bij collega's)" in shown(browser.get(WEEK)).replace("&#x27;", "'")
    in_care(days=-40)
    page = shown(browser.get(WEEK)).replace("&#x27;", "'")
    assert (
        "2 adressen zijn meer dan vier weken te laat (1 bij u of bij niemand, de rest bij collega's)" in page
    )


def test_an_order_that_cannot_be_walked_says_so(browser, corporation):
    places = [
        factories.listed_case(corporation, position=n, latitude=52.7 + n / 500, longitude=5.4)
        for n in (1, 2, 3)
    ]
    page = shown(browser.get(f"{WEEK}?volgorde=looproute"))
    assert "<strong>looproute</strong>" in page and "Een looproute kan nu niet" not in page
    browser.post(url("contact", places[0]), form(places[0]))
    page = shown(browser.get(WEEK))
    assert "Een looproute kan nu niet: minder dan drie adressen" in page and "<strong>wijk</strong>" in page
    assert "Een looproute kan nu niet" not in shown(browser.get(f"{WEEK}?volgorde=postcode"))


@pytest.mark.parametrize("page", ["week", "care", "handovers"])
def test_no_line_can_end_with_a_dot_between_choices(browser, corporation, in_care, page):
    factories.listed_case(corporation)
    factories.handover(in_care())
    text = shown(browser.get(reverse(f"coach:{page}")))
    choices = text[text.index('<p class="order') :]
    assert "·" not in choices[: choices.index("</p>")]


def test_an_icon_stays_with_its_words(browser, in_care):
    """The line is a row of parts that wrap: an icon on its own would be a part."""
    case = in_care()
    factories.handover(case)
    text = shown(browser.get(url("case", case)))
    line = text[: text.index("Wacht op antwoord van")]
    assert re.search(r'<p class="soft"><span><svg[^>]*>(?:(?!</span>).)*</svg>$', line)

"""Test that taking addresses into care, or giving one away, asks first where it is many and can be undone for a day."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from portal.accounts.models import AuditEntry, Role
from portal.casework import lending, services
from portal.casework.codes import Kind, State
from portal.casework.models import Case, Transfer
from tests.portal import factories
from tests.portal.factories import TODAY
from tests.portal.pages import shown, url

pytestmark = pytest.mark.django_db
UNTIL = TODAY + timedelta(days=14)


@pytest.fixture
def theirs(corporation, samira):
    """Make a case in the care of Samira."""

    def make(**values) -> Case:
        given = {"owner": samira, "state": State.IN_CONTACT, "worked_on": True, "follow_up_on": TODAY}
        return factories.listed_case(corporation, **(given | values))

    return make


def undo(browser, page: str) -> str:
    """Tap *Terugnemen* in the notice of a page, and return the page after it."""
    assert reverse("coach:undo_moves") in page
    chosen = re.search(r'name="genomen" value="([0-9-]+)"', page)[1]
    return shown(browser.post(reverse("coach:undo_moves"), {"genomen": chosen}, follow=True))


def owners(*cases: Case) -> list[str]:
    return [str(Case.objects.get(pk=case.pk).owner) for case in cases]


def test_an_address_that_was_taken_can_be_given_back_as_it_was(enter, coach, samira, corporation, theirs):
    """With the day that moved out of a leave, and for whom the colleague stood in."""
    other = factories.user(Role.COACH, corporation, wijk="Noord", first_name="Fatima")
    day = TODAY + timedelta(days=10)
    case = theirs(follow_up_on=day, lent_by=other, lent_until=UNTIL)
    theirs(owner=coach)
    lending.plan(coach, to=other, first=day - timedelta(days=1), until=day + timedelta(days=7))
    browser = enter(coach)
    page = shown(browser.post(url("own", case), {"version": 1}, follow=True))
    assert "Dit adres is nu bij u in zorg." in page and "Dat valt in uw verlof" in page
    said = undo(browser, page)
    assert "Teruggenomen. In zorg bij Samira." in said
    case.refresh_from_db()
    assert (case.owner, case.lent_by, case.lent_until, case.follow_up_on) == (samira, other, UNTIL, day)
    assert not Transfer.objects.exists() and "In zorg bij ik" not in said
    assert AuditEntry.objects.get(action="case.owner.undo").detail["owner"] == samira.username
    assert "1 adres is niet meer terug te nemen" in undo(browser, page)


def test_what_went_to_a_colleague_by_mistake_is_taken_back_from_its_story(enter, coach, samira, theirs):
    case = theirs(owner=coach)
    browser = enter(coach)
    sent = {"version": 1, "token": "c", "owner": samira.pk}
    assert "Dit adres is nu in zorg bij Samira." in shown(
        browser.post(url("colleague", case), sent, follow=True)
    )
    undo(browser, shown(browser.get(url("case", case))))
    assert owners(case) == [str(coach)]


@pytest.mark.parametrize("why", ["logged", "old", "somebody else"])
def test_what_was_overtaken_or_is_older_than_a_day_stays(enter, coach, samira, theirs, why):
    case = theirs()
    page = shown(enter(coach).post(url("own", case), {"version": 1}, follow=True))
    if why == "logged":
        services.log_contact(coach, case.pk, version=2, token="x", kind=Kind.PHONE)
    elif why == "old":
        row = Transfer.objects.get()
        Transfer.objects.update(created_at=row.created_at - timedelta(days=1, minutes=1))
    said = undo(enter(samira if why == "somebody else" else coach), page)
    assert "1 adres is niet meer terug te nemen" in said
    assert owners(case) == [str(coach)]
    offered = reverse("coach:undo_moves") in shown(enter(coach).get(url("case", case)))
    assert offered == (why == "somebody else")


def test_all_of_who_left_are_taken_after_a_page_that_says_whose_and_can_be_given_back(
    enter, coach, samira, corporation, theirs
):
    cases = [theirs(), theirs(), theirs(owner=factories.user(Role.COACH, corporation, first_name="Joris"))]
    own = theirs(owner=coach)
    before = owners(*cases)
    for case in cases:
        case.owner.is_active = False
        case.owner.save()
    browser = enter(coach)
    assert reverse("coach:inherit") in shown(browser.get(reverse("coach:care"), {"van": "weg"}))
    page = shown(browser.get(reverse("coach:inherit")))
    assert "Alle 3 adressen in zorg nemen?" in page
    assert "2 adressen van Samira, die hier niet meer werkt" in page and "1 adres van Joris" in page
    assert all(url("case", case) in page for case in cases) and url("case", own) not in page
    assert owners(*cases) == before
    page = shown(browser.post(reverse("coach:inherit"), follow=True))
    assert "3 adressen zijn nu bij u in zorg." in page
    services.log_contact(coach, cases[0].pk, version=2, token="x", kind=Kind.PHONE)
    said = undo(browser, page)
    assert "Teruggenomen: 2 adressen staan weer zoals ze waren." in said
    assert "1 adres is niet meer terug te nemen" in said
    assert owners(*cases) == [str(coach), *before[1:]]


def test_a_page_to_take_nothing_leads_back(enter, coach):
    assert enter(coach).get(reverse("coach:inherit")).url == reverse("coach:care")

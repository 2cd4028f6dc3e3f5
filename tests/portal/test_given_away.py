"""Test what a coach reads of addresses that a colleague has now, or will have during a leave."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from portal.accounts.models import Role
from portal.casework import lending, services
from portal.casework.codes import State
from portal.casework.models import Case, Transfer
from tests.portal import factories
from tests.portal.factories import TODAY
from tests.portal.pages import shown, url

pytestmark = pytest.mark.django_db
UNTIL = TODAY + timedelta(days=14)


@pytest.fixture
def samira(corporation):
    return factories.user(Role.COACH, corporation, wijk="Noord", first_name="Samira")


@pytest.fixture
def in_care(corporation, coach):
    """Make a case in the care of the coach."""

    def make(state=State.IN_CONTACT, **values) -> Case:
        given = {"owner": coach, "state": state, "worked_on": True, "follow_up_on": TODAY}
        return factories.listed_case(corporation, **(given | values))

    return make


def test_what_went_to_a_colleague_is_found_back_in_care(enter, coach, samira, in_care):
    """Given for good, and still there; not what was lent, or taken over for a colleague and given back."""
    given, lent, back, returned, old = (in_care() for _each in range(5))
    for case in (given, back, old):
        services.give_to(coach, case, samira)
    services.give_to(coach, lent, samira, lent_by=coach, until=UNTIL)
    services.give_to(samira, back, coach)
    services.give_to(coach, returned, samira)
    services.give_to(coach, returned, coach, lent_by=samira, until=UNTIL)
    services.give_to(coach, returned, samira)
    Transfer.objects.filter(case=old).update(on=TODAY - timedelta(weeks=5))
    page = shown(enter(coach).get(reverse("coach:care")))
    part = page.partition("1 adres ging in de laatste vier weken naar een collega")[2].partition(
        "</details>"
    )[0]
    assert url("case", given) in part and "bij Samira sinds" in part and part.count("<li>") == 1
    theirs = shown(enter(samira).get(reverse("coach:care"), {"van": "iedereen"}))
    part = theirs.partition("1 adres ging in de laatste vier weken")[2].partition("</details>")[0]
    assert url("case", back) in part and part.count("<li>") == 1


def test_a_colleague_who_takes_only_some_addresses_is_no_promise_for_the_others(
    enter, coach, samira, in_care
):
    """The page lists what falls in the leave, with whether anybody does it."""
    first = TODAY + timedelta(days=3)
    covered = in_care(follow_up_on=first)
    other = in_care(wijk="Zuid", follow_up_on=first + timedelta(days=1))
    in_care(wijk="Zuid")
    coach.scopes.update(wijk="")
    browser = enter(coach)
    lending.plan(coach, to=samira, first=first, until=UNTIL)
    for name in ("holiday", "care"):
        page = shown(browser.get(reverse(f"coach:{name}")))
        assert "Behalve 2 adressen: daar werkt Samira niet, en niemand houdt ze dan in het oog." in page, name
    page = shown(browser.get(reverse("coach:holiday")))
    part = page.partition("2 volgende stappen vallen in deze dagen")[2].partition("</section>")[0]
    mine, theirs = part.split("<li>")[1:]
    assert url("case", covered) in mine and "Samira neemt waar" in mine
    assert url("case", other) in theirs and "niemand neemt waar" in theirs and url("state", other) in theirs

"""Test that an address that nobody works on is somebody's work once it is handed over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from portal.accounts.models import Role
from portal.casework import care, services
from portal.casework.codes import State
from portal.casework.models import Case, Contact
from portal.casework.workdays import working_day
from tests.portal import factories
from tests.portal.factories import MONDAY, TODAY
from tests.portal.pages import shown, url

pytestmark = pytest.mark.django_db
LATER = working_day(TODAY + timedelta(days=7))
SENT = {"version": 1, "token": "h", "partner": "schuldhulp", "on": TODAY.isoformat()}


@pytest.mark.parametrize(("consent", "state"), [("bewoner", State.IN_CONTACT), ("niemand", State.APPROACHED)])
@pytest.mark.parametrize("before", [State.NEW, State.CLOSED])
def test_it_comes_into_care_with_a_day_to_ask_the_partner(enter, coach, case, before, consent, state):
    Case.objects.filter(pk=case.pk).update(state=before)
    if before == State.CLOSED:
        factories.contact(case, state=before, on=MONDAY - timedelta(days=70))
    browser = enter(coach)
    page = shown(browser.post(url("handover", case), SENT | {"consent": consent}, follow=True))
    case.refresh_from_db()
    assert (case.state, case.owner, case.follow_up_on) == (state, coach, LATER)
    assert "Dit adres is nu bij u in zorg: opvolgen op" in page and "Eerder afgesloten" not in page
    assert "1 van 1 gedaan" in shown(browser.get(reverse("coach:week")))
    handover = case.handovers.get()
    care.undo_handover(coach, handover.pk, version=case.version)
    case.refresh_from_db()
    assert (case.state, case.owner, case.follow_up_on) == (before, None, None)
    assert Contact.objects.exclude(undone_at=None).count() == 1


def test_what_somebody_works_on_or_just_closed_stays_as_it_is(coach, corporation):
    colleague = factories.user(Role.COACH, corporation)
    theirs = factories.listed_case(
        corporation, state=State.IN_CONTACT, owner=colleague, worked_on=True, follow_up_on=TODAY
    )
    closed = factories.listed_case(corporation)
    services.set_state(coach, closed.pk, version=1, token="s", state=State.CLOSED)
    for case, state, owner in ((theirs, State.IN_CONTACT, colleague), (closed, State.CLOSED, None)):
        case.refresh_from_db()
        care.hand_over(coach, case.pk, version=case.version, token=f"h{case.pk}", partner="ggd")
        case.refresh_from_db()
        assert (case.state, case.owner) == (state, owner)

"""Test what a coach sees on a phone of a planned *Waarneming*, also when nobody gives it any more."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import expect

from portal.accounts.models import Role
from portal.casework import lending
from portal.casework.codes import State
from tests.browser.coach import button
from tests.browser.conftest import PHONE
from tests.browser.look import fine, picture
from tests.portal import factories
from tests.portal.factories import TODAY


def test_a_planned_cover_folds_the_form_and_one_that_fell_through_opens_it(visit, coach, corporation):
    samira = factories.user(Role.COACH, corporation, first_name="Samira", last_name="")
    factories.listed_case(
        corporation, owner=coach, worked_on=True, state=State.IN_CONTACT, follow_up_on=TODAY
    )
    page = visit(coach, "/week/waarneming/", PHONE)
    expect(button(page, "Overdragen")).to_be_visible()
    lending.plan(coach, to=samira, first=TODAY + timedelta(days=21), until=TODAY + timedelta(days=34))
    page.reload()
    expect(page.get_by_text("Samira neemt uw adressen waar van")).to_be_visible()
    expect(button(page, "Overdragen")).to_be_hidden()
    fine(page)
    picture(page, "standing-in")
    page.get_by_text("Een andere collega of andere dagen kiezen").tap()
    expect(button(page, "Overdragen")).to_be_visible()
    fine(page)
    picture(page, "standing-in-open")
    page.goto("/week/in-zorg/")
    expect(page.get_by_text("Samira neemt uw adressen waar van")).to_be_visible()
    fine(page)
    picture(page, "standing-in-care")
    samira.is_active = False
    samira.save()
    for path in ("/week/", "/week/in-zorg/", "/week/waarneming/"):
        page.goto(path)
        expect(page.locator(".notice.warn")).to_contain_text("Niemand neemt uw adressen waar van")
        expect(page.get_by_text("Samira neemt")).to_have_count(0)
        fine(page)
        picture(page, f"fell-through{path.replace('/', '-')}")
    expect(button(page, "Overdragen")).to_be_hidden()  # nobody else works there

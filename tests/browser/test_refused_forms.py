"""Send forms that are not filled in: the summary of the errors has the focus, and its links lead to the fields."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from portal.accounts.models import Role
from portal.casework.codes import State
from tests.browser.conftest import NARROW, PHONE
from tests.browser.look import fine, picture
from tests.portal import factories
from tests.portal.factories import PASSWORD, TODAY

SUMMARY = "#fouten"
FORMS: dict[str, tuple[Role, str, Callable]] = {
    "contact": (Role.COACH, "/week/adres/{}/contact/", lambda case: case.pk),
    "hand-over": (Role.COACH, "/week/adres/{}/overdracht/", lambda case: case.pk),
    "answer": (Role.COACH, "/week/overdracht/{}/antwoord/", lambda case: factories.handover(case).pk),
    "growth": (Role.COACH, "/week/adres/{}/groei/", lambda case: case.pk),
    "leave": (Role.COACH, "/week/waarneming/", lambda case: case.pk),
    "harm": (Role.MANAGER, "/schade/", lambda case: case.pk),
    "worry": (Role.MELDER, "/melden/", lambda case: case.pk),
    "user": (Role.ANALYST, "/runs/gebruikers/nieuw/", lambda case: case.pk),
    "nobody": (Role.ANALYST, "/runs/zonder-huurder/{}/", lambda case: factories.unmatched(case.corporation).pk),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_a_refused_form_says_what_to_mend_and_leads_there(visit, corporation, form):
    role, path, number = FORMS[form]
    case = factories.listed_case(corporation)
    user = factories.user(role, corporation, first_name="Noor")
    factories.user(Role.COACH, corporation, first_name="Samir")
    factories.listed_case(corporation, owner=user, worked_on=True, state=State.IN_CONTACT, follow_up_on=TODAY)
    page = visit(user, path.format(number(case)), PHONE)
    title = page.title()
    page.locator(".save button").press("Enter")
    expect(page.locator(SUMMARY)).to_be_focused()
    assert page.title() == f"Fout: {title}"
    fine(page)
    picture(page, f"refused-{form}")
    links = page.locator(f"{SUMMARY} a")
    for link in links.all():
        link.press("Enter")
        field = page.locator(link.get_attribute("href"))
        expect(field).to_be_focused()
        expect(field).to_be_in_viewport()
        assert field.evaluate("field => Boolean(field.closest('.wrong'))")
    assert links.count() == page.locator(".wrong").count()
    assert links.count() or form == "growth"  # what is missing there is not in one field


def test_without_script_it_is_the_same(visit, corporation):
    case = factories.listed_case(corporation)
    user = factories.user(Role.COACH, corporation)
    page = visit(user, f"/week/adres/{case.pk}/contact/", NARROW, java_script_enabled=False)
    page.locator(".save button").click()
    expect(page.locator(SUMMARY)).to_be_focused()
    page.locator(f"{SUMMARY} a").click()
    expect(page.locator("[name=reached]").first).to_be_focused()


def test_a_wrong_password_and_a_short_new_one_are_said_the_same_way(visit, corporation):
    user = factories.user(Role.AUDITOR, corporation)
    page = visit(None, "/in/", NARROW)
    page.get_by_label("Gebruikersnaam").fill(user.username)
    page.get_by_label("Wachtwoord").fill("niet-het-wachtwoord")
    page.get_by_label("Wachtwoord").press("Enter")
    expect(page.locator(SUMMARY)).to_be_focused()
    expect(page).to_have_title("Fout: Inloggen · Waakvlam")
    fine(page)
    page = visit(user, "/wachtwoord/", NARROW)
    page.locator("[name=oldpassword]").fill(PASSWORD)
    page.locator("[name=password1]").fill("kort")
    page.locator("[name=password2]").fill("kort")
    page.locator("[name=password2]").press("Enter")
    expect(page.locator(SUMMARY)).to_be_focused()
    page.locator(f"{SUMMARY} a").first.press("Enter")
    expect(page.locator("[name=password1]")).to_be_focused()
    fine(page)

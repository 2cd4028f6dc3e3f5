"""Test what pages promise, on a phone: who stands in, also when nobody does any more, and what a result does to the list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from portal.accounts.models import Role
from portal.casework import lending
from portal.casework.codes import State
from portal.coach.off_list import NOT_FITTING
from portal.coach.templatetags.days import on as written
from tests.browser.coach import button, choose
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


def test_who_stands_in_changes_the_day_and_gives_back(visit, coach, corporation):
    samira = factories.user(Role.COACH, corporation, first_name="Samira", last_name="")
    factories.listed_case(
        corporation, owner=samira, worked_on=True, state=State.IN_CONTACT, follow_up_on=TODAY
    )
    day, later = (TODAY + timedelta(days=number) for number in (4, 11))
    lending.stand_in_for(coach, away=samira, until=day)
    page = visit(coach, "/week/in-zorg/", PHONE)
    fine(page)
    picture(page, "stands-in-care")
    page.get_by_role("link", name="Wijzigen of nu teruggeven").tap()
    page.get_by_text("Een andere dag kiezen").tap()
    expect(page.get_by_label("Ik neem waar tot en met")).to_have_value(day.isoformat())
    fine(page)
    picture(page, "stands-in")
    page.get_by_label("Ik neem waar tot en met").fill(later.isoformat())
    button(page, "Dag wijzigen").tap()
    expect(page.get_by_role("status")).to_contain_text(
        f"U neemt nu waar voor Samira, tot en met {written(later, 'D j b')}."
    )
    page.get_by_role("link", name="Wijzigen of nu teruggeven").tap()
    expect(page.get_by_text("U neemt 1 adres waar")).to_have_count(1)
    button(page, "Nu teruggeven").tap()
    expect(page.get_by_role("status")).to_contain_text("1 adres is weer in zorg bij Samira.")
    expect(page.get_by_text("U neemt 1 adres waar")).to_have_count(0)


def test_a_result_is_confirmed_with_what_it_does(visit, coach, cases):
    page = visit(coach, f"/week/adres/{cases[0].pk}/contact/", PHONE)
    choose(page, "Hebt u de bewoner gesproken?", "Gesproken")
    page.get_by_label("Resultaat").select_option(label="Niet opgepakt: het signaal klopt niet")
    page.get_by_text("Hulpvraag en stand").tap()
    expect(page.get_by_text("blijft een jaar van de lijst")).to_be_visible()
    fine(page)
    choose(page, "Stand", "Niet passend")
    picture(page, "not-fitting")
    button(page, "Bewaren").tap()
    until = written(TODAY + NOT_FITTING, "j F Y")
    expect(page.get_by_role("status")).to_contain_text(
        f"Niet opgepakt: het signaal klopt niet. Stand: Niet passend. Het blijft van de lijst tot {until}."
    )
    fine(page)
    picture(page, "confirmed")


def test_a_worry_by_telephone_names_whom_to_call_back(visit, coach, corporation):
    page = visit(coach, "/melden/", PHONE)
    page.get_by_label("Postcode").fill("1999 ZZ")
    page.get_by_label("Huisnummer").fill("2")
    page.get_by_role("radio", name="Er is geen gas, stroom of water").check()
    page.get_by_role("radio", name="Huismeester").check()
    page.get_by_label("Wie kan een collega terugbellen?").fill("mevrouw De Wit, beheer")
    button(page, "Doorgeven").tap()
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.locator("main")).to_contain_text("Dit wordt alleen bewaard bij")
    fine(page)
    page.get_by_label("Dit kan niet wachten").check()
    page.get_by_label("Wie kan een collega terugbellen?").scroll_into_view_if_needed()
    picture(page, "call-back")
    button(page, "Doorgeven").tap()
    expect(page.locator("main")).to_contain_text("Waakvlam kan niet nagaan of dit adres bestaat")
    fine(page)
    picture(page, "thanks")
    week = visit(factories.user(Role.COACH, corporation), "/week/", PHONE)
    expect(week.get_by_role("region", name="Kan niet wachten")).to_contain_text(
        "Huismeester (mevrouw De Wit, beheer), ingevoerd door Noor"
    )
    fine(week)
    picture(week, "called")


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ANALYST])
def test_reports_that_wait_are_seen_at_once(visit, corporation, role):
    run = factories.run(corporation)
    run.stop, run.limits, run.decides = "on", {"harm": 0.02, "complaint": 0.05}, ["bestuurder"]
    run.save()
    for _each in range(4):
        factories.incident(corporation)
    page = visit(factories.user(role, corporation), "/", PHONE)
    said = page.get_by_text("Gemeld en nog niet meegeteld: 4 keer schade.").first
    expect(said).to_be_visible()
    expect(said).to_contain_text("De grens is 2 keer schade en 5 klachten op de 100 bezoeken.")
    fine(page)
    said.scroll_into_view_if_needed()
    picture(page, f"reported-{role}")
    page = visit(factories.user(role, corporation), "/schade/", PHONE)
    expect(page.get_by_text("telt mee vanaf de lijst van").first).to_be_visible()
    fine(page)
    picture(page, f"harm-{role}")

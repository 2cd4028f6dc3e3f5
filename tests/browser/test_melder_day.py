"""Test how a melder reports a worry on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from portal.accounts.models import Role
from portal.casework.models import Worry
from tests.browser.conftest import DESK, NARROW
from tests.browser.look import fine, in_english, picture
from tests.portal import factories


@pytest.fixture
def melder(corporation):
    return factories.user(Role.MELDER, corporation, first_name="Henk")


@pytest.mark.parametrize("size", [NARROW, DESK], ids=["phone", "desk"])
def test_a_worry_is_passed_on_and_the_coach_sees_it(visit, melder, corporation, size):
    case = factories.listed_case(corporation)
    page = visit(melder, "/", size)
    expect(page.get_by_role("navigation").get_by_role("link")).to_have_text(["Zorg melden"])
    fine(page)
    picture(page, "worry")
    page.get_by_role("button", name="Doorgeven").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    fine(page)
    page.get_by_label("Postcode").fill("achttien")
    page.get_by_label("Huisnummer").fill(case.address.split()[-1])
    page.get_by_role("radio", name="De post hoopt zich op").check()
    page.get_by_role("radio", name="Huismeester").check()
    page.get_by_label("Dit kan niet wachten").check()
    page.get_by_role("button", name="Doorgeven").click()
    expect(page.locator("main")).to_contain_text("vier cijfers en twee letters")
    expect(page.get_by_label("De post hoopt zich op")).to_be_checked()
    page.get_by_label("Postcode").fill(case.town[:7])
    page.get_by_role("button", name="Doorgeven").click()
    expect(page.locator("h1")).to_have_text("Dank u wel")
    assert case.name not in page.content()
    fine(page)
    assert Worry.objects.get().case == case
    in_english(page)
    expect(page.locator("h1")).to_have_text("Thank you")
    page.get_by_role("link", name="Pass on another worry").click()
    fine(page)
    coach = visit(factories.user(Role.COACH, corporation), "/week/", size)
    expect(coach.get_by_role("region", name="Kan niet wachten")).to_contain_text("De post hoopt zich op")


def test_a_melder_sees_nothing_else(visit, melder, corporation):
    case = factories.listed_case(corporation)
    page = visit(melder, "/melden/", NARROW)
    for path in ("/week/", f"/week/adres/{case.pk}/", "/overzicht/", "/runs/", "/logboek/"):
        page.goto(path)
        expect(page.locator("h1")).to_have_text("Geen toegang")
        assert case.address not in page.content()


def test_harm_that_is_reported_twice_counts_twice_and_is_not_called_unsaved(visit, coach):
    page = visit(coach, "/schade/", NARROW)
    for number in (1, 2):
        page.get_by_role("radio", name="Een bezoek heeft schade gedaan").check()
        page.get_by_role("button", name="Melden").click()
        reported = page.get_by_role("region", name="Wat er gemeld is").get_by_role("listitem")
        expect(reported).to_have_count(number)
        expect(page.locator("main")).not_to_contain_text("nog niet bewaard")
    fine(page)

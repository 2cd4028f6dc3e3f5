"""Test the analyst's week in a browser: what did not come, which signal stopped, and a new coach."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from portal.accounts.models import Role, Scope
from portal.runs.models import Run
from tests.browser.conftest import DESK, PHONE
from tests.browser.look import fine, in_english, picture
from tests.portal import factories, two_years


@pytest.fixture
def analyst(corporation):
    two_years.runs(corporation, 10)
    for wijk in ("Noord", "Zuid"):
        factories.case(corporation, wijk=wijk)
    return factories.user(Role.ANALYST, corporation)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_an_analyst_sees_what_is_wrong_and_adds_a_coach(visit, analyst, corporation, size):
    page = visit(analyst, "/", size)
    page.get_by_role("table").get_by_role("link").first.click()
    expect(page.get_by_role("region", name="Wat had moeten komen")).to_contain_text("De reparatieverzoeken")
    page.get_by_text("Technische tekst (Engels)").last.click()
    fine(page)
    page.get_by_role("link", name="Signalen").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("Stilgevallen")
    fine(page)
    picture(page, "signals")
    page.get_by_role("link", name="Gebruikers").click()
    page.get_by_role("link", name="Gebruiker toevoegen").click()
    page.get_by_label("Gebruikersnaam").fill("fatima")
    page.get_by_label("Voornaam").fill("Fatima")
    page.get_by_role("checkbox", name="De Waard: Noord").check()
    page.get_by_role("button", name="Bewaren").click()
    expect(page.get_by_role("alert").first).to_be_visible()  # no role was chosen
    expect(page.get_by_role("checkbox", name="De Waard: Noord")).to_be_checked()
    fine(page)
    page.get_by_role("radio", name="Wooncoach").check()
    page.get_by_role("button", name="Bewaren").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Fatima is toegevoegd")
    expect(page.locator("main code")).to_be_visible()
    fine(page)
    assert Scope.objects.filter(user__username="fatima").get().wijk == "Noord"
    page.get_by_role("link", name="Alle gebruikers").click()
    fine(page)
    page.get_by_role("link", name="Fatima").click()
    page.get_by_role("radio", name="Gesloten").check()
    page.get_by_role("button", name="Bewaren").click()
    expect(page.get_by_role("row", name="Fatima")).to_contain_text("Gesloten")
    in_english(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Users")


def test_the_menu_and_a_run_without_faults_fit_a_phone(visit, analyst):
    for run in Run.objects.all():
        run.gates = [gate | {"passed": True} for gate in run.gates]
        run.sources = [source | {"state": "fresh"} for source in run.sources]
        run.save()
    page = visit(analyst, "/runs/", PHONE)
    assert page.locator(".top nav").evaluate("nav => nav.scrollWidth <= nav.clientWidth"), "no link is cut"
    page.get_by_role("table").get_by_role("link").first.click()
    expect(page.get_by_text("vielen binnen hun grenzen")).to_be_visible()
    fine(page)


def test_quarantined_rows_and_what_to_ask_fit_the_narrowest_phone(visit, analyst):
    page = visit(analyst, "/", {"viewport": {"width": 320, "height": 640}})
    page.get_by_role("table").get_by_role("link").first.click()
    rows = page.get_by_role("region", name="Quarantaine, per reden")
    expect(rows).to_contain_text("Lever saldo als getal, zoals 1240,00.")
    assert rows.evaluate("each => each.scrollWidth <= each.clientWidth")
    fine(page)

"""Do every task of manager, analyst and auditor by keyboard alone, at 200% and 400% zoom, with the focus always in sight."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from portal.accounts.models import Role, User
from portal.api.models import Token
from portal.incidents.models import Incident
from portal.runs.models import Assignment
from tests.browser.keyboard import board, zooms
from tests.portal import factories, two_years


@pytest.mark.long
@zooms(2)
def test_every_task_of_a_manager(visit, corporation, zoom):
    two_years.figures(corporation, 2, 12)
    keys = board(visit, factories.user(Role.MANAGER, corporation), zoom)
    page = keys.page
    keys.go(".periods a:not([aria-current])", "**van=**")
    keys.to(".choice summary").press("Enter")
    keys.to(".choice [name=wijk]")
    page.keyboard.type("Wijk 02")
    keys.to(".choice form:has(select[name=wijk]) button").press("Enter")
    expect(page.locator("h1")).to_contain_text("Wijk 02")
    keys.to(".contents a[href='#tabel-signalen']").press("Enter")
    keys.to("#tabel-signalen details summary").press("Enter")
    expect(page.locator("#tabel-signalen table")).to_be_visible()
    keys.to("#tabel-signalen .scroll")
    with page.expect_download() as file:
        keys.to("#tabel-signalen a.download").press("Enter")
    assert file.value.suggested_filename.endswith(".csv")
    for part in ("rapport", "bestuur"):
        page.goto("/overzicht/")
        keys.go(f".exits a[href*='/{part}/']", f"**/{part}/**")
        keys.to("[data-print]")
    page.goto("/")
    keys.to(".me summary").press("Enter").go(".me a[href='/hulp/']", "**/hulp/")
    keys.to("details:has(a[href='/schade/']) > summary").press("Enter").follow("/schade/")
    keys.to("[name=kind]").press("Space").to(".save button").press("Enter")
    expect(page.locator("form[action$='/intrekken/']")).to_be_visible()
    keys.to("form[action$='/intrekken/'] button").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("ingetrokken")
    assert Incident.objects.get().withdrawn_at


@pytest.mark.long
@zooms(4)
def test_every_task_of_an_analyst(visit, corporation, zoom):
    two_years.runs(corporation, 2)
    factories.unmatched(corporation)
    coach = factories.user(Role.COACH, corporation, first_name="Samir")
    keys = board(visit, factories.user(Role.ANALYST, corporation), zoom)
    page = keys.page
    keys.go("main table a", "**/runs/*/")
    keys.to("main summary").press("Enter")
    for path in ("/runs/server/", "/runs/signalen/"):
        page.goto("/runs/")
        keys.go(f"a[href='{path}']", f"**{path}")
    keys.go("nav a[href='/runs/zonder-huurder/']", "**/zonder-huurder/")
    keys.go("main table a", "**/zonder-huurder/*/")
    keys.to("[name=agreement]").press("Space").to("[name=reason]").press("Space").save()
    assert Assignment.objects.count() == 1

    keys.go("nav a[href='/runs/gebruikers/']", "**/gebruikers/")
    keys.follow("/runs/gebruikers/nieuw/")
    keys.type("[name=username]", "fatima").type("[name=first_name]", "Fatima")
    keys.to("[name=role]").press("Space").to("[name=areas]").press("Space").save()
    expect(page.locator("main code")).to_be_visible()
    keys.follow("/runs/gebruikers/")
    keys.follow(f"/runs/gebruikers/{coach.pk}/")
    keys.to("form[action$='/wachtwoord/'] summary").press("Enter").to(
        "form[action$='/wachtwoord/'] button"
    ).press("Enter")
    expect(page.locator("main code")).to_be_visible()
    page.goto(f"/runs/gebruikers/{coach.pk}/")
    keys.to("form[action$='/inlogapp/'] summary").press("Enter").to(
        "form[action$='/inlogapp/'] button"
    ).press("Enter")
    expect(page.get_by_role("status")).to_contain_text("gewist")
    keys.to("[name=active]").press("ArrowDown").save()
    coach.refresh_from_db()
    assert not coach.is_active

    keys.follow("/runs/gebruikers/nieuw/")
    keys.type("[name=username]", "programma").to("[name=role]").press("Space")
    keys.to("[name=areas]").press("Space").to("[name=login]").press("ArrowDown", "ArrowDown").save()
    keys.follow(f"/runs/gebruikers/{User.objects.get(username='programma').pk}/")
    keys.to("form[action$='/sleutel/'] button").press("Enter")
    expect(page.locator("main code")).to_be_visible()
    page.goto(f"/runs/gebruikers/{User.objects.get(username='programma').pk}/")
    keys.to("form[action$='/intrekken/'] button").press("Enter")
    expect(page.locator("main")).to_contain_text("ingetrokken")
    assert Token.objects.get().revoked_at


@pytest.mark.long
@zooms(2)
def test_every_task_of_an_auditor(visit, corporation, zoom):
    case = factories.listed_case(corporation)
    coach = factories.user(Role.COACH, corporation)
    visit(coach, f"/week/adres/{case.pk}/")
    keys = board(visit, factories.user(Role.AUDITOR, corporation), zoom)
    page = keys.page
    keys.type("[name=username]", coach.username).press("Enter")
    page.wait_for_url("**username=**")
    keys.to("main .scroll")
    with page.expect_download() as file:
        keys.to("a[download]").press("Enter")
    assert file.value.suggested_filename.endswith(".csv")
    keys.follow("/logboek/zoeken/")
    keys.type("#zoek", case.address).press("Enter")
    expect(page.get_by_role("status")).to_contain_text("1 adres gevonden")
    keys.go("main .who", "**overeenkomst_id=**")
    expect(page.locator("main tbody")).to_contain_text(coach.username)

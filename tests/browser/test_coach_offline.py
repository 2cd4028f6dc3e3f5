"""A coach's day without a connection: open the week, read every address, write notes, and reconnect."""

from __future__ import annotations

import re
import time
from datetime import datetime

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from portal.accounts import idle
from portal.accounts.models import AuditEntry
from portal.casework import services
from portal.casework.codes import Kind
from portal.casework.models import Contact
from portal.coach.views.outside import until
from tests.browser.coach import button, choose
from tests.browser.conftest import PHONE
from tests.browser.look import fine
from tests.portal import factories

WEEK = "/week/"


@pytest.fixture
def eight(corporation):
    return [
        factories.listed_case(corporation, position=place, latitude=52.7 + place / 500, longitude=5.4)
        for place in range(1, 9)
    ]


@pytest.fixture
def opened(visit, coach, eight) -> Page:
    """The week, opened in the morning, with the service worker ready and the pages kept."""
    page = visit(coach, WEEK, PHONE)
    page.wait_for_function("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("() => sessionStorage.getItem('dag') !== null")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    yield page
    visit.strange[:] = [text for text in visit.strange if not re.search("ERR_|503", text)]


def cut(page: Page) -> None:
    page.context.set_offline(True)


def restore(page: Page) -> None:
    """Bring the connection back; the page notices and loads again by itself."""
    page.context.set_offline(False)


def note(page: Page, case, text: str) -> None:
    page.goto(f"/week/adres/{case.pk}/")
    page.get_by_role("link", name="Vastleggen").click()
    choose(page, "Hebt u de bewoner gesproken?", "Gesproken")
    page.get_by_label("Korte notitie").fill(text)
    button(page, "Bewaren").click()
    expect(page.locator("form [role=status].new")).to_contain_text("Geen verbinding")


def test_a_week_without_a_connection_loses_nothing_and_saves_nothing_twice(opened, eight):
    page = opened
    cut(page)
    page.goto(WEEK)
    expect(page.get_by_role("status")).to_contain_text("Geen verbinding")
    expect(page.locator(".visit")).to_have_count(8)
    page.locator(".maps > summary").click()
    expect(page.locator(".sheet a")).to_have_count(8)
    for case in eight:
        page.goto(f"/week/adres/{case.pk}/")
        expect(page.locator("h1")).to_have_text(case.address)
        expect(page.locator(".reasons")).to_contain_text("huurachterstand")
    fine(page)
    note(page, eight[0], "Eerste notitie.")
    note(page, eight[5], "Tweede notitie.")
    page.goto(WEEK)
    expect(page.get_by_text("wacht op verbinding")).to_have_count(2)
    expect(page.locator(".connection")).to_contain_text("Wachten om bewaard te worden: 2.")
    left = "() => { dispatchEvent(new Event('online')); return document.querySelector('.connection'); }"
    assert page.evaluate(left) is None  # gone at once, not after the portal was asked
    assert not Contact.objects.exists()
    assert "notitie" not in page.evaluate("JSON.stringify(sessionStorage)")
    restore(page)
    expect(page.get_by_role("status")).to_contain_text("Alsnog bewaard: ")
    for case in (eight[0], eight[5]):
        expect(page.get_by_role("status")).to_contain_text(case.address)
    page.goto("/week/in-zorg/")
    page.goto(WEEK)
    assert sorted(Contact.objects.values_list("note", flat=True)) == ["Eerste notitie.", "Tweede notitie."]
    assert page.evaluate("Object.keys(sessionStorage).filter(name => name.startsWith('concept')).length") == 0


def test_a_note_whose_answer_was_lost_counts_once(opened, eight):
    page = opened
    cut(page)
    note(page, eight[0], "Een keer.")
    arrived = []

    def lose_the_answer(route):
        if route.request.method == "POST" and not arrived:
            arrived.append(route.fetch(max_redirects=0).status)
            route.abort()
        else:
            route.continue_()

    page.route("**/contact/", lose_the_answer)
    restore(page)
    for _ in range(150):
        if not arrived:
            page.wait_for_timeout(200)
    page.goto(WEEK)
    expect(page.get_by_role("status")).to_contain_text(f"Alsnog bewaard: {eight[0].address}.")
    assert arrived == [302]
    assert Contact.objects.count() == 1


def test_a_note_survives_a_session_that_ends_before_the_connection_is_back(opened, coach, eight):
    page = opened
    cut(page)
    note(page, eight[0], "Na lange tijd.")
    for row in Session.objects.all():
        store = row.get_session_store_class()(row.session_key)
        store[idle.SEEN] = int(time.time()) - 3600
        store.save()
    restore(page)
    page.get_by_label(re.compile("^Gebruikersnaam")).fill(coach.username)
    assert page.evaluate("sessionStorage.getItem('dag') ?? sessionStorage.getItem('sleutel')") is None
    page.get_by_label(re.compile("^Wachtwoord")).fill(factories.PASSWORD)
    button(page, "Inloggen").click()
    expect(page.get_by_role("status").first).to_contain_text(f"Alsnog bewaard: {eight[0].address}.")
    assert Contact.objects.get().note == "Na lange tijd."


def test_a_note_about_a_changed_address_is_shown_again(opened, coach, eight):
    page = opened
    cut(page)
    note(page, eight[0], "Van buiten.")
    services.log_contact(coach, eight[0].pk, version=1, token="elsewhere", kind=Kind.PHONE, reached=False)
    restore(page)
    expect(page.get_by_role("alert")).to_contain_text("kijk het na")
    for path in ("/week/in-zorg/", WEEK, f"/week/adres/{eight[0].pk}/"):  # it stays in sight on the last two
        page.goto(path)
        expect(page.locator(".unsaved")).to_have_count(int(path != "/week/in-zorg/"))
    fine(page)
    page.get_by_role("alert").get_by_role("link", name=eight[0].address).click()
    expect(page.get_by_label("Korte notitie")).to_have_value("Van buiten.")
    why = page.locator("main form .notice")
    expect(why).to_contain_text(
        "U veranderde dit adres intussen zelf"
    )  # said at once, not after saving again
    expect(why).to_contain_text("Telefoon · niet bereikt")
    button(page, "Bewaren").click()
    expect(page.get_by_role("status")).to_contain_text("Bewaard")
    assert Contact.objects.filter(note="Van buiten.").count() == 1
    page.goto(WEEK)
    expect(page.locator(".unsaved")).to_have_count(0)


def test_a_draft_stays_in_sight_until_it_is_thrown_away(opened, eight):
    page, address = opened, f"/week/adres/{eight[0].pk}/"
    page.goto(f"{address}contact/")
    choose(page, "Hebt u de bewoner gesproken?", "Niet bereikt")
    page.wait_for_function("() => Object.keys(sessionStorage).some(name => name.startsWith('concept'))")
    for path in (WEEK, WEEK, address):
        page.goto(path)
        expect(page.locator(".unsaved")).to_contain_text(f"Nog niet bewaard, kijk het na:{eight[0].address}")
    page.goto(f"/week/adres/{eight[1].pk}/")
    expect(page.locator(".unsaved")).to_have_count(0)
    page.goto(WEEK)
    page.once("dialog", lambda dialog: dialog.accept())
    button(page, f"Weggooien, {eight[0].address}").click()
    expect(page.locator(".unsaved")).to_have_count(0)
    page.goto(f"{address}contact/")
    expect(page.get_by_role("radio", name="Niet bereikt")).not_to_be_checked()


def test_an_open_form_stops_saying_that_there_is_no_connection(opened, eight):
    page = opened
    page.goto(f"/week/adres/{eight[2].pk}/contact/")  # of the portal itself, not kept
    cut(page)
    choose(page, "Hebt u de bewoner gesproken?", "Niet bereikt")
    button(page, "Bewaren").click()
    expect(page.locator(".connection")).to_contain_text("Geen verbinding")
    restore(page)
    expect(page.locator(".connection")).to_contain_text(f"Alsnog bewaard: {eight[2].address}.")
    expect(page.get_by_text("Geen verbinding")).to_have_count(0)


def test_without_a_connection_the_way_leads_on_to_the_week(opened, eight):
    page = opened
    cut(page)
    note(page, eight[0], "Bewaard op dit toestel.")
    page.get_by_role("link", name="Verder met Deze week").click()
    expect(page.locator(".visit")).to_have_count(8)
    page.get_by_role("link", name=eight[0].address, exact=True).click()
    expect(page.locator(".unsaved")).to_contain_text("wacht op verbinding")


def test_the_pages_are_gone_at_the_time_limit_and_at_logout(opened):
    page = opened
    cut(page)
    page.goto("/week/in-zorg/")
    expect(page.locator("h1")).to_have_text("Geen verbinding")
    page.evaluate(
        "sessionStorage.setItem('dag', JSON.stringify({...JSON.parse(sessionStorage.dag), until: 1}))"
    )
    page.goto(WEEK)
    expect(page.locator("h1")).to_have_text("Geen verbinding")
    assert page.evaluate("sessionStorage.length") == 0
    restore(page)
    expect(page.locator("h1")).to_have_text("Deze week")
    page.wait_for_function("() => sessionStorage.getItem('dag') !== null")
    page.locator(".me summary").click()
    button(page, "Uitloggen").click()
    expect(page.locator("h1")).not_to_have_text("Deze week")
    assert page.evaluate("sessionStorage.length") == 0
    cut(page)
    page.goto(WEEK)
    expect(page.locator("h1")).to_have_text("Geen verbinding")


def test_what_the_phone_takes_along_is_logged_and_off_where_it_is_switched_off(
    opened, visit, coach, eight, settings
):
    taken = AuditEntry.objects.filter(action="list.offline").values_list("overeenkomst_id", flat=True)
    assert set(taken) == {case.overeenkomst_id for case in eight}
    settings.OFFLINE = False
    page = visit(coach, WEEK, PHONE)
    page.wait_for_timeout(500)
    assert page.evaluate("sessionStorage.length") == 0
    assert page.evaluate("navigator.serviceWorker.controller") is None


def test_the_time_limit_is_midnight_or_the_longest_session():
    morning, evening = (
        datetime.fromisoformat("2026-11-23T08:00+01:00"),
        datetime.fromisoformat("2026-11-23T22:00+01:00"),
    )
    assert until(morning) == morning + settings.LONGEST_SESSION
    assert until(evening) == datetime.fromisoformat("2026-11-24T00:00+01:00")

"""Test what goes wrong at a door: sessions end, connections fail, colleagues are faster, and a button hides the focus."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import expect

from portal.accounts import idle
from portal.accounts.models import Role
from portal.casework import services
from portal.casework.codes import Kind
from portal.casework.models import Contact
from tests.browser.coach import button, card, choose
from tests.browser.conftest import DESK, PHONE
from tests.browser.look import fine
from tests.portal import factories

COVERED = """() => {
  const focus = document.activeElement;
  if (!focus || focus === document.body) return '';
  const a = focus.getBoundingClientRect();
  for (const bar of document.querySelectorAll('.save, nav.bar, .title:has(nav.bar)')) {
    if (bar.contains(focus) || !['sticky', 'fixed'].includes(getComputedStyle(bar).position)) continue;
    const b = bar.getBoundingClientRect();
    if (a.bottom > b.top + 1 && a.top < b.bottom - 1) return focus.outerHTML.slice(0, 120);
  }
  return '';
}"""
"""Returns the element that has the focus if the fixed buttons cover it."""


def test_what_was_typed_survives_a_session_that_ended(visit, coach, cases):
    from django.contrib.sessions.models import Session

    page = visit(coach, f"/week/adres/{cases[0].pk}/contact/", PHONE)
    choose(page, "Hebt u de bewoner gesproken?", "Gesproken")
    page.get_by_label("Korte notitie").fill("Dit mag niet weg.")
    for row in Session.objects.all():
        store = row.get_session_store_class()(row.session_key)
        store[idle.SEEN] = int(time.time()) - 3600
        store.save()
    button(page, "Bewaren").click()
    page.get_by_label(re.compile("^Gebruikersnaam")).fill(coach.username)
    page.get_by_label(re.compile("^Wachtwoord")).fill(factories.PASSWORD)
    button(page, "Inloggen").click()
    expect(page.get_by_role("status")).to_contain_text("Nog niet bewaard")
    expect(page.locator(".message")).to_have_count(0)
    expect(page.get_by_label("Korte notitie")).to_have_value("Dit mag niet weg.")
    button(page, "Bewaren").click()
    expect(page.get_by_role("status")).to_contain_text("Bewaard")
    assert Contact.objects.get().note == "Dit mag niet weg."


def test_two_coaches_at_one_address(visit, coach, cases, corporation):
    colleague = factories.user(Role.COACH, corporation, first_name="Samir")
    page = visit(coach, f"/week/adres/{cases[0].pk}/contact/", PHONE)
    services.log_contact(colleague, cases[0].pk, version=1, token="theirs", kind=Kind.PHONE, reached=True)
    choose(page, "Hebt u de bewoner gesproken?", "Niet bereikt")
    button(page, "Bewaren").click()
    expect(page.get_by_role("alert").first).to_contain_text("Samir")
    button(page, "Bewaren").click()
    expect(page.get_by_role("status")).to_contain_text("Bewaard")
    assert Contact.objects.filter(by=coach).count() == 1
    page.go_back()  # from a form that was refused first: no question whether to send it again
    expect(page.locator("h1")).to_have_text("Contact vastleggen")


def test_the_back_button_offers_a_form_that_knows_what_was_saved(visit, coach, cases):
    page = visit(coach, "/week/", PHONE)
    card(page, cases[0]).get_by_role("link", name="Vastleggen").click()
    choose(page, "Hebt u de bewoner gesproken?", "Niet bereikt")
    button(page, "Bewaren").click()
    expect(page.get_by_role("status")).to_contain_text("Bewaard")
    page.go_back()
    expect(page.locator("main")).to_contain_text("U legde vandaag om")
    choose(page, "Hebt u de bewoner gesproken?", "Niet bereikt")
    button(page, "Bewaren").click()
    expect(page.get_by_role("status").or_(page.get_by_role("alert"))).to_contain_text(
        re.compile("Bewaard|net al vast")
    )
    assert Contact.objects.count() == 1


def test_a_note_survives_a_poor_connection_and_a_closed_page(visit, coach, cases):
    address = f"/week/adres/{cases[0].pk}/contact/"
    page = visit(coach, address, PHONE)
    choose(page, "Hebt u de bewoner gesproken?", "Gesproken")
    page.get_by_label("Korte notitie").fill("Dit mag niet weg.")
    poor = re.compile("/gezond/|/week/dag/")
    page.route(poor, lambda route: route.abort())
    button(page, "Bewaren").click()
    expect(page.locator("form .connection[role=status]")).to_contain_text("Geen verbinding")
    expect(page.get_by_role("alert")).to_have_count(0)  # it is kept and waits: nothing is wrong
    assert not Contact.objects.exists()
    stored = page.evaluate("JSON.stringify(sessionStorage)")
    assert "mag niet weg" not in stored
    page.goto("/week/in-zorg/")
    page.goto(address)
    expect(page.get_by_role("status")).to_contain_text("nog niet bewaard")
    expect(page.get_by_label("Korte notitie")).to_have_value("Dit mag niet weg.")
    page.unroute(poor)
    button(page, "Bewaren").click()
    expect(page.get_by_role("status")).to_contain_text("Bewaard")
    assert Contact.objects.get().note == "Dit mag niet weg."
    assert not page.evaluate("Object.keys(sessionStorage).some(name => name.startsWith('concept'))")
    visit.strange[:] = [text for text in visit.strange if "ERR_FAILED" not in text]


def test_no_draft_is_left_after_logging_out(visit, coach, cases):
    address = f"/week/adres/{cases[0].pk}/contact/"
    page = visit(coach, address, PHONE)
    page.get_by_label("Korte notitie").fill("Niet voor een ander.")
    page.wait_for_timeout(1000)  # the draft is kept a moment after the last key
    assert page.evaluate("sessionStorage.length") == 1
    page.locator(".me summary").click()
    button(page, "Uitloggen").click()
    expect(page.locator("h1")).not_to_have_text("Contact vastleggen")
    assert page.evaluate("sessionStorage.length") == 0


def test_escape_closes_the_menu_and_every_target_in_it_is_large_enough(visit, coach, cases):
    page = visit(coach, "/week/", PHONE)
    page.locator(".me summary").click()
    heights = page.evaluate(
        "[...document.querySelectorAll('.me li > a, .me li button')].map(e => e.getBoundingClientRect().height)"
    )
    assert heights
    assert min(heights) >= 44
    fine(page)
    page.keyboard.press("Escape")
    expect(page.locator(".me details li").first).to_be_hidden()
    expect(page.locator(".me summary")).to_be_focused()


@pytest.mark.parametrize("zoom", [1, 2, 4])
def test_what_has_the_focus_is_never_behind_a_button(visit, coach, cases, zoom):
    size = {"viewport": {"width": 1280 // zoom, "height": 1024 // zoom}}
    page = visit(coach, "/", size)
    for path in (f"/week/adres/{cases[0].pk}/", f"/week/adres/{cases[0].pk}/contact/"):
        page.goto(path)
        page.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = true })")
        for _step in range(60):
            page.keyboard.press("Tab")
            covered = page.evaluate(COVERED)
            assert not covered, (path, covered)
        for _step in range(60):
            page.keyboard.press("Shift+Tab")
            covered = page.evaluate(COVERED)
            assert not covered, (path, covered)


def test_what_to_do_is_beside_the_address_on_a_desk_and_under_the_thumb_on_a_phone(visit, coach, cases):
    for size in (DESK, PHONE):
        page = visit(coach, f"/week/adres/{cases[0].pk}/", size)
        for down in (0, 600):
            page.evaluate("down => scrollTo(0, down)", down)
            place, high = (
                page.get_by_role("link", name="Vastleggen").bounding_box(),
                size["viewport"]["height"],
            )
            assert place
            assert 0 <= place["y"] < high - 44
            assert (place["y"] < 200) is (size is DESK), place


def test_without_script_or_inline_style(visit, coach, cases):
    page = visit(coach, f"/week/adres/{cases[0].pk}/", PHONE, java_script_enabled=False)
    page.get_by_role("link", name="Vastleggen").click()
    page.get_by_role("radio", name="Gesproken").check()
    button(page, "Bewaren").click()
    expect(page.get_by_role("status")).to_contain_text("Bewaard")
    assert "style=" not in page.content()
    assert re.findall(r"<script[^>]*>(.*?)</script>", page.content()) == [
        ""
    ]  # a file of our own, nothing inline

"""Test the coach's day in a real browser: on a phone, at a desk, by keyboard, in both languages, and with errors."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, expect

from portal.casework.codes import Kind, State
from portal.casework.models import Case, Contact
from portal.casework.workdays import working_day
from tests.browser.coach import button, card, choose
from tests.browser.conftest import DESK, PHONE
from tests.browser.look import in_english, picture
from tests.portal import factories
from tests.portal.factories import MONDAY, TODAY

SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
ASIDE = ("/week/papier/", "/week/briefje/", "/week/waarneming/", "/week/overdrachten/", "/week/van-de-lijst/")
PAGES = ("", "contact/", "stand/", "groei/", "overdracht/", "collega/", "bezwaar/", "zorg/")


class Taps:
    """Count the taps of a thumb."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, target: Locator) -> None:
        target.tap()
        self.count += 1


def test_three_taps_from_the_week_to_a_logged_contact_and_one_to_take_it_back(visit, coach, cases):
    page, tap = visit(coach, "/week/", PHONE), Taps()
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(request.method) if request.is_navigation_request() else None
    )
    tap(card(page, cases[0]).get_by_role("link", name="Vastleggen"))
    tap(page.get_by_role("radio", name="Niet bereikt"))
    tap(button(page, "Bewaren"))
    expect(page.get_by_role("status")).to_contain_text(f"Bewaard: {cases[0].address}")
    assert tap.count == 3
    assert asked == ["GET", "POST", "GET"], "one page to fill in, and back to the week"
    contact = Contact.objects.get()
    assert (contact.kind, contact.reached, contact.on) == (Kind.VISIT, False, TODAY)
    assert contact.follow_up_on == working_day(TODAY + timedelta(days=7))
    button(page, "Terugnemen").tap()
    expect(page.get_by_role("status")).to_contain_text("Teruggenomen")
    cases[0].refresh_from_db()
    assert (cases[0].state, cases[0].follow_up_on) == (State.NEW, None)


@SIZES
def test_a_day(visit, coach, cases, size):
    page, first = visit(coach, "/week/", size), cases[0]
    order = page.locator(".visit h3 a").all_inner_texts()
    assert order == [case.address for case in cases]
    expect(card(page, cases[1]).locator(".flag.danger")).to_contain_text("Ga met twee personen.")
    expect(card(page, first)).to_contain_text("De achterstand is betaald.")
    picture(page, "week")

    page.get_by_role("link", name=first.address, exact=True).click()
    expect(page.locator("blockquote")).to_contain_text("U mag nee zeggen")
    picture(page, "address")
    page.get_by_text("Als tabel").click()
    expect(page.get_by_role("row")).to_have_count(9)
    page.get_by_role("link", name="Vastleggen").click()
    choose(page, "Hebt u de bewoner gesproken?", "Gesproken")
    picture(page, "contact")
    page.get_by_label("Resultaat").select_option(label="Advies of direct opgelost")
    page.get_by_label("Korte notitie").fill("Liever na vijven.")
    button(page, "Bewaren").click()
    expect(page.get_by_role("status")).to_contain_text("Bewaard")

    page.goto(f"/week/adres/{first.pk}/groei/")
    choose(page, "Geld", "Komt in beweging")
    button(page, "Bewaren").click()
    page.get_by_role("link", name="Overdragen").click()
    choose(page, "Overgedragen aan", "Wijkteam")
    choose(page, "Wie gaf toestemming?", "De bewoner zelf")
    button(page, "Bewaren").click()
    expect(page.get_by_role("status")).to_contain_text("Overgedragen aan Wijkteam")
    page.get_by_role("link", name="Deze week").first.click()
    page.get_by_role("link", name="Overdrachten").click()
    page.get_by_role("link", name=f"Opgepakt, Wijkteam, {first.address}", exact=True).click()
    expect(page.get_by_label("Opgepakt", exact=True)).to_be_checked()
    page.get_by_label("Wie bij de partner?").fill("budgetcoach")
    button(page, "Bewaren").click()
    expect(page.get_by_role("status")).to_contain_text("Opgepakt")
    for text in ("Liever na vijven.", "Komt in beweging", "Advies of direct opgelost"):
        expect(page.locator("main")).to_contain_text(text)

    page.get_by_role("link", name="Stand of dag wijzigen").click()
    choose(page, "Stand", "Waakvlam")
    button(page, "Bewaren").click()
    expect(page.get_by_role("status")).to_contain_text("Stand: Waakvlam. Tot")
    Case.objects.filter(pk=first.pk).update(flared_up_on=MONDAY)  # as the next run does
    page.goto("/week/")
    expect(page.get_by_role("region", name="Aan de beurt")).to_contain_text(first.address)

    page.goto(f"/week/adres/{cases[2].pk}/")
    page.get_by_role("link", name="De bewoner maakt bezwaar").click()
    button(page, "Bezwaar vastleggen").click()
    expect(page.get_by_role("link", name="Bezwaar intrekken")).to_be_visible()
    page.get_by_role("link", name="Deze week").first.click()
    expect(page.locator(".visit")).to_have_count(2)

    page.get_by_role("link", name="Lijst op papier").click()
    page.evaluate("window.print = () => { document.title = 'geprint'; }")
    button(page, "Afdrukken").click()
    expect(page).to_have_title("geprint")
    page.emulate_media(media="print")
    expect(page.locator(".list > ul > li", has_text=first.address)).to_be_visible()  # done, so without a form
    expect(page.locator(".top")).to_be_hidden()
    expect(page.get_by_text("Druk deze bladzijde af")).to_be_hidden()


def test_the_keyboard_is_enough(visit, coach, cases):
    page = visit(coach, "/week/", DESK)
    keys = page.keyboard

    def to(selector: str) -> None:
        for _step in range(80):
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                around = page.evaluate(
                    "getComputedStyle(document.activeElement.closest('label') || document.body).outlineStyle"
                )
                assert "solid" in (ring, around), f"no ring around {selector}"
                return
            keys.press("Tab")
        pytest.fail(f"{selector} is not reached by Tab")

    keys.press("Tab")
    expect(page.get_by_role("link", name="Naar de inhoud")).to_be_focused()
    keys.press("Enter")
    to(f"#adres-{cases[1].pk} .actions a[href$='/contact/']")
    keys.press("Enter")
    page.wait_for_url("**/contact/")
    to("input[name=reached]")
    keys.press("Space")
    keys.press("ArrowRight")
    to("summary")
    keys.press("Enter")
    to("input[name=kind]")
    keys.press("ArrowDown")
    to(".save button")
    keys.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Bewaard")
    contact = Contact.objects.get()
    assert (contact.kind, contact.reached) == (Kind.PHONE, False)


def test_in_english_nothing_is_left_in_dutch(visit, coach, cases):
    page = visit(coach, "/week/", DESK)
    in_english(page)
    dutch = re.compile(r"\b(de|het|een|niet|week van|adres|bewoner|bewaren|opvolgen|geen)\b", re.IGNORECASE)
    for path in (
        "/week/",
        "/week/in-zorg/",
        *ASIDE,
        *(f"/week/adres/{cases[0].pk}/{part}" for part in PAGES),
    ):
        page.goto(path)
        # Reasons, news and safety come from the run in Dutch and are marked as such.
        text = page.evaluate(
            "() => { document.querySelectorAll('[lang=nl]').forEach(e => e.remove()); return document.body.innerText }"
        )
        text = text.replace(str(coach), "").replace("De Waard", "")
        assert not dutch.search(text), (path, dutch.findall(text))


def test_the_overview_of_partners_shows_each_column_on_a_phone(visit, coach, cases):
    for case, partner in zip(cases, ("schuldhulp", "welzijn", "huurdersconsulent"), strict=True):
        factories.handover(case, partner=partner)
    page = visit(coach, "/week/overdrachten/", PHONE)
    days = page.get_by_role("columnheader", name="Dagen").bounding_box()
    assert days and days["x"] + days["width"] <= PHONE["viewport"]["width"]

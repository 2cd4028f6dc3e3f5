"""The map of the week in the browser: in every look and width, with the keyboard, and with homes above each other."""

from __future__ import annotations

import math

import pytest

from portal.casework.codes import Kind
from portal.casework.models import Case, Listing
from tests.browser.conftest import DESK, PHONE
from tests.browser.look import fine, picture
from tests.portal import factories

DOORS = (
    (52.7602, 5.4010, "Havenkwartier"),
    (52.7611, 5.4031, "Havenkwartier"),
    (52.7611, 5.4031, "Havenkwartier"),  # above each other
    (52.7611, 5.4031, "Havenkwartier"),
    (52.7700, 5.4180, "Zonneboog"),
    (52.7712, 5.4150, "Zonneboog"),
    (52.7500, 5.4300, "Klokkenveld"),
    (None, None, "Klokkenveld"),
)
NARROW = {**PHONE, "viewport": {"width": 320, "height": 640}}
BOXES = """[...document.querySelectorAll('.sheet .mark .shape')].map(e => e.getBoundingClientRect())
    .map(box => [box.x, box.y, box.width, box.height])"""
LETTERS = "[...document.querySelectorAll('.sheet text')].map(e => parseFloat(getComputedStyle(e).fontSize))"
LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
    "forced-dark": {"forced_colors": "active", "color_scheme": "dark"},
}


@pytest.fixture
def doors(corporation, coach):
    """Eight addresses: one was visited this week, one is in contact, one on *waakvlam*, one has no coordinates."""
    cases = [
        factories.listed_case(corporation, position=place, latitude=latitude, longitude=longitude, wijk=wijk)
        for place, (latitude, longitude, wijk) in enumerate(DOORS, 1)
    ]
    Listing.objects.filter(case__in=cases[2:4]).update(safety="Ga met twee personen.")
    factories.contact(cases[4], by=coach, kind=Kind.VISIT)
    for case, state in ((cases[4], "benaderd"), (cases[5], "in_contact"), (cases[6], "waakvlam")):
        Case.objects.filter(pk=case.pk).update(worked_on=True, owner=coach, state=state)
    return cases


def opened(page) -> None:
    if page.locator(".maps:not([open])").count():
        page.locator(".maps > summary").click()


@pytest.mark.parametrize(
    ("size", "look"),
    [(NARROW, "light"), (PHONE, "dark"), (DESK, "light"), (DESK, "forced"), (DESK, "forced-dark")],
)
def test_marks_stay_apart_and_readable_in_every_look(visit, coach, doors, size, look):
    page = visit(coach, "/week/", size, **LOOKS[look])
    opened(page)
    boxes = page.evaluate(BOXES)
    assert len(boxes) == 7
    middles = [(x + wide / 2, y + high / 2) for x, y, wide, high in boxes]
    assert min(math.dist(a, b) for n, a in enumerate(middles) for b in middles[n + 1 :]) >= 24
    sheet = page.locator(".sheet").bounding_box()
    assert (
        abs(sheet["width"] / sheet["height"] - 4 / 3) < 0.02
    )  # a metre is as long to the east as to the north
    for x, y, wide, high in boxes:
        assert sheet["x"] <= x and x + wide <= sheet["x"] + sheet["width"]
        assert sheet["y"] <= y and y + high <= sheet["y"] + sheet["height"]
    assert min(page.evaluate(LETTERS)) >= 12
    fine(page)
    page.locator(".maps").scroll_into_view_if_needed()
    picture(page, f"map-{look}")


def test_the_map_is_folded_on_a_phone(visit, coach, doors):
    page = visit(coach, "/week/", PHONE)
    assert page.locator(".maps > summary").is_visible()
    assert not page.locator(".sheet").is_visible()


def test_the_map_is_open_on_a_desk_and_on_paper(visit, coach, doors):
    page = visit(coach, "/week/", DESK)
    assert page.locator(".sheet").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".sheet").is_visible()
    picture(page, "map-print")


@pytest.mark.parametrize("size", [NARROW, DESK], ids=["phone", "desk"])
def test_the_paper_list_has_the_map_before_the_addresses(visit, coach, doors, size):
    page = visit(coach, "/week/papier/", size)
    done = page.locator(".list > ul > li").count()
    assert (
        page.locator("svg.sheet a").count() == page.locator(".paper").count() + done - 1
    )  # one has no place
    fine(page)
    section, sheet = page.locator(".printed:has(svg.sheet)"), page.locator("svg.sheet")
    assert section.evaluate("part => getComputedStyle(part).aspectRatio") == "auto"
    page.emulate_media(media="print")
    assert sheet.bounding_box()["y"] < page.locator(".paper").first.bounding_box()["y"]
    picture(page, "paper-map")


def test_a_mark_opens_its_address_by_keyboard_and_by_thumb(visit, coach, doors):
    page = visit(coach, "/week/", PHONE)
    opened(page)
    page.locator(".maps > summary").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.getAttribute('aria-label')")
    picture(page, "map-focus")
    assert focused == f"2. {doors[1].street}, Havenkwartier, Nog geen contact"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/week/adres/{doors[1].pk}/")
    page.go_back()
    opened(page)
    page.locator(f".sheet a[href='/week/adres/{doors[6].pk}/'] .shape").tap()
    page.wait_for_url(f"**/week/adres/{doors[6].pk}/")


def test_the_walk_is_drawn_in_the_order_of_the_page(visit, coach, doors):
    page = visit(coach, "/week/", DESK)
    assert page.locator(".step").count() == 0
    page.get_by_role("link", name="looproute").click()
    listed = page.locator(".beside-map > div .visit .place").all_inner_texts()
    assert listed[0] == "1"
    assert listed[-1] == "8"  # without coordinates
    assert (
        page.locator(".step").count() == 2 * 5
    )  # six addresses to walk to, and the one that was done is left out
    picture(page, "map-walk")
    fine(page)


def test_the_name_of_a_wijk_stays_on_its_sheet_on_the_screen_and_on_paper(visit, coach, corporation):
    for place, (longitude, wijk) in enumerate(((5.20, "De Zonneboog"), (5.24, "Literatuurwijk")), 1):
        factories.listed_case(corporation, position=place, latitude=52.37, longitude=longitude, wijk=wijk)
    page = visit(coach, "/week/papier/", PHONE)
    for media in ("screen", "print"):
        page.emulate_media(media=media)
        sheet = page.locator("svg.sheet").bounding_box()
        names = [name.bounding_box() for name in page.locator(".sheet .wijk").all()]
        assert len(names) == 2
        for name in names:
            assert name["x"] >= sheet["x"], media
            assert name["x"] + name["width"] <= sheet["x"] + sheet["width"], media

"""Test the pages of no particular role: login, second factor and errors."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from models.words.icons import PATHS
from portal.accounts.models import Role
from tests.browser.conftest import DESK, NARROW, PHONE
from tests.browser.look import fine, in_english
from tests.portal import factories
from tests.portal.conftest import provider, running  # noqa: F401  pytest hands them over by name
from tests.portal.provider import NAME

BOXES = "paths => paths.map(path => path.getBBox()).map(({x, y, width, height}) => ({x, y, width, height}))"
OWN = (
    "/wachtwoord/",
    "/tweede-factor/",
    "/tweede-factor/totp/activate/",
    "/in/opnieuw/",
    "/uit/",
    "/beheer-dat-er-niet-is/",
    "/runs/",
)


@pytest.mark.parametrize(("size", "english"), [(NARROW, False), (DESK, True)], ids=["phone", "desk-english"])
def test_the_way_in_and_what_is_around_it(visit, corporation, size, english):
    auditor = factories.user(Role.AUDITOR, corporation)
    page = visit(None, "/in/", size)
    if english:
        in_english(page)
    fine(page)
    page.get_by_label(re.compile("^(Gebruikersnaam|Username)")).fill(auditor.username)
    page.get_by_label(re.compile("^(Wachtwoord|Password)")).fill("niet-het-wachtwoord")
    page.locator("main button").click()
    fine(page)
    page.get_by_label(re.compile("^(Gebruikersnaam|Username)")).fill(auditor.username)
    page.get_by_label(re.compile("^(Wachtwoord|Password)")).fill(factories.PASSWORD)
    page.locator("main button").click()
    expect(page.locator("h1")).to_have_text("Log" if english else "Logboek")
    fine(page)
    for path in OWN:
        page.goto(path)
        fine(page)


def test_a_work_account_opens_the_portal_with_one_button(visit, corporation, provider):  # noqa: F811  as above
    """The browser goes to the provider and comes back: the policy of the page must allow both steps."""
    factories.user(Role.COACH, corporation, username=NAME, second_factor=True)
    page = visit(None, "/in/", elsewhere=provider.url)
    page.get_by_role("button", name="Proefaccount").click()
    expect(page.locator("h1")).to_have_text("Deze week")
    (asked,) = provider.asked
    assert asked["code_challenge_method"] == "S256" and asked["redirect_uri"].startswith(
        page.url.split("/week")[0]
    )
    fine(page)


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("size", [NARROW, DESK], ids=["phone", "desk"])
def test_every_component_is_fine_in_light_and_dark(visit, corporation, look, size):
    page = visit(factories.user(Role.COACH, corporation), "/stijl/", size, color_scheme=look)
    expect(page.locator("h1")).to_have_text("Stijl")
    boxes = page.locator("#tekens + ul .icon path").evaluate_all(BOXES)
    assert len(boxes) == len(PATHS)
    for box in boxes:  # each is drawn within its square, and fills most of it
        assert (
            min(box["x"], box["y"]) >= 1 and max(box["x"] + box["width"], box["y"] + box["height"]) <= 23
        ), box
        assert max(box["width"], box["height"]) >= 14, box
    fine(page)
    page.emulate_media(forced_colors="active")
    fine(page)


@pytest.mark.parametrize(
    "spoil",
    [
        "document.querySelector('h1').style.color = '#ddd'",
        "document.querySelector('main').style.width = '1000px'",
        "document.querySelector('main button').style.cssText = 'min-height: 0; padding: 0'",
        "document.documentElement.removeAttribute('lang')",
    ],
    ids=["contrast", "too wide", "too small", "no language"],
)
def test_what_is_wrong_is_seen(visit, db, spoil):
    page = visit(None, "/in/", NARROW)
    page.evaluate(spoil)
    with pytest.raises(AssertionError):
        fine(page)


@pytest.mark.parametrize(("language", "width"), [("nl", 390), ("en", 390), ("nl", 320)])
def test_the_header_is_one_line_on_a_phone_and_four_pages_have_a_second(visit, corporation, language, width):
    for role in Role.values:
        page = visit(
            factories.user(role, corporation, first_name="Annemarieke", last_name="van Proefhuizen"),
            "/",
            {**PHONE, "viewport": {"width": width, "height": 800}},
        )
        if language == "en":
            in_english(page)
        boxes = page.evaluate(
            "[...document.querySelectorAll('.top > *')].map(e => e.getBoundingClientRect().toJSON())"
        )
        menu = page.locator(".top nav")
        assert not menu.count() or menu.evaluate("menu => menu.scrollWidth <= menu.clientWidth"), (
            "all is in sight"
        )
        if several := page.locator(".top nav li").count() > 3:
            boxes = [box for box in boxes if box["top"] < menu.bounding_box()["y"]]
        assert max(box["top"] for box in boxes) < min(box["bottom"] for box in boxes), (role, boxes)
        assert all(left["right"] <= right["left"] for left, right in pairwise(boxes)), (role, boxes)
        assert page.locator("header.top").bounding_box()["height"] <= (104 if several else 56), role

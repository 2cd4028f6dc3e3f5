"""Measure *Deze week* with eight addresses: how far a thumb scrolls, and what the phone loads."""

from __future__ import annotations

import gzip

import pytest

from portal.casework.codes import State
from portal.casework.models import Listing
from tests.browser.conftest import PHONE
from tests.browser.look import HEAVIEST, MOST_REQUESTS, fine, pages_of, picture
from tests.portal import factories
from tests.portal.factories import TODAY

SCREENS = 2.5
"""Maximum height of the week with eight addresses, in screens of a phone."""
SHEETS = 2
"""Maximum number of sheets of paper for eight addresses, a map and six that are due."""
SHEET = {"width": 703, "height": 1032}
"""An A4 sheet within margins of 12 mm, in pixels."""
REASONS = (
    "Twee maanden huurachterstand (€ 1.228), begonnen in oktober; laatste betaling op 1 september (€ 614); laatste "
    "aanmaning verstuurd.",
    "Zeven meldingen van overlast in een jaar (geluid, burenruzie), van minstens vier melders; de laatste op 19 augustus.",
    "Er speelt meer tegelijk: huur en overlast; drie maanden geleden was dat minder.",
)
"""As long as the run writes them."""


@pytest.fixture
def eight(corporation):
    result = [
        factories.listed_case(
            corporation,
            position=place,
            wijk=wijk,
            address=f"Burgemeester Proefpersoonlaan {place} A",
            latitude=52.75 + place % 5 / 400,
            longitude=5.4 + place % 3 / 200,
        )
        for place, wijk in enumerate(
            ("Noord", "Centrum", "Noord", "Oost", "Centrum", "Noord", "Oost", "Centrum"), 1
        )
    ]
    Listing.objects.update(reasons=list(REASONS), carried_over=True, news=["Nieuw: overlast."])
    return result


def test_eight_addresses_fit_in_two_and_a_half_screens(visit, coach, eight):
    page = visit(coach, "/week/", PHONE)
    screen = page.viewport_size["height"]
    assert page.evaluate("document.documentElement.scrollHeight") <= SCREENS * screen
    third = page.locator(".visit").nth(2).bounding_box()
    assert third["y"] + third["height"] <= 2 * screen
    text = page.locator(".visit").first.inner_text()
    assert "€\u00a01.228" in text  # no line ends between the sign and the amount
    assert "aanmaning" not in text
    fine(page)
    picture(page, "week-of-eight")


@pytest.mark.parametrize("path", ["/week/", "/week/adres/{}/contact/"])
def test_a_page_is_light_the_first_time(visit, coach, eight, path):
    """With the day for without a connection too; the other pages are weighed in `test_every_look.py`."""
    page, answers = visit(coach, "/gezond/", PHONE), []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(path.format(eight[0].pk))
    page.wait_for_function("navigator.serviceWorker.ready.then(() => true)")
    if path == "/week/":
        page.wait_for_function(
            "() => sessionStorage.getItem('dag') !== null"
        )  # the pages for without a connection
    bodies = {answer.url: answer.body() for answer in answers}
    for beside in (
        "/week/worker.js",
        page.locator("link[rel=manifest]").get_attribute("href"),
    ):  # not seen by the page
        answer = page.request.get(beside)
        bodies[answer.url] = answer.body()
    weight = sum(len(gzip.compress(body)) for body in bodies.values())
    print(f"\n{path}: {weight / 1000:.1f} kB compressed, {len(bodies)} requests")
    assert weight <= HEAVIEST
    assert len(bodies) <= MOST_REQUESTS


def test_eight_addresses_are_printed_on_two_sheets(visit, coach, corporation, eight):
    for number in range(6):
        factories.case(
            corporation, worked_on=True, state=State.IN_CONTACT, owner=coach, follow_up_on=TODAY,
            address=f"Lange Proefpersoonsgracht {number}",
        )  # fmt: skip
    run = factories.run(corporation)
    run.notices = [
        "Let op: één bezwaar is niet aan een huurder te koppelen. Wie bedoeld kan zijn, staat niet op deze lijst."
    ]
    run.save()
    page = visit(coach, "/week/papier/")
    for margin in ("10mm", "12mm"):
        around = {"top": margin, "bottom": margin, "left": margin, "right": margin}
        assert pages_of(page.pdf(format="A4", margin=around)) <= SHEETS
    assert pages_of(page.pdf(prefer_css_page_size=True, format="A4")) <= SHEETS
    assert page.locator(".tick").count() == len(eight)
    page.emulate_media(media="print")
    page.set_viewport_size(SHEET)
    first = page.locator(".tick").first.bounding_box()
    assert first["y"] + first["height"] <= SHEET["height"]  # the first sheet is not left half empty

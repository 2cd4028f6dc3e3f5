"""Open every page of every role in every look, width and language, with all menus open: axe-core judges, and each page is light.

The pages are those of `tests/portal/table.py`, where each URL of the portal has a row.
"""

from __future__ import annotations

import gzip
from itertools import groupby, product
from operator import attrgetter

import pytest
from playwright.sync_api import Page, Response

from tests.browser.every_page import Opened, World
from tests.browser.look import HEAVIEST, MOST_REQUESTS, fine, fits
from tests.support.cases import cases as number

WIDTHS = (320, 768, 1920)
LOOKS = list(product(WIDTHS, ("dark", "forced", "light"), ("nl", "en")))
TURNS = number(1, len(LOOKS))
"""In `make test` each page has one look, and the next page the next; in the long run each page has all."""
NARROWEST = {"width": 320, "height": 800}
"""On which each page is measured, whatever its look."""
OPEN = "document.querySelectorAll('details').forEach(part => { part.open = true })"
LOADED = "[...new Set(performance.getEntriesByType('resource').map(each => each.name))]"

pytestmark = pytest.mark.long


@pytest.mark.parametrize("turn", range(TURNS))
def test_no_page_has_a_violation_or_is_heavy(visit, corporation, other, turn):
    pages = list(World.of(corporation, other).pages())
    if len(LOOKS) > TURNS:
        pages = _one_role_each(pages)
    looks = [(opened, LOOKS[(place + turn) % len(LOOKS)]) for place, opened in enumerate(pages)]
    for _user, theirs in groupby(sorted(looks, key=_whose), key=_whose):
        _try(visit, list(theirs))


def _one_role_each(pages: list[Opened]) -> list[Opened]:
    """Keep one role of each page, and not always the same."""
    groups = (list(theirs) for _name, theirs in groupby(pages, key=attrgetter("name")))
    return [roles[place % len(roles)] for place, roles in enumerate(groups)]


def _whose(look: tuple[Opened, tuple[int, str, str]]) -> int:
    user = look[0].user
    return user.pk if user else 0


def _try(visit, looks: list[tuple[Opened, tuple[int, str, str]]]) -> None:
    """Open pages of one user, one after the other."""
    user = looks[0][0].user
    page = visit(user, "/gezond/", {"viewport": NARROWEST}, service_workers="block")
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    sizes: dict[str, int] = {}
    for opened, (width, look, language) in looks:
        page.evaluate("language => { document.cookie = `django_language=${language}; path=/` }", language)
        page.set_viewport_size({"width": width, "height": 800})
        scheme, forced = ("dark" if look == "dark" else "light"), ("active" if look == "forced" else "none")
        page.emulate_media(color_scheme=scheme, forced_colors=forced)
        page.goto(opened.path)
        assert page.url.endswith(opened.path), f"{opened.name} leads to {page.url}"
        assert page.locator("html").get_attribute("lang") == language
        _light(page, answers, sizes)
        page.evaluate(OPEN)
        fine(page)
        page.set_viewport_size(NARROWEST)
        fits(page)


def _light(page: Page, answers: list[Response], sizes: dict[str, int]) -> None:
    """Check the weight of a page with its styles, script and pictures, compressed, as somebody loads it the first time."""
    for answer in answers:
        if answer.url not in sizes and ("/static/" in answer.url or answer.url == page.url):
            sizes[answer.url] = len(gzip.compress(answer.body()))
    answers.clear()
    loaded = [page.url, *(url for url in page.evaluate(LOADED) if "/static/" in url)]
    assert 1 < len(loaded) <= MOST_REQUESTS, loaded
    assert sum(sizes[url] for url in loaded) <= HEAVIEST, page.url

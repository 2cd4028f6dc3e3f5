"""A keyboard on a zoomed page, without a mouse: each step checks that the focus can be seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.support.cases import cases as number

ZOOMS = pytest.mark.parametrize("zoom", [2, 4])


def zooms(first: int) -> pytest.MarkDecorator:
    """Try one zoom in `make test` and both in the long run, for walks over pages whose parts `ZOOMS` tries."""
    return pytest.mark.parametrize("zoom", [first, 6 - first][: number(1, 2)])


FOCUS = """selector => {
  const focus = document.activeElement, there = focus.matches(selector);
  if (focus === document.body || focus.id === 'inhoud') return [there, ''];
  const shown = focus.matches('.choices input') ? focus.closest('label') : focus;
  const box = shown.getBoundingClientRect();
  const x = Math.max(box.left, 0) + Math.min(box.width, innerWidth) / 2;
  const y = Math.min(Math.max(box.top + Math.min(box.height, 20) / 2, 0), innerHeight - 1);
  const top = document.elementFromPoint(Math.min(x, innerWidth - 1), y);
  const ringed = getComputedStyle(shown).outlineStyle !== 'none';
  if (box.bottom <= 0 || box.top >= innerHeight) return [there, 'off the screen'];
  if (!ringed) return [there, 'without a ring'];
  return [there, shown.contains(top) || top?.contains(shown) ? '' : 'behind ' + top?.outerHTML.slice(0, 100)];
}"""
"""Returns whether the focus is where it should go, and why it cannot be seen: off the screen, without a ring, or behind
another element; empty if it can."""


class Keys:
    """A keyboard on a page of 1280 by 1024 pixels, zoomed in."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, selector: str) -> Keys:
        """Press Tab until an element has the focus, and check after each that the focus can be seen."""
        there, _hidden = self.page.evaluate(FOCUS, selector)
        for _step in range(200):
            if there:
                return self
            self.page.keyboard.press("Tab")
            there, hidden = self.page.evaluate(FOCUS, selector)
            assert not hidden, (hidden, self.page.evaluate("document.activeElement.outerHTML")[:200])
        raise AssertionError(f"Tab does not reach {selector} on {self.page.url}")

    def press(self, *keys: str) -> Keys:
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def follow(self, end: str) -> None:
        """Open the link whose address ends so."""
        self.go(f"main a[href$='{end}']", f"**{end}")

    def go(self, selector: str, address: str) -> None:
        """Press Enter on a link, and wait for the page that it opens."""
        self.to(selector).press("Enter")
        self.page.wait_for_url(address)

    def type(self, selector: str, text: str) -> Keys:
        """Type a text into a field."""
        self.to(selector).page.keyboard.type(text)
        return self

    def choose_day(self, selector: str, day: date) -> Keys:
        """Type a day into a date field, in the order of the browser's language."""
        self.to(selector)
        for order in ("%m%d%Y", "%d%m%Y"):
            self.page.keyboard.type(day.strftime(order))
            if self.page.evaluate("document.activeElement.value") == day.isoformat():
                return self
            self.press("ArrowLeft", "ArrowLeft")
        raise AssertionError(f"{selector} does not take {day}")

    def save(self) -> None:
        self.to(".save button").press("Enter")
        expect(self.page.locator(".save")).to_have_count(0)


def board(visit: Callable[..., Page], user, zoom: int, path: str = "/") -> Keys:
    """Open a page as a user, zoomed in."""
    return Keys(visit(user, path, {"viewport": {"width": 1280 // zoom, "height": 1024 // zoom}}))

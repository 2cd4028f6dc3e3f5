"""Check what every page must satisfy in the browser."""

from __future__ import annotations

import os
import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TARGET = 44
"""The least height of what a thumb has to hit, in CSS pixels (WCAG 2.5.5)."""
HEAVIEST, MOST_REQUESTS = 60_000, 8
"""Maximum weight of a page in bytes, compressed and with its script, and the number of requests for it."""
TOO_SMALL = """least => [...document.querySelectorAll(
    `main button, main .button, main .choices label, main select, main input:not([type=hidden]), main summary,
     .me a, .me button, .me summary`)]
  .filter(e => e.getClientRects().length && !e.closest('.choices label > input') && !e.matches('.choices input'))
  .filter(e => !(e.type === 'checkbox' && e.labels.length))
  .map(e => [e.textContent.trim() || e.name, Math.round(e.getBoundingClientRect().height)])
  .filter(([text, height]) => height < least)"""


def picture(page: Page, name: str) -> None:
    """Save a screenshot of the page if SCREENSHOTS names a folder; the screenshots in the README are made this way."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}-{page.viewport_size['width']}.png")


def in_english(page: Page) -> None:
    """Choose English: the switch is in the user's menu, or at the top before logging in."""
    if page.locator(".me summary").count():
        page.locator(".me summary").click()
    page.get_by_role("button", name="English").click()


def fine(page: Page) -> None:
    """Check that axe-core finds no violation, that nothing is too wide, and that nothing is too small for a thumb."""
    without_violation(page)
    fits(page)


def fits(page: Page) -> None:
    """Check that nothing is too wide, and on a phone that nothing is too small for a thumb."""
    wide, width = page.evaluate("document.documentElement.scrollWidth"), page.viewport_size["width"]
    assert wide <= width, f"{page.url} is {wide} wide on a screen of {width}"
    if width < 600:
        assert page.evaluate(TOO_SMALL, TARGET) == [], page.url


def without_violation(page: Page) -> None:
    """Check that axe-core finds no violation. Preloading would insert style sheets, which the policy refuses.

    All rules run; describing what passes them would take longer.
    """
    actual = Axe().run(page, options={"preload": False, "resultTypes": ["violations"]})
    assert actual.violations_count == 0, f"{page.url}\n{actual.generate_report()}"


def pages_of(pdf: bytes) -> int:
    """Return how many pages a printed page has."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))

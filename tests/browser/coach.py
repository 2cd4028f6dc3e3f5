"""Helpers of the coach's browser tests."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

from portal.casework.models import Case


def card(page: Page, case: Case) -> Locator:
    return page.locator(f"#adres-{case.pk}")


def choose(page: Page, question: str, answer: str) -> None:
    page.get_by_role("group", name=question).get_by_role("radio", name=answer, exact=True).check()


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)

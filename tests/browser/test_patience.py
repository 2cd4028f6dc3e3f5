"""Test that a page is read once it is there, and that nothing asked of the browser is waited for without a limit."""

from __future__ import annotations

import pytest

from tests.browser import conftest, slow


def test_a_promise_that_never_settles_is_named(visit, monkeypatch):
    page = visit(None, "/gezond/")
    monkeypatch.setattr(conftest, "ANSWER", 0.2)
    with pytest.raises(AssertionError, match=r"evaluate within 0.2 seconds"):
        page.evaluate("new Promise(() => {})")
    monkeypatch.undo()
    assert page.evaluate("1 + 1") == 2


def test_a_slow_page_is_counted_when_all_of_it_is_there(visit):
    page = visit(None, "/gezond/")
    page.evaluate("document.body.innerHTML = '<a href=/in/>verder</a>'")
    with slow.pages(0.5):
        page.get_by_role("link", name="verder").click()
        assert page.locator("form button").count() > 0

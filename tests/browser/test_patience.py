"""Test that nothing that is asked of the browser is waited for without a limit."""

from __future__ import annotations

import pytest

from tests.browser import conftest


def test_a_promise_that_never_settles_is_named(visit, monkeypatch):
    page = visit(None, "/gezond/")
    monkeypatch.setattr(conftest, "ANSWER", 0.2)
    with pytest.raises(AssertionError, match=r"evaluate within 0.2 seconds"):
        page.evaluate("new Promise(() => {})")
    monkeypatch.undo()
    assert page.evaluate("1 + 1") == 2

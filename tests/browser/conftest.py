"""A real browser through each role's day: Debian's Chromium, driven by Playwright, against Django's own test server.

A missing Chromium is a loud skip on a desk and a failure where CI=true.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import nullcontext
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from playwright._impl._sync_base import SyncBase
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from tests.portal.conftest import corporation, fast_passwords, other  # noqa: F401  sets Django up

from django.db import connection  # isort: skip

from portal.accounts.models import Role  # isort: skip
from portal.casework.models import Change, Listing  # isort: skip
from tests.browser import slow  # isort: skip
from tests.portal import factories, two_years  # isort: skip
from tests.portal.factories import MONDAY, TODAY  # isort: skip

# Playwright runs an event loop in this thread; Django's tests talk to the database in it all the same.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}
NARROW = {**PHONE, "viewport": {"width": 360, "height": 740}}
DESK = {"viewport": {"width": 1280, "height": 900}}
PATIENCE = 20_000
"""How long a page may take on a busy machine, in milliseconds: the tests check what it shows, not how fast."""
expect.set_options(timeout=PATIENCE)
ANSWER = 120
"""Seconds within which the browser must do anything it is asked. Playwright itself sets no limit to `evaluate` or `close`."""


def _limited(ask: Callable[[SyncBase, Coroutine], Any]) -> Callable[[SyncBase, Coroutine], Any]:
    async def within(asked: Coroutine) -> Any:
        try:
            async with asyncio.timeout(ANSWER):
                return await asked
        except TimeoutError:
            what = getattr(asked, "__qualname__", "what it was asked")
            raise AssertionError(f"the browser did not do {what} within {ANSWER} seconds") from None

    return lambda page, asked: ask(page, within(asked))


SyncBase._sync = _limited(SyncBase._sync)


def _loaded_first(read: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(read)
    def once_loaded(asked: Page | Locator, *arguments: Any, **options: Any) -> Any:
        (asked if isinstance(asked, Page) else asked.page).wait_for_load_state()
        return read(asked, *arguments, **options)

    return once_loaded


# Playwright waits for an element before it clicks it, but not before it counts or measures: after a click it reads half a page.
READ_AT_ONCE = {
    Page: ("content", "evaluate"),
    Locator: (
        "all",
        "all_inner_texts",
        "all_text_contents",
        "bounding_box",
        "count",
        "evaluate",
        "evaluate_all",
        "is_checked",
        "is_visible",
    ),
}
for kind, names in READ_AT_ONCE.items():
    for name in names:
        setattr(kind, name, _loaded_first(getattr(kind, name)))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.nodeid:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        report = (
            f"no Chromium at {CHROMIUM}: the pages were not tried in a browser (apt-get install chromium)"
        )
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(report)
        pytest.skip(report)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session", autouse=True)
def slow_pages() -> Iterator[None]:
    """With SLOW_PAGES=0.6 each page takes that many seconds more, so that a test which does not wait fails."""
    with slow.pages(float(os.environ["SLOW_PAGES"])) if "SLOW_PAGES" in os.environ else nullcontext():
        yield


@pytest.fixture(scope="module", autouse=True)
def emptied_between_tests(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Each test commits, and its rows are deleted afterwards, the audit log too: its triggers are off during this module."""
    triggers = import_module("portal.accounts.migrations.0002_append_only")
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        triggers.open_again(None, editor)
    yield
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        triggers.close(None, editor)


@pytest.fixture
def visit(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """Open a page as somebody: `page = visit(user, "/week/", PHONE)`. What the page loads from anywhere but `elsewhere` fails it."""
    contexts: list[BrowserContext] = []
    strange: list[str] = []

    def open_as(
        user=None, path: str = "/", size: dict | None = None, *, elsewhere: str = "", **options
    ) -> Page:
        context = browser.new_context(base_url=live_server.url, locale="nl-NL", **(size or PHONE), **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        if user is not None:
            context.add_cookies([_session(user, live_server.url)])
        page = context.new_page()
        page.on(
            "request",
            lambda request: (
                strange.append(request.url) if _elsewhere(request.url, live_server.url, elsewhere) else None
            ),
        )
        page.on("console", lambda message: strange.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: strange.append(str(error)))
        page.goto(path)
        return page

    open_as.strange = strange  # type: ignore[attr-defined]
    yield open_as
    for context in contexts:
        context.close()
    unexpected = [text for text in strange if "status of 40" not in text]
    assert not unexpected, unexpected


@pytest.fixture
def coach(corporation):  # noqa: F811  pytest hands the fixture over by name
    return factories.user(Role.COACH, corporation, first_name="Noor")


@pytest.fixture
def cases(corporation):  # noqa: F811  as above
    result = [factories.listed_case(corporation, position=place) for place in (1, 2, 3)]
    Listing.objects.filter(case=result[1]).update(safety="Ga met twee personen.", carried_over=True)
    Change.objects.create(
        case=result[0], as_of=MONDAY, seen_on=TODAY, code="paid", text="De achterstand is betaald."
    )
    return result


@pytest.fixture
def year(corporation):  # noqa: F811  as above
    """Half a year of figures, casework and runs."""
    coach = factories.user(Role.COACH, corporation)
    two_years.figures(corporation, 4, 26)
    two_years.casework(corporation, coach, 4, 16)
    two_years.runs(corporation, 3)
    return corporation


@pytest.fixture
def manager(year):
    return factories.user(Role.MANAGER, year)


def _elsewhere(url: str, own: str, allowed: str = "") -> bool:
    return not url.startswith((own, allowed or own, "data:", "about:"))


def _session(user, url: str) -> dict[str, str]:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "portal.accounts.backend.Backend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session.create()
    return {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": url}

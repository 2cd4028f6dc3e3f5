"""Fixtures of the portal's tests: Django on SQLite in a temporary file, or on PostgreSQL if DATABASE_URL is set.

Not in memory, because all threads would share one connection. While SQLite calls a Python function in one thread, another
that binds a value waits for SQLite and holds Python's lock: both wait for ever, and no time limit can end it.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
os.environ.setdefault("PORTAL_SECRET_KEY", "a-secret-of-tests-only-" * 3)
HOME = tempfile.TemporaryDirectory(prefix="waakvlam-portal-")  # gone with the process
Path(HOME.name, "portal", "static").mkdir(parents=True)
os.environ["WAAKVLAM_HOME"] = HOME.name

import django  # noqa: E402
from django.conf import settings as configured  # noqa: E402

if "sqlite3" in configured.DATABASES["default"]["ENGINE"]:
    # Django may have added the other settings of a test database already.
    configured.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(Path(HOME.name, "tests.sqlite3"))
django.setup()

import pytest  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from portal import environment  # noqa: E402
from portal.accounts.models import Corporation, Role, User  # noqa: E402
from portal.casework.codes import State  # noqa: E402
from portal.casework.models import Case  # noqa: E402
from tests.portal import factories  # noqa: E402
from tests.portal.provider import CLIENT, NAME, SECRET, Provider, serving  # noqa: E402
from tests.support import portal_tables  # noqa: E402
from tests.support.cases import LONG  # noqa: E402

portal_tables.create_once()

CASES = "WAAKVLAM_TEST_CASES"
"""Variable with the number of cases to try of each test that reads the database, when all tests run on another one."""

AGAIN = {
    "test_coach_speed.py",
    "test_manager_answers.py",
    "test_manager_quarters.py",
    "test_manager_sums.py",
    "test_two_prints.py",
}
"""Files that count in large worlds what other files ask in small ones: `test_manager.py` sends the queries of each page, table
and file of the manager, `test_pictures.py` opens each page of each role. `make test-long` tries them there too."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep this many cases of each test, if the variable is set: the others send the same queries."""
    if CASES not in os.environ:
        return
    if LONG not in os.environ:
        items[:] = [item for item in items if item.path.name not in AGAIN]
    tried: Counter[str] = Counter()
    kept = []
    for item in items:
        test = item.nodeid.partition("[")[0]
        tried[test] += 1
        if tried[test] <= int(os.environ[CASES]) and item.get_closest_marker("django_db"):
            kept.append(item)
    items[:] = kept


@pytest.fixture(autouse=True)
def fast_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def open_ledger(django_db_setup, django_db_blocker) -> None:
    """Let the tables be emptied after tests that commit; the audit log would refuse it."""
    triggers = import_module("portal.accounts.migrations.0002_append_only")
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        triggers.open_again(None, editor)


@pytest.fixture
def corporation(db) -> Corporation:
    """De Waard, whose newest list is that of `factories.MONDAY`."""
    return factories.corporation()


@pytest.fixture
def other(db) -> Corporation:
    """Another corporation, for whose people nobody of De Waard works."""
    return factories.corporation("elders", "Elders Wonen")


@pytest.fixture
def coach(corporation: Corporation) -> User:
    """The coach of De Waard."""
    return factories.user(Role.COACH, corporation)


@pytest.fixture
def samira(corporation: Corporation) -> User:
    """A colleague of the coach, who works in one wijk."""
    return factories.user(Role.COACH, corporation, wijk="Noord", first_name="Samira")


@pytest.fixture
def in_care(corporation: Corporation, coach: User) -> Callable[..., Case]:
    """Make a case in the care of the coach: `in_care(state, field=value)`."""

    def make(state: State = State.IN_CONTACT, **values: Any) -> Case:
        usual = {"owner": coach, "state": state, "worked_on": True, "follow_up_on": factories.TODAY}
        return factories.listed_case(corporation, **(usual | values))

    return make


@pytest.fixture
def case(corporation: Corporation) -> Case:
    """A case on this week's list."""
    return factories.listed_case(corporation)


@pytest.fixture
def enter():
    """Log somebody in: `client = enter(user)`."""

    def make(user: User | None = None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user, backend="portal.accounts.backend.Backend")
        return client

    return make


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with serving() as provider:
        yield provider


@pytest.fixture
def provider(running: Provider, monkeypatch, settings) -> Provider:
    running.claims, running.token, running.asked = {"sub": "s-1", "preferred_username": NAME}, {}, []
    for name, value in {
        "SERVER": running.url,
        "CLIENT": CLIENT,
        "SECRET": SECRET,
        "NAME": "Proefaccount",
    }.items():
        monkeypatch.setenv(f"PORTAL_OIDC_{name}", value)
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": environment.openid()}}
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    settings.CONTENT_SECURITY_POLICY = {
        "DIRECTIVES": directives | {"form-action": ["'self'", *environment.openid_origins()]}
    }
    return running

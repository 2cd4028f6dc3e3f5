"""Test every URL for every role, in the user's and in another corporation; a URL without a row in the table fails."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from portal.accounts import access
from portal.accounts.models import Role
from tests.portal import factories
from tests.portal.table import ANYBODY, NO_PAGE, TABLE

pytestmark = pytest.mark.django_db


def names(resolver: URLResolver, prefix: str = "") -> dict[str, URLPattern]:
    actual = {}
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            actual |= names(pattern, inner)
        else:
            actual[f"{prefix}{pattern.name or pattern.pattern}"] = pattern
    return actual


ALL = names(get_resolver())
OURS = [name for name in ALL if name in TABLE]
QUICK = {"coach:case", "manager:csv", "analyst:answer", "audit_find", "melder:thanks"}
"""A page of each role that costs little: all pages together cost much."""


def test_every_url_has_a_row_and_every_row_a_url():
    assert set(ALL) == set(TABLE)


def test_the_quick_cases_try_a_page_of_each_role():
    assert set(OURS) > QUICK
    assert {role for name in QUICK for role in TABLE[name][0]} == set(Role.values)


@pytest.fixture
def clients(enter, corporation):
    """Somebody of each role, logged in."""
    return {role: enter(factories.user(role, corporation)) for role in Role.values}


def only_its_roles_open(name, clients, own, strange) -> None:
    roles, arguments = TABLE[name]
    for role, client in clients.items():
        for case, ours in ((own, True), (strange, False)):
            url = reverse(name, args=arguments(case) if arguments else ())
            answer = client.get(url)
            status = answer.status_code
            page = status == 200 and answer.headers["Content-Type"].startswith("text/html")
            assert not (page and name in NO_PAGE), "the browser's tests would forget this page"
            if roles == ANYBODY:
                assert status in (200, 302, 401, 403, 404, 405), (role, url, status)
            elif role not in roles:
                assert status == 403, (role, url, status)
            elif arguments and not ours:
                assert status == 404, (role, url, status)
            else:  # 404: somebody without a second factor has no recovery codes to see
                open_ = (200, 302, 405, 404) if name.startswith("mfa_") else (200, 302, 405)
                assert status in open_, (role, url, status)
            if not arguments:
                break


@pytest.mark.parametrize("name", sorted(QUICK))
def test_only_its_roles_open_a_page(name, clients, corporation, other):
    only_its_roles_open(name, clients, factories.listed_case(corporation), factories.listed_case(other))


@pytest.mark.dear
def test_only_its_roles_open_any_page(clients, corporation, other):
    own, strange = factories.listed_case(corporation), factories.listed_case(other)
    for name in sorted(OURS):
        only_its_roles_open(name, clients, own, strange)


@pytest.mark.dear
def test_without_logging_in_every_page_leads_to_the_login(corporation):
    case = factories.listed_case(corporation)
    for name in sorted(name for name in OURS if TABLE[name][0] != ANYBODY):
        _roles, arguments = TABLE[name]
        url = reverse(name, args=arguments(case) if arguments else ())
        for method in ("get", "post"):
            response = getattr(Client(), method)(url)
            assert response.status_code == 302, url
            assert response.url.startswith(reverse("account_login")), url


def test_django_has_no_admin_here():
    assert not [name for name in ALL if name.startswith("admin:")]
    assert not apps.is_installed("django.contrib.admin")


def test_a_view_without_roles_is_closed(rf, corporation):
    from django.core.exceptions import PermissionDenied

    def silent(request):
        raise AssertionError("opened")

    silent.__module__ = "portal.coach.views"
    request = rf.get("/")
    request.user = factories.user(Role.COACH, corporation)
    with pytest.raises(PermissionDenied):
        access.Access(silent).process_view(request, silent, (), {})


def test_a_coach_sees_own_wijken_and_only_what_is_listed_or_worked_on(corporation, other):
    user = factories.user(Role.COACH, corporation, wijk="Noord")
    on_list = factories.listed_case(corporation)
    in_care = factories.case(corporation, worked_on=True)
    factories.case(corporation)
    factories.listed_case(corporation, wijk="Zuid")
    factories.listed_case(corporation, as_of=factories.MONDAY - timedelta(days=7))
    factories.listed_case(other)
    assert set(access.cases_for(user)) == {on_list, in_care}


def test_a_manager_counts_but_sees_no_case(corporation, other):
    user = factories.user(Role.MANAGER, corporation)
    case = factories.listed_case(corporation)
    factories.listed_case(other)
    assert not access.cases_for(user)
    assert list(access.counted_cases_for(user)) == [case]


def test_a_second_factor_is_asked_of_whoever_needs_one(enter, corporation):
    client = enter(factories.user(Role.COACH, corporation, second_factor=True))
    response = client.get(reverse("coach:week"))
    assert response.url == reverse("mfa_activate_totp")

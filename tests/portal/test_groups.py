"""Test that groups of the work account give role and areas, and open and close users, against the provider of the tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from portal.accounts import groups
from portal.accounts.models import AuditEntry, Role, Scope, User
from tests.portal import factories
from tests.portal.provider import NAME, enter
from tests.support import walk

GROUPS = """
[[groups]]
group = "coaches-noord"
role = "coach"
areas = [{ corporation = "dewaard", wijk = "Noord" }]

[[groups]]
group = "coaches-zuid"
role = "coach"
areas = [{ corporation = "dewaard", wijk = "Zuid" }, { corporation = "nog-niet-hier" }]

[[groups]]
group = "managers"
role = "manager"
areas = [{ corporation = "dewaard" }]
"""


@pytest.fixture(autouse=True)
def mapped(tmp_path: Path, settings, corporation):
    settings.OIDC_GROUPS = tmp_path / "groups.toml"
    settings.OIDC_GROUPS.write_text(GROUPS, encoding="utf-8")


def login(provider, *names: str, **claims) -> tuple[Client, int]:
    """Log in with these groups; return the browser, and the status of the page after login."""
    provider.claims = {"sub": "s-1", "preferred_username": NAME, "groups": list(names), **claims}
    client = Client()
    return client, enter(client).status_code


def areas(user: User) -> set[tuple[str, str]]:
    return set(Scope.objects.filter(user=user).values_list("corporation_id", "wijk"))


def test_a_first_login_makes_a_user_with_role_and_areas(provider):
    client, _status = login(provider, "coaches-noord", "kegelclub", given_name="Noor", family_name="Proef")
    user = User.objects.get()
    assert client.get(reverse("coach:week")).wsgi_request.user == user
    assert (user.username, user.role, str(user), areas(user)) == (
        NAME, Role.COACH, "Noor Proef", {("dewaard", "Noord")},
    )  # fmt: skip
    assert not user.has_usable_password()
    assert "user.groups" in AuditEntry.objects.values_list("action", flat=True)


def test_each_login_sets_role_and_areas_anew(provider):
    login(provider, "coaches-noord", "coaches-zuid")
    user = User.objects.get()
    assert areas(user) == {("dewaard", "Noord"), ("dewaard", "Zuid")}
    login(provider, "managers")
    user.refresh_from_db()
    assert (user.role, areas(user)) == (Role.MANAGER, {("dewaard", "")})
    login(provider, "managers", "coaches-zuid")  # the first group of the file decides
    user.refresh_from_db()
    assert (user.role, areas(user)) == (Role.COACH, {("dewaard", "Zuid")})
    changes = AuditEntry.objects.filter(action="user.groups").count()
    login(provider, "coaches-zuid")
    assert AuditEntry.objects.filter(action="user.groups").count() == changes


@pytest.mark.parametrize("gone", [["kegelclub"], [], None])
def test_without_groups_a_user_is_closed_and_with_them_opened_again(provider, gone):
    earlier, _status = login(provider, "coaches-noord")
    assert earlier.get(reverse("coach:week")).status_code == 200
    client, status = login(provider, groups=gone)
    user = User.objects.get()
    assert status == 403 and not user.is_active and not areas(user)
    for browser in (client, earlier):  # a session elsewhere ends too
        assert browser.get(reverse("coach:week")).status_code == 302
    assert "user.closed" in AuditEntry.objects.values_list("action", flat=True)
    client, _status = login(provider, "coaches-noord")
    user.refresh_from_db()
    assert client.get(reverse("coach:week")).status_code == 200 and areas(user) == {("dewaard", "Noord")}


def test_a_user_that_an_analyst_closed_stays_closed(provider):
    login(provider, "coaches-noord")
    User.objects.update(is_active=False)
    client, status = login(provider, "coaches-noord")
    assert status == 403 and client.get(reverse("coach:week")).status_code == 302


def test_a_stranger_without_groups_becomes_no_user(provider):
    assert login(provider, "kegelclub")[1] == 403
    assert not User.objects.exists() and not SocialAccount.objects.exists()


def test_a_known_user_is_linked_and_loses_the_password(provider, corporation):
    known = factories.user(Role.MANAGER, corporation, username=NAME)
    login(provider, "coaches-noord")
    known.refresh_from_db()
    assert (known.role, known.has_usable_password()) == (Role.COACH, False)
    assert User.objects.count() == 1


def test_a_program_is_not_entered_by_its_name(provider, corporation):
    factories.user(Role.COACH, corporation, username=NAME, is_program=True)
    assert login(provider, "coaches-noord")[1] == 403


def test_too_many_groups_to_send_closes_nobody(provider):
    login(provider, "coaches-noord")
    elsewhere = {"groups": None, "_claim_names": {"groups": "src1"}}
    assert login(provider, **elsewhere)[1] == 403
    assert User.objects.get().is_active


def test_without_the_setting_groups_mean_nothing(provider, settings):
    settings.OIDC_GROUPS = None
    assert login(provider, "coaches-noord")[1] == 403
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "groups"),
        ("[[groups]]\ngroup = 'a'\nrole = 'boss'", "role"),
        ("[[groups]]\ngroup = 'a'\nrole = 'coach'\nareas = [{wijk = 'Noord'}]", "corporation"),
        ("[[groups]\n", "line 1"),
        (None, "cannot be read"),
    ],
)
def test_a_wrong_mapping_stops_the_start(tmp_path: Path, text, says):
    path = tmp_path / "wrong.toml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(ImproperlyConfigured, match=says):
        groups.read(path)


def test_the_example_of_the_docs_is_a_mapping(tmp_path: Path):
    (example,) = [
        b.text for b in walk.blocks(walk.ROOT / "docs" / "portal.md") if b.text.startswith("claim =")
    ]
    path = tmp_path / "example.toml"
    path.write_text(example, encoding="utf-8")
    read = groups.read(path)
    assert [(group.role, len(group.areas)) for group in read.groups] == [("coach", 1), ("manager", 1)]

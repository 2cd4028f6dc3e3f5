"""Test login with a work account, against an OpenID Connect provider on this machine."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from portal import environment
from portal.accounts.models import Role, User
from tests.portal import factories
from tests.portal.provider import CLIENT, enter, way_back


@pytest.fixture
def noor(corporation) -> User:
    """A coach who must have a second factor, and has it at work."""
    return factories.user(Role.COACH, corporation, username="Noor@voorbeeld.example", second_factor=True)


def test_a_known_colleague_enters_without_a_second_code(provider, noor):
    client = Client()
    assert "Proefaccount" in client.get(reverse("account_login")).content.decode()
    assert enter(client).headers["Location"] == reverse("home")
    page = client.get(reverse("coach:week"))
    assert page.status_code == 200 and page.wsgi_request.user == noor


def test_the_request_proves_itself(provider, noor):
    enter(Client())
    (asked,) = provider.asked
    assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == (
        "code",
        CLIENT,
        "S256",
    )
    assert asked["redirect_uri"].endswith("/werkaccount/oidc/werk/login/callback/")
    assert len(asked["state"]) >= 16 and "openid" in asked["scope"]


def test_who_came_before_is_known_by_more_than_a_name(provider, noor):
    enter(Client())
    provider.claims = {"sub": "s-1", "preferred_username": "getrouwd@voorbeeld.example"}
    client = Client()
    enter(client)
    assert client.get(reverse("coach:week")).wsgi_request.user == noor
    assert SocialAccount.objects.count() == 1


def test_nobody_becomes_a_user_by_logging_in(provider, noor):
    provider.claims = {"sub": "s-2", "preferred_username": "onbekend@elders.example"}
    client = Client()
    answer = enter(client)
    assert answer.status_code == 403
    assert "onbekend@elders.example" in answer.content.decode()
    assert list(User.objects.all()) == [noor]
    assert client.get(reverse("coach:week")).status_code == 302


@pytest.mark.parametrize("claims", [{"sub": "s-3"}, {"sub": "s-3", "preferred_username": ""}])
def test_a_token_without_a_name_is_refused(provider, noor, claims):
    User.objects.create(username="", role=Role.COACH)
    provider.claims = claims
    assert enter(Client()).status_code == 403


def test_who_left_does_not_come_back(provider, noor):
    enter(Client())
    noor.is_active = False
    noor.save()
    client = Client()
    enter(client)
    assert client.get(reverse("coach:week")).status_code == 302


@pytest.mark.parametrize(
    "token",
    [{"aud": "another-application"}, {"iss": "https://elders.example"}, {"exp": 1_000_000}],
    ids=["audience", "issuer", "expired"],
)
def test_a_token_for_others_or_from_others_or_old_opens_nothing(provider, noor, token):
    provider.token = token
    client = Client()
    answer = enter(client)
    assert answer.status_code == 401
    assert client.get(reverse("coach:week")).status_code == 302


def test_a_code_of_somebody_elses_login_opens_nothing(provider, noor):
    """Login by a link that another prepared: the state is not of this browser."""
    stolen = urlsplit(way_back(Client()))
    victim = Client()
    victim.get(f"{stolen.path}?{stolen.query}")
    assert victim.get(reverse("coach:week")).status_code == 302
    assert not SocialAccount.objects.exists()


def test_a_code_works_once(provider, noor):
    client = Client()
    parts = urlsplit(way_back(client))
    client.get(f"{parts.path}?{parts.query}")
    client.logout()
    client.get(f"{parts.path}?{parts.query}")
    assert client.get(reverse("coach:week")).status_code == 302


def test_a_refusal_by_the_provider_shows_a_plain_message(provider, noor):
    client = Client()
    state = parse_qs(urlsplit(way_back(client)).query)["state"][0]
    path = reverse("openid_connect_callback", args=["werk"])
    answer = client.get(path, {"error": "access_denied", "state": state}, follow=True)
    assert answer.status_code == 200
    assert client.get(reverse("coach:week")).status_code == 302


def test_an_unreachable_provider_shows_a_plain_message(provider, noor, settings, monkeypatch):
    monkeypatch.setenv("PORTAL_OIDC_SERVER", "http://127.0.0.1:1")
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": environment.openid()}}
    answer = Client().post(reverse("openid_connect_login", args=["werk"]))
    assert answer.status_code == 503
    assert "geeft geen antwoord" in answer.content.decode()

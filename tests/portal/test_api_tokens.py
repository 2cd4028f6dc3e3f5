"""Test how an analyst issues and revokes the tokens of programs, and that a program cannot log in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import AuditEntry, Role
from portal.api.models import Token, Write
from tests.portal import factories

pytestmark = pytest.mark.django_db


def test_the_secret_is_stored_nowhere_and_shown_once(enter, corporation):
    program = factories.user(Role.COACH, corporation, is_program=True)
    analyst = enter(factories.user(Role.ANALYST, corporation))
    until = timezone.localdate() + timedelta(days=90)
    page = analyst.post(reverse("analyst:issue", args=(program.pk,)), {"expires_on": until.isoformat()})
    token = Token.objects.get()
    secret = page.content.decode().split('<code class="secret">')[1].split("<")[0]
    assert "no-store" in page.headers["Cache-Control"]
    assert Client(headers={"Authorization": f"Bearer {secret}"}).get(
        "/api/1/week", {"corporation": "dewaard"}
    ).status_code == 200  # fmt: skip
    for table in (Token, AuditEntry, Write):
        assert secret not in str(list(table.objects.values()))
    assert secret not in analyst.get(reverse("analyst:user", args=(program.pk,))).content.decode()
    analyst.post(reverse("analyst:revoke", args=(token.pk,)))
    assert not Token.objects.get().valid
    assert [e.action for e in AuditEntry.objects.order_by("id") if e.action.startswith("token")] == [
        "token.add", "token.revoke",
    ]  # fmt: skip


def test_a_token_lasts_a_year_at_most_and_belongs_to_a_program(enter, corporation, coach):
    analyst = enter(factories.user(Role.ANALYST, corporation))
    program = factories.user(Role.COACH, corporation, is_program=True)
    for user, days in ((program, 400), (program, -1), (coach, 30)):
        until = timezone.localdate() + timedelta(days=days)
        analyst.post(reverse("analyst:issue", args=(user.pk,)), {"expires_on": until.isoformat()})
    assert not Token.objects.exists()


def test_a_program_cannot_log_in(corporation):
    program = factories.user(Role.COACH, corporation, is_program=True)
    client = Client()
    client.post(reverse("account_login"), {"login": program.username, "password": factories.PASSWORD})
    assert client.get(reverse("home")).status_code == 302
    assert program.has_usable_password() and not program.check_password(factories.PASSWORD)

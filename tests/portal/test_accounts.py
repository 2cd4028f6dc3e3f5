"""Test what an analyst may do with an account: never with one that reaches another corporation."""

from __future__ import annotations

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from portal.accounts.access import accounts_for
from portal.accounts.models import AuditEntry, Role, User
from tests.portal import factories

pytestmark = [pytest.mark.django_db, pytest.mark.dear]
STEPS = ("password", "factor", "unlock", "issue")


@pytest.fixture
def analyst(corporation):
    return factories.user(Role.ANALYST, corporation)


@pytest.fixture
def client(enter, analyst):
    return enter(analyst)


def state(user: User) -> tuple[object, ...]:
    """What an account opens: everything that another may not change."""
    user = User.objects.get(pk=user.pk)
    factors = Authenticator.objects.filter(user=user).count()
    tokens = list(user.tokens.values_list("revoked_at", flat=True))
    own = (user.password, user.role, user.is_active, user.first_name, user.is_program)
    return (*own, sorted(map(str, user.scopes.all())), factors, tokens)


def everybody_outside(corporation, other) -> list[User]:
    """Somebody of another corporation, in each role and as a program; the same who work for both; and auditors."""
    users = [factories.user(role, other) for role in Role.values]
    users += [factories.user(role, corporation, other) for role in Role.values]
    users += [factories.program(other), factories.token(other).user, factories.user(Role.AUDITOR)]
    for user in users:
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    return users


def test_no_step_reaches_an_account_that_opens_another_corporation(client, analyst, corporation, other):
    factories.case(corporation, wijk="Noord")
    for user in everybody_outside(corporation, other):
        before, here = state(user), f"{corporation.pk}" in str(user.areas)
        given = {
            "first_name": "Anders", "last_name": "", "role": Role.ANALYST, "active": "nee",
            "areas": [json.dumps((other.pk, ""))], "expires_on": "2026-12-31",
        }  # fmt: skip
        for step in STEPS:
            assert client.post(reverse(f"analyst:{step}", args=(user.pk,)), given).status_code == 404
        for token in user.tokens.all():
            assert client.post(reverse("analyst:revoke", args=(token.pk,))).status_code == 404
        url = reverse("analyst:user", args=(user.pk,))
        assert client.post(url, given).status_code == (200 if here or not user.areas else 404)
        assert state(user) == before
        if here:  # only the areas in the analyst's corporation
            assert client.post(url, given | {"areas": []}).status_code == 302
            after = state(user)
            assert after[:5] == before[:5]
            assert after[5] == [other.pk]
            assert 'name="role"' not in client.get(url).content.decode()
        assert user not in accounts_for(analyst)


def test_only_who_works_for_every_corporation_makes_or_manages_an_auditor(enter, corporation, other):
    auditor = factories.user(Role.AUDITOR)
    given = {
        "username": "nieuw",
        "first_name": "",
        "last_name": "",
        "role": Role.AUDITOR,
        "login": "password",
    }
    somewhere = factories.user(Role.ANALYST, corporation)
    assert enter(somewhere).post(reverse("analyst:add_user"), given).status_code == 200
    assert not User.objects.filter(username="nieuw").exists()
    everywhere = factories.user(Role.ANALYST, corporation, other)
    enter(everywhere).post(reverse("analyst:add_user"), given)
    assert User.objects.get(username="nieuw").role == Role.AUDITOR
    assert auditor in accounts_for(everywhere)


def test_a_new_password_is_shown_once_and_ends_the_old_one_and_its_sessions(client, enter, corporation):
    coach = factories.user(Role.COACH, corporation)
    theirs = enter(coach)
    assert theirs.get(reverse("coach:week")).status_code == 200
    page = client.post(reverse("analyst:password", args=(coach.pk,)))
    password = re.search("<code>(.+)</code>", page.content.decode())
    assert password
    assert "no-store" in page.headers["Cache-Control"]
    coach.refresh_from_db()
    assert coach.check_password(password[1])
    assert theirs.get(reverse("coach:week")).status_code == 302
    assert AuditEntry.objects.get(action="user.password_new").detail == {"subject": coach.username}
    assert password[1] not in client.get(reverse("analyst:user", args=(coach.pk,))).content.decode()


def test_who_lost_the_telephone_sets_up_the_second_factor_again(client, enter, corporation):
    coach = factories.user(Role.COACH, corporation, second_factor=True)
    Authenticator.objects.create(user=coach, type=Authenticator.Type.TOTP, data={})
    assert client.post(reverse("analyst:factor", args=(coach.pk,))).status_code == 302
    assert enter(coach).get(reverse("coach:week")).url == reverse("mfa_activate_totp")
    assert AuditEntry.objects.filter(action="user.factor").count() == 1


def test_after_too_many_wrong_passwords_the_analyst_opens_the_door(client, corporation):
    coach = factories.user(Role.COACH, corporation, username="Noor de Wit")
    door = Client()

    def come_in():
        given = {"login": "noor de wit", "password": factories.PASSWORD}
        return door.post(reverse("account_login"), given).status_code

    for _ in range(5):
        door.post(reverse("account_login"), {"login": "noor de wit", "password": "wrong"})
    assert come_in() == 429
    page = reverse("analyst:user", args=(coach.pk,))
    assert "6 keer een verkeerd wachtwoord" in client.get(page).content.decode()
    everybody = reverse("analyst:users")
    assert client.get(everybody).content.decode().count("6 × mislukt") == 1
    client.post(reverse("analyst:unlock", args=(coach.pk,)))
    assert "verkeerd wachtwoord" not in client.get(page).content.decode()
    assert "× mislukt" not in client.get(everybody).content.decode()
    assert come_in() == 302


def test_nobody_helps_themselves(client, analyst):
    for step in STEPS:
        assert client.post(reverse(f"analyst:{step}", args=(analyst.pk,))).status_code == 404


def test_a_program_is_added_without_a_password_and_gets_a_token(client, corporation):
    factories.case(corporation, wijk="Noord")
    given = {
        "username": "koppeling", "first_name": "", "last_name": "", "role": Role.COACH, "login": "program",
        "areas": [json.dumps((corporation.pk, ""))],
    }  # fmt: skip
    page = client.post(reverse("analyst:add_user"), given).content.decode()
    program = User.objects.get(username="koppeling")
    assert (program.is_program, program.has_usable_password()) == (True, False)
    assert reverse("analyst:user", args=(program.pk,)) in page
    shown = client.get(reverse("analyst:user", args=(program.pk,))).content.decode()
    assert "Nieuwe sleutel" in shown
    assert reverse("analyst:password", args=(program.pk,)) not in shown
    assert client.post(reverse("analyst:password", args=(program.pk,))).status_code == 404

"""Test login: password, second factor, lockout, idleness, language, and the security headers."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from portal.accounts import idle
from portal.accounts.models import AuditEntry, Role, User
from tests.portal import factories

pytestmark = [pytest.mark.django_db, pytest.mark.dear]
LOGIN = {"password": factories.PASSWORD}


@pytest.fixture(autouse=True)
def no_limits_left_over(db):
    cache.clear()


def code(secret: str, steps: int = 0) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + steps))


def at_the_code(user) -> Client:
    """Log in with the password, so that the code is asked."""
    client = Client()
    client.post(reverse("account_login"), {"login": user.username, **LOGIN})
    return client


def gets_in(client: Client, typed: str) -> bool:
    return client.post(reverse("mfa_authenticate"), {"code": typed}).status_code == 302


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_is_good_one_step_of_thirty_seconds_early_and_late(corporation, monkeypatch, steps, good):
    user, secret = factories.user(Role.COACH, corporation, second_factor=True), totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    now = time.time()
    monkeypatch.setattr(totp.time, "time", lambda: now)
    assert gets_in(at_the_code(user), code(secret, steps)) is good


def test_a_code_counts_once_for_every_process(corporation):
    user, secret = factories.user(Role.COACH, corporation, second_factor=True), totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    typed = code(secret)
    assert gets_in(at_the_code(user), typed)
    assert not gets_in(at_the_code(user), typed)
    with connection.cursor() as cursor:  # a table, so another process and the next start know it too
        cursor.execute("SELECT count(*) FROM portal_cache WHERE cache_key LIKE %s", ["%totp.used%"])
        assert cursor.fetchall() == [(1,)]


def test_codes_are_counted_per_person_from_wherever_they_are_typed(corporation):
    users = [factories.user(Role.COACH, corporation, second_factor=True) for _ in range(2)]
    secrets = [totp.generate_totp_secret() for _ in users]
    for user, secret in zip(users, secrets, strict=True):
        totp.TOTP.activate(user, secret)
    for number in range(5):
        client = at_the_code(users[0])
        client.post(reverse("mfa_authenticate"), {"code": "000000"}, REMOTE_ADDR=f"10.0.0.{number}")
    assert not gets_in(at_the_code(users[0]), code(secrets[0]))
    assert gets_in(at_the_code(users[1]), code(secrets[1])), "the count is of one person"


@pytest.mark.parametrize("name", ["Élodie ", "ÉLODIE", "  e\u0301lodie", "\uff45\u0301lodie"])
def test_a_name_means_the_same_user_however_it_is_typed(corporation, name):
    factories.user(Role.COACH, corporation, username="élodie")
    assert Client().post(reverse("account_login"), {"login": name, **LOGIN}).status_code == 302
    other = User(username=name.strip(), role=Role.COACH)
    with pytest.raises(ValidationError, match="lijkt te veel"):
        other.clean()


def test_guesses_count_together_however_the_name_is_typed(corporation):
    user = factories.user(Role.COACH, corporation, username="jansen")
    client = Client()
    for name in ("jansen", "JANSEN", " Jansen", "janSEN", "\uff4aansen"):
        client.post(reverse("account_login"), {"login": name, "password": "wrong"})
    assert client.post(reverse("account_login"), {"login": user.username, **LOGIN}).status_code == 429


def test_a_good_login_ends_nobodys_lock(corporation):
    guessed, colleague = (factories.user(Role.COACH, corporation) for _ in range(2))
    client = Client()
    for _ in range(4):
        client.post(reverse("account_login"), {"login": guessed.username, "password": "wrong"})
    for user in (colleague, guessed):
        assert Client().post(reverse("account_login"), {"login": user.username, **LOGIN}).status_code == 302
    client.post(reverse("account_login"), {"login": guessed.username, "password": "wrong"})
    assert client.post(reverse("account_login"), {"login": guessed.username, **LOGIN}).status_code == 429


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("De Waard 2026!", False),
        ("Elodie2026!!", False),
        ("W@akvl@m-2026", False),
        ("coach-Vermeer-1", False),
        ("welkom123456", False),
        ("een-lange-zin-voor-proef", True),
        ("paars kanaal fluit dorsvloer", True),
        ("x7$Kq9!mZ2#p", True),
    ],
)
def test_a_password_is_not_made_of_common_words_or_of_the_users_own(corporation, password, good):
    user = factories.user(
        Role.COACH, corporation, username="elodie", first_name="Elodie", last_name="Vermeer"
    )
    try:
        validate_password(password, user)
        assert good
    except ValidationError:
        assert not good


def test_password_then_code(corporation):
    user = factories.user(Role.COACH, corporation, second_factor=True)
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    client = Client()
    response = client.post(reverse("account_login"), {"login": user.username, **LOGIN})
    assert response.url == reverse("mfa_authenticate")
    assert client.get(reverse("home")).status_code == 302
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert client.post(reverse("mfa_authenticate"), {"code": code(secret)}).status_code == 302
    assert client.get(reverse("coach:week")).status_code == 200


def test_a_second_factor_is_set_up_at_the_first_login(corporation):
    user = factories.user(Role.COACH, corporation, second_factor=True)
    client = Client()
    client.post(reverse("account_login"), {"login": user.username, **LOGIN})
    page = client.get(reverse("coach:week"), follow=True)
    assert page.redirect_chain[-1][0] == reverse("mfa_activate_totp")  # the password is not asked again
    form, text = page.context["form"], page.content.decode()
    assert f"secret={form.secret}" in text  # a link that opens the app on the phone itself
    assert 'href="otpauth://totp/' in text
    refused = client.post(reverse("mfa_activate_totp"), {"code": "000000"}).content.decode()
    assert "Deze code klopt niet" in refused
    codes = client.post(reverse("mfa_activate_totp"), {"code": code(form.secret)}, follow=True)
    assert codes.redirect_chain[-1][0] == reverse("mfa_view_recovery_codes")
    assert f'href="{reverse("home")}">Bewaard' in codes.content.decode()
    assert client.get(reverse("coach:week")).status_code == 200
    assert form.secret not in str(Authenticator.objects.filter(type="totp").values())


def test_what_is_said_of_the_app_has_the_word_of_the_pages():
    """The messages are sent when the transaction ends, which a test undoes."""
    activated, gone = (
        render_to_string(f"mfa/messages/totp_{name}.txt") for name in ("activated", "deactivated")
    )
    assert "De inlogapp is ingesteld. Stap 3 van 3: bewaar de herstelcodes." in activated
    assert "De inlogapp is verwijderd." in gone


def test_the_password_is_asked_again_some_time_after_logging_in(corporation):
    user = factories.user(Role.COACH, corporation, second_factor=True)
    client = Client()
    client.post(reverse("account_login"), {"login": user.username, **LOGIN})
    session = client.session
    session["account_authentication_methods"][0]["at"] -= 3600
    session.save()
    page = client.get(reverse("mfa_activate_totp"), follow=True)
    assert page.redirect_chain[-1][0].startswith(reverse("account_reauthenticate"))
    assert "nog eens uw wachtwoord" in page.content.decode()


def test_a_wrong_password_shows_a_short_message(corporation):
    user = factories.user(Role.COACH, corporation)
    page = Client().post(reverse("account_login"), {"login": user.username, "password": "anders"})
    assert "Naam of wachtwoord klopt niet" in page.content.decode()


def test_after_five_wrong_passwords_the_door_stays_shut(corporation):
    user = factories.user(Role.COACH, corporation)
    client = Client()
    for _ in range(5):
        client.post(reverse("account_login"), {"login": user.username, "password": "wrong"})
    response = client.post(reverse("account_login"), {"login": user.username, **LOGIN})
    assert response.status_code == 429
    assert "kwartier" in response.content.decode()
    assert client.get(reverse("home")).url.startswith(reverse("account_login"))


def test_nobody_signs_up():
    for path in ("/in/signup/", "/accounts/signup/", "/signup/", "/admin/", "/beheer/"):
        assert Client().get(path).status_code == 404


def away(client: Client, seconds: float) -> None:
    session = client.session
    session[idle.SEEN] = session[idle.STARTED] = int(time.time() - seconds)
    session.save()


def test_a_session_ends_by_idleness_and_keeps_what_was_typed(rf, enter, coach, case):
    client = enter(coach)
    client.get(reverse("coach:week"))
    away(client, 31 * 60)
    url = reverse("coach:week")
    response = client.post(url, {"note": "nog niet bewaard", "password": "x"})
    assert response.url == f"{reverse('account_login')}?next={url}"
    client.post(reverse("account_login"), {"login": coach.username, **LOGIN})
    request = rf.get(url)
    request.user, request.session = coach, client.session
    assert idle.take_typed(request).dict() == {"note": "nog niet bewaard"}
    assert idle.take_typed(request) is None


def test_what_was_typed_is_for_its_owner_only(rf, enter, coach, corporation):
    client = enter(coach)
    client.get(reverse("coach:week"))
    away(client, 31 * 60)
    client.post(reverse("coach:week"), {"note": "van de eerste"})
    colleague = factories.user(Role.COACH, corporation)
    client.post(reverse("account_login"), {"login": colleague.username, **LOGIN})
    request = rf.get(reverse("coach:week"))
    request.user, request.session = colleague, client.session
    assert idle.take_typed(request) is None


def test_a_session_in_use_goes_on_but_not_all_day(enter, coach):
    client = enter(coach)
    client.get(reverse("coach:week"))
    session = client.session
    session[idle.SEEN] = int(time.time() - 29 * 60)
    session.save()
    assert client.get(reverse("coach:week")).status_code == 200
    session = client.session
    session[idle.STARTED] = int(time.time() - 13 * 3600)
    session.save()
    assert client.get(reverse("coach:week")).status_code == 302


def test_a_form_under_an_old_token_is_offered_again_only_to_its_own_page(coach):
    client = Client(enforce_csrf_checks=True)
    client.force_login(coach, backend="portal.accounts.backend.Backend")
    typed = {"note": "<b>getypt</b>", "csrfmiddlewaretoken": "x" * 64}
    own = client.post(reverse("coach:week"), typed, headers={"Origin": "http://testserver"})
    assert own.status_code == 403
    assert "&lt;b&gt;getypt&lt;/b&gt;" in own.content.decode()
    strange = client.post(reverse("coach:week"), typed, headers={"Origin": "https://elders.example"})
    assert "getypt" not in strange.content.decode()


def test_pages_are_dutch_unless_switched():
    client = Client(headers={"Accept-Language": "en-US,en;q=0.9"})
    assert 'lang="nl"' in client.get(reverse("account_login")).content.decode()
    client.post(reverse("set_language"), {"language": "en", "next": "/in/"})
    assert '<html lang="en">' in client.get(reverse("account_login")).content.decode()


def test_the_browser_may_do_nothing_inline_and_nothing_elsewhere(enter, coach):
    for client, url in ((Client(), reverse("account_login")), (enter(coach), reverse("coach:week"))):
        response: HttpResponse = client.get(url)
        policy = response.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "http" not in policy
        page = response.content.decode()
        assert (
            page.count("<script") == page.count('<script src="/static/portal.js" defer></script>') == 1
            and "style=" not in page
            and "http://" not in page
            and "https://" not in page
        )


def test_nothing_large_and_no_file_gets_in():
    client = Client(raise_request_exception=False)
    login = reverse("account_login")
    assert client.post(login, {"login": "x" * 200_000, "password": "x"}).status_code == 400
    assert client.post(login, {f"field{number}": "x" for number in range(300)}).status_code == 400
    sent = client.post(
        login, {"login": "x", "password": "x", "file": SimpleUploadedFile("x", b"0" * 200_000)}
    )
    assert sent.status_code == 200 and not sent.wsgi_request.FILES and sent.wsgi_request.POST["login"] == "x"


def test_the_deployment_check_is_clean(tmp_path, monkeypatch):
    import os
    import subprocess
    import sys

    given = os.environ | {
        "PORTAL_HTTPS": "1",
        "PORTAL_HOSTS": "portaal.example",
        "WAAKVLAM_HOME": str(tmp_path),
    }
    given["PORTAL_SECRET_KEY"] = ""
    given.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # set by the tests in a browser
    done = subprocess.run(
        [sys.executable, "-m", "portal", "check", "--deploy", "--fail-level", "WARNING"],
        env=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    key = tmp_path / "keys" / "portal.key"
    assert key.stat().st_mode & 0o077 == 0


def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_a_second_factor_and_a_wrong_code_are_in_the_log(corporation, django_capture_on_commit_callbacks):
    user = factories.user(Role.COACH, corporation, second_factor=True)
    client = at_the_code(user)
    form = client.get(reverse("mfa_activate_totp")).context["form"]
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": code(form.secret)})
    again = at_the_code(user)
    again.post(reverse("mfa_authenticate"), {"code": "000000"})
    actions = AuditEntry.objects.filter(username=user.username).values_list("action", flat=True)
    assert {"user.login", "user.factor_add", "user.code_failed"} <= set(actions)

"""Configure allauth: no sign-up, login for known colleagues only, encrypted secrets of the second factor."""

from __future__ import annotations

import base64
import time
from collections.abc import Mapping
from typing import Any, ClassVar

import requests
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts import groups
from portal.accounts.models import User

LONGEST_NAME = 150
"""Maximum length of a user name."""
RECENT = 300
"""Seconds after logging in during which the password is not asked again."""


class NoSignup(DefaultAccountAdapter):
    """Disable sign-up, because an analyst creates the accounts."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": gettext_lazy("Naam of wachtwoord klopt niet."),
        "incorrect_password": gettext_lazy("Het wachtwoord klopt niet."),
    }

    def is_reauthentication_required(self, *, app: str) -> bool:  # noqa: ARG002
        """Ask for the password again only if the user did not just log in."""
        methods = self.request.session.get("account_authentication_methods", [])
        last = max((method["at"] for method in methods), default=0)
        return time.time() - last > RECENT

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Return False."""
        return False

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send nothing, because the portal has no mail addresses."""


class KnownColleagues(DefaultSocialAccountAdapter):
    """Let OpenID Connect log in to an account with the same user name; only groups create one (`portal.accounts.groups`)."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002
        """Return False."""
        return False

    def get_requests_session(self) -> requests.Session:
        """Return a session with a timeout, which shows an explanation if the provider does not answer."""
        return Provider(self.request)

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Link a first login to the account of that name, apply the groups, or show why the login is refused.

        The name is `preferred_username` (in Entra ID the user principal name), which the one configured issuer
        guarantees.
        """
        data = sociallogin.account.extra_data
        claims = {**data.get("id_token", {}), **data.get("userinfo", {}), **data}
        name = str(claims.get("preferred_username") or "")
        known = sociallogin.user if sociallogin.is_existing else _named(name)
        mapping = groups.mapping()
        if mapping is None:
            user = known if known is not None and (sociallogin.is_existing or known.is_active) else None
        else:
            user = _by_groups(request, mapping, known, name, claims)
        if user is None or user.is_program:
            raise ImmediateHttpResponse(render(request, "account/unknown.html", {"name": name}, status=403))
        if not sociallogin.is_existing:
            sociallogin.connect(request, user)


def _named(name: str) -> User | None:
    return User.objects.filter(username__iexact=name).first() if name else None


def _by_groups(
    request: HttpRequest, mapping: groups.Groups, known: User | None, name: str, claims: Mapping[str, Any]
) -> User | None:
    """Return the user with the role and areas of the groups, created if new; None if the groups let nobody in."""
    try:
        mine = groups.theirs(mapping, claims)
    except groups.TooManyGroupsError:
        text = _("Het werkaccount stuurt niet alle groepen mee. De beheerder kan dat daar instellen.")
        context = {"title": _("Geen toegang"), "text": text}
        raise ImmediateHttpResponse(render(request, "sorry.html", context, status=403)) from None
    user = known or (groups.created(name, claims) if 0 < len(name) <= LONGEST_NAME and mine else None)
    if user is None or user.is_program or not groups.apply(user, mine):
        return None
    return user


class Provider(requests.Session):
    """A session for requests to the OpenID Connect provider that shows a page if the provider does not answer."""

    def __init__(self, page: HttpRequest) -> None:
        super().__init__()
        self._page = page

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request with a timeout of ten seconds."""
        try:
            return super().request(*args, **({"timeout": 10} | kwargs))
        except requests.RequestException:
            text = _("Het werkaccount geeft geen antwoord. Probeer het straks nog eens.")
            context = {"title": _("Even wachten"), "text": text}
            raise ImmediateHttpResponse(render(self._page, "sorry.html", context, status=503)) from None


class EncryptedSecrets(DefaultMFAAdapter):
    """Encrypt the secrets of the second factor, so that a copy of the database is not enough to compute codes."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("Deze code klopt niet. Kijk welke de app nu toont."),
    }

    def encrypt(self, text: str) -> str:
        """Encrypt text with a key derived from the installation's secret."""
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt text from `encrypt`."""
        return _fernet().decrypt(encrypted_text.encode()).decode()


def _fernet() -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"waakvlam portal second factor")
    return Fernet(base64.urlsafe_b64encode(derived.derive(settings.SECRET_KEY.encode())))

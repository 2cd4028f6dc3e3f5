"""How allauth is used here: no sign-up, known colleagues only, secrets of the second factor encrypted."""

from __future__ import annotations

import base64
from typing import Any

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

from portal.accounts.models import User


class NoSignup(DefaultAccountAdapter):
    """Accounts are made by an analyst."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Nobody signs up."""
        return False

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send nothing: the portal knows no mail address."""


class KnownColleagues(DefaultSocialAccountAdapter):
    """OpenID Connect opens the account that an analyst made under the same user name; it makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002
        """Nobody signs up."""
        return False

    def get_requests_session(self) -> requests.Session:
        """Ask the provider with patience that ends, and say so kindly where it does not answer."""
        return Provider(self.request)

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Join a first login to the account of that name, or refuse kindly.

        The name is `preferred_username` (Entra ID: the user principal name), as the one configured issuer vouches for it.
        """
        if sociallogin.is_existing:
            return
        data = sociallogin.account.extra_data
        claims = {**data.get("id_token", {}), **data.get("userinfo", {}), **data}
        name = str(claims.get("preferred_username") or "")
        user = User.objects.filter(username__iexact=name, is_active=True).first() if name else None
        if user is None:
            raise ImmediateHttpResponse(render(request, "account/unknown.html", {"name": name}, status=403))
        sociallogin.connect(request, user)


class Provider(requests.Session):
    """The way to the work account. Where it is away, a page says so."""

    def __init__(self, page: HttpRequest) -> None:
        super().__init__()
        self._page = page

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        """Ask; within ten seconds."""
        try:
            return super().request(*args, **({"timeout": 10} | kwargs))
        except requests.RequestException:
            text = _("Het werkaccount geeft geen antwoord. Probeer het straks nog eens.")
            told = {"title": _("Even wachten"), "text": text}
            raise ImmediateHttpResponse(render(self._page, "sorry.html", told, status=503)) from None


class EncryptedSecrets(DefaultMFAAdapter):
    """A copy of the database is not enough to make codes."""

    def encrypt(self, text: str) -> str:
        """Encrypt under a key derived from the installation's secret."""
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt what `encrypt` made."""
        return _fernet().decrypt(encrypted_text.encode()).decode()


def _fernet() -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"waakvlam portal second factor")
    return Fernet(base64.urlsafe_b64encode(derived.derive(settings.SECRET_KEY.encode())))

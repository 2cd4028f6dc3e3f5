"""Forms of the login: one meaning of a name, and a separate count of second-factor codes per person."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm
from allauth.core import context, ratelimit
from allauth.mfa.base import forms as factor

from portal.accounts import names

CODES = "second_factor"
"""The limit on codes (`ACCOUNT_RATE_LIMITS`)."""


class Login(LoginForm):
    """Log in under the name of a user however it is typed: case, blanks and the form of a character do not matter."""

    def clean_login(self) -> str:
        """Return the stored name."""
        return names.stored(self.cleaned_data["login"])


class _CountedCode:
    """Count the codes that were typed for one person, whoever types them and from wherever."""

    user: Any

    def clean_code(self) -> str:
        """Refuse a code after too many wrong ones; a right code ends the count."""
        key = f"user-{self.user.pk}"
        if not ratelimit.consume(context.request, action=CODES, key=key):
            raise get_adapter().validation_error("too_many_login_attempts")
        code: str = super().clean_code()  # type: ignore[misc]
        ratelimit.clear(context.request, action=CODES, key=key)
        return code


class Authenticate(_CountedCode, factor.AuthenticateForm):
    """The code when logging in."""


class Reauthenticate(_CountedCode, factor.ReauthenticateForm):
    """The code when it is asked for again."""

"""Record in the log each login, logout and failed login of a known user, and each change of a password or second factor."""

from __future__ import annotations

from functools import partial
from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

from portal.accounts.audit import record
from portal.accounts.models import User

FACTORS = {
    mfa.authenticator_added: "user.factor_add",
    mfa.authenticator_removed: "user.factor_remove",
    mfa.authenticator_reset: "user.factor_renew",
    mfa.authentication_failed: "user.code_failed",
    account.password_changed: "user.password",
}
"""The signals of allauth, each with the action that the log records for it."""


def connect() -> None:
    """Listen to Django's signals."""
    user_logged_in.connect(_logged_in, dispatch_uid="log.login")
    user_logged_out.connect(_logged_out, dispatch_uid="log.logout")
    user_login_failed.connect(_failed, dispatch_uid="log.failed")
    for signal, action in FACTORS.items():
        signal.connect(partial(_of_user, action), dispatch_uid=f"log.{action}", weak=False)


def _of_user(action: str, user: User, **_rest: Any) -> None:
    record(user, action)


def _logged_in(user: User, **_rest: Any) -> None:
    record(user, "user.login")


def _logged_out(user: User | None, **_rest: Any) -> None:
    if user is not None:
        record(user, "user.logout")


def _failed(credentials: dict[str, Any], **_rest: Any) -> None:
    """Record a failed login under an existing name only: what else is typed there may be a password."""
    name = credentials.get("username") or credentials.get("login") or ""
    user = User.objects.filter(username__iexact=name).first() if name else None
    if user is not None:
        record(user, "user.login_failed")

"""Record each login, logout and failed login of a known user in the log."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

from portal.accounts.audit import record
from portal.accounts.models import User


def connect() -> None:
    """Listen to Django's signals."""
    user_logged_in.connect(_logged_in, dispatch_uid="log.login")
    user_logged_out.connect(_logged_out, dispatch_uid="log.logout")
    user_login_failed.connect(_failed, dispatch_uid="log.failed")


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

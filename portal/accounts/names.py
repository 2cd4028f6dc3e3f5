"""Decide which user a typed name means, so that the login and the count of failed logins agree on it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from portal.accounts.models import User, plain_name


def typed(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """Return the name under which a failed login counts (`AXES_USERNAME_CALLABLE`)."""
    name = (credentials or {}).get("username") or request.POST.get("login") or ""
    return plain_name(str(name))


def stored(name: str) -> str:
    """Return the user name that a typed name means, or the name itself if nobody has it."""
    wanted = plain_name(name)
    names = User.objects.values_list("username", flat=True)
    return next(
        (candidate for candidate in names if plain_name(candidate) == wanted),
        unicodedata.normalize("NFKC", name),
    )

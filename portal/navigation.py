"""Define the start page of each role, and the links at the top of its pages."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Role

HOME = {
    Role.COACH: "coach:week",
    Role.MANAGER: "manager:trends",
    Role.ANALYST: "analyst:runs",
    Role.MELDER: "melder:worry",
    Role.AUDITOR: "audit",
}
LINKS = {
    Role.COACH: [("coach:week", _("Deze week")), ("coach:care", _("In zorg")), ("coach:search", _("Zoeken"))],
    Role.MANAGER: [("manager:trends", _("Overzicht"))],
    Role.ANALYST: [
        ("analyst:runs", _("Runs")),
        ("analyst:signals", _("Signalen")),
        ("analyst:unmatched", _("Zonder huurder")),
        ("analyst:users", _("Gebruikers")),
    ],
    Role.MELDER: [("melder:worry", _("Zorg melden"))],
    Role.AUDITOR: [("audit", _("Logboek"))],
}


@dataclass(frozen=True)
class Link:
    """A link at the top of a page; `here` marks the open page."""

    url: str
    text: str
    here: bool


def _draft_key(user: Any) -> str:
    """Return the key under which the browser keeps a user's drafts, in base64.

    It is the same at the next login, so that a draft survives a session that ended, and another user cannot read it.
    """
    secret = salted_hmac("portal.navigation.draft", f"{user.pk} {user.password}", algorithm="sha256").digest()
    return b64encode(secret).decode()


_url = cache(reverse)
"""The address of a page without arguments, which is the same in every request."""


def context(request: HttpRequest) -> dict[str, Any]:
    """Add the links to every page, with the open page marked."""
    user = getattr(request, "user", None)
    links = LINKS.get(user.role, []) if user is not None and user.is_authenticated else []
    match = getattr(request, "resolver_match", None)  # error pages have none
    here = match.view_name if match else ""
    return {
        "links": tuple(Link(_url(name), str(text), name == here) for name, text in links),
        "show_score": settings.SHOW_SCORE,
        "draft_key": SimpleLazyObject(lambda: _draft_key(user)),
        "outside": settings.OFFLINE and getattr(user, "role", "") == Role.COACH,
    }

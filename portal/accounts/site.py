"""Restrict Django's admin to analysts, and to users, roles and corporations."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from portal.accounts.access import for_everyone
from portal.accounts.models import Role

SHOWN = ("portal.", "axes.models.AccessAttempt")
"""Apps whose models the admin shows; other apps register models of their own, some of which hold secrets."""


class Site(admin.AdminSite):
    """The admin of the portal. Login uses the portal's own page, with its lockout and second factor."""

    site_header = site_title = "Waakvlam"
    index_title = _("Gebruikers en rollen")
    site_url = "/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether the user is an analyst; Django's own staff flags have no effect."""
        return bool(request.user.is_active and getattr(request.user, "role", None) == Role.ANALYST)

    @for_everyone
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # noqa: ARG002
        """Redirect to the portal's own login page."""
        return redirect_to_login(request.GET.get("next") or "/")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register a model only if its app is allowed here."""
        models = model_or_iterable if isinstance(model_or_iterable, list | tuple) else [model_or_iterable]
        shown = [m for m in models if f"{m.__module__}.{m.__name__}".startswith(SHOWN)]
        if shown:
            super().register(shown, admin_class, **options)

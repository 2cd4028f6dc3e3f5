"""Configure the app for Django."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Accounts(AppConfig):
    """Users, roles, scopes and the audit log."""

    name = "portal.accounts"
    verbose_name = _("Gebruikers en rollen")

    def ready(self) -> None:
        """Connect logging in and out to the log."""
        from portal.accounts import logins

        logins.connect()

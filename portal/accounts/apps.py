"""Configure the app for Django."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Accounts(AppConfig):
    """Users, roles, scopes and the audit log."""

    name = "portal.accounts"
    verbose_name = _("Gebruikers en rollen")

    def ready(self) -> None:
        """Connect logging in and out to the log, and read the groups, so that a mistake stops the start."""
        from portal.accounts import groups, logins

        logins.connect()
        groups.mapping()

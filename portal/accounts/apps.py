"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Accounts(AppConfig):
    """Who may enter, and what each may see."""

    name = "portal.accounts"
    verbose_name = _("Gebruikers en rollen")

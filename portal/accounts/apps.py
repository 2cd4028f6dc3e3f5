"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class Accounts(AppConfig):
    """Who may enter, and what each may see."""

    name = "portal.accounts"

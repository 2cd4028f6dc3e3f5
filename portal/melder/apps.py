"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class Melder(AppConfig):
    """The page of whoever passes on a worry."""

    name = "portal.melder"

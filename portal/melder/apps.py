"""Configure the app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class Melder(AppConfig):
    """Page for melders, who report a worry."""

    name = "portal.melder"

"""Configure the app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class Analyst(AppConfig):
    """Pages for the analyst."""

    name = "portal.analyst"

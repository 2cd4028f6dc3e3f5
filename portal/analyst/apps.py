"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class Analyst(AppConfig):
    """The pages of the analyst."""

    name = "portal.analyst"

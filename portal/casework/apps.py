"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class Casework(AppConfig):
    """Cases on a list, and what was done."""

    name = "portal.casework"

"""Configure the app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class Casework(AppConfig):
    """Cases on a list, and the work of coaches on them."""

    name = "portal.casework"

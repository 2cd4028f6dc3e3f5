"""Configure the app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class Manager(AppConfig):
    """Pages for the manager."""

    name = "portal.manager"

"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class Manager(AppConfig):
    """The pages of the manager."""

    name = "portal.manager"

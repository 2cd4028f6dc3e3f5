"""Configure the app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class Runs(AppConfig):
    """The weekly runs behind the published lists."""

    name = "portal.runs"

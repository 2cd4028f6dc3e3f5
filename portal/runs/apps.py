"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class Runs(AppConfig):
    """What each weekly run was made of."""

    name = "portal.runs"

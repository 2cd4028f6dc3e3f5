"""Configure the app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class CoachConfig(AppConfig):
    """Pages for the wooncoach."""

    name = "portal.coach"

"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class Coach(AppConfig):
    """The pages of the wooncoach."""

    name = "portal.coach"

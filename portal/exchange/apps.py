"""Configure the app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class Exchange(AppConfig):
    """The exchange of weekly publications and logged work with the pipelines."""

    name = "portal.exchange"

"""Configure the app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class Webhooks(AppConfig):
    """Messages to other programs."""

    name = "portal.webhooks"

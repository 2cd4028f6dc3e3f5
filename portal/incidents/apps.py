"""Configure the app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class Incidents(AppConfig):
    """Reports of harm and of complaints."""

    name = "portal.incidents"

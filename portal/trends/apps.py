"""Configure the app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class Trends(AppConfig):
    """Figures per week, wijk and family."""

    name = "portal.trends"

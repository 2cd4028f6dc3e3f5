"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class Trends(AppConfig):
    """Figures per week, wijk and family."""

    name = "portal.trends"

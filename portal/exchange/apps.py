"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class Exchange(AppConfig):
    """In: the weekly publication. Out: what people logged."""

    name = "portal.exchange"

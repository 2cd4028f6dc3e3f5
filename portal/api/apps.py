"""Configure the app for Django."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Api(AppConfig):
    """Interface for other programs."""

    name = "portal.api"
    verbose_name = _("Koppelingen")

"""Configure the app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class Casework(AppConfig):
    """Cases on a list, and the work of coaches on them."""

    name = "portal.casework"

    def ready(self) -> None:
        """Keep holidays up to date at each login."""
        from django.contrib.auth.signals import user_logged_in

        from portal.casework.lending import keep_up

        user_logged_in.connect(lambda **_rest: keep_up(), dispatch_uid="casework.keep_up", weak=False)

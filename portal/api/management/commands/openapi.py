"""`python -m portal openapi`: publish the description of the interface in `portal/api/openapi.json`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from portal.api import interface


class Command(BaseCommand):
    """Write the description of the interface from its code."""

    help = "Write portal/api/openapi.json from the code of the interface."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Write the file."""
        interface.PUBLISHED.write_text(interface.text(), encoding="utf-8")

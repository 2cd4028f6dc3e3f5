"""`python -m portal messages`: collect the texts to translate and compile the translations.

The source texts are Dutch; each app has one catalogue, in English (`locale/en`). Source and compiled catalogues are
kept in the repository, so that an installation needs no gettext. After changing texts: run this, fill in the empty
translations, and run it again.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Update and compile the English catalogues."""

    help = "Collect the texts of pages and code into locale/en and compile them (needs gettext)."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Run from the portal's folder, so that each file's texts go to the nearest `locale`."""
        with contextlib.chdir(settings.HERE):
            for app in Path().glob("*/locale"):
                (app / "en" / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
            call_command("makemessages", locale=["en"], no_location=True, no_obsolete=True, no_wrap=True)
            call_command("compilemessages", locale=["en"], verbosity=0)

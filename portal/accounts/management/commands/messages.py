"""`python -m portal messages`: gather what is to be translated, and compile what was.

The sources are Dutch; the one catalogue per app is English (`locale/en`). Both files are kept in the repository, so that
an installation needs no gettext. Run it after a change of words, fill in what is empty, run it again.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Make and compile the English catalogues."""

    help = "Gather the words of pages and code into locale/en and compile them (needs gettext)."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Do it from the portal's folder: each file's words go to the nearest `locale`."""
        with contextlib.chdir(settings.HERE):
            for app in Path().glob("*/locale"):
                (app / "en" / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
            call_command("makemessages", locale=["en"], no_location=True, no_obsolete=True, no_wrap=True)
            call_command("compilemessages", locale=["en"], verbosity=0)

"""`python -m portal <command>`: Django's management commands on this project."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    execute_from_command_line(["portal", *sys.argv[1:]])


if __name__ == "__main__":
    main()

"""Define work on the server, as the analyst's page shows it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from django.conf import settings

from portal.runs.made_with import Setting


@dataclass(frozen=True)
class Job:
    """Work on the server: its title, how it stands, and the commands; ``waits`` if it asks for attention."""

    title: str
    state: tuple[str, ...]
    commands: tuple[str, ...]
    waits: bool = False
    anchor: str = ""
    settings: tuple[tuple[Setting, str], ...] = ()
    """The settings to change, each with the command that makes a change work."""


def line(*words: str) -> str:
    """Write a command with the folder of this installation."""
    return shlex.join(["waakvlam", "--home", str(settings.HOME), *words])

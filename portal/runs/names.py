"""Say the names that a run came with, which are Dutch, in the language of the page: questions of signals, and deliveries."""

from __future__ import annotations

from django.utils.translation import gettext


def in_language(name: str) -> str:
    """Return a name in the language of the page; as it came if no translation is known, as from an older version."""
    return gettext(name) if name else ""

"""Draw the icons that the portal shares with the list."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString, mark_safe

from models.words import icons

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon of `models.words.icons`."""
    return mark_safe(icons.svg(name))  # noqa: S308  the icons are constants

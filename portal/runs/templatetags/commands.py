"""Show the commands that a text names as what they are: something to type on the server."""

from __future__ import annotations

import re

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
VERBS = (
    "accept", "effect", "explain", "fairness", "model-card", "monitor", "pause", "portal", "resume", "retention", "status", "subject",
    "weekly",
)  # fmt: skip
"""The commands that texts of the portal name; *waakvlam* before another word is the state of a case."""
COMMAND = re.compile(rf"\bwaakvlam (?:{'|'.join(VERBS)})\b(?!-)")


@register.filter
def commands(text: str) -> SafeString:
    """Mark each command in a text as code."""
    return mark_safe(COMMAND.sub(r"<code>\g<0></code>", conditional_escape(text)))  # noqa: S308 - escaped here

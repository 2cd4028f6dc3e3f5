"""Render parts of pages once: HTML that depends only on plain values is cached under those values.

Rendering a template costs far more than looking up an earlier result. A part whose values change is rendered again, so a
page never shows an old one. The cache is in the memory of the process; the oldest part is dropped first.
"""

from __future__ import annotations

import secrets
from collections.abc import Hashable
from functools import lru_cache
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

KEPT = 2_000
"""Maximum number of cached parts: the addresses of fifty lists of forty, some two megabytes."""
LISTS = ("coach/_visits.html",)
LISTS_KEPT = 100
"""Parts that hold many addresses, and how many of them are cached: some four megabytes."""
CHOICES = ("django/forms/widgets/radio_option.html", "django/forms/widgets/select.html")
"""Widgets that hold codes and no text that somebody typed."""


def render(template: str, **values: Hashable) -> SafeString:
    """Render a template that uses only `values`: no request, no form token, no clock."""
    remember = _rendered_lists if template in LISTS else _rendered
    return remember(template, get_language(), tuple(values.items()))


def render_with(template: str, holes: dict[str, Any], **values: Hashable) -> SafeString:
    """Render as `render`; ``holes`` are values that differ per request and are inserted afterwards, escaped."""
    marks = {name: f"{_MARK}-{name}-" for name in holes}
    html = str(render(template, **values, **marks))
    for name, mark in marks.items():
        html = html.replace(mark, conditional_escape(holes[name]))
    return mark_safe(html)  # noqa: S308 - the template and the line above escape every value


_MARK = secrets.token_hex(16)
"""Placeholder of a hole; nobody outside this process knows it, so no typed text contains it."""


class Renderer(DjangoTemplates):
    """Render the widgets of forms, and remember the choices: they are the same for nearly every visitor."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """Render a widget."""
        if template_name not in CHOICES:
            return super().render(template_name, context, request)
        key = (template_name, get_language(), _frozen(context))
        if key not in _WIDGETS:
            if len(_WIDGETS) >= KEPT:
                _WIDGETS.clear()
            _WIDGETS[key] = super().render(template_name, context, request)
        return _WIDGETS[key]


_WIDGETS: dict[Hashable, str] = {}


@lru_cache(maxsize=KEPT)
def _rendered(
    template: str,
    language: str | None,  # noqa: ARG001 - part of the key
    values: tuple[tuple[str, Hashable], ...],
) -> SafeString:
    return mark_safe(render_to_string(template, dict(values)))  # noqa: S308 - a template escapes its values


_rendered_lists = lru_cache(maxsize=LISTS_KEPT)(_rendered.__wrapped__)


def _frozen(value: Any) -> Hashable:
    """Return a nested dict or list as tuples, and each value as its type and its text in the language of the page."""
    if isinstance(value, dict):
        return tuple((key, _frozen(inside)) for key, inside in value.items())
    if isinstance(value, list | tuple):
        return tuple(map(_frozen, value))
    return type(value).__name__, str(value)

"""Put a remembered part into a page."""

from __future__ import annotations

from collections.abc import Hashable

from django import template
from django.utils.safestring import SafeString

from portal import fragments

register = template.Library()


@register.simple_tag
def remembered(template_name: str, **values: Hashable) -> SafeString:
    """Render a template that uses only `values`, or return what it rendered before; see `portal.fragments`."""
    return fragments.render(template_name, **values)

"""Put a cached part into a page."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from django import template
from django.contrib.auth.models import AnonymousUser
from django.template import RequestContext
from django.utils.safestring import SafeString

from portal import fragments

register = template.Library()


@register.simple_tag
def remembered(template_name: str, **values: Hashable) -> SafeString:
    """Render a template that uses only `values`, or return what it rendered before; see `portal.fragments`."""
    return fragments.render(template_name, **values)


@register.simple_tag(takes_context=True)
def top(context: RequestContext) -> SafeString:
    """Draw the top of a page: the links of the user's role and the menu, remembered for each user and page."""
    user: Any = context.get("user") or AnonymousUser()
    known, typing = user.is_authenticated, bool(context.get("typing"))
    has_form = known or not typing
    request, token = context["request"], context.get("csrf_token", "")
    return fragments.render_with(
        "_top.html",
        {"csrf_token": token, "path": request.get_full_path()} if has_form else {},
        known=known,
        name=str(user),
        role=user.get_role_display() if known else "",
        links=context.get("links", ()),
        typing=typing,
    )

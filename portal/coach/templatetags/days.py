"""Write days and amounts as people do."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.translation import get_language

from models.words import dutch
from portal import clock

register = template.Library()


@register.filter(expects_localtime=True)
def on(day: date, pattern: str) -> str:
    """Format a day with Django's date pattern; ``b``, a short month, gets a capital only in languages that use one.

    Dutch writes ``22 nov``, English ``22 Nov``. A day of another year gets its year: ``vr 13 jun 2025``.
    """
    if "j" in pattern and "Y" not in pattern and day.year != clock.today().year:
        pattern = pattern.replace("b", "b Y")
    return date_format(day, pattern if get_language() == "nl" else pattern.replace("b", "M"))


@register.filter
def step(planned: Any, pattern: str) -> str:
    """Format the day of a next step as `on` does, with its hour if one was agreed: ``di 1 dec 14:30``."""
    return f"{on(planned.follow_up_on, pattern)}{hour(planned)}"


@register.filter
def hour(planned: Any) -> str:
    """Return the hour of a next step after a blank, or ""."""
    return f" {planned.follow_up_at:%H:%M}" if planned.follow_up_at else ""


@register.filter
def unbroken(text: str) -> str:
    """Keep each amount of a text on one line; the publication itself keeps its ordinary spaces."""
    return dutch.unbroken(text)

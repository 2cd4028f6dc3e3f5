"""Write days, amounts and addresses as people do."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
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
def door(street: str) -> str:
    """Keep the house number of an address on one line, so that no line ends in the middle of ``4-4H``."""
    name, _blank, number = str(street).rpartition(" ")
    if not (name and number[:1].isdigit() and "-" in number):
        return street
    return format_html('{} <span class="nowrap">{}</span>', name, number)


COMPOUNDS = {
    f"{first}{second}": f"{first}\N{SOFT HYPHEN}{second}"
    for first, second in (("Huurders", "consulent"), ("Schuldhulp", "verlening"), ("Welzijns", "organisatie"))
}


@register.filter
def hyphened(text: str) -> str:
    """Let a long name of a partner break between its words; not every browser knows where Dutch words break."""
    for word, parts in COMPOUNDS.items():
        text = text.replace(word, parts)
    return text


def euro(amount: float) -> str:
    """Write an amount in whole euros: ``€ 1.284``, in English ``€ 1,284``."""
    text = dutch.euro(amount)
    return text if get_language() == "nl" else text.replace(".", ",").replace("minder dan", "less than")


@register.filter
def unbroken(text: str) -> str:
    """Keep each amount of a text on one line; the publication itself keeps its ordinary spaces."""
    return dutch.unbroken(text)

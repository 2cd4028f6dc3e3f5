"""Put into words how fresh the sources of a list were, and which of them did not come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.runs.models import ABSENT

WORDS = {
    "missing": _("Nooit gekomen"),
    "stale": _("Niet gekomen; de lijst gebruikt oude gegevens"),
    "late": _("Later dan gewoonlijk; de lijst gebruikt de vorige gegevens"),
    "fresh": _("Op tijd"),
    "old": _("Geleverd; niet elke week verwacht"),
    "unused": _("Niet geleverd en niet verwacht"),
}

PORTAL = "portal"
"""The folder of the inbox with what people wrote in the portal."""


def in_order(sources: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the sources of a run with their state in words, those that did not come first."""
    order = list(WORDS)
    shown = [
        {
            **source,
            "source": _("het portaal") if source["source"] == PORTAL else source["source"],
            "absent": source["state"] in ABSENT,
            "words": WORDS[source["state"]],
            "day": date.fromisoformat(source["newest"]) if source["newest"] else None,
        }
        for source in sources
    ]
    return sorted(shown, key=lambda source: (order.index(source["state"]), source["name"]))

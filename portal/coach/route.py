"""The link *Route*: off unless the installation chose a map service, because the address leaves the building with it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from django.conf import settings

from portal.casework.models import Case


@dataclass(frozen=True)
class Route:
    """A link to a map; ``host`` receives the address (empty: only the phone's own maps do)."""

    url: str
    host: str


def route_to(case: Case) -> Route | None:
    """Return the link to the address of a case, or None if the installation chose no map or the address is unknown."""
    if not (settings.ROUTE and case.located):
        return None
    place = quote(f"{case.address}, {case.town}".strip(", "), safe="")
    url = settings.ROUTE.replace("{address}", place)
    return Route(url, urlsplit(url).hostname or "")

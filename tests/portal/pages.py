"""Helpers that the tests of the pages share."""

from __future__ import annotations

import re
from html import unescape

from django.urls import reverse

from portal.casework.codes import Kind
from tests.portal.factories import TODAY


def shown(response, status=200) -> str:
    """The page as one line."""
    assert response.status_code == status, response.status_code
    return re.sub(r"\s+", " ", response.content.decode())


def form(case, **values):
    """What the contact form sends when nothing but *Niet bereikt* is tapped."""
    given = {
        "version": case.version,
        "token": "t1",
        "reached": "nee",
        "kind": Kind.VISIT,
        "on": TODAY.isoformat(),
    }
    return given | {"next": "7", "part_of_day": "Avond"} | values


def url(name, case):
    return reverse(f"coach:{name}", args=(case.pk,))


def commands(page: str) -> list[str]:
    """Return the commands that a page shows to copy."""
    return [unescape(part.split("</code>")[0]) for part in page.split('<code class="secret">')[1:]]

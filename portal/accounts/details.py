"""Say the details of an entry of the log in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.casework.codes import Answer, Domain, Kind, Partner, Phase, PickedUp, State, Worries

NAMES = {
    "state": (_("stand"), State),
    "kind": (_("soort"), Kind),
    "partner": (_("partner"), Partner),
    "picked_up": (_("opgepakt"), PickedUp),
    "domain": (_("leefgebied"), Domain),
    "phase": (_("moment"), Phase),
    "worry": (_("zorg"), Worries),
    "answer": (_("antwoord"), Answer),
}
"""Details that hold a code, with their name and the codes."""
UNSAID = ("reference",)
"""Details that only serve to find a row in the database; the CSV has them."""


def detail_words(detail: Mapping[str, Any]) -> str:
    """Return the details as one text: known codes in words, everything else as it is."""
    said = []
    for name, value in detail.items():
        title, codes = NAMES.get(name, (name, None))
        if name not in UNSAID:
            known = codes is not None and value in codes.values
            said.append(f"{title}: {codes(value).label if known and codes else value}")
    return ", ".join(said)

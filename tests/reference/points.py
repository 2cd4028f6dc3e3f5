"""The card in plain words: the points of the first band whose bound lies above the value."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def points(card: Path, features: dict[str, Any]) -> dict[str, int]:
    """Points per term of a card file for one row of features, and their sum."""
    terms = json.loads(card.read_text(encoding="utf-8"))["terms"]
    found = {f"points_{term['signal']}": points_of(term, features[term["signal"]]) for term in terms}
    return found | {"score": sum(found.values())}


def points_of(term: dict[str, Any], value: float | None) -> int:
    if value is None:
        return term["missing"]
    for band in term["bands"]:
        if band["below"] is None or value < band["below"]:
            return band["points"]
    raise AssertionError("the last band has no bound")

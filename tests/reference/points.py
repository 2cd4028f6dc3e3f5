"""Reference of the card: the points of the band of the value, or of the line at the value, rounded."""

from __future__ import annotations

import json
from itertools import pairwise
from math import floor, log2
from pathlib import Path
from typing import Any


def points(card: Path, features: dict[str, Any]) -> dict[str, float]:
    """Points per term of a card file for one row of features, their sum, and the sum before rounding."""
    terms = json.loads(card.read_text(encoding="utf-8"))["terms"]
    exact = [points_of(term, features[term["signal"]]) for term in terms]
    whole = {f"points_{term['signal']}": floor(value + 0.5) for term, value in zip(terms, exact, strict=True)}
    return whole | {"score": sum(whole.values()), "score_exact": round(float(sum(exact)), 4)}


def points_of(term: dict[str, Any], value: float | None) -> float:
    if value is None:
        return term["missing"]
    if "line" in term:
        return line_points(term, float(value))
    for band in term["bands"]:
        if band["below"] is None or value < band["below"]:
            return band["points"]
    raise AssertionError("the last band has no bound")


def line_points(term: dict[str, Any], value: float) -> float:
    knots = [(knot["at"], knot["points"]) for knot in term["line"]]
    (first, start), (last, end) = knots[0], knots[-1]
    if value <= first:
        return start
    if value >= last:
        return end + term["doubling"] * log2(value / last)
    for (low, before), (high, after) in pairwise(knots):
        if low <= value < high:
            share = log2((1 + value) / (1 + low)) / log2((1 + high) / (1 + low))
            return before + share * (after - before)
    raise AssertionError("a value lies between two knots or beyond one")

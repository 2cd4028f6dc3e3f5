"""Answer the manager's question whether the list treats groups alike, in Dutch sentences without names of groups."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from models.evaluate.fairness import LEAST_POSITIVES, TOLERATED
from pipelines.exchange.answers import SentAnswer
from pipelines.learning.fairness import Dimension

NAMES = {
    "Wijk": "wijk",
    "Length of the tenancy": "woonduur",
    "Rent": "huur",
    "Groups of the file": "groep uit het bestand van de analist",
}
"""The dimensions of the report in Dutch."""
COMPARABLE = 2
"""Fewest groups with figures that can be compared."""


def answers(dimensions: Sequence[Dimension]) -> list[SentAnswer]:
    """Return the verdict on the dimensions of the report: which dimensions differ beyond chance, which do not, and which are unknown.

    The names of groups stay in the report, because an analyst may keep groups that nobody else should read.
    """
    known = [each for each in dimensions if _judged(each) >= COMPARABLE]
    differ = [each for each in known if each.flags]
    alike = [each for each in known if not each.flags]
    unknown = [each for each in dimensions if each not in known]
    low, high = (f"{limit:g}".replace(".", ",") for limit in TOLERATED)
    lines = []
    if differ:
        number = sum(len(each.flags) for each in differ)
        lines.append(
            f"Niet overal: per {_listed(differ)} {'zijn er' if number > 1 else 'is er'} {number} "
            f"{'verschillen' if number > 1 else 'verschil'} buiten {low} tot {high} keer, groter dan toeval. "
            "Vraag de analist om het rapport."
        )
    if alike:
        lines.append(
            f"Per {_listed(alike)} is geen verschil te zien dat groter is dan {low} tot {high} keer. "
            "Dat bewijst niet dat het er niet is."
        )
    if unknown:
        lines.append(
            f"Per {_listed(unknown)} is het niet te zeggen: te weinig groepen hebben {LEAST_POSITIVES} escalaties of meer."
        )
    widest = [text for each in known if (text := _widest(each))]
    if widest:
        lines.append(
            "Bij de groep die het meest afwijkt, vindt de lijst een deel van de escalaties dat zoveel keer zo groot is als bij alle "
            f"anderen: {'; '.join(widest)}. 1 keer is even groot."
        )
    return [SentAnswer("fairness", lines, bool(known))]


def _widest(dimension: Dimension) -> str:
    """Give the ratio of the group of a dimension that is found most or least often, without its name; "" if no ratio is known."""
    ratios = [
        (estimate, low, high)
        for estimate, low, high in (group.recall_ratio for group in dimension.groups if group.recall_ratio)
        if estimate is not None and low is not None and high is not None
    ]
    if not ratios:
        return ""
    estimate, low, high = max(ratios, key=lambda ratio: max(ratio[0], 1 / ratio[0]) if ratio[0] else inf)
    name = NAMES.get(dimension.name, dimension.name)
    return (
        f"per {name} {_times(estimate)} keer (marge {_times(low)} tot {_times(high)}; {len(ratios)} groepen)"
    )


def _times(ratio: float) -> str:
    return f"{ratio:.1f}".replace(".", ",")


def _judged(dimension: Dimension) -> int:
    return sum(not group.too_few for group in dimension.groups)


def _listed(dimensions: Sequence[Dimension]) -> str:
    *first, last = (NAMES.get(each.name, each.name) for each in dimensions)
    return f"{', '.join(first)} en {last}" if first else last

"""Answer in Dutch, for the manager's page, whether the list beats sorting by the largest debt, and how early it is."""

from __future__ import annotations

from collections.abc import Mapping
from math import floor

from models.evaluate.ahead import EARLY_WEEKS
from models.evaluate.bootstrap import Rounded
from models.evaluate.comparison import Comparison, Ranked
from models.evaluate.found import LeadTime
from pipelines.exchange.answers import SentAnswer

RULES = {
    "largest_amount": "sorteren op de hoogste schuld",
    "most_months": "sorteren op de meeste maanden achterstand",
    "most_complaints_90d": "sorteren op de meeste overlastmeldingen in 90 dagen",
    "most_events_365d": "sorteren op de meeste gebeurtenissen in 12 maanden",
    "hackney": "punten tellen zoals in Hackney",
    "area_mean": "sorteren op het gemiddelde van de wijk",
}
"""The simple rankings in the manager's words, by name."""
LEAST_ESCALATIONS = 10
"""Minimum number of escalations of which the manager reads a share."""


def answers(result: Comparison, judged: str, lead: LeadTime) -> list[SentAnswer]:
    """Return the answer to the manager's question whether the list of a ranking beats sorting by the largest debt, and how early it is."""
    k = str(result.capacities[0])
    named = {row.name: row for row in result.rankings}
    ours, debt = named[judged], named.get("largest_amount")
    if debt is None or ours.at[k].precision[0] is None:
        too_few = "Dat is niet te zeggen: er zijn te weinig huurachterstanden of escalaties."
        return [SentAnswer("backtest", [too_few], False)]
    lines = [
        "Ja: de lijst vindt er meer dan de beste simpele regel, en het verschil is groter dan toeval."
        if ours.beats_best_simple
        else "Dat de lijst meer vindt dan de beste simpele regel, is niet aangetoond.",
        f"Van de eerste {k} adressen escaleerden er later {_of_100(ours.at[k].precision)}; bij sorteren op de hoogste schuld "
        f"{_of_100(debt.at[k].precision)}.{_best(ours, named, k)}",
    ]
    return [SentAnswer("backtest", [*lines, *_apart(ours), *_early(lead)], ours.beats_best_simple)]


def _best(ours: Ranked, named: Mapping[str, Ranked], k: str) -> str:
    """Name the best simple rule and what it found, so that the manager can see with what the list is compared."""
    if ours.against_best_simple is None:
        return ""
    best = ours.against_best_simple.ranking
    if best == "largest_amount":
        return " Dat is ook de beste simpele regel."
    return f" De beste simpele regel was {RULES[best]}: {_of_100(named[best].at[k].precision)}."


def _early(lead: LeadTime) -> list[str]:
    """Say how early the list was; nothing with so few escalations that a share would point at somebody."""
    if lead.escalations < LEAST_ESCALATIONS:
        return []
    before, early = (f"{100 * n / lead.escalations:.0f}" for n in (lead.listed_before, lead.listed_early))
    shares = (
        f"Van elke 100 adressen die escaleerden, stonden er {before} eerder op de lijst, en {early} al {EARLY_WEEKS} weken eerder "
        "of langer."
    )
    if not lead.weeks:
        return [shares]
    return [
        shares,
        f"Bij de helft van de adressen die de lijst vond, was er na de eerste keer nog minstens {floor(lead.weeks[1])} weken tijd.",
    ]


def _apart(ours: Ranked) -> list[str]:
    """Say by how much the list finds more than the best simple rule on the same dates: this decides, not whether two margins overlap."""
    against = ours.against_best_simple
    if against is None or against.difference[0] is None:
        return []
    value, low, high = (f"{100 * (points or 0):z.0f}" for points in against.difference)
    decides = "boven nul" if ours.beats_best_simple else "niet zeker boven nul"
    return [
        f"Wat beslist, is het verschil met de beste simpele regel op dezelfde lijsten: ongeveer {value} op de 100 ({low} tot {high}). "
        f"Dat ligt {decides}; of twee losse marges elkaar raken, zegt dat niet."
    ]


def _of_100(values: Rounded) -> str:
    """Write a share with its interval in Dutch."""
    value, low, high = (f"{100 * (share or 0):.0f}" for share in values)
    return f"{value} op de 100 ({low} tot {high})"

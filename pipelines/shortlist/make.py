"""Make one weekly list: score, choose, put into words, and remember what was decided."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from models.selection.scope import EXCLUSIONS, HOLDS
from pipelines.delivery import accounting, freshness, ingest
from pipelines.installation.calendar import WEEK
from pipelines.installation.errors import DeliveryError
from pipelines.installation.workspace import Workspace
from pipelines.scoring import cards, score
from pipelines.shortlist import decisions
from pipelines.shortlist import entries as listing
from pipelines.shortlist.weekly_list import WeeklyList
from pipelines.warehouse.stores import open_warehouse

NOT_LISTED = {
    "below_minimum": "geen of weinig signalen",
    "no_coach": "wijk zonder wooncoach",
    "same_household": "zelfde huishouden of adres als een ander",
    "waiting": "wacht door loting (onderzoek naar het effect)",
    "beyond_capacity": "past deze week niet binnen de capaciteit",
}


def make_list(
    workspace: Workspace,
    as_of: date,
    outcomes: list[ingest.Outcome],
    wrong: list[DeliveryError],
    decided: bool = True,
) -> tuple[WeeklyList, dict[str, Any]]:
    """Score this week and last week from the same history, choose both lists, and write this week's in words.

    With `decided` it is a list that is used, and what it decides is kept (`run.decisions`).
    """
    settings = workspace.settings
    card = cards.scorecard(workspace)
    model = f"{card.name} {card.version}"
    with open_warehouse(workspace) as con:
        score.score(con, workspace, [as_of, as_of - WEEK], card)
        chosen, before = (listing.choose(con, settings, day) for day in (as_of, as_of - WEEK))
        fresh = freshness.freshness(con, settings, as_of)
        if decided:
            decisions.remember(con, settings, as_of, chosen, card)
        entries = listing.entries(con, workspace, as_of, chosen, before)
        counts = listing.scope_counts(con, as_of, settings, chosen)
        made = {
            "as_of": as_of.isoformat(),
            "corporation": settings.corporatie_id,
            "model": model,
            "deliveries": accounting.accounting(con, outcomes),
            "not_deliveries": [str(error) for error in wrong],
            "freshness": [vars(item) | {"newest": item.newest and item.newest.isoformat()} for item in fresh],
            "counts": counts,
            "listed": dict(Counter(e.coach for e in entries)),
            # Which agreement was drawn stays in the warehouse: this report goes to more people than the list.
            "draws": [{n: v for n, v in vars(draw).items() if n != "drawn"} for draw in chosen.draws],
        }
    made["fell_short"] = _fell_short(made, wrong)
    said = (*freshness.notices(fresh, outcomes, len(wrong)),)
    labels = {**EXCLUSIONS, **HOLDS, **NOT_LISTED}
    shown = {
        labels.get(code, code): n
        for code, n in counts["excluded"].items() | counts["not_listed"].items()
        if n
    }
    ordered = {label: shown[label] for label in labels.values() if label in shown}
    weekly = WeeklyList(
        as_of=as_of,
        corporation=settings.naam,
        entries=tuple(entries),
        notices=said,
        counts=ordered,
        model=model,
        scored=counts["scored"],
    )
    return weekly, made


def _fell_short(made: dict[str, Any], wrong: list[DeliveryError]) -> list[str]:
    said = [str(error) for error in wrong]
    said += [d["refusal"] for d in made["deliveries"] if d["state"] == "refused"]
    for item in made["freshness"]:
        if item["stale"]:
            age = (
                "nothing was delivered"
                if item["newest"] is None
                else f"the newest is of {item['newest']}, {item['age_days']} days old"
            )
            said.append(f"{item['extract']} is expected and stale: {age}.")
    return said

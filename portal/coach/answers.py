"""Sum up what partners answered to hand-overs: per partner how many were picked up, and how long the answer took."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from portal.casework.codes import Partner, PickedUp
from portal.casework.models import Handover


@dataclass(frozen=True)
class PartnerAnswers:
    """The hand-overs to one partner by their answer; ``days`` is the median time until the answer."""

    partner: str
    total: int
    yes: int
    no: int
    open: int
    days: int | None


def per_partner(handovers: Iterable[Handover]) -> list[PartnerAnswers]:
    """Count hand-overs per partner, in the order of `Partner`; partners without a hand-over are left out."""
    inside: dict[str, list[Handover]] = {}
    for row in handovers:
        inside.setdefault(row.partner, []).append(row)
    return [_counted(str(label), inside[key]) for key, label in Partner.choices if key in inside]


def _counted(partner: str, rows: list[Handover]) -> PartnerAnswers:
    number = {
        answer: sum(row.picked_up == answer for row in rows)
        for answer in (PickedUp.YES, PickedUp.NO, PickedUp.UNANSWERED)
    }
    waited = [
        (row.answered_on - row.on).days
        for row in rows
        if row.answered_on and row.picked_up != PickedUp.UNANSWERED
    ]
    return PartnerAnswers(
        partner,
        len(rows),
        number[PickedUp.YES],
        number[PickedUp.NO],
        number[PickedUp.UNANSWERED],
        round(median(waited)) if waited else None,
    )

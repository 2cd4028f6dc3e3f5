"""Say which agreements rest while invented coaches work; part of `portal.invented`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from portal.accounts.models import Corporation
from portal.casework.codes import State
from portal.casework.models import Case

IN_CARE = timedelta(days=182)
"""For so long after its last contact a case in care stays off the lists."""


@dataclass(frozen=True)
class Rests:
    """How long a contact and an unfit case rest, and the day from which the deliveries do not know yet whom a visit helped."""

    cooldown: timedelta
    unfit: timedelta
    since: date


def holds(
    corporation: Corporation,
    contacted: Mapping[str, date],
    helped: Mapping[str, date],
    as_of: date,
    rests: Rests,
) -> dict[str, str]:
    """Return why agreements stay off the list of a day, by the rules of every list: an objection, in care, unfit, or just helped."""
    rows = Case.objects.filter(corporation=corporation, worked_on=True, from_worry=False)
    reasons = {}
    for case in rows.only("overeenkomst_id", "state", "follow_up_on", "objected_on"):
        last = contacted.get(case.overeenkomst_id, date.min)
        agreed = case.follow_up_on is not None and case.follow_up_on >= as_of
        if case.objected_on:
            reasons[case.overeenkomst_id] = "objection"
        elif case.state in (State.APPROACHED, State.IN_CONTACT) and (agreed or as_of - last < IN_CARE):
            reasons[case.overeenkomst_id] = "in_contact"
        elif case.state == State.WATCH and agreed:
            reasons[case.overeenkomst_id] = "waakvlam"
        elif case.state == State.NOT_FITTING and as_of - last <= rests.unfit:
            reasons[case.overeenkomst_id] = "not_fitting"
        elif as_of - last < rests.cooldown or helped.get(case.overeenkomst_id, date.min) >= rests.since:
            reasons[case.overeenkomst_id] = "cool_down"
    return reasons

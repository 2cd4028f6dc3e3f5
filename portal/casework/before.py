"""What a case was before a contact: kept with the contact, and restored when the contact is undone."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from portal.casework.models import Case

DAYS = ("follow_up_on", "appointment_on", "flared_up_on")
"""Days of a case that undoing a contact restores."""


def snapshot(case: Case) -> dict[str, Any]:
    """Return the values of a case that undoing its next contact restores."""
    days = {name: day and day.isoformat() for name in DAYS for day in [getattr(case, name)]}
    return {
        "state": case.state,
        "reason": case.reason,
        "owner_id": case.owner_id,
        "worked_on": case.worked_on,
        "follow_up_at": case.follow_up_at and case.follow_up_at.isoformat(),
        **days,
    }


def put_back(case: Case, before: dict[str, Any]) -> None:
    """Restore the values of a case that `snapshot` kept."""
    # a case that was lent since then stays with the stand-in
    for name in ("state", "reason", *([] if case.lent_by_id else ["owner_id"])):
        setattr(case, name, before[name])
    for name in DAYS:
        day = before.get(name)  # contacts of an older version have no appointment
        setattr(case, name, day and date.fromisoformat(day))
    at = before.get("follow_up_at")  # nor an hour
    case.follow_up_at = at and time.fromisoformat(at)

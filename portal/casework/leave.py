"""Keep the next step of a coach out of the days on which that coach is away (*Waarneming* that is planned)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from portal.casework.models import Absence, Case
from portal.casework.workdays import DAY, working_day
from portal.prepared import Slot, prepared

LONGEST_WAIT = 28
"""Most days of a leave after which a step waits for the coach; during a longer one the colleague who stands in does it."""


@dataclass(frozen=True)
class Leave:
    """The days on which somebody is away, and who stands in."""

    first: date
    until: date
    colleague: str

    def covers(self, day: date) -> bool:
        """Whether the coach is away on a day."""
        return self.first <= day <= self.until

    @property
    def waits(self) -> bool:
        """Whether a step in this leave waits until it is over."""
        return (self.until - self.first).days < LONGEST_WAIT


def leave_of(user_id: int, case: Case | None = None) -> Leave | None:
    """Return the planned leave of whoever does the next step of a case: its owner, or else this user."""
    owner = (case.owner_id if case else None) or user_id
    planned = _planned().first(away=owner)
    return Leave(planned.first, planned.until, str(planned.to)) if planned else None


@prepared
def _planned() -> QuerySet[Absence]:
    return Absence.objects.filter(away_id=Slot("away")).select_related("to")


def free_day(day: date, leave: Leave | None) -> date:
    """Return the first working day from a day on, after a short leave in which it falls."""
    day = working_day(day)
    if leave and leave.waits and leave.covers(day):
        return working_day(leave.until + DAY)
    return day

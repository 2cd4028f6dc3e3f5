"""Keep the next step of a coach out of the days on which that coach is away (*Waarneming* that is planned)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from portal.casework.codes import State
from portal.casework.models import Absence, Case
from portal.casework.models.work import today
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
    whose: str = ""
    """Who is away; "" for the user who plans the step."""

    def covers(self, day: date) -> bool:
        """Whether the coach is away on a day."""
        return self.first <= day <= self.until

    @property
    def waits(self) -> bool:
        """Whether a step in this leave waits until it is over."""
        return (self.until - self.first).days < LONGEST_WAIT


@dataclass(frozen=True)
class Covered:
    """A case that somebody has in place of a colleague: a step after the last day is that colleague's again."""

    until: date
    away: str
    stand_in: str = ""
    """Who stands in; "" for the user who plans the step."""

    @classmethod
    def of(cls, case: Case, user_id: int) -> Covered | None:
        """Return until when a case is covered, or None."""
        if not (case.lent_by and case.lent_until and case.lent_by.is_active):
            return None
        return cls(case.lent_until, str(case.lent_by), "" if case.owner_id == user_id else str(case.owner))

    def ends_before(self, day: date) -> bool:
        """Whether the case is back with the colleague on a day."""
        return day > self.until


def leave_of(user_id: int, case: Case | None = None) -> Leave | None:
    """Return the planned leave of whoever does the next step of a case: its owner, or this user if that nobody is or has left.

    A leave in which nobody stands in any more is none: the coach must plan it anew, and its steps would be nobody's.
    """
    owner = case.owner if case else None
    away = owner.pk if owner and owner.is_active else user_id
    planned = _planned().first(away=away)
    if planned is None or not planned.to.stands_in:
        return None
    whose = "" if away == user_id else str(owner)
    return Leave(planned.first, planned.until, str(planned.to), whose)


@prepared
def _planned() -> QuerySet[Absence]:
    return Absence.objects.filter(away_id=Slot("away")).select_related("to")


def free_day(day: date, leave: Leave | None) -> date:
    """Return the first working day from a day on, after a short leave in which it falls."""
    day = working_day(day)
    if leave and leave.waits and leave.covers(day):
        return working_day(leave.until + DAY)
    return day


def keep_free(case: Case, user_id: int) -> bool:
    """Move the next step of a case out of the leave of the user who has it now; return whether it moved.

    An appointment stays as agreed, and a watch ends on the day that the list knows.
    """
    day = case.follow_up_on
    if day is None or day <= today() or case.has_appointment or case.state == State.WATCH:
        return False
    case.follow_up_on = free_day(day, leave_of(user_id))
    return case.follow_up_on != day

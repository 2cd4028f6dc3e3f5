"""What is *aan de beurt* and in which order: the same on *Deze week*, *In zorg* and the list on paper.

`Case.is_due` says what is *aan de beurt* and `Case.is_late` what is *te laat*, which the manager's page counts too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta

from portal.accounts.models import User
from portal.casework.models import Case
from portal.casework.models.work import today

STALE = timedelta(weeks=4)
"""How late a next step is shown apart, so that the days around today stay at the top."""
DUE, NO_STEP, DAY, LATER = "due", "none", "day", "later"
"""The headings of cases in care; those of a day say which."""
DAYS_APART = 14
"""From Monday on, the days that have a heading of their own; a heading for each later day would lengthen the page."""


@dataclass(frozen=True)
class Turn:
    """The order for one coach; ``urgent`` are the cases with an urgent worry that was taken up and waits for an answer."""

    user: User
    urgent: Collection[int | None]

    def in_order(self, cases: Iterable[Case]) -> list[Case]:
        """Sort what is due: the coach's own first; there urgent worries, a warning about safety, what flared up, then what waits longest.

        Of today the hours are in their order. `portal.coach.safety.warn` goes before, because it sets the warnings.
        """
        return sorted((case for case in cases if case.is_due(today())), key=self._place)

    def all_in_order(self, cases: Collection[Case]) -> list[Case]:
        """Sort cases in care: what is due as above, then what nobody will act on, then by the day of the next step."""
        due = self.in_order(cases)
        rest = (case for case in cases if not case.is_due(today()))
        return [
            *due,
            *sorted(
                rest, key=lambda case: (not case.asleep, case.follow_up_on or date.min, _hour(case), case.pk)
            ),
        ]

    def own(self, case: Case) -> bool:
        """Return whether the coach has a case in care, or nobody has: also where the account of who had it is closed."""
        return case.owner is None or case.owner_id == self.user.pk or not case.owner.is_active

    def stale(self, case: Case) -> bool:
        """Return whether the next step is so long past that the case has to be closed or planned anew."""
        if case.follow_up_on is None or case.flared_up or case.pk in self.urgent:
            return False
        return today() - case.follow_up_on > STALE

    def _place(self, case: Case) -> tuple[bool, bool, bool, bool, int, time, int]:
        late = max(0, (today() - (case.follow_up_on or today())).days)
        return (
            not self.own(case),
            case.pk not in self.urgent,
            not case.safety,
            not case.flared_up,
            -late,
            _hour(case),
            case.pk,
        )


def when(case: Case) -> tuple[str, date | None]:
    """Return under which heading a case in care stands: what is due, without a step, a day of this week or the next, or later."""
    if case.is_due(today()):
        return DUE, None
    if case.asleep or case.follow_up_on is None:
        return NO_STEP, None
    far = case.follow_up_on >= today() + timedelta(days=DAYS_APART - today().weekday())
    return (LATER, None) if far else (DAY, case.follow_up_on)


def _hour(case: Case) -> time:
    return case.follow_up_at or time.max

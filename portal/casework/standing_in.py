"""What a coach does as the colleague who stands in: see for whom and until when, choose another last day, give back early."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from portal.accounts.access import takes_care_of
from portal.accounts.audit import record_many
from portal.accounts.models import User
from portal.casework.lending import own_cases, refuse_day
from portal.casework.models import Case
from portal.casework.services import give_to


@dataclass(frozen=True)
class Cover:
    """Cases that a coach has until a day for a colleague who is away."""

    away: User
    until: date
    cases: int


def covers_of(cases: Iterable[Case]) -> list[Cover]:
    """Return for whom a coach stands in, from the cases in that coach's care; first by colleague, then by last day."""
    numbers: dict[tuple[User, date], int] = {}
    for case in cases:
        if case.lent_by and case.lent_until and case.lent_by.is_active:
            key = (case.lent_by, case.lent_until)
            numbers[key] = numbers.get(key, 0) + 1
    covers = [Cover(away, until, number) for (away, until), number in numbers.items()]
    return sorted(covers, key=lambda cover: (str(cover.away), cover.away.pk, cover.until))


@transaction.atomic
def stay_until(user: User, *, away: User, until: date) -> int:
    """Let the user stand in for a colleague up to and including another day; return for how many cases that is new.

    Raises
    ------
    ValidationError
        The day is in the past or too far away.
    """
    refuse_day(until)
    changed = [case for case in _covered(user, away) if case.lent_until != until]
    for case in changed:
        give_to(user, case, user, lent_by=away, until=until)
    record_many(user, "case.lend", changed, to=user.username, until=until.isoformat())
    return len(changed)


@transaction.atomic
def give_back(user: User, *, away: User) -> tuple[int, int]:
    """Give back what the user has for a colleague, where that colleague still is a coach; the rest stays with the user.

    Returns
    -------
    tuple of int
        The number of cases that went back, and the number that stayed.
    """
    cases = _covered(user, away)
    back = [case for case in cases if away.stands_in and takes_care_of(away, case)]
    for case in back:
        give_to(user, case, away)
    record_many(user, "case.give_back", back, to=away.username)
    return len(back), len(cases) - len(back)


def _covered(user: User, away: User) -> list[Case]:
    lent = own_cases(user).filter(lent_by=away, lent_by__is_active=True)
    return list(lent.select_for_update(of=("self",)).order_by("pk"))

"""Write down that a case came into the care of another coach, so that its story and the log tell who has it and since when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import DateField, Exists, F, OuterRef, Q, QuerySet

from portal.accounts.access import Viewer, of_cases_for
from portal.accounts.audit import record
from portal.accounts.models import Role, User
from portal.casework.models import Case, Transfer
from portal.casework.models.work import today
from portal.prepared import Slot, prepared

DAYS = ("lent_until", "follow_up_on")
"""Days of a case that undoing a transfer restores."""
RECENT = timedelta(days=7)
"""For this long *Deze week* says what came from a coach who left."""


def stands(case: Case) -> dict[str, Any]:
    """Return what undoing the next transfer of a locked case restores, and the version that the case has after it."""
    days = {name: day and day.isoformat() for name in DAYS for day in [getattr(case, name)]}
    return {"lent_by_id": case.lent_by_id, "version": case.version + 1, **days}


def hand(
    user: User,
    case: Case,
    to: User,
    *,
    lent_by: User | None = None,
    until: date | None = None,
    note: str = "",
    before: dict[str, Any] | None = None,
) -> None:
    """Put a locked case in the care of a coach, without saving the case; with ``lent_by`` that coach stands in for another.

    With ``before``, as `stands` returned it, the transfer can be undone for a day.
    """
    given = {"until": until, "lent_by": lent_by, "note": note, "before": before or {}}
    _write(Transfer(case=case, by=user, had=case.owner, to=to, **given))
    case.owner, case.lent_by, case.lent_until = to, lent_by, until


def _write(transfer: Transfer) -> None:
    transfer.full_clean(exclude=("case", "by", "had", "to", "lent_by", "before"))
    transfer.save()


def keep(user: User, case: Case) -> None:
    """Let the user who works on a locked case have it from now on; a program takes nothing into care."""
    if user.is_program:
        case.owner = case.lent_by = case.lent_until = None
    elif case.owner_id in (None, user.pk):
        case.owner, case.lent_by, case.lent_until = user, None, None
    else:
        hand(user, case, user)
        record(user, "case.owner", case, owner=user.username)


def hand_back(user: User, case: Case, had: User | None) -> None:
    """Write down that undoing a contact put a case, which ``had`` had after it, back into the care of its earlier owner."""
    if had and case.owner and case.owner != had:
        _write(Transfer(case=case, by=user, to=case.owner))
        case.lent_by = case.lent_until = None
        record(user, "case.owner", case, owner=case.owner.username)


@dataclass(frozen=True)
class Moved:
    """How cases went from a user to the colleague who has them now, and how those that the user has came from one; newest first.

    For good or for a leave; not what was given back to whom it was lent by.
    """

    from_me: Sequence[Transfer]
    to_me: Sequence[Transfer]


def moved(user: User) -> Moved:
    """Return the transfers between a user and colleagues by which the cases are where they are."""
    rows = _moved(Viewer.of(user)).rows(me=user.pk)
    return Moved(
        _newest(row for row in rows if row.had_id == user.pk),
        _newest(row for row in rows if row.to_id == user.pk),
    )


@prepared
def _moved(viewer: Viewer) -> QuerySet[Transfer]:
    lent = Transfer.objects.filter(case=OuterRef("case"), to=OuterRef("had"), lent_by=OuterRef("to"))
    mine = Transfer.objects.filter(Q(had_id=Slot("me")) | Q(to_id=Slot("me")), had__isnull=False)
    stands = mine.filter(~Exists(lent), case__owner=F("to"), case__objected_on=None).exclude(had=F("to"))
    return of_cases_for(viewer, stands).select_related("had", "to").order_by("-reference")


@dataclass(frozen=True)
class Passed:
    """How many cases of a coach who left somebody put in the care of another, and when."""

    had: User
    by: User
    on: date
    number: int


def passed_to(user: User) -> list[Passed]:
    """Return what came into a user's care lately from coaches who left, by somebody else's choice, and is there still."""
    rows = _passed(Viewer.of(user)).rows(me=user.pk, since=today() - RECENT)
    counts = Counter((row.had, row.by, row.on) for row in _newest(rows))
    return [Passed(had, by, on, number) for (had, by, on), number in counts.items() if had]


@prepared
def _passed(viewer: Viewer) -> QuerySet[Transfer]:
    left = Q(had__is_active=False) | ~Q(had__role=Role.COACH)
    rows = Transfer.objects.filter(left, to_id=Slot("me"), until=None, on__gte=Slot("since", DateField()))
    rows = rows.exclude(by=F("to")).filter(case__owner=F("to"), case__objected_on=None)
    return of_cases_for(viewer, rows).select_related("had", "by").order_by("-reference")


def _newest(rows: Iterable[Transfer]) -> list[Transfer]:
    """Return the newest of each case."""
    newest: dict[int, Transfer] = {}
    for row in rows:
        newest.setdefault(row.case_id, row)
    return list(newest.values())

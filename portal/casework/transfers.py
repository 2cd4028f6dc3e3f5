"""Write down that a case came into the care of another coach, so that its story and the log tell who has it and since when."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import DateField, Exists, F, OuterRef, QuerySet

from portal.accounts.access import Viewer, of_cases_for
from portal.accounts.audit import record
from portal.accounts.models import User
from portal.casework.models import Case, Transfer
from portal.casework.models.work import today
from portal.prepared import Slot, prepared

GONE = timedelta(weeks=4)
"""How long a coach reads which addresses went to a colleague."""


def hand(
    user: User,
    case: Case,
    to: User,
    *,
    lent_by: User | None = None,
    until: date | None = None,
    note: str = "",
) -> None:
    """Put a locked case in the care of a coach, without saving the case; with ``lent_by`` that coach stands in for another."""
    transfer = Transfer(case=case, by=user, to=to, until=until, lent_by=lent_by, note=note)
    transfer.full_clean(exclude=("case", "by", "to", "lent_by"))
    transfer.save()
    case.owner, case.lent_by, case.lent_until = to, lent_by, until


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
        hand(user, case, case.owner)
        record(user, "case.owner", case, owner=case.owner.username)


def given_away(user: User) -> list[Transfer]:
    """Return what a user gave to a colleague for good lately, who still has it, the newest first.

    What was lent, or given back to whom it was lent by, is not the user's to look for.
    """
    rows = _given_away(Viewer.of(user)).rows(me=user.pk, since=today() - GONE)
    return list({row.case_id: row for row in reversed(rows)}.values())[::-1]


@prepared
def _given_away(viewer: Viewer) -> QuerySet[Transfer]:
    lent_to_me = Transfer.objects.filter(case=OuterRef("case"), to=OuterRef("by"), lent_by=OuterRef("to"))
    given = Transfer.objects.filter(by_id=Slot("me"), on__gte=Slot("since", DateField()), lent_by=None)
    given = given.filter(~Exists(lent_to_me), case__owner=F("to"), case__objected_on=None, case__lent_by=None)
    rows = of_cases_for(viewer, given.exclude(to=F("by")))
    return rows.select_related("case__corporation", "to").order_by("-reference")

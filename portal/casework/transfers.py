"""Write down that a case came into the care of another coach, so that its story and the log tell who has it and since when."""

from __future__ import annotations

from datetime import date

from portal.accounts.audit import record
from portal.accounts.models import User
from portal.casework.models import Case, Transfer


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

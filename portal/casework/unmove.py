"""Undo within a day that cases went to another coach, as long as nothing happened at them since."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import transaction

from portal.accounts.access import cases_for
from portal.accounts.audit import record
from portal.accounts.models import User
from portal.casework.models import Case, Transfer
from portal.casework.services import changed, open_case
from portal.casework.transfers import DAYS


def just_moved(user: User, ids: Collection[int]) -> list[Transfer]:
    """Return those of a user's own transfers that can be undone now."""
    rows = Transfer.objects.filter(pk__in=ids, by=user, case__in=cases_for(user), case__objected_on=None)
    return [row for row in rows.select_related("case", "had", "to").order_by("reference") if row.undoable]


@transaction.atomic
def undo_moves(user: User, ids: Collection[int]) -> list[Case]:
    """Put cases back into the care of whoever had them before; return them. What changed since then stays."""
    back = []
    for row in just_moved(user, ids):
        row.case, _none = open_case(user, row.case_id, None)
        case = row.case
        if not row.undoable:
            continue
        case.owner, case.lent_by_id = row.had, row.before["lent_by_id"]
        for name in DAYS:
            day = row.before[name]
            setattr(case, name, day and date.fromisoformat(day))
        row.delete()
        changed(case)
        record(user, "case.owner.undo", case, owner=row.had.username if row.had else "")
        back.append(case)
    return back

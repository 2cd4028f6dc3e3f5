"""Writing in the audit log: every view of an address, every export, everything that changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.accounts.models import AuditEntry, User

if TYPE_CHECKING:
    from portal.casework.models import Case


def record(user: User, action: str, case: Case | None = None, **detail: Any) -> None:
    """Write one entry, in the transaction of what it tells of.

    Parameters
    ----------
    user : User
        Who did it.
    action : str
        A short English verb with its object, such as ``case.view`` or ``contact.log``.
    case : Case, optional
        The case it is about.
    **detail
        Codes, dates and counts. No name, address or note: the auditor reads this without seeing people.
    """
    AuditEntry.objects.create(
        username=user.username,
        role=user.role,
        action=action,
        corporation=case.corporation_id if case else "",
        overeenkomst_id=case.overeenkomst_id if case else "",
        detail=detail,
    )


def record_many(user: User, action: str, cases: list[Case], **detail: Any) -> None:
    """Write one entry per case, in one query: for a page or a print that shows several addresses."""
    AuditEntry.objects.bulk_create(
        AuditEntry(
            username=user.username,
            role=user.role,
            action=action,
            corporation=case.corporation_id,
            overeenkomst_id=case.overeenkomst_id,
            detail=detail,
        )
        for case in cases
    )

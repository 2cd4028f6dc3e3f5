"""Write the audit log: every view of an address, every export and every change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal import clock
from portal.accounts.models import AuditEntry, User

if TYPE_CHECKING:
    from portal.casework.models import Case
    from portal.runs.models import Assignment


def record(user: User, action: str, case: Case | Assignment | None = None, **detail: Any) -> None:
    """Write one entry, in the same transaction as the action it describes.

    Parameters
    ----------
    user : User
        The user who acted.
    action : str
        A short English verb with its object, such as ``case.view`` or ``contact.log``.
    case : Case or Assignment, optional
        The case, or the answer about a row, if the action concerns an agreement.
    **detail
        Codes, dates and counts; no name, address or note, because the auditor must not see personal data.
    """
    AuditEntry.objects.create(
        at=clock.now(),
        username=user.username,
        role=user.role,
        action=action,
        corporation=case.corporation_id if case else "",
        overeenkomst_id=case.overeenkomst_id if case else "",
        detail=detail,
    )


def record_many(user: User, action: str, cases: list[Case], **detail: Any) -> None:
    """Write one entry per case in one query, for a page or a print with several addresses."""
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

"""Write the audit log: every view of an address, every export and every change."""

from __future__ import annotations

import json
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from portal import clock
from portal.accounts.models import AuditEntry, User

if TYPE_CHECKING:
    from portal.casework.models import Case
    from portal.runs.models import Assignment

INSERT = f"""INSERT INTO {AuditEntry._meta.db_table}
    (at, username, role, action, detail, corporation, overeenkomst_id) VALUES"""
PLACES = "(%s, %s, %s, %s, %s, %s, %s)"
AT_ONCE = 100
"""Maximum number of entries in one statement, well below the number of values that SQLite accepts."""


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
    _insert(user, action, [(case.corporation_id, case.overeenkomst_id) if case else ("", "")], detail)


def record_many(user: User, action: str, cases: list[Case], **detail: Any) -> None:
    """Write one entry per case in one query, for a page or a print with several addresses."""
    if cases:
        _insert(user, action, [(case.corporation_id, case.overeenkomst_id) for case in cases], detail)


def _insert(user: User, action: str, agreements: list[tuple[str, str]], detail: dict[str, Any]) -> None:
    """Insert an entry for each agreement with one statement; Django's own way takes five times as long for forty."""
    at = connection.ops.adapt_datetimefield_value(clock.now())
    same = (at, str(user.username), str(user.role), action, json.dumps(detail))
    parts = [agreements[first : first + AT_ONCE] for first in range(0, len(agreements), AT_ONCE)]
    with transaction.atomic(savepoint=False) if len(parts) > 1 else nullcontext():
        for part in parts:
            places = ", ".join([PLACES] * len(part))
            values = [value for agreement in part for value in (*same, *agreement)]
            with connection.cursor() as cursor:
                cursor.execute(f"{INSERT} {places}", values)

"""Group what somebody saw of one address in lists on one day, so that the log of that address can be read.

Only the page groups: the log itself and its CSV keep every view.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Case, Count, F, Max, Min, QuerySet, Value, When
from django.db.models.functions import TruncDate

from portal.accounts.actions import IN_A_LIST, action_words, role_words
from portal.accounts.details import detail_words
from portal.accounts.models import AuditEntry


@dataclass(frozen=True)
class Line:
    """A line of the page: an entry in words, or the newest of several views in a list."""

    entry: AuditEntry
    first: datetime
    last: datetime
    times: int

    @property
    def role(self) -> str:
        """The role of the user in words."""
        return role_words(self.entry.role)

    @property
    def action(self) -> str:
        """The action in words."""
        return action_words(self.entry.action)

    @property
    def detail(self) -> str:
        """The details in words."""
        return detail_words(self.entry.detail)


def grouped(entries: QuerySet[AuditEntry]) -> QuerySet[AuditEntry, dict[str, Any]]:
    """Group views in a list by address, user, day and action, newest first; each other entry stays alone."""
    alone = Case(When(action__in=IN_A_LIST, then=Value(0)), default=F("pk"), output_field=BigIntegerField())
    by = ("corporation", "overeenkomst_id", "username", "role", "action", "day", "alone")
    rows = entries.annotate(day=TruncDate("at"), alone=alone).order_by().values(*by)
    seen = rows.annotate(newest=Max("pk"), first=Min("at"), last=Max("at"), times=Count("pk"))
    return seen.order_by("-last", "-newest")


def lines(rows: Iterable[Any]) -> list[Line]:
    """Return the lines of a page of entries, or of groups."""
    shown = list(rows)
    groups = [row for row in shown if not isinstance(row, AuditEntry)]
    newest = AuditEntry.objects.in_bulk([row["newest"] for row in groups]) if groups else {}
    return [
        Line(row, row.at, row.at, 1)
        if isinstance(row, AuditEntry)
        else Line(newest[row["newest"]], row["first"], row["last"], row["times"])
        for row in shown
    ]

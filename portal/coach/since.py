"""What came in since a coach was last here, for *Deze week* after an absence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from portal.accounts.access import UserRequest, of_cases_for, worries_for
from portal.accounts.models import AuditEntry, User
from portal.casework.models import Handover, Listing
from portal.casework.models.work import today

ABSENCE = timedelta(days=7)
"""How long a coach was away before the page says what came in: after less, the list itself says what is new."""
VISITED = "visited"
"""Key in the session of the day on which the log was read, and of the last login before that day."""


@dataclass(frozen=True)
class Since:
    """How many addresses, worries and answers of partners came in since the last day on which a coach logged in."""

    day: date
    addresses: int
    worries: int
    answers: int

    @classmethod
    def of(cls, request: UserRequest, rows: Sequence[Listing]) -> Since | None:
        """Count what came in, also of wijken of colleagues that the coach sees; None if the coach was here in the last week.

        Parameters
        ----------
        rows : sequence of Listing
            The newest list. An address of it counts if it was not on the list of the coach's last day here.
        """
        last = _last_login(request)
        if last is None or today() - timezone.localdate(last) <= ABSENCE:
            return None
        user, day = request.user, timezone.localdate(last)
        worries = worries_for(user).filter(created_at__gt=last).exclude(by=user)
        answers = of_cases_for(user, Handover.objects.filter(answered_at__gt=last, case__objected_on=None))
        new = {row.case_id for row in rows} - _listed_on(day, rows)
        return cls(day, len(new), worries.count(), answers.exclude(answered_by=user).count())


def _listed_on(day: date, rows: Sequence[Listing]) -> set[int]:
    """Return which cases of rows were on the list that their corporation had on a day."""
    theirs = Listing.objects.filter(case__corporation=OuterRef("case__corporation"), as_of__lte=day)
    newest = Subquery(theirs.order_by("-as_of").values("as_of")[:1])
    cases = [row.case_id for row in rows]
    return set(Listing.objects.filter(case__in=cases, as_of=newest).values_list("case_id", flat=True))


def _last_login(request: UserRequest) -> datetime | None:
    """Return the last login of an earlier day; the session keeps it for the day, so that the log is read once."""
    kept = request.session.get(VISITED)
    if not kept or kept[0] != str(today()):
        kept = request.session[VISITED] = [str(today()), _from_log(request.user)]
    return datetime.fromisoformat(kept[1]) if kept[1] else None


def _from_log(user: User) -> str:
    midnight = timezone.make_aware(datetime.combine(today(), time()))
    logins = AuditEntry.objects.filter(username=user.username, action="user.login", at__lt=midnight)
    last = logins.values_list("at", flat=True).first()
    return last.isoformat() if last else ""

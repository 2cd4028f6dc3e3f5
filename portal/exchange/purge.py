"""No longer than needed: casework, lists, sessions and the log of views go when their time is over.

A case counts from the last thing that somebody did on it, which closes it or was forgotten after it. The notes go with
it. An objection that stands is kept as long as it stands, as the ids of corporation and agreement: else nobody would
know that this person is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from portal.accounts.models import AuditEntry
from portal.casework.codes import State
from portal.casework.models import (
    Case,
    Change,
    Contact,
    Growth,
    Handover,
    Listing,
    Objection,
    SignalWeek,
    Worry,
)
from portal.exchange.payload import StillThereError
from portal.runs.models import Run

LISTS: tuple[type[Model], ...] = (Listing, SignalWeek, Change)
WORK: tuple[type[Model], ...] = (Contact, Growth, Handover, Worry, Objection)
REWRITTEN: tuple[type[Model], ...] = (Case, *LISTS, *WORK, Run, Session, AccessAttempt, AccessLog, AuditEntry)
AUDIT_DAYS = 5 * 366
"""How long the log of who saw and did what is kept. The database refuses to delete what is younger (migration 0003)."""
NOT_TOLD = {"address": "", "town": "", "name": "", "phone": ""}
NOT_WORKED_ON = {
    "state": State.NEW,
    "reason": "",
    "owner": None,
    "follow_up_on": None,
    "flared_up_on": None,
}


@transaction.atomic
def purge(today: date, *, cases: date, lists: date, runs: date) -> dict[str, tuple[int, date]]:
    """Remove what is past its time, whole or not at all, and look again.

    Parameters
    ----------
    today : datetime.date
        The day from which is counted.
    cases, lists, runs : datetime.date
        Casework, lists with their points, and the history of runs and logins are kept from these days on.

    Returns
    -------
    dict of str to (int, datetime.date)
        How many rows of each kind were removed, from before which day.
    """
    removed = {what: (_delete(rows), before) for what, rows, before in _past(today, lists, cases, runs)}
    over = list(_over(today, cases).values_list("pk", flat=True))
    removed["casework"] = sum(_delete(rows) for rows in _work(over)), cases
    _forget(Case.objects.filter(pk__in=over))
    removed["cases"] = _delete(_empty()), cases
    entries = today - timedelta(days=AUDIT_DAYS)
    removed["log of views"] = _delete_old_entries(entries), entries
    again = [what for what, rows, _ in _past(today, lists, cases, runs) if rows.exists()]
    if again or _empty().exists() or any(rows.exists() for rows in _work(over)):
        raise StillThereError(", ".join(again) or "casework")
    return removed


def rewrite() -> None:
    """Write the database anew, so that nothing deleted stays in a page of its files. Not inside a transaction."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            names = [model._meta.db_table for model in REWRITTEN]
            cursor.execute(f"VACUUM (FULL, ANALYZE) {', '.join(names)}")
            return
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        ((busy, *_pages),) = cursor.fetchall()
        if busy:
            raise StillThereError("the database is being read: what was removed is still in its files")


def forget(cases: QuerySet[Case]) -> int:
    """Remove cases with everything about them, but for the ids of those with an objection that stands; tell how many rows."""
    pks = list(cases.values_list("pk", flat=True))
    number = sum(_delete(model._default_manager.filter(case__in=pks)) for model in LISTS)
    number += sum(_delete(rows) for rows in _work(pks))
    _forget(Case.objects.filter(pk__in=pks))
    return number + _delete(_empty().filter(pk__in=pks))


def _past(today: date, lists: date, cases: date, runs: date) -> Iterator[tuple[str, QuerySet, date]]:
    """List the rows that are past their time by themselves."""
    for model in LISTS:
        yield str(model._meta.verbose_name_plural), model._default_manager.filter(as_of__lt=lists), lists
    yield "worries about other addresses", Worry.objects.filter(case=None, on__lt=cases), cases
    yield "runs", Run.objects.filter(as_of__lt=runs), runs
    yield "sessions", Session.objects.filter(expire_date__lt=timezone.now()), today
    yield "failed logins", AccessAttempt.objects.filter(attempt_time__date__lt=runs), runs
    yield "logins", AccessLog.objects.filter(attempt_time__date__lt=runs), runs


def _over(today: date, before: date) -> QuerySet[Case]:
    """Find the cases on which something was done, but nothing since a day, and nothing is planned."""
    found, worked = Case.objects.exclude(follow_up_on__gte=today), Q()
    for model in WORK:
        since = Q(on__gte=before)
        if model is Handover:
            since |= Q(answered_on__gte=before)
        found = found.filter(~Exists(model._default_manager.filter(since, case=OuterRef("pk"))))
        worked |= Q(Exists(model._default_manager.filter(case=OuterRef("pk"))))
    return found.filter(worked)


def _work(cases: list[int]) -> Iterator[QuerySet]:
    """List what was done on cases, but for the objections that stand."""
    for model in WORK:
        rows = model._default_manager.filter(case__in=cases)
        yield rows.exclude(withdrawn_on=None) if model is Objection else rows


def _forget(cases: QuerySet[Case]) -> None:
    """Leave of cases what their list tells; of those with an objection the ids, and the wijk whose coach may withdraw it."""
    objecting = Exists(Objection.objects.filter(case=OuterRef("pk"), withdrawn_on=None))
    for (
        case
    ) in cases:  # few; with a new version, so that a form that somebody has open on the old one is refused
        case.version += 1
        for name, value in NOT_WORKED_ON.items():
            setattr(case, name, value)
        case.worked_on = False
        case.save()
    cases.filter(objecting).update(**NOT_TOLD, worked_on=True)
    Case.objects.filter(listed_on__isnull=False, listings=None).update(listed_on=None)


def _empty() -> QuerySet[Case]:
    """Find the cases of which nothing is left."""
    return Case.objects.filter(
        listings=None, contacts=None, growth=None, handovers=None, worries=None, objections=None
    )


def _delete(rows: QuerySet) -> int:
    number = rows.count()
    rows.delete()
    return number


def _delete_old_entries(before: date) -> int:
    """Delete what is past its time of the log; the model refuses to delete, the database to delete what is younger."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {AuditEntry._meta.db_table} WHERE at < %s", [before])  # noqa: S608 - a model's own table
        return int(cursor.rowcount)

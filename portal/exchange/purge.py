"""Delete casework, lists, sessions and the log of views past their retention period.

The period of a case starts at the last action on it; its notes are deleted with it. An active objection is kept, as the
ids of corporation and agreement, because otherwise nobody would know that this person must be left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Exists, Min, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from portal.accounts.models import AuditEntry
from portal.api.models import Write
from portal.casework.codes import State
from portal.casework.models import (
    Case,
    Change,
    Contact,
    Growth,
    Handover,
    Listing,
    Objection,
    Question,
    SignalWeek,
    Transfer,
    Worry,
)
from portal.exchange.payload import StillThereError
from portal.incidents.models import Incident
from portal.runs.models import Assignment, Meaning, Run, UnmatchedRow
from portal.webhooks.models import Event

LISTS: tuple[type[Model], ...] = (Listing, SignalWeek, Change)
WORK: tuple[type[Model], ...] = (Contact, Growth, Handover, Question, Transfer, Worry, Objection)
REWRITTEN: tuple[type[Model], ...] = (
    *(
        Case,
        *LISTS,
        *WORK,
        Run,
        UnmatchedRow,
        Assignment,
        Incident,
        Session,
        AccessAttempt,
        AccessLog,
        AuditEntry,
    ),
)
ACTION = "retention.run"
"""The entry of the log that says what was removed: the proof that it was done."""
TERMS = ("cases", "lists", "runs")
SESSIONS = "sessions"
TERM_OF = {
    **{str(model._meta.verbose_name_plural): "lists" for model in LISTS},
    **dict.fromkeys(
        ("worries about other addresses", "answers about rows", "reports of harm and complaints"), "cases"
    ),
    **dict.fromkeys(
        ("runs", "events for other programs", "keys of other programs", "failed logins", "logins"), "runs"
    ),
}
"""The term of each kind that `purge` removes by its own date."""
DAYS = ("as_of", "on", "at", "attempt_time")
"""The field that holds the day of a row, one in each kind that is removed by its date."""
AUDIT_DAYS = 5 * 366
"""Days to keep the audit log. The database refuses to delete younger entries (migration 0003)."""
NO_IDENTITY = {"address": "", "town": "", "name": "", "phone": "", "latitude": None, "longitude": None}
NOT_WORKED_ON = {
    "state": State.NEW,
    "reason": "",
    "owner": None,
    "lent_by": None,
    "lent_until": None,
    "follow_up_on": None,
    "follow_up_at": None,
    "appointment_on": None,
    "flared_up_on": None,
}


@transaction.atomic
def purge(today: date, *, cases: date, lists: date, runs: date) -> dict[str, tuple[int, date]]:
    """Delete data past their retention period in one transaction, and verify that they are gone.

    Parameters
    ----------
    today : datetime.date
        The current day.
    cases, lists, runs : datetime.date
        First days from which casework, lists with their points, and the history of runs and logins are kept.

    Returns
    -------
    dict of str to (int, datetime.date)
        Per kind: the number of deleted rows, and the day before which they dated.

    Raises
    ------
    StillThereError
        Rows remain after deletion.
    """
    removed = {kind: (_delete(rows), before) for kind, rows, before in _past(today, lists, cases, runs)}
    over = list(_over(today, cases).values_list("pk", flat=True))
    removed["casework"] = sum(_delete(rows) for rows in _work(over)), cases
    _forget(Case.objects.filter(pk__in=over))
    removed["cases"] = _delete(_empty()), cases
    entries = today - timedelta(days=AUDIT_DAYS)
    removed["log of views"] = _delete_old_entries(entries), entries
    days = dict(zip(TERMS, (cases, lists, runs), strict=True))
    total = sum(number for number, _before in removed.values())
    AuditEntry.objects.create(
        username="waakvlam",
        action=ACTION,
        detail={"rows": total, **{name: day.isoformat() for name, day in days.items()}},
    )
    again = [kind for kind, rows, _ in _past(today, lists, cases, runs) if rows.exists()]
    if again or _empty().exists() or any(rows.exists() for rows in _work(over)):
        raise StillThereError(", ".join(again) or "casework")
    return removed


def due(today: date, *, cases: date, lists: date, runs: date) -> dict[str, int]:
    """Count per term (`TERMS`) what `purge` with these days would remove; casework by its cases.

    Sessions have no retention period: one ends within a day, so there nearly always is one to remove.
    """
    past = dict.fromkeys(TERMS, 0)
    for kind, rows, _before in _past(today, lists, cases, runs):
        if kind != SESSIONS:
            past[TERM_OF[kind]] += rows.count()
    past["cases"] += _over(today, cases).count()
    return past


def oldest(today: date, *, cases: date, lists: date, runs: date) -> dict[str, date]:
    """Return per term the day of the oldest row that `purge` would remove; of casework that is no day, so it has none."""
    oldest_day: dict[str, date] = {}
    for kind, rows, _before in _past(today, lists, cases, runs):
        if kind == SESSIONS:
            continue
        names = {field.name for field in rows.model._meta.fields}
        day = rows.aggregate(day=Min(next(name for name in DAYS if name in names)))["day"]
        if day is not None:
            day = timezone.localdate(day) if isinstance(day, datetime) else day
            oldest_day[TERM_OF[kind]] = min(day, oldest_day.get(TERM_OF[kind], day))
    return oldest_day


def rewrite() -> None:
    """Rewrite the database, so that its files have no deleted data. Must run outside a transaction."""
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
    """Delete cases with all their data and return the number of rows; keep the ids of cases with an active objection."""
    pks = list(cases.values_list("pk", flat=True))
    number = sum(_delete(model._default_manager.filter(case__in=pks)) for model in LISTS)
    number += sum(_delete(rows) for rows in _work(pks))
    _forget(Case.objects.filter(pk__in=pks))
    return number + _delete(_empty().filter(pk__in=pks))


def _past(today: date, lists: date, cases: date, runs: date) -> Iterator[tuple[str, QuerySet, date]]:
    """Yield the rows whose own date is past their retention period: kind, rows, and the day before which they date."""
    for model in LISTS:
        yield str(model._meta.verbose_name_plural), model._default_manager.filter(as_of__lt=lists), lists
    yield "worries about other addresses", Worry.objects.filter(case=None, on__lt=cases), cases
    # An objection or a safety flag counts until it ends, and so does the answer about it.
    passing = Assignment.objects.filter(meaning__in=(Meaning.CONTACT, Meaning.WORRY))
    yield "answers about rows", passing.filter(on__lt=cases), cases
    yield (
        "reports of harm and complaints",
        Incident.objects.filter(on__lt=cases, created_at__date__lt=cases),
        cases,
    )
    yield "runs", Run.objects.filter(as_of__lt=runs), runs
    yield "events for other programs", Event.objects.filter(at__date__lt=runs), runs
    yield "keys of other programs", Write.objects.filter(at__date__lt=runs), runs
    yield SESSIONS, Session.objects.filter(expire_date__lt=timezone.now()), today
    yield "failed logins", AccessAttempt.objects.filter(attempt_time__date__lt=runs), runs
    yield "logins", AccessLog.objects.filter(attempt_time__date__lt=runs), runs


def _over(today: date, before: date) -> QuerySet[Case]:
    """Return the cases with past actions, but with none since `before` and none planned."""
    idle, worked = Case.objects.exclude(follow_up_on__gte=today), Q()
    for model in WORK:
        since = Q(on__gte=before)
        if model is Handover:
            since |= Q(answered_on__gte=before)
        idle = idle.filter(~Exists(model._default_manager.filter(since, case=OuterRef("pk"))))
        worked |= Q(Exists(model._default_manager.filter(case=OuterRef("pk"))))
    return idle.filter(worked)


def _work(cases: list[int]) -> Iterator[QuerySet]:
    """Yield the rows of work on cases, except active objections."""
    for model in WORK:
        rows = model._default_manager.filter(case__in=cases)
        yield rows.exclude(withdrawn_on=None) if model is Objection else rows


def _forget(cases: QuerySet[Case]) -> None:
    """Reset cases to the data of their list; of cases with an objection keep only the ids and the wijk."""
    objecting = Exists(Objection.objects.filter(case=OuterRef("pk"), withdrawn_on=None))
    for (
        case
    ) in cases:  # few; with a new version, so that a form that somebody has open on the old one is refused
        case.version += 1
        for name, value in NOT_WORKED_ON.items():
            setattr(case, name, value)
        case.worked_on = False
        case.save()
    cases.filter(objecting).update(**NO_IDENTITY, worked_on=True)
    Case.objects.filter(listed_on__isnull=False, listings=None).update(listed_on=None)


def _empty() -> QuerySet[Case]:
    """Return the cases without any related rows."""
    return Case.objects.filter(
        listings=None,
        contacts=None,
        growth=None,
        handovers=None,
        transfers=None,
        worries=None,
        objections=None,
    )


def _delete(rows: QuerySet) -> int:
    number = rows.count()
    rows.delete()
    return number


def _delete_old_entries(before: date) -> int:
    """Delete old audit entries with SQL, because the model refuses deletion; the database protects younger entries."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {AuditEntry._meta.db_table} WHERE at < %s", [before])  # noqa: S608 - a model's own table
        return int(cursor.rowcount)

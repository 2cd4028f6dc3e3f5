"""Query the coach's lists; each query is limited to the cases that the user may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta

from django.db.models import (
    DateField,
    DateTimeField,
    Exists,
    F,
    Max,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from portal.accounts.access import Viewer, cases_for, corporations_for, of_cases_for, worries_for_coach
from portal.accounts.models import User
from portal.casework.codes import PickedUp, State
from portal.casework.models import (
    ASLEEP,
    WORKING,
    Case,
    Change,
    Contact,
    Handover,
    Listing,
    Question,
    SignalWeek,
    Worry,
)
from portal.casework.waiting import still_waits
from portal.prepared import Slot, prepared


@dataclass(frozen=True)
class Waiting:
    """The cases in care that ask for attention today; a case can be in more than one of the lists."""

    due: Sequence[Case]
    """The next step is due, or the watch ends; longest due first."""
    flared_up: Sequence[Case]
    """On *waakvlam*, and the signals flared up; newest first."""
    asleep: Sequence[Case]
    """Without an owner or a next step."""
    own: Sequence[Case]
    """All that this coach has in care, also in place of a colleague, whether it asks for attention or not."""
    left: Sequence[Case]
    """All that is in the care of coaches whose account is closed: nobody follows it up."""

    def within(self, wijk: str) -> Waiting:
        """Return those of one wijk, or all if none is given."""
        if not wijk:
            return self
        lists = (getattr(self, field.name) for field in fields(self))
        return Waiting(*([case for case in cases if case.wijk == wijk] for cases in lists))


@dataclass(frozen=True)
class Urgent:
    """The urgent worries that still ask something of a coach."""

    to_take: Sequence[Worry]
    """Nobody took it up yet, including worries about addresses on no list; newest first."""
    to_answer: Sequence[Worry]
    """Taken up, without an answer for the person who reported it; oldest first."""


def this_week(user: User) -> QuerySet[Listing]:
    """Return the newest list in order, without objections and withdrawn entries; with ``case.newest_changes``."""
    changes = Prefetch("case__changes", Change.objects.order_by("-seen_on"), to_attr="newest_changes")
    return listed(user).prefetch_related(changes)


def listed(user: User | Viewer) -> QuerySet[Listing]:
    """Return the newest list in order, as `this_week` without the changes; ``listed_before`` is whether an older list had the case."""
    earlier = Listing.objects.filter(case=OuterRef("case"), as_of__lt=OuterRef("as_of"), withdrawn=False)
    return (
        of_cases_for(user, Listing.objects.all())
        .filter(
            case__objected_on=None,
            case__listed_on=F("case__corporation__newest_list"),
            as_of=F("case__corporation__newest_list"),
            withdrawn=False,
        )
        .annotate(listed_before=Exists(earlier))  # type: ignore[no-redef]
        .select_related("case__corporation", "case__owner")
        .order_by("coach", "position")
    )


def left_list(user: User) -> list[Case]:
    """Return the cases of last week's list that are not on the newest, in the order of that list, with contacts and signals.

    Only cases that a coach worked on: nobody may see the others any more.
    """
    gone = Q(pk__in=[])
    for corporation in corporations_for(user):
        if newest := corporation.newest_list:
            before = newest - timedelta(days=7)
            gone |= Q(corporation=corporation, listings__as_of=before, listed_on__lt=newest)
    cases = cases_for(user).filter(gone, objected_on=None, listings__withdrawn=False)
    return list(cases.order_by("listings__position").distinct().prefetch_related("contacts", "weeks"))


@prepared
def changes_since_list(viewer: Viewer) -> QuerySet[Change]:
    """Return the changes since the newest list at the addresses of a coach, newest first."""
    changes = of_cases_for(viewer, Change.objects.filter(as_of=F("case__corporation__newest_list")))
    return changes.order_by("-seen_on", "pk")


@prepared
def contacts_since(viewer: Viewer) -> QuerySet[Contact]:
    """Return the contacts since ``day`` or logged since ``moment`` at the listed addresses of a coach, oldest first.

    Of any user, without undone ones; only their case and day, its state after them, and what it was before them. A row
    that leaves a case new is of a worry that was taken up: nobody went there yet.
    """
    since = Q(on__gte=Slot("day", DateField())) | Q(created_at__gte=Slot("moment", DateTimeField()))
    contacts = of_cases_for(viewer, Contact.objects.filter(since, undone_at=None))
    listed = contacts.filter(case__listed_on=F("case__corporation__newest_list"))
    return listed.only("case", "on", "created_at", "state", "before").order_by("reference")


@prepared
def weeks_of_list(viewer: Viewer) -> QuerySet[SignalWeek]:
    """Return the signals of the listed addresses of a coach, as known when the list was made."""
    newest = F("case__corporation__newest_list")
    return of_cases_for(viewer, SignalWeek.objects.filter(as_of=newest, case__listed_on=newest)).order_by()


listed_rows = prepared(listed)


def waiting(user: User, day: date) -> Waiting:
    """Return the cases in care that ask for attention on a day, and the user's own, with one query."""
    cases = _asking(Viewer.of(user)).rows(day=day, me=user.pk)
    return Waiting(
        _by_day("follow_up_on", (case for case in cases if case.follow_up_on and case.follow_up_on <= day)),
        _by_day("flared_up_on", (case for case in cases if case.flared_up), newest_first=True),
        [case for case in cases if case.asleep],
        [case for case in cases if case.owner_id == user.pk],
        [case for case in cases if case.owner and not case.owner.is_active],
    )


@prepared
def _asking(viewer: Viewer) -> QuerySet[Case]:
    flared = Q(state=State.WATCH, flared_up_on__isnull=False)
    due = Q(follow_up_on__lte=Slot("day", DateField()))
    left = Q(owner__is_active=False)
    asking = _working(viewer).filter(due | flared | ASLEEP | Q(owner_id=Slot("me")) | left)
    return asking.select_related("owner", "lent_by").order_by("pk")


def in_care(user: User) -> list[Case]:
    """Return every case that is open or on *waakvlam*; ``urgent`` if an urgent worry there waits for an answer.

    ``last_by`` and ``last_on`` are the user and the day of its last row: a colleague may have logged it.
    """
    return _in_care(Viewer.of(user)).rows()


@prepared
def _in_care(viewer: Viewer) -> QuerySet[Case]:
    waits = Worry.objects.filter(
        still_waits(), case=OuterRef("pk"), urgent=True, withdrawn_at=None, taken_by__isnull=False
    )
    last = Contact.objects.filter(case=OuterRef("pk"), undone_at=None).order_by("-reference")
    by, on = Subquery(last.values("by")[:1]), Subquery(last.values("on")[:1])
    cases = _working(viewer).annotate(urgent=Exists(waits), last_by=by, last_on=on)
    return cases.select_related("corporation", "owner", "lent_by").order_by("pk")


def handovers_open(user: User) -> list[Handover]:
    """Return the unanswered hand-overs, oldest first, with the last question about each."""
    return _handovers_open(Viewer.of(user)).rows()


@prepared
def _handovers_open(viewer: Viewer) -> QuerySet[Handover]:
    theirs = _with_question(of_cases_for(viewer, Handover.objects.all()))
    unanswered = theirs.filter(case__objected_on=None, picked_up=PickedUp.UNANSWERED)
    return unanswered.select_related("case__owner").order_by("on", "reference")


def handovers(user: User) -> QuerySet[Handover]:
    """Return every hand-over at the addresses that a coach may see, newest first, with the last question about each."""
    theirs = of_cases_for(user, Handover.objects.filter(case__objected_on=None))
    return _with_question(theirs.select_related("case", "by")).order_by("-on", "-reference")


def _with_question(rows: QuerySet[Handover]) -> QuerySet[Handover]:
    """Add ``asked_on`` and ``asked_kind`` of the last question that a coach asked the partner, if any."""
    last = Question.objects.filter(handover=OuterRef("pk")).order_by("-reference")
    return rows.annotate(
        asked_on=Subquery(last.values("on")[:1]), asked_kind=Subquery(last.values("kind")[:1])
    )


def urgent(user: User) -> Urgent:
    """Return the urgent worries that ask something of a coach, with one query."""
    worries = _urgent(Viewer.of(user)).rows()
    return Urgent(
        [worry for worry in worries if worry.taken_by_id is None],
        [worry for worry in worries if worry.taken_by_id is not None],
    )


@prepared
def _urgent(viewer: Viewer) -> QuerySet[Worry]:
    open_ = (
        worries_for_coach(viewer)
        .filter(still_waits(), urgent=True)
        .select_related("case__corporation", "taken_by", "by")
    )
    return open_.order_by("taken_at", "-created_at")


def finished(user: User, *, result: str = "", month: str = "", own: bool = False) -> QuerySet[Case]:
    """Return the cases that were worked on and need nothing more: closed, unfit, or with an objection.

    Each has the day of its last contact (``last``), and what came of it (``result``, "" if nobody said). With ``result`` only those of
    which that came, with ``month`` (YYYY-MM) those with the last contact in it, with ``own`` those that the user had in care last.
    """
    over = Q(state__in=(State.CLOSED, State.NOT_FITTING)) | Q(objected_on__isnull=False)
    last = Max("contacts__on", filter=Q(contacts__undone_at=None))
    ended = Contact.objects.filter(case=OuterRef("pk"), undone_at=None).exclude(result="")
    newest = Subquery(ended.order_by("-on", "-reference").values("result")[:1])
    cases = cases_for(user).filter(over).annotate(last=last, result=Coalesce(newest, Value("")))
    if result:
        cases = cases.filter(result=result)
    if month:
        year, number = month.split("-")
        cases = cases.filter(last__year=int(year), last__month=int(number))
    if own:
        cases = cases.filter(owner=user)
    return cases.select_related("owner").order_by(F("last").desc(nulls_last=True), "pk")


def _working(user: User | Viewer) -> QuerySet[Case]:
    return cases_for(user).filter(WORKING, objected_on=None)


def _by_day(field: str, cases: Iterable[Case], *, newest_first: bool = False) -> list[Case]:
    return sorted(cases, key=lambda case: getattr(case, field), reverse=newest_first)

"""Query the coach's lists; each query is limited to the cases that the user may see."""

from __future__ import annotations

from datetime import date

from django.db.models import F, Prefetch, QuerySet

from portal.accounts.access import cases_for, worries_for
from portal.accounts.models import User
from portal.casework.codes import OPEN, PickedUp, State
from portal.casework.models import ASLEEP, Case, Change, Handover, Listing, Worry


def this_week(user: User) -> QuerySet[Listing]:
    """Return the newest list in order, without objections and withdrawn entries; ``case`` and its changes are prefetched."""
    return (
        Listing.objects.filter(
            case__in=cases_for(user).filter(objected_on=None, listed_on=F("corporation__newest_list")),
            as_of=F("case__corporation__newest_list"),
            withdrawn=False,
        )
        .select_related("case__corporation", "case__owner")
        .prefetch_related(Prefetch("case__changes", Change.objects.order_by("-seen_on")))
        .order_by("coach", "position")
    )


def due(user: User, day: date) -> QuerySet[Case]:
    """Return the open cases whose next step is due, and the watches that end."""
    return _working(user).filter(follow_up_on__lte=day).order_by("follow_up_on", "pk")


def flared_up(user: User) -> QuerySet[Case]:
    """Return the cases on *waakvlam* whose signals flared up."""
    return _working(user).filter(state=State.WATCH).exclude(flared_up_on=None).order_by("-flared_up_on", "pk")


def asleep(user: User) -> QuerySet[Case]:
    """Return the open cases without an owner or a next step."""
    return _working(user).filter(ASLEEP).order_by("pk")


def in_care(user: User) -> QuerySet[Case]:
    """Return every case that is open or on *waakvlam*."""
    return _working(user).order_by(F("follow_up_on").asc(nulls_first=True), "pk")


def handovers_open(user: User) -> QuerySet[Handover]:
    """Return the unanswered hand-overs, oldest first."""
    unanswered = Handover.objects.filter(case__in=cases_for(user), picked_up=PickedUp.UNANSWERED)
    return unanswered.select_related("case").order_by("on", "reference")


def urgent_worries(user: User) -> QuerySet[Worry]:
    """Return the urgent worries that the coach has not seen yet, including worries about addresses on no list."""
    return worries_for(user).filter(urgent=True, seen_at=None).select_related("case").order_by("-created_at")


def _working(user: User) -> QuerySet[Case]:
    return cases_for(user).filter(state__in=(*OPEN, State.WATCH), objected_on=None)

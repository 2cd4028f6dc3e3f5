"""Query the coach's lists; each query is limited to the cases that the user may see."""

from __future__ import annotations

import re
from datetime import date

from django.db.models import F, Max, Prefetch, Q, QuerySet

from portal.accounts.access import cases_for, worries_for
from portal.accounts.models import User
from portal.casework.codes import PickedUp, State
from portal.casework.models import ASLEEP, WORKING, Case, Change, Handover, Listing, Worry


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
    unanswered = Handover.objects.filter(
        case__in=cases_for(user).filter(objected_on=None), picked_up=PickedUp.UNANSWERED
    )
    return unanswered.select_related("case").order_by("on", "reference")


def urgent_worries(user: User) -> QuerySet[Worry]:
    """Return the urgent worries that nobody took up yet, including worries about addresses on no list."""
    waiting = worries_for(user).filter(urgent=True, taken_by=None)
    return waiting.select_related("case").order_by("-created_at")


def worries_to_answer(user: User) -> QuerySet[Worry]:
    """Return the urgent worries that were taken up and have no answer for the person who reported them, oldest first."""
    taken = worries_for(user).filter(urgent=True, taken_by__isnull=False, answer="")
    return taken.select_related("case", "taken_by").order_by("taken_at")


def finished(user: User) -> QuerySet[Case]:
    """Return the cases that were worked on and need nothing more: closed, unfit, or with an objection."""
    over = Q(state__in=(State.CLOSED, State.NOT_FITTING)) | Q(objected_on__isnull=False)
    last = Max("contacts__on", filter=Q(contacts__undone_at=None))
    return cases_for(user).filter(over).annotate(last=last).order_by(F("last").desc(nulls_last=True), "pk")


def search(user: User, text: str) -> QuerySet[Case]:
    """Return the cases in which every word of a text occurs in address, postcode, name, wijk or agreement id."""
    spaced = re.sub(r"\b([1-9][0-9]{3})([A-Za-z]{2})\b", r"\1 \2", text)
    found = cases_for(user)
    for word in spaced.split():
        found = found.filter(
            Q(address__icontains=word)
            | Q(town__icontains=word)
            | Q(name__icontains=word)
            | Q(wijk__icontains=word)
            | Q(overeenkomst_id__iexact=word)
        )
    return found.order_by("address", "pk")


def _working(user: User) -> QuerySet[Case]:
    return cases_for(user).filter(WORKING, objected_on=None)

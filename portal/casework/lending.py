"""Give all one's cases to a colleague for a holiday, take them back, and take over those of a coach who left.

The colleague becomes the owner of each case, so that every page and reminder works as always; the case remembers who is
away (`Case.lent_by`) and until when. `keep_up` gives it back after that day. A case that the colleague gives to somebody
else, or that another coach takes over, does not come back.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portal.accounts.access import cases_for, colleagues_of, takes_care_of
from portal.accounts.audit import record, record_many
from portal.accounts.models import User
from portal.casework.leave import keep_free
from portal.casework.models import WORKING, Absence, Case
from portal.casework.models.work import today
from portal.casework.services import give_to
from portal.casework.transfers import stands
from portal.prepared import Slot, prepared

LONGEST = timedelta(days=183)
"""Longest time that cases can be lent: after half a year a case belongs to whoever works on it."""


@dataclass(frozen=True)
class StandIn:
    """A colleague, with the number of the user's cases in the colleague's areas."""

    colleague: User
    cases: int


@dataclass(frozen=True)
class Lent:
    """Cases of a user that a colleague has until a day."""

    to: User
    until: date
    cases: int


def own_cases(user: User) -> QuerySet[Case]:
    """Return the cases in a user's own care, with for whom the user has them."""
    return cases_for(user).filter(WORKING, objected_on=None, owner=user).select_related("lent_by")


def stand_ins(user: User, cases: Iterable[Case]) -> list[StandIn]:
    """Return the colleagues who work in the area of at least one of the cases, with how many each can take."""
    mine = list(cases)
    counted = [
        StandIn(colleague, sum(takes_care_of(colleague, case) for case in mine))
        for colleague in colleagues_of(user)
    ]
    return [stand_in for stand_in in counted if stand_in.cases]


def lent_by(user: User) -> list[Lent]:
    """Return what a user lent, for each colleague and day."""
    numbers: dict[tuple[User, date], int] = {}
    for case in _lent().rows(user=user.pk):
        if case.owner and case.lent_until:
            numbers[case.owner, case.lent_until] = numbers.get((case.owner, case.lent_until), 0) + 1
    return [Lent(to, until, number) for (to, until), number in numbers.items()]


@prepared
def _lent() -> QuerySet[Case]:
    lent = Case.objects.filter(WORKING, lent_by_id=Slot("user"), objected_on=None)
    return lent.select_related("owner").order_by("lent_until", "pk")


@transaction.atomic
def lend_all(user: User, *, to: User, until: date) -> tuple[int, int]:
    """Give every case in a user's care to a colleague up to and including a day; cases outside the colleague's areas stay.

    Returns
    -------
    tuple of int
        The number of cases that went to the colleague, and the number that stayed.

    Raises
    ------
    ValidationError
        The day is in the past or too far away, or the colleague works in none of the areas.
    """
    cases = list(own_cases(user).select_for_update(of=("self",)).order_by("pk"))
    taken = [case for case in cases if to.pk != user.pk and takes_care_of(to, case)]
    _lend(user, taken, away=user, to=to, until=until)
    return len(taken), len(cases) - len(taken)


@transaction.atomic
def plan(user: User, *, to: User, first: date, until: date) -> Absence:
    """Let a colleague stand in from a later day on, instead of what was planned before; `keep_up` does it then.

    Raises
    ------
    ValidationError
        The last day is before the first or too far away, or the colleague works in none of the areas.
    """
    if until < first:
        raise ValidationError({"until": _("Deze dag ligt voor de eerste dag.")})
    refuse_day(until)
    if not any(takes_care_of(to, case) for case in own_cases(user)):
        raise ValidationError({"to": _("Deze collega kan geen van uw adressen overnemen.")})
    planned, _new = Absence.objects.update_or_create(
        away=user, defaults={"to": to, "first": first, "until": until}
    )
    record(user, "absence.plan", to=to.username, first=first.isoformat(), until=until.isoformat())
    return planned


def planned_for(user: User, cases: Sequence[Case]) -> Absence | None:
    """Return who will stand in for a user, or None; ``given`` says whether the colleague can take any of the cases in care.

    ``alone`` are those that nobody keeps an eye on.
    """
    planned = _planned().first(away=user.pk)
    if planned:
        planned.alone = [case for case in cases if not takes_care_of(planned.to, case)]
        planned.given = planned.to.stands_in and (not cases or len(planned.alone) < len(cases))
    return planned


@prepared
def _planned() -> QuerySet[Absence]:
    return Absence.objects.filter(away_id=Slot("away")).select_related("to")


def promised_by(user: User) -> list[Absence]:
    """Return the plans in which a user would stand in for a colleague."""
    theirs = Absence.objects.filter(to=user, away__is_active=True, until__gte=today())
    return list(theirs.select_related("away"))


def absences_of(coaches: Iterable[User]) -> list[Absence]:
    """Return what coaches planned: who will be away, from when to when, and who stands in, if that colleague still can (``given``)."""
    theirs = list(
        Absence.objects.filter(away__in=[coach.pk for coach in coaches]).select_related("away", "to")
    )
    for planned in theirs:
        planned.given = planned.to.stands_in
    return theirs


@transaction.atomic
def call_off(user: User) -> bool:
    """Delete what a user planned; return whether there was anything."""
    number, _each = Absence.objects.filter(away=user).delete()
    if number:
        record(user, "absence.call_off")
    return bool(number)


@transaction.atomic
def keep_up() -> None:
    """Give back what was lent until a day before today, and begin what was planned for today or earlier.

    Each login calls this: a session lasts half a day at most, so no page shows what ended the day before. What
    cannot begin, because the colleague can take no case, stays planned until its last day, and the page of the coach says so.
    What was lent by a coach whose account is closed stays with the colleague for good.
    """
    Case.objects.filter(lent_by__is_active=False).update(lent_by=None, lent_until=None)
    over = WORKING & Q(lent_until__lt=today(), objected_on=None)
    for away in User.objects.filter(pk__in=Case.objects.filter(over).values("lent_by")):
        take_back(away, before=today())
    due = Absence.objects.filter(first__lte=today()).select_related("away", "to")
    for planned in due.select_for_update(of=("self",)):
        ended = planned.until < today() or not planned.away.is_active
        if ended or (planned.to.stands_in and _begin(planned)):
            planned.delete()


def _begin(planned: Absence) -> bool:
    """Give the colleague what the coach who is away has in care; return whether there was anything to give."""
    with contextlib.suppress(ValidationError), transaction.atomic():
        lend_all(planned.away, to=planned.to, until=planned.until)
        return True
    return False


@transaction.atomic
def stand_in_for(user: User, *, away: User, until: date) -> int:
    """Take every case of a colleague who is suddenly away into the user's care up to and including a day; return how many.

    Raises
    ------
    ValidationError
        The day is in the past or too far away, or the user works in none of the areas.
    """
    theirs = cases_for(user).filter(WORKING, objected_on=None, owner=away).exclude(owner=user)
    taken = [
        case for case in theirs.select_for_update(of=("self",)).order_by("pk") if takes_care_of(user, case)
    ]
    _lend(user, taken, away=away, to=user, until=until)
    return len(taken)


def refuse_day(until: date) -> None:
    """Refuse a last day that is over or too far away."""
    if until < today():
        raise ValidationError({"until": _("Deze dag is al voorbij. Kies vandaag of een latere dag.")})
    if until > today() + LONGEST:
        raise ValidationError({"until": _("Kies een dag binnen een half jaar.")})


def _lend(by: User, cases: list[Case], *, away: User, to: User, until: date) -> None:
    refuse_day(until)
    if not cases:
        raise ValidationError({"to": _("Deze collega kan geen van uw adressen overnemen.")})
    for case in cases:
        # a case that was already lent to the coach who is away is lent on, and returns to whoever was away first
        first = case.lent_by if case.lent_by_id and case.lent_by_id != to.pk else None
        if case.lent_by_id == to.pk:
            give_to(by, case, to)
        else:
            give_to(by, case, to, lent_by=first or away, until=case.lent_until if first else until)
    record_many(by, "case.lend", cases, to=to.username, until=until.isoformat())


@transaction.atomic
def take_back(user: User, *, before: date | None = None) -> int:
    """Take back every case that a user lent, or only those lent until a day ``before`` a day.

    One that was finished meanwhile stays as it is.
    """
    lent = cases_for(user).filter(lent_by=user, objected_on=None)
    if before:
        lent = lent.filter(lent_until__lt=before)
    cases = list(lent.select_for_update(of=("self",)).order_by("pk"))
    back = [case for case in cases if not case.finished]
    for case in back:
        give_to(user, case, user)
    record_many(user, "case.returned" if before else "case.return", back)
    return len(back)


def left_behind(user: User) -> QuerySet[Case]:
    """Return the cases in the care of coaches whose account is closed, within the user's areas."""
    return cases_for(user).filter(WORKING, objected_on=None, owner__is_active=False)


@transaction.atomic
def inherit(user: User) -> tuple[list[Case], int]:
    """Take over every case of coaches whose account is closed, within the user's areas.

    Returns
    -------
    tuple
        The cases, and of how many the next step moved out of the user's leave.
    """
    cases = list(left_behind(user).select_for_update(of=("self",)).order_by("pk"))
    moved = 0
    for case in cases:
        before = stands(case)
        moved += keep_free(case, user.pk)
        give_to(user, case, user, before=before)
    record_many(user, "case.owner", cases, owner=user.username)
    return cases, moved


@transaction.atomic
def pass_on(by: User, *, away: User, to: User) -> int:
    """Put the own cases of a coach who leaves in the care of another, as the analyst ``by`` chose; return how many.

    What lies outside that coach's areas stays, and so does what goes back to a colleague whom the coach who leaves stands in for.
    """
    own = Case.objects.filter(WORKING, objected_on=None, owner=away).exclude(lent_by__is_active=True)
    locked = own.select_for_update(of=("self",)).select_related("corporation", "owner").order_by("pk")
    cases = [case for case in locked if takes_care_of(to, case)]
    for case in cases:
        keep_free(case, to.pk)
        give_to(by, case, to)
    record_many(by, "case.owner", cases, owner=to.username)
    return len(cases)

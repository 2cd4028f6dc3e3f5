"""Simulate the casework of invented coaches on past lists, to fill the pages of a demo.

Everything enters through the services of casework, at the time at which it would have happened. The caller knows what is
behind each door (`Truth`); this module only acts, and returns whom a visit helped.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from portal import clock, staff
from portal.accounts.models import Corporation, Role, User
from portal.casework import care, services, worries
from portal.casework.codes import (  # fmt: skip
    REPLIES,
    Answer,
    Consent,
    Domain,
    Kind,
    Need,
    Partner,
    PartOfDay,
    Phase,
    PickedUp,
    Result,
    Source,
    State,
    Worries,
)
from portal.casework.errors import Conflict
from portal.casework.models import Case, Contact, Handover, Worry
from portal.casework.workdays import working_day
from portal.leaving import leave
from portal.resting import Rests, holds
from portal.truth import Look, Truth

VISITED, TRIES, AGAIN = 0.93, 3, timedelta(days=5)
"""Share of listed addresses that a coach visits, attempts before a coach gives up on a closed door, and days between them."""
NEEDED = (Result.ADVICE, Result.REFERRED, Result.REFERRED_MONEY, Result.REFERRED_OTHER)
NOT_NEEDED = (Result.PAID, Result.OTHER_HELP, Result.IN_DEBT_HELP, Result.LEFT_WRONG)
Row = TypeVar("Row")


@dataclass
class Casework:
    """Casework of a corporation by invented coaches, in the order of time.

    Parameters
    ----------
    corporation : Corporation
        The corporation of the lists.
    first : datetime.date
        The first Monday.
    look : callable
        Returns what is behind a door.
    seed : int
        The same seed and the same lists give the same casework.

    Attributes
    ----------
    helped : dict of str to date
        The agreements that a visit helped, with the day of the visit.
    """

    corporation: Corporation
    first: date
    look: Look
    seed: int = 1
    helped: dict[str, date] = field(default_factory=dict)
    contacted: dict[str, date] = field(default_factory=dict)
    """The last contact of each agreement."""

    def __post_init__(self) -> None:
        self.chance = Random(f"casework {self.seed}")  # noqa: S311 - invents, and protects nothing
        self.steps: list[tuple[date, int, Callable[[], object]]] = []
        self.number, self.moment = count(), datetime.min
        self.tries, self.talks = dict[int, int](), dict[int, int]()
        self.known: set[int] = set()
        self.coaches = {
            name: staff.member(name, Role.COACH, self.corporation) for name, *_weeks in staff.STAFF
        }
        self.melder = staff.member("melder", Role.MELDER, self.corporation)

    def week(self, as_of: date) -> None:
        """Plan a first visit to each new address on the list of a Monday, then do what is due until the next Monday."""
        listed = Case.objects.filter(corporation=self.corporation, listed_on=as_of)
        for case in listed.order_by("listings__position").distinct():
            again = case.pk not in self.known or case.state in (State.CLOSED, State.NEW, State.NOT_FITTING)
            if again and self.chance.random() < VISITED:
                self.known.add(case.pk)
                self._plan(as_of + timedelta(days=self.chance.randrange(1, 5)), self._visit, case.pk)
        for _worry in range(self.chance.choice((2, 3, 4))):
            self._plan(as_of + timedelta(days=self.chance.randrange(0, 5)), self._worry, as_of)
        self.until(as_of + timedelta(days=7), as_of)

    @transaction.atomic
    def until(self, end: date, now: date) -> None:
        """Do every step that is due before a day."""
        leave(self.coaches, self.coach_of, self.first, now, self.chance)
        while self.steps and self.steps[0][0] < end:
            day, _number, step = heapq.heappop(self.steps)
            moment = datetime.combine(day, time(9 + self.chance.randrange(8), self.chance.randrange(60)))
            self.moment = max(moment, self.moment + timedelta(minutes=1))  # what follows happens later
            refused = suppress(ValidationError, Conflict, Case.DoesNotExist)  # like a form
            with clock.at(timezone.make_aware(self.moment), self.chance), refused:
                step()

    def holds(self, as_of: date, rests: Rests) -> dict[str, str]:
        """Return why agreements stay off the list of a day."""
        return holds(self.corporation, self.contacted, self.helped, as_of, rests)

    def _plan(self, day: date, step: Callable[..., object], *arguments: object) -> None:
        day = working_day(day)
        heapq.heappush(self.steps, (day, next(self.number), lambda: step(*arguments)))

    def _later(self, least: int, most: int) -> date:
        return working_day(clock.today() + timedelta(days=self.chance.randint(least, most)))

    def coach_of(self, case: Case) -> User:
        """Return the owner if that coach still works here, else one of the coaches of this week."""
        week = (clock.today() - self.first).days // 7
        here = [name for name, start, end in staff.STAFF if start <= week and (end is None or week < end)]
        if case.owner and case.owner.username in here:
            return case.owner
        return self.coaches[self.chance.choice(here)]

    def _visit(self, pk: int) -> None:
        """Knock on a door, and plan what follows."""
        case = Case.objects.get(pk=pk)
        if case.objected_on or case.state in (State.IN_CONTACT, State.WATCH):
            return
        if clock.today() - self.contacted.get(case.overeenkomst_id, date.min) < AGAIN:
            if case.follow_up_on and case.follow_up_on <= clock.today():
                self._plan(clock.today() + AGAIN, self._visit, pk)
            return  # somebody went there, for a worry or for the list
        door = self.look(case.overeenkomst_id, clock.today())
        tries = self.tries[pk] = self.tries.get(pk, 0) + 1
        if self.chance.random() < door.opens:
            self._reached(case, door)
        elif tries >= TRIES:
            self._log(case, reached=False, state=State.CLOSED, result=Result.NEVER_REACHED)
        else:
            day = self._later(AGAIN.days, 16)
            self._log(case, reached=False, state=State.APPROACHED, follow_up_on=day)
            self._plan_next(day, self._visit, pk)

    def _reached(self, case: Case, door: Truth) -> None:
        self.tries.pop(case.pk, None)
        if self.chance.random() < 0.015:
            care.object_to(self.coach_of(case), case.pk)
            return
        if not door.need:
            if self.chance.random() < 0.5:
                self._log(case, reached=True, state=State.CLOSED, result=Result.DECLINED)
            else:
                self._log(case, reached=True, state=State.NOT_FITTING, result=self.chance.choice(NOT_NEEDED))
            return
        day = self._later(10, 24)
        self._log(case, reached=True, state=State.IN_CONTACT, result=Result.APPOINTMENT, follow_up_on=day)
        if door.helps:
            self.helped.setdefault(case.overeenkomst_id, clock.today())
        self._grow(case.pk, Phase.START)
        if self.chance.random() < 0.45:
            handed = self._hand_over(case)
            slow = self.chance.random() >= 0.8
            self._plan(self._later(*((40, 90) if slow else (6, 30))), self._answer, handed.pk)
        self._plan_next(day, self._talk, case.pk)

    def _hand_over(self, case: Case) -> Handover:
        """Hand over to a partner of whom no answer is awaited."""
        partner, token = self.chance.choice(Partner.values), self._token()
        waiting = case.handovers.filter(partner=partner, picked_up=PickedUp.UNANSWERED).first()
        return waiting or self._act(
            care.hand_over, case.pk, token=token, partner=partner, consent=Consent.RESIDENT
        )

    def _talk(self, pk: int) -> None:
        """Talk again; after some talks the coach keeps a finger on the pulse, and closes the case at last."""
        case = Case.objects.get(pk=pk)
        if case.state not in (State.IN_CONTACT, State.WATCH) or case.objected_on:
            return
        talks = self.talks[pk] = self.talks.get(pk, 0) + 1
        if case.state == State.WATCH:
            reached = self.chance.random() < 0.6
            result = Result.ADVICE if reached else Result.NO_ANSWER
            self._log(case, reached=reached, state=State.CLOSED, result=result)
        elif talks >= 2 and self.chance.random() < 0.6:
            self._grow(pk, Phase.FOLLOW_UP)
            day = self._later(60, 90)
            result = self.chance.choice(NEEDED)
            needs = " ".join(self.chance.sample(Need.values, self.chance.randint(1, 2)))
            self._log(case, reached=True, state=State.WATCH, result=result, needs=needs, follow_up_on=day)
            self._plan_next(day, self._talk, pk)
        elif talks >= 5:
            self._log(case, reached=False, state=State.CLOSED, result=Result.NO_ANSWER)
        else:
            day = self._later(14, 40)
            self._log(case, reached=self.chance.random() < 0.75, state=State.IN_CONTACT, follow_up_on=day)
            self._plan_next(day, self._talk, pk)

    def _plan_next(self, day: date, step: Callable[..., object], pk: int) -> None:
        """Plan the next step, sometimes too late."""
        luck = self.chance.random()
        late = 0 if luck < 0.8 else self.chance.randrange(*((2, 21) if luck < 0.97 else (30, 90)))
        self._plan(day + timedelta(days=late), step, pk)

    def _grow(self, pk: int, phase: Phase) -> None:
        helped = Case.objects.get(pk=pk).overeenkomst_id in self.helped
        for domain in Domain.values:
            if self.chance.random() < 0.3:
                better = phase == Phase.FOLLOW_UP and self.chance.random() < (0.75 if helped else 0.3)
                step = (3 if self.chance.random() < 0.5 else 2) if better else self.chance.choice((1, 1, 2))
                self._act(care.grow, pk, domain=domain, step=step, phase=phase)

    def _answer(self, handover: int) -> None:
        case = Handover.objects.get(pk=handover).case
        picked = PickedUp.YES if self.chance.random() < 0.8 else PickedUp.NO
        care.answer_handover(self.coach_of(case), handover, version=case.version, picked_up=picked)

    def _worry(self, as_of: date) -> None:
        """Let a caretaker pass on a worry, sometimes one that cannot wait, about an address of this list or an earlier one."""
        known = Case.objects.filter(corporation=self.corporation, objected_on=None, from_worry=False)
        if self.chance.random() < 0.6:
            known = known.filter(listed_on=as_of)
        cases = list(known.order_by("pk"))
        if not cases:
            return
        case = self.chance.choice(cases)
        urgent = self.chance.random() < 0.35
        worry = worries.pass_on_worry(
            self.melder,
            token=self._token(),
            source=self.chance.choice((Source.CARETAKER, Source.CARETAKER, Source.TRADESMAN, Source.TEAM)),
            worry=self.chance.choice([kind for kind in Worries.values if kind != Worries.ENERGY]),
            corporation=self.corporation.pk,
            postcode=case.town[:7],
            house_number=case.address.rpartition(" ")[2],
            urgent=urgent,
        )
        if urgent:
            self._plan(self._later(0, 2), self._take_up, worry.pk)

    def _take_up(self, pk: int) -> None:
        worry = Worry.objects.get(pk=pk)
        coach = worry.taken_by or self.coach_of(worry.case or Case())  # a visit took it up already
        case = worries.take_up(coach, pk)
        if case.state == State.NEW and not case.from_worry:
            self._plan(self._later(0, 2), self._visit, case.pk)
        days = (1, 6) if self.chance.random() < 0.85 else (10, 30)
        self._plan(self._later(*days), self._reply, coach, pk)

    def _reply(self, coach: User, pk: int) -> None:
        """Tell the melder what was done, or that the coach tries again and does; a worry on no list is closed with it."""
        reply = self.chance.choice(REPLIES)[0]
        case = worries.answer(coach, pk, reply=reply).case
        if reply == Answer.TRYING:
            self._plan(self._later(2, 6), self._reply, self.coach_of(case or Case()), pk)
            return
        if case and case.from_worry and case.state == State.NEW:
            self._log(case, reached=True, state=State.CLOSED, result=Result.ADVICE)

    def _log(self, case: Case, *, reached: bool, state: State, **values: object) -> Contact:
        other = self.chance.random() >= 0.55
        kind = self.chance.choice((Kind.PHONE, Kind.CARD, Kind.MESSAGE)) if other else Kind.VISIT
        kind = Kind.PHONE if reached and kind == Kind.CARD else kind
        self.contacted[case.overeenkomst_id] = clock.today()
        part = self.chance.choice(PartOfDay.values)
        given = {"kind": kind, "reached": reached, "part_of_day": part, "state": state, **values}
        return self._act(services.log_contact, case.pk, token=self._token(), **given)

    def _act(self, service: Callable[..., Row], pk: int, **values: object) -> Row:
        case = Case.objects.select_related("owner").get(pk=pk)
        coach = self.coach_of(case)
        User.objects.filter(pk=coach.pk).update(last_login=clock.now())
        return service(coach, pk, version=case.version, **values)

    def _token(self) -> str:
        return f"{self.chance.getrandbits(128):032x}"

"""Let an invented coach who leaves pass on their cases; part of `portal.invented`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from random import Random

from django.utils import timezone

from portal import clock, staff
from portal.accounts.models import User
from portal.casework import services
from portal.casework.codes import State
from portal.casework.models import Case


def leave(
    coaches: Mapping[str, User], coach_of: Callable[[Case], User], first: date, now: date, chance: Random
) -> None:
    """Let a coach who leaves pass on their cases; the account stays, without access."""
    for name, _start, end in staff.STAFF:
        user = coaches[name]
        if end is None or not user.is_active or (now - first).days // 7 < end:
            continue
        with clock.at(timezone.make_aware(datetime.combine(now, time(9))), chance):
            for case in Case.objects.filter(
                owner=user, state__in=(State.APPROACHED, State.IN_CONTACT, State.WATCH)
            ):
                heir = coach_of(Case())
                if chance.random() < 0.95 and not case.objected_on:
                    services.take_over(heir, case.pk, version=case.version, owner=heir)
        user.is_active = False
        user.save(update_fields=["is_active"])

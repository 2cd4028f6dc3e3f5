"""Areas: the wijken that the register delivers, that users can be given, and in which nobody works."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portal.accounts.models import Corporation, Role, Scope, User
from portal.casework.models import Case
from portal.trends.models import WeekFigure


@dataclass(frozen=True)
class Gaps:
    """What an analyst has to correct: areas without a coach, coaches without an area, and areas that do not exist."""

    without_coach: tuple[tuple[str, str], ...]
    """Corporation name and wijk."""
    coaches_without_area: tuple[str, ...]
    unknown: tuple[tuple[str, str], ...]
    """User and wijk."""


def known_wijken() -> dict[str, set[str]]:
    """Return the wijken of each corporation, from the figures and the lists that the weekly run sent."""
    wijken: dict[str, set[str]] = {}
    for rows in (WeekFigure.objects, Case.objects):
        pairs = rows.exclude(wijk="").order_by().values_list("corporation_id", "wijk").distinct()
        for corporation, wijk in pairs:
            wijken.setdefault(corporation, set()).add(wijk)
    return wijken


def gaps(corporations: Iterable[Corporation]) -> Gaps:
    """Compare the areas of the active users with the wijken of some corporations."""
    names = {corporation.pk: corporation.name for corporation in corporations}
    known = known_wijken()
    people = Scope.objects.filter(corporation__in=names, user__is_active=True, user__is_program=False)
    scopes = list(people.select_related("user"))
    of_coaches = {(s.corporation_id, s.wijk) for s in scopes if s.user.role == Role.COACH}
    without = tuple(
        (names[id_], wijk)
        for id_ in names
        if (id_, "") not in of_coaches
        for wijk in sorted(known.get(id_, set()))
        if (id_, wijk) not in of_coaches
    )
    coaches = User.objects.filter(role=Role.COACH, is_active=True, is_program=False)
    idle = coaches.filter(scopes=None).order_by("username")
    unknown = tuple(
        (str(s.user), s.wijk) for s in scopes if s.wijk and s.wijk not in known.get(s.corporation_id, set())
    )
    return Gaps(without, tuple(str(user) for user in idle), unknown)

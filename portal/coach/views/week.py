"""*Deze week*: the list, due steps and reminders."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.accounts.access import UserRequest, Viewer
from portal.accounts.audit import record_many
from portal.accounts.models import User
from portal.casework import lending, queries, transfers
from portal.casework.codes import REPLIES
from portal.casework.models import Case, Handover, Listing, Worry
from portal.casework.models.work import today
from portal.casework.queries import Urgent, Waiting
from portal.casework.workdays import holidays_of_week
from portal.coach.areas import why_empty
from portal.coach.deliveries import notes
from portal.coach.listed import listed_by, lists_by_coach
from portal.coach.safety import Warned, warn
from portal.coach.since import Since
from portal.coach.timeline import AMOUNT
from portal.coach.turn import Turn
from portal.coach.views.page import VIA, coach_page
from portal.coach.views.saved import just_done
from portal.coach.visit import Visit
from portal.coach.week_map import WeekMap, draw, located, walking_order

ORDER, BY_WIJK, BY_POSTCODE, BY_WALK, BY_DEBT = "volgorde", "wijk", "postcode", "looproute", "huurachterstand"
BY_NUMBER = "nummer"
"""Name and values of the choice of an order. Dutch postcodes follow the round of a postman, so their order can be walked; where
the register delivers coordinates, the page also offers a shorter walk and draws it."""
TO_WALK = (BY_POSTCODE, BY_WALK)
LEAST_TO_WALK = 3
"""Minimum number of addresses with coordinates to offer a walk."""


@dataclass(frozen=True)
class WeekPage:
    """What the page *Deze week* shows of one coach's work, in one of the orders above."""

    user: User
    order: str
    rows: Sequence[Listing]
    waiting: Waiting
    handovers: Sequence[Handover]
    """Those without an answer, oldest first; the page only counts them."""
    urgent: Urgent
    owed: Mapping[int, float]
    """The rent arrears of each case when the list was made; read only for the order that shows them."""
    no_walk: bool = False
    """Whether the coach chose the walk, and too few addresses that are left have a place on the map."""
    wijken: tuple[str, ...] = ()
    """Those of the list."""
    wijk: str = ""
    """The one that the page is limited to, or ""."""

    def __post_init__(self) -> None:
        """Mark the addresses with a safety warning: all of the page, and all in the coach's care."""
        warn([*self._cases, *self.waiting.own])

    @classmethod
    def of(cls, request: UserRequest, wijk: str = "") -> WeekPage:
        """Read the week of a coach, in the order that the coach chose last; of one wijk, but for urgent worries, if it is given."""
        user = request.user
        rows = listed_by(user)
        wijken = tuple(dict.fromkeys(row.case.wijk for row in rows if row.case.wijk))
        wijk = wijk if wijk in wijken else ""
        rows = [row for row in rows if wijk in ("", row.case.wijk)]
        order = request.session.get(ORDER, BY_WIJK)
        no_walk = order == BY_WALK and not _walkable(rows)
        return cls(
            user,
            BY_WIJK if no_walk else order,
            rows,
            queries.waiting(user, today()).within(wijk),
            queries.handovers_open(user),
            queries.urgent(user),
            _owed(user) if order == BY_DEBT else {},
            no_walk,
            wijken,
            wijk,
        )

    @cached_property
    def seen(self) -> list[Case]:
        """Every case that the page names, once."""
        named = [*self._cases, *self.safety["care"].cases]
        return list({case.pk: case for case in named}.values())

    @cached_property
    def safety(self) -> dict[str, Warned]:
        """The addresses with a warning: of the list, of what else the coach has in care, and elsewhere on the page."""
        listed = [row.case for row in self.rows]
        own = self.waiting.own
        return {
            "listed": Warned.of(listed),
            "care": Warned.of(own, but=listed),
            "elsewhere": Warned.of(self._cases, but=[*listed, *own]),
        }

    @cached_property
    def _cases(self) -> list[Case]:
        return [
            *(row.case for row in self.rows),
            *self.waiting.due,
            *self.waiting.flared_up,
            *self.waiting.asleep,
            *(worry.case for worry in [*self.urgent.to_take, *self.urgent.to_answer] if worry.case),
        ]

    @cached_property
    def stamp(self) -> str:
        """A text that changes when the day, a case or a change at its address does."""
        parts = [str(today()), self.order, *(f"{case.pk}:{case.version}" for case in self.seen)]
        parts += [f"{change.pk}" for row in self.rows for change in row.changes]
        parts += [f"{case.pk}:{case.safety}" for case in self.seen if case.safety]
        parts += [f"wait{row.pk}" for row in self.handovers] + [f"left{row.pk}" for row in self.waiting.left]
        return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:16]

    def context(self) -> dict[str, Any]:
        """Return the values of the template."""
        rows, user, waiting, day = self.rows, self.user, self.waiting, today()
        several = len({row.case.corporation_id for row in rows}) > 1
        as_of = max((row.as_of for row in rows), default=None)
        lists = lists_by_coach(rows, user)
        stale, answered_for, shown_notes = self.stale, self.waits_for_reply, notes(user)
        appointments = [case for case in self.own_turn if case.appointment_on == day and case.has_appointment]
        return {
            "groups": [
                group | {"visits": self._visits(group["rows"], several=several)}
                for name, own in lists
                for group in self._groups(name, own)
            ],
            "maps": [drawn for name, own in lists if (drawn := self.map_of(name, own))],
            "order": self.order,
            "no_walk": self.no_walk,
            "walkable": _walkable(rows),
            "several_lists": len({row.coach for row in rows}) > 1,
            "finished": self._visits([row for row in rows if row.done], several=several),
            "count": len(rows),
            "new": sum(row.carried_over is False and not row.returned for row in rows),
            "returned": sum(row.returned and row.carried_over is False for row in rows),
            "stayed": sum(row.carried_over is True for row in rows),
            "safety": self.safety,
            "as_of": as_of,
            "holidays": holidays_of_week(as_of) if as_of else [],
            "appointments": appointments,
            "turn": [
                case
                for case in self.turn
                if case not in stale and case not in appointments and case.pk not in answered_for
            ],
            "stale": stale,
            "own_stale": len(self.own_stale),
            "asleep": waiting.asleep,
            "left": len(waiting.left),
            "handovers": len(self.handovers),
            "longest": (day - self.handovers[0].on).days if self.handovers else 0,
            "worries": self.urgent.to_take,
            "to_answer": sorted(self.urgent.to_answer, key=lambda worry: not worry.due),
            "answers": REPLIES,
            "today": day,
            "stamp": self.stamp,
            **asdict(shown_notes),
            "why_empty": "" if rows else why_empty(user, shown_notes),
        }

    @cached_property
    def turn(self) -> list[Case]:
        """What is due, of every coach, in its order."""
        return self._order.in_order(dict.fromkeys([*self.waiting.flared_up, *self.waiting.due]))

    @cached_property
    def stale(self) -> list[Case]:
        """What of it is long past."""
        return [case for case in self.turn if self._order.stale(case)]

    @property
    def own_turn(self) -> list[Case]:
        """What is due of the coach's own, also in place of a colleague, and of nobody."""
        return [case for case in self.turn if self._order.own(case)]

    @property
    def own_stale(self) -> list[Case]:
        """What of it is long past."""
        return [case for case in self.own_turn if self._order.stale(case)]

    @property
    def own_to_answer(self) -> list[Worry]:
        """The urgent worries that the coach took up, or that a colleague took up for whom the coach stands in."""
        mine = self.user.pk
        return [
            worry
            for worry in self.urgent.to_answer
            if mine in (worry.taken_by_id, worry.case.owner_id if worry.case else None)
        ]

    @cached_property
    def waits_for_reply(self) -> set[int | None]:
        """The cases whose reporter waits for an answer: they stand there with their next step, and not under *Aan de beurt* too."""
        return {worry.case_id for worry in self.urgent.to_answer}

    @cached_property
    def _order(self) -> Turn:
        return Turn(self.user, self.waits_for_reply)

    def _visits(self, rows: list[Listing], *, several: bool) -> tuple[Visit, ...]:
        return tuple(
            Visit.of(row, self.user, several=several, owed=self.owed.get(row.case_id)) for row in rows
        )

    def _groups(self, name: str, rows: list[Listing]) -> list[dict[str, Any]]:
        """Group the rows of a coach that still have to be done: by wijk, or as one group in an order to walk."""
        left = [row for row in rows if not row.done]
        if self.order != BY_WIJK:
            return [{"coach": name, "wijk": "", "rows": self._sorted(left)}] if left else []
        # in the order of the whole list, so that no wijk moves when an address is done
        groups: dict[str, list[Listing]] = {row.case.wijk: [] for row in rows}
        for row in left:
            groups[row.case.wijk].append(row)
        return [{"coach": name, "wijk": wijk, "rows": inside} for wijk, inside in groups.items() if inside]

    def _sorted(self, left: list[Listing]) -> list[Listing]:
        """Return rows by their place on the list, by arrears with the largest first, by postcode and number, or as the shorter walk."""
        if self.order == BY_NUMBER:
            return sorted(left, key=lambda row: row.position)
        if self.order == BY_DEBT:
            return sorted(left, key=lambda row: -self.owed.get(row.case_id, 0))
        if self.order == BY_WALK:
            return walking_order(left)
        return sorted(left, key=lambda row: (row.case.town[:7], _numbers(row.case.address), row.position))

    def in_order(self, rows: list[Listing]) -> list[Listing]:
        """Return the rows of a coach that still have to be done, as the page shows them from top to bottom."""
        return [row for group in self._groups("", rows) for row in group["rows"]]

    def map_of(self, name: str, rows: list[Listing]) -> WeekMap | None:
        """Draw the list of a coach, with the walk if that is the order."""
        left = [row for row in rows if not row.done]
        return draw(name, rows, self._sorted(left) if self.order in TO_WALK else [])


@coach_page
@require_safe
def week(request: UserRequest) -> HttpResponse:
    """Show the week as a work list: urgent worries, what is due, the list by wijk, and what has no next step."""
    if (order := request.GET.get(ORDER)) in (BY_WIJK, BY_NUMBER, BY_DEBT, *TO_WALK):
        request.session[ORDER] = order
    request.session.pop(VIA, None)  # from here the way back leads here
    page = WeekPage.of(request)
    record_many(request.user, "list.view", page.seen)
    planned = lending.planned_for(request.user, page.waiting.own)
    shown = {
        "done": just_done(request.user, request.GET.get("gedaan", "")),
        "lent": lending.lent_by(request.user),
        "since": Since.of(request, page.rows),
        "passed": transfers.passed_to(request.user),
        # here only what goes wrong: *In zorg* says what is planned
        "planned": planned if planned and not planned.given else None,
    }
    return render(request, "coach/week.html", {**page.context(), **shown})


def _owed(user: User) -> dict[int, float]:
    """Return the rent arrears of each listed case, if known."""
    weeks = queries.weeks_of_list(Viewer.of(user)).rows()
    amounts = {week.case_id: week.figures.get(AMOUNT) for week in weeks}
    return {case: float(amount) for case, amount in amounts.items() if isinstance(amount, int | float)}


def _walkable(rows: Sequence[Listing]) -> bool:
    return len(located(row for row in rows if not row.done)) >= LEAST_TO_WALK


def _numbers(address: str) -> list[int]:
    """Return the numbers of an address, so that number 9 comes before number 10."""
    return [int(number) for number in re.findall(r"[0-9]{1,9}", address)]

"""*In zorg*: the cases that are open or on *waakvlam*, and the hand-overs at them that nobody answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.accounts.access import UserRequest
from portal.accounts.audit import record_many
from portal.accounts.models import User
from portal.casework import lending, queries, standing_in, transfers
from portal.casework.models import Case, Transfer
from portal.casework.models.work import today
from portal.coach.again import typed_before
from portal.coach.colleague_forms import StandInForm
from portal.coach.safety import warn
from portal.coach.turn import Turn, when
from portal.coach.views.page import coach_page
from portal.coach.views.saved import SAVED, just_done
from portal.coach.views.taken import TAKEN, taken

OF, ME, ALL, GONE, FROM_ME, TO_ME = "van", "mij", "iedereen", "weg", "gegeven", "gekregen"
"""Name of the choice of whose cases to show, and its values; a colleague's number is a value too."""


@dataclass(frozen=True)
class Row:
    """A case of the page; ``logged_by`` is who logged its last row, if that is somebody else, and ``moved`` how it came where it is."""

    case: Case
    logged_by: str = ""
    moved: Transfer | None = None


@dataclass(frozen=True)
class Group:
    """Rows under one heading (`portal.coach.turn.when`); without ``when`` they have none."""

    when: str
    day: date | None
    rows: Sequence[Row]


@coach_page
@require_safe
def care(request: UserRequest) -> HttpResponse:
    """Show the coach's own cases, everybody's, a colleague's, those of who left, or what went to or came from a colleague.

    Without a choice the page shows the coach's own, or everybody's if there are none.
    """
    user = request.user
    working = queries.in_care(user)
    colleagues = list(
        dict.fromkeys(
            case.owner for case in working if case.owner and case.owner.is_active and case.owner_id != user.pk
        )
    )
    choices = [ME, ALL, GONE, *(str(colleague.pk) for colleague in colleagues)]
    kinds = {choice: [case for case in working if _is_of(case, choice, user)] for choice in choices}
    moved = transfers.moved(user)
    handed = {FROM_ME: moved.from_me, TO_ME: moved.to_me}
    known = {case.pk: case for case in working}
    kinds |= {
        choice: [known[row.case_id] for row in rows if row.case_id in known]
        for choice, rows in handed.items()
    }
    chosen = request.GET.get(OF, "")
    if chosen not in kinds:
        chosen = ME if kinds[ME] else ALL
    warn(kinds[chosen])  # the order depends on it
    order = Turn(user, {case.pk for case in working if case.urgent})  # type: ignore[attr-defined]
    cases = kinds[chosen] if chosen in handed else order.all_in_order(kinds[chosen])
    handovers = [
        handover
        for handover in queries.handovers_open(user)
        if chosen not in handed and (_of_nobody(handover.case) or _is_of(handover.case, chosen, user))
    ]
    every = [*cases, *(handover.case for handover in handovers)]
    record_many(user, "care.view", list({case.pk: case for case in every}.values()))
    logged_by, how = _others(cases), {row.case_id: row for row in handed.get(chosen, [])}
    typed = typed_before(request)
    form = StandInForm(typed.data)
    typed.add_errors(form)
    rows = [Row(case, logged_by.get(case.pk, ""), how.get(case.pk)) for case in cases]
    shown = {
        "cases": cases,
        "due": sum(case.is_due(today()) for case in cases),
        "late": sum(case.is_late(today()) for case in cases),
        "numbers": {kind: len(inside) for kind, inside in kinds.items()},
        "chosen": chosen,
        "done": just_done(user, request.GET.get(SAVED, "")),
        "taken": taken(user, request.GET.get(TAKEN, "")),
        "rows": rows,
        "groups": [Group("", None, rows)] if chosen in handed else _by_day(rows),
        "colleagues": [(str(who.pk), who, len(kinds[str(who.pk)])) for who in colleagues],
        "away": next((who for who in colleagues if str(who.pk) == chosen), None),
        "form": form,
        "handovers": handovers,
        "today": today(),
        "lent": lending.lent_by(user),
        "covers": standing_in.covers_of(kinds[ME]),
        "planned": lending.planned_for(user, kinds[ME]),
        "absences": lending.absences_of(colleagues),
    }
    return render(request, "coach/care.html", shown)


def _by_day(rows: list[Row]) -> list[Group]:
    """Put rows in their order under headings."""
    return [Group(*key, list(inside)) for key, inside in groupby(rows, key=lambda row: when(row.case))]


def _others(cases: list[Case]) -> dict[int, str]:
    """Return by case who logged its last row, where that is not whoever has it in care."""
    theirs = {
        case.pk: case.last_by  # type: ignore[attr-defined]
        for case in cases
        if case.last_by and case.last_by != case.owner_id  # type: ignore[attr-defined]
    }
    users = User.objects.in_bulk(set(theirs.values())) if theirs else {}
    return {pk: str(users[by]) for pk, by in theirs.items()}


def _is_of(case: Case, choice: str, user: User) -> bool:
    """Return whether a case belongs to a choice of the page."""
    if choice == GONE:
        return case.owner is not None and not case.owner.is_active
    whose = str(user.pk) if choice == ME else choice
    return choice == ALL or str(case.owner_id) == whose


def _of_nobody(case: Case) -> bool:
    """Return whether no coach of now has a case; its hand-over stays in sight of all, or nobody would ask for the answer."""
    return case.owner is None or not case.owner.is_active

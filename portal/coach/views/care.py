"""*In zorg*: the cases that are open or on *waakvlam*, and the hand-overs at them that nobody answered."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.accounts.access import UserRequest
from portal.accounts.audit import record_many
from portal.accounts.models import User
from portal.casework import lending, queries, standing_in, transfers
from portal.casework.models import Case
from portal.casework.models.work import today
from portal.coach.colleague_forms import StandInForm
from portal.coach.safety import warn
from portal.coach.turn import Turn
from portal.coach.views.page import coach_page

OF, ME, ALL, GONE = "van", "mij", "iedereen", "weg"
"""Name of the choice of whose cases to show, and its values; a colleague's number is a value too."""


@coach_page
@require_safe
def care(request: UserRequest) -> HttpResponse:
    """Show the coach's own cases, everybody's, a colleague's, or those of who left.

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
    chosen = request.GET.get(OF, "")
    if chosen not in kinds:
        chosen = ME if kinds[ME] else ALL
    order = Turn(user, {case.pk for case in working if case.urgent})  # type: ignore[attr-defined]
    cases = order.all_in_order(kinds[chosen])
    handovers = [
        handover
        for handover in queries.handovers_open(user)
        if _of_nobody(handover.case) or _is_of(handover.case, chosen, user)
    ]
    gone = transfers.given_away(user) if chosen in (ME, ALL) else []
    every = [*cases, *(handover.case for handover in handovers), *(row.case for row in gone)]
    record_many(user, "care.view", list({case.pk: case for case in every}.values()))
    warn(every)
    logged_by = _others(cases)
    shown = {
        "cases": cases,
        "due": sum(case.is_due(today()) for case in cases),
        "late": sum(case.is_late(today()) for case in cases),
        "numbers": {kind: len(inside) for kind, inside in kinds.items()},
        "chosen": chosen,
        "rows": [(case, logged_by.get(case.pk, "")) for case in cases],
        "colleagues": [(str(who.pk), who, len(kinds[str(who.pk)])) for who in colleagues],
        "away": next((who for who in colleagues if str(who.pk) == chosen), None),
        "stand_in": StandInForm(),
        "handovers": handovers,
        "gone": gone,
        "today": today(),
        "lent": lending.lent_by(user),
        "covers": standing_in.covers_of(kinds[ME]),
        "planned": lending.planned_for(user, kinds[ME]),
        "absences": lending.absences_of(colleagues),
    }
    return render(request, "coach/care.html", shown)


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

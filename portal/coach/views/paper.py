"""The list as a form to print and fill in by hand, and the note to leave at a door."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.accounts.access import UserRequest, corporations_for
from portal.accounts.audit import record_many
from portal.casework.codes import Kind, Need, PartOfDay, Result
from portal.casework.models.work import today
from portal.coach import leaflets
from portal.coach.deliveries import what_was_late
from portal.coach.views.page import coach_page
from portal.coach.views.week import WeekPage, lists_by_coach
from portal.coach.week_map import draw
from portal.coach.words import ABOUT, QUESTION, answer

ON_PAPER = (Kind.VISIT, Kind.PHONE, Kind.CARD, Kind.MESSAGE, Kind.OTHER)
RESULTS_ON_PAPER = (
    Result.APPOINTMENT,
    Result.ADVICE,
    Result.REFERRED,
    Result.PAID,
    Result.DECLINED,
    Result.NO_ANSWER,
)
"""Maximum number of options on paper; the others are chosen on the screen."""


@coach_page
@require_safe
def paper(request: UserRequest) -> HttpResponse:
    """Show the list as a form to print and fill in by hand, after what cannot wait and who is due today."""
    page = WeekPage.of(request)
    rows, turn = page.rows, page.own_turn
    worries = [*page.urgent.to_take, *(w for w in page.urgent.to_answer if w.taken_by_id == request.user.pk)]
    cases = [*(row.case for row in rows), *turn, *(worry.case for worry in worries if worry.case)]
    record_many(request.user, "list.print", list({case.pk: case for case in cases}.values()))
    names = list(dict.fromkeys(row.case.corporation.name for row in rows))
    return render(
        request,
        "coach/paper.html",
        {
            "lists": [(name, own, draw(name, own, [])) for name, own in lists_by_coach(rows, request.user)],
            "worries": worries,
            "cases": cases,
            "danger": len({case.pk for case in cases if case.safety}),
            "turn": turn,
            "today": today(),
            "as_of": max((row.as_of for row in rows), default=None),
            "late": what_was_late(request.user),
            "about": ABOUT,
            "question": QUESTION,
            "answers": [answer(name) for name in names],
            "kinds": [label for kind, label in Kind.choices if kind in ON_PAPER],
            "parts": PartOfDay.labels,
            "needs": Need.labels,
            "results": [label for result, label in Result.choices if result in RESULTS_ON_PAPER],
        },
    )


@coach_page
@require_safe
def leaflet(request: UserRequest) -> HttpResponse:
    """Show a note to print and leave at a door: it names coach and corporation, and nothing about the address.

    A sheet holds two notes: twice the Dutch one, or the Dutch one and that in the chosen language.
    """
    languages = leaflets.chosen(settings.LEAFLET)
    other = next((each for each in languages if each.code == request.GET.get("taal")), None)
    notes = [
        {
            "text": text,
            "corporation": corporation,
            "introduced": text.introduced(str(request.user), corporation.name),
            "copy": number > 0 and other is None,
        }
        for corporation in corporations_for(request.user)
        for number, text in enumerate((leaflets.DUTCH, other or leaflets.DUTCH))
    ]
    return render(request, "coach/leaflet.html", {"notes": notes, "languages": languages, "other": other})

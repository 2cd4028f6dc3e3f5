"""The list as a form to print and fill in by hand, and the note to leave at a door."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.accounts.access import UserRequest, cases_for, corporations_for
from portal.accounts.audit import record, record_many
from portal.casework.codes import Kind, Need, PartOfDay, Result
from portal.casework.models import Listing
from portal.casework.models.work import today
from portal.coach import leaflets
from portal.coach.deliveries import notes
from portal.coach.listed import lists_by_coach
from portal.coach.safety import Warned
from portal.coach.views.page import coach_page
from portal.coach.views.week import WeekPage
from portal.coach.words import ABOUT, QUESTION, answer

ON_PAPER = (Kind.VISIT, Kind.PHONE, Kind.CARD, Kind.MESSAGE, Kind.OTHER)
RESULTS_ON_PAPER = {
    Result.APPOINTMENT: gettext_lazy("Afspraak"),
    Result.ADVICE: gettext_lazy("Advies of opgelost"),
    Result.REFERRED: gettext_lazy("Doorverwezen"),
    Result.PAID: gettext_lazy("Betaald of in delen"),
    Result.DECLINED: gettext_lazy("Regelt het zelf"),
    Result.NO_ANSWER: gettext_lazy("Geen reactie"),
    Result.NEVER_REACHED: gettext_lazy("Geen contact"),
}
NEEDS_ON_PAPER = {
    Need.MONEY: gettext_lazy("Geld"),
    Need.PAPERS: gettext_lazy("Post"),
    Need.HOME: gettext_lazy("Woning"),
    Need.NEIGHBOURS: gettext_lazy("Buren"),
    Need.COMPANY: gettext_lazy("Contact"),
    Need.WORK: gettext_lazy("Werk"),
    Need.OTHER: gettext_lazy("Anders"),
}
"""The options on paper, in so few words that eight addresses fit two sheets; the others are chosen on the screen."""


@coach_page
@require_safe
def paper(request: UserRequest) -> HttpResponse:
    """Show the list as a form to print and fill in by hand, after what cannot wait and who is due today."""
    page = WeekPage.of(request, request.GET.get("wijk", ""))
    rows, stale, notices = page.rows, page.own_stale, notes(request.user)
    worries, to_answer = page.urgent.to_take, page.own_to_answer
    answered_for = {worry.case_id for worry in to_answer}
    turn = [case for case in page.own_turn if case not in stale and case.pk not in answered_for]
    asked = [worry.case for worry in [*worries, *to_answer] if worry.case]
    listed = [row.case for row in rows]
    cases = [*listed, *page.own_turn, *stale, *asked, *page.safety["care"].cases]
    record_many(request.user, "list.print", list({case.pk: case for case in cases}.values()))
    names = list(dict.fromkeys(row.case.corporation.name for row in rows))
    return render(
        request,
        "coach/paper.html",
        {
            "lists": [_sheet(page, name, own) for name, own in lists_by_coach(rows, request.user)],
            "order": page.order,
            "wijken": page.wijken if len(page.wijken) > 1 else (),
            "wijk": page.wijk,
            "worries": worries,
            "to_answer": to_answer,
            "stale": stale,
            "of_others": len(page.turn) > len(page.own_turn) or len(page.urgent.to_answer) > len(to_answer),
            "safety": page.safety | {"elsewhere": Warned.of(asked, but=[*listed, *page.waiting.own])},
            "turn": turn,
            "today": today(),
            "as_of": max((row.as_of for row in rows), default=None),
            "late": notices.late,
            "held": notices.held,
            "about": ABOUT,
            "question": QUESTION,
            "answers": [answer(name) for name in names],
            "kinds": [label for kind, label in Kind.choices if kind in ON_PAPER],
            "parts": PartOfDay.labels,
            "needs": NEEDS_ON_PAPER.values(),
            "results": RESULTS_ON_PAPER.values(),
        },
    )


def _sheet(page: WeekPage, name: str, rows: list[Listing]) -> dict[str, Any]:
    """Return the list of one coach: what is left with a form each, in the order of *Deze week*, and what is done without one."""
    left = page.in_order(rows)
    return {
        "name": name,
        "left": left,
        "done": [row for row in rows if row.done],
        "map": page.map_of(name, rows) if left else None,
    }


@coach_page
@require_safe
def leaflet(request: UserRequest) -> HttpResponse:
    """Show a note to print and leave at a door: it names coach and corporation, and nothing about the address.

    A sheet holds two notes: twice the Dutch one, or the Dutch one and that in the chosen language. The way back is to the address
    from which it was opened, if any.
    """
    number = request.GET.get("adres", "")
    known = number.isascii() and number.isdigit() and len(number) < 18
    case = cases_for(request.user).filter(pk=int(number)).first() if known else None
    if case:
        record(request.user, "case.view", case, page="leaflet")
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
    return render(
        request,
        "coach/leaflet.html",
        {
            "case": case,
            "notes": notes,
            "languages": languages,
            "other": other,
            "waiting": ", ".join(
                each.name for each in leaflets.OTHERS if each not in languages and not each.read
            ),
        },
    )

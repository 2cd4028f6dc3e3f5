"""*Zoeken* and *Afgerond*: find any address within one's own areas, even when nothing more has to happen there."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.accounts.access import UserRequest
from portal.accounts.audit import record, record_many
from portal.casework import queries
from portal.casework.checks import plain
from portal.casework.codes import Result
from portal.coach.again import SEARCHED
from portal.coach.off_list import why_off
from portal.coach.safety import warn
from portal.coach.views.page import coach_page

SHORTEST = 2
LONGEST = 100
MOST = 50
PER_PAGE = 50


@coach_page
def search(request: UserRequest) -> HttpResponse:
    """Search addresses. The text is sent by POST, so that no log of URLs holds a name or an address.

    The session keeps the text, so that the way back from an address (``?weer``) shows what was found.
    """
    again = "weer" in request.GET
    text = plain(request.session.get(SEARCHED, "") if again else request.POST.get("text", ""))[:LONGEST]
    cases = queries.search(request.user, text, MOST + 1) if len(text) >= SHORTEST else []
    if request.method == "POST":
        request.session[SEARCHED] = text
    if request.method == "POST" or (again and text):
        record(request.user, "case.search", found=len(cases))
        record_many(request.user, "search.view", cases[:MOST])
    warn(cases)
    shown = {"text": text, "found": cases[:MOST], "more": len(cases) > MOST, "asked": len(text) >= SHORTEST}
    return render(request, "coach/search.html", {**shown, "most": MOST, "typing": True})


@coach_page
@require_safe
def left(request: UserRequest) -> HttpResponse:
    """Show which addresses left the list since last week, each with the reason."""
    cases = queries.left_list(request.user)
    record_many(request.user, "left.view", cases)
    warn(cases)
    rows = [(case, why_off(case, case.contacts.all(), case.corporation.newest_list)) for case in cases]
    return render(request, "coach/left.html", {"rows": rows})


@coach_page
@require_safe
def finished(request: UserRequest) -> HttpResponse:
    """Show the closed cases, the cases that did not fit and those with an objection, newest first."""
    page = Paginator(queries.finished(request.user), PER_PAGE).get_page(request.GET.get("page"))
    cases = list(page)
    record_many(request.user, "finished.view", cases)
    warn(cases)
    words = dict(Result.choices)
    for case in cases:
        case.ended = words.get(case.result, "") if case.result != case.reason else ""  # type: ignore[attr-defined]
    return render(request, "coach/finished.html", {"cases": cases, "page": page})

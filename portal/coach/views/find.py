"""*Zoeken* and *Afgerond*: find any address within one's own areas, even when nothing more has to happen there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.accounts.access import UserRequest
from portal.accounts.audit import record, record_many
from portal.casework import finding, queries
from portal.casework.checks import plain
from portal.casework.codes import Result
from portal.casework.models import Case
from portal.coach.again import SEARCHED
from portal.coach.deliveries import notes
from portal.coach.off_list import why_off
from portal.coach.safety import warn
from portal.coach.story import known_today
from portal.coach.views.care import ME, OF
from portal.coach.views.page import coach_page

SHORTEST = 2
MONTH = re.compile(r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])")
"""A month as the browser writes it."""
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
    cases = finding.search(request.user, text, MOST + 1) if len(text) >= SHORTEST else []
    if request.method == "POST":
        request.session[SEARCHED] = text
    if request.method == "POST" or (again and text):
        record(request.user, "case.search", found=len(cases))
        record_many(request.user, "search.view", cases[:MOST])
    warn(cases)
    asked = len(text) >= SHORTEST
    meant = "" if cases or not asked else finding.meant(request.user, text)
    shown = {"text": text, "found": cases[:MOST], "more": len(cases) > MOST, "asked": asked, "meant": meant}
    return render(request, "coach/search.html", {**shown, "most": MOST, "typing": True})


@coach_page
@require_safe
def left(request: UserRequest) -> HttpResponse:
    """Show which addresses left the list since last week, each with the reason."""
    cases = queries.left_list(request.user)
    record_many(request.user, "left.view", cases)
    warn(cases)
    still = notes(request.user).still
    rows = [(case, _why_off(case, held=case.corporation_id in still)) for case in cases]
    return render(request, "coach/left.html", {"rows": rows})


def _why_off(case: Case, *, held: bool) -> str:
    """Return the reason that the page of the address gives as well."""
    newest = case.corporation.newest_list
    return why_off(case, case.contacts.all(), newest, known_today(case.weeks.all(), newest), held=held)


@coach_page
@require_safe
def finished(request: UserRequest) -> HttpResponse:
    """Show the closed cases, the cases that did not fit and those with an objection, newest first.

    The URL may choose the coach's own, the result and the month of the last contact.
    """
    chosen = Chosen.of(request)
    asked = queries.finished(request.user, result=chosen.result, month=chosen.month, own=bool(chosen.whose))
    page = Paginator(asked, PER_PAGE).get_page(request.GET.get("page"))
    cases = list(page)
    record_many(request.user, "finished.view", cases)
    warn(cases)
    words = dict(Result.choices)
    for case in cases:
        case.ended = words.get(case.result, "") if case.result != case.reason else ""  # type: ignore[attr-defined]
    shown = {"cases": cases, "page": page, "chosen": chosen, "results": list(words.items())}
    return render(request, "coach/finished.html", shown)


@dataclass(frozen=True)
class Chosen:
    """Which finished cases to show: with a result, with the last contact in a month, and the coach's own; empty means all."""

    result: str
    month: str
    whose: str

    @classmethod
    def of(cls, request: UserRequest) -> Chosen:
        """Read the choice from the URL, without what it cannot mean."""
        result, month = request.GET.get("resultaat", ""), request.GET.get("maand", "")
        whose = ME if request.GET.get(OF) == ME else ""
        return cls(result if result in Result.values else "", month if MONTH.fullmatch(month) else "", whose)

    @property
    def query(self) -> str:
        """The choice as the query of a URL."""
        return urlencode({OF: self.whose, "resultaat": self.result, "maand": self.month})

"""Let the auditor find the agreement of an address, so that "who looked at my data?" has an answer; the log says who searched."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from portal.accounts.access import UserRequest, cases_of_log, requires
from portal.accounts.audit import record, record_many
from portal.accounts.models import Role
from portal.casework import finding
from portal.casework.checks import plain

SHORTEST, LONGEST = 4, 100
"""Length of the text: with less, one would leaf through addresses instead of looking one up."""
MOST = 10


@requires(Role.AUDITOR)
def audit_find(request: UserRequest) -> HttpResponse:
    """Show the address and the agreement that a text means. It is sent by POST, so that no log of URLs holds it."""
    text = plain(request.POST.get("text", ""))[:LONGEST]
    asked = len(text) >= SHORTEST
    cases = finding.matching(cases_of_log(request.user), text, MOST + 1) if asked else []
    if asked:
        record(request.user, "audit.search", found=len(cases))
        record_many(request.user, "audit.find", cases[:MOST])
    shown = {"text": text, "asked": asked, "found": cases[:MOST], "more": len(cases) > MOST, "most": MOST}
    return render(request, "accounts/audit_find.html", shown)

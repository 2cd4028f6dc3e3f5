"""Page *Adres*: why an address is on the list, its history, the work on it, and what to say at the door."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from portal.accounts.access import UserRequest
from portal.casework.codes import Domain
from portal.casework.models import Case, Growth
from portal.casework.models.work import today
from portal.coach import timeline
from portal.coach.views.page import coach_page, own_case
from portal.coach.words import QUESTION, answer


@coach_page
@require_safe
def show(request: UserRequest, case_id: int) -> HttpResponse:
    """Show one address."""
    case = own_case(request, case_id)
    listing = case.listings.filter(withdrawn=False).order_by("-as_of").first()
    contacts = list(case.contacts.select_related("by").order_by("-reference"))
    standing = [contact for contact in contacts if contact.undone_at is None]
    return render(
        request,
        "coach/case.html",
        {
            "case": case,
            "listing": listing,
            "this_week": bool(listing and listing.as_of == case.corporation.newest_list),
            "changes": list(case.changes.filter(as_of=listing.as_of).order_by("-seen_on")) if listing else [],
            "timeline": timeline.build(case.weeks.all(), listing.as_of if listing else None),
            "contacts": contacts,
            "undoable": next((contact.pk for contact in standing[:1] if contact.undoable), None),
            "growth": growth_by_domain(list(case.growth.order_by("on", "reference"))),
            "handovers": list(case.handovers.order_by("-on", "-reference")),
            "worries": list(case.worries.order_by("-reference")),
            "question": QUESTION,
            "answer": answer(case.corporation.name),
            "today": today(),
        },
    )


def growth_by_domain(rows: list[Growth]) -> list[dict[str, Any]]:
    """Return, per domain with a record, the start and the follow-ups, oldest first."""
    records: dict[str, list[Growth]] = {}
    for row in rows:
        records.setdefault(row.domain, []).append(row)
    return [
        {"domain": label, "rows": records[domain]} for domain, label in Domain.choices if domain in records
    ]


def back_to(case: Case) -> HttpResponse:
    """Redirect to the address."""
    return redirect("coach:case", case.pk)

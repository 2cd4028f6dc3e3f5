"""*Overdrachten*: one overview of what partners answered, and every hand-over with its answer."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.accounts.access import UserRequest
from portal.accounts.audit import record_many
from portal.casework import queries
from portal.casework.codes import PickedUp
from portal.coach.answers import per_partner
from portal.coach.safety import warn
from portal.coach.views.page import coach_page

ANSWER = "antwoord"
PER_PAGE = 50


@coach_page
@require_safe
def handovers(request: UserRequest) -> HttpResponse:
    """Show hand-overs per partner, and each of them; a parameter filters them by answer."""
    every = list(queries.handovers(request.user))
    chosen = request.GET.get(ANSWER, "")
    kept = [row for row in every if row.picked_up == chosen] if chosen in PickedUp.values else every
    page = Paginator(kept, PER_PAGE).get_page(request.GET.get("page"))
    rows = list(page)
    record_many(request.user, "handover.view", list({row.case_id: row.case for row in rows}.values()))
    warn(row.case for row in rows)
    shown = {
        "partners": per_partner(every),
        "heads": [_("Alle"), _("Opgepakt"), _("Niet"), _("Open"), _("Dagen")],
        "rows": rows,
        "page": page,
        "chosen": chosen if chosen in PickedUp.values else "",
        "choices": PickedUp.choices,
    }
    return render(request, "coach/handovers.html", shown)

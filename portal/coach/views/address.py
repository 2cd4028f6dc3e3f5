"""*Adres*: why it is on the list, what is known today, its story, and what to say at the door."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from portal.accounts.access import UserRequest
from portal.accounts.models import User
from portal.casework.codes import REPLIES, Answer, Domain, Kind, PickedUp, State
from portal.casework.models import Case, Contact, Growth, Listing, Worry
from portal.casework.models.work import today
from portal.casework.waiting import still_waits
from portal.coach import timeline
from portal.coach.attempts import Attempts
from portal.coach.deliveries import notes
from portal.coach.off_list import NOT_FITTING, why_off
from portal.coach.route import route_to
from portal.coach.safety import Safety
from portal.coach.story import known_today, past_of, tell
from portal.coach.then_now import compare, models_of
from portal.coach.views.page import VIA, coach_page, own_case
from portal.coach.views.saved import SAVED, just_done
from portal.coach.views.taken import TAKEN, taken
from portal.coach.visit import came_from, fresh, keeper, news_of, since_list
from portal.coach.words import QUESTION, answer, answer_after_worry


@coach_page
@require_safe
def show(request: UserRequest, case_id: int) -> HttpResponse:
    """Show one address; after an objection nothing but the objection and what is still allowed."""
    case = own_case(request, case_id)
    if case.objected_on:
        urgent = (
            case.worries.filter(urgent=True, withdrawn_at=None)
            .select_related("taken_by")
            .order_by("-reference")
        )
        return render(request, "coach/objected.html", {"case": case, "worries": urgent, "answers": REPLIES})
    shown = {
        "via": _via(request, case),
        "done": just_done(request.user, request.GET.get(SAVED, "")),
        "taken": taken(request.user, request.GET.get(TAKEN, "")),
    }
    return render(request, "coach/case.html", {**about(case, request.user), **shown})


def _via(request: UserRequest, case: Case) -> str:
    """Return the page from which the coach came to a case, also after an action that ended on its page again."""
    via = request.GET.get("via", "")
    if via and request.session.get(VIA) != [case.pk, via]:
        request.session[VIA] = [case.pk, via]
    opened, before = request.session.get(VIA, (None, ""))
    return via or (before if opened == case.pk else "")


def about(case: Case, user: User) -> dict[str, Any]:
    """Return everything that the page of an address shows."""
    past = past_of(case)
    listing = past.listings[-1] if past.listings else None
    this_week = bool(listing and listing.as_of == case.corporation.newest_list)
    standing = [row for row in past.contacts if row.undone_at is None]
    acted = max(standing, key=lambda row: (row.on, row.reference), default=None)
    acted_since = bool(listing and any(since_list(row, listing.as_of) for row in standing))
    met = [row for row in standing if row.kind != Kind.ADMINISTRATIVE]
    logged_last = standing[-1] if standing else None
    # what a partner's answer planned is taken back with the answer
    by_answer = logged_last and any(row.answer_step_id == logged_last.pk for row in past.handovers)
    newest_list = case.corporation.newest_list
    known = None if this_week else known_today(past.weeks, newest_list)
    needed = next((row for row in reversed(standing) if row.needs), None)
    moved = past.transfers[-1] if past.transfers else None
    newest = past.contacts[-1] if past.contacts else None
    back = _came_from(standing, case, past.listings) if listing and this_week else ""
    models = models_of(case.corporation_id) if past.weeks else []
    return {
        "case": case,
        "listing": listing,
        "safety": Safety.of(case, listing, past.worries),
        "this_week": this_week,
        "fresh": bool(listing and fresh(listing.news)),
        "known": known,
        "why_off": ""
        if this_week
        else why_off(case, past.contacts, newest_list, known, held=case.corporation_id in notes(user).still),
        "changes": [row for row in reversed(past.changes) if listing and row.as_of == listing.as_of],
        "timeline": timeline.build(past.weeks, listing.as_of if listing else None),
        "then_now": compare(past.weeks, past.contacts, models, points=settings.SHOW_SCORE),
        "story": tell(past, models),
        "last": max(met, key=lambda row: (row.on, row.reference), default=None),
        "attempts": Attempts.of(standing),
        "needed": needed,
        "back": "" if acted_since else back,
        "news": news_of(listing, returned=bool(back)) if listing else [],
        "keeper": keeper(case, user) if this_week else "",
        "off_until": _off_until(case, acted),
        "waits_for": [row for row in past.handovers if row.picked_up == PickedUp.UNANSWERED],
        "undoable": logged_last.pk if logged_last and logged_last.undoable and not by_answer else None,
        "unmove": moved.pk if moved and moved.undoable_at(case.version) else None,
        "anew": newest.pk if newest and newest.undone_at and newest.kind != Kind.ADMINISTRATIVE else None,
        "growth": growth_by_domain(past.growth),
        "to_answer": _to_answer(case, past.worries),
        "answers": REPLIES,
        "route": route_to(case),
        "question": QUESTION,
        "answer": (answer_after_worry if case.from_worry else answer)(case.corporation.name),
        "today": today(),
    }


def _to_answer(case: Case, worries: Iterable[Worry]) -> list[Worry]:
    """Return the worries that a coach took up and that still wait for an answer or another try, as *Deze week* does."""
    taken = [row for row in worries if row.taken_by_id]
    if not any(row.answer == Answer.TRYING for row in taken):  # the usual address asks no query
        return [row for row in taken if not row.answer]
    waits = set(case.worries.filter(still_waits()).values_list("pk", flat=True))
    return [row for row in taken if row.pk in waits]


def _came_from(standing: Sequence[Contact], case: Case, listings: Sequence[Listing]) -> str:
    """Return how the case stood before this list brought it back, in words, or ""; as *Deze week* does."""
    listing = listings[-1]
    since = [row for row in standing if since_list(row, listing.as_of)]
    state = since[0].before.get("state", case.state) if since else case.state
    return came_from(state, carried_over=listing.carried_over, listed_before=len(listings) > 1)


def _off_until(case: Case, acted: Contact | None) -> date | None:
    """Return until which day *niet passend* still keeps an address off the list, or None."""
    if acted is None or case.state != State.NOT_FITTING:
        return None
    until = acted.on + NOT_FITTING
    return until if until >= today() else None


def growth_by_domain(rows: Sequence[Growth]) -> list[dict[str, Any]]:
    """Return the rows of each domain that was discussed, oldest first."""
    records: dict[str, list[Growth]] = {}
    for row in rows:
        records.setdefault(row.domain, []).append(row)
    return [
        {"domain": label, "rows": records[domain]} for domain, label in Domain.choices if domain in records
    ]


def back_to(case: Case) -> HttpResponse:
    """Redirect to the address."""
    return redirect("coach:case", case.pk)

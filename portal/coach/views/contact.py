"""Page *Contact vastleggen*, and undo."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import CharField, DateField, DateTimeField, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from portal.accounts.access import UserRequest, cases_for
from portal.accounts.models import User
from portal.casework import services
from portal.casework.checks import plain
from portal.casework.codes import Kind
from portal.casework.errors import Conflict
from portal.casework.leave import Covered, Leave, leave_of
from portal.casework.models import Case, Change, Contact, Handover, Listing, Worry
from portal.casework.models.work import today
from portal.casework.waiting import still_waits
from portal.coach.again import fill_in
from portal.coach.anew import ANEW, typed_for, undone_contact
from portal.coach.attempts import Attempts
from portal.coach.forms import ContactForm
from portal.coach.next_step import NextStep
from portal.coach.safety import Safety
from portal.coach.views.address import back_to
from portal.coach.views.page import (
    AlreadySavedError,
    coach_page,
    form_page,
    own_case,
    saved_before,
    version_of,
)
from portal.coach.views.saved import SAVED, how_it_stands
from portal.prepared import Slot, prepared

SAME_AGAIN = timedelta(hours=1)
"""Within this time, the same contact again is probably the same form after the back button, so the page asks."""


@coach_page
def log(request: UserRequest, case_id: int) -> HttpResponse:
    """Log a contact. Usual values are filled in: one tap answers whether the resident was reached, one tap saves."""
    case = own_case(request, case_id)
    if undone := undone_contact(request.user, case, request.GET.get(ANEW, "")):
        return fill_in(request, {"version": str(case.version), **typed_for(undone)})

    def act(form: ContactForm, version: int, token: str) -> HttpResponse:
        if (
            "keeper" in form.fields
        ):  # the day avoids the leave of whoever keeps it, which the coach chose only now
            form.leave = _leave(request.user, case, takes=form.takes())
        saved = _saved().first(token=token, by=request.user.pk, case=case.pk)
        form.as_saved(saved)
        values = form.values()
        saved_before(saved, values)
        if "again" not in request.POST and _logged_before(request.user, case, token, values):
            raise AlreadySavedError(
                _("U legde dit net al vast. Bewaart u het nog eens, dan komt er een contact bij.")
            )
        contact = services.log_contact(
            request.user,
            case.pk,
            version=version,
            token=token,
            takes=form.takes(),
            keeps=form.keeps(),
            **values,
        )
        return done(request, contact, form)

    return form_page(
        request,
        case,
        contact_form(request.user, case),
        "coach/contact.html",
        act,
        initial={"kind": Kind.PHONE} if request.GET.get("soort") == "telefoon" else None,
        around=lambda: around(request.user, case),
    )


def contact_form(user: User, case: Case) -> Callable[..., ContactForm]:
    """Return the form for a user; a finished case is in nobody's care, so its steps avoid the user's own leave."""
    leave, covered = _leave(user, case, takes=case.finished), Covered.of(case, user.pk)
    return partial(ContactForm, user=user, leave=leave, covered=covered)


def _leave(user: User, case: Case, *, takes: bool) -> Leave | None:
    """Return the leave of whoever does the next step: the user who takes the case, or else its owner."""
    return leave_of(user.pk, None if takes else case)


@prepared
def _saved() -> QuerySet[Contact]:
    token = Slot("token", CharField())
    return Contact.objects.filter(token=token, by_id=Slot("by"), case_id=Slot("case"))[:1]


def around(user: User, case: Case) -> dict[str, Any]:
    """Return what the page shows next to the form: safety, changes since the list, and the last contact of today."""
    listing = _newest_listing().first(case=case.pk)
    logged = _logged().rows(case=case.pk)
    own = [row for row in logged if row.by_id == user.pk and row.on == today()]
    return {
        "safety": Safety.of(case, listing, _worries().rows(case=case.pk)),
        "changes": _changes().rows(case=case.pk, as_of=listing.as_of) if listing else [],
        "logged_today": own[-1] if own else None,
        "attempts": Attempts.of(logged),
    }


@prepared
def _newest_listing() -> QuerySet[Listing]:
    return Listing.objects.filter(case_id=Slot("case"), withdrawn=False).order_by("-as_of")[:1]


@prepared
def _worries() -> QuerySet[Worry]:
    return Worry.objects.filter(case_id=Slot("case"), withdrawn_at=None)


@prepared
def _changes() -> QuerySet[Change]:
    return Change.objects.filter(case_id=Slot("case"), as_of=Slot("as_of", DateField())).order_by(
        "-seen_on", "pk"
    )


@prepared
def _logged() -> QuerySet[Contact]:
    return Contact.objects.filter(case_id=Slot("case"), undone_at=None).order_by("reference")


def _logged_before(user: User, case: Case, token: str, values: dict[str, Any]) -> bool:
    """Whether this user logged the same from another form a short while ago: the back button gives a new form."""
    same = {name: value for name, value in values.items() if name != "state"} | {
        "note": plain(values["note"])
    }
    lately = _logged_lately().rows(case=case.pk, by=user.pk, since=timezone.now() - SAME_AGAIN)
    return any(
        contact.token != token and all(getattr(contact, name) == value for name, value in same.items())
        for contact in lately
    )


@prepared
def _logged_lately() -> QuerySet[Contact]:
    since = Slot("since", DateTimeField())
    return Contact.objects.filter(
        case_id=Slot("case"), by_id=Slot("by"), undone_at=None, created_at__gte=since
    )


AFTER = "na"
"""Parameter of a form that says on which page it was opened; by default on *Deze week*."""
PAGES = {"adres": "coach:case", "zorg": "coach:care", "waarneming": "coach:holiday"}


def done(request: UserRequest, contact: Contact, form: NextStep) -> HttpResponse:
    """Redirect to where the form was opened, which shows what was saved and offers to undo it, and whether a typed day had to move."""
    if moved := form.moved(contact.follow_up_on):
        messages.info(request, moved)
    name = PAGES.get(request.GET.get(AFTER, ""), "coach:week")
    page = reverse(name, args=[contact.case_id] if name == "coach:case" else [])
    return redirect(f"{page}?{SAVED}={contact.pk}")


def _taken_back(user: User, contact: Contact) -> str:
    """Return the message after undoing, with a link to correct the contact where it can be logged once more."""
    case = cases_for(user).select_related("owner").filter(pk=contact.case_id).first() or contact.case
    text = _("Teruggenomen: %(kind)s. Het adres is weer: %(stands)s.") % {
        "kind": contact.in_words,
        "stands": how_it_stands(case),
    }
    for answered in Handover.objects.filter(answer_step=contact):
        text += " " + _("Het antwoord van %(partner)s blijft staan: %(answer)s.") % {
            "partner": answered.get_partner_display(),
            "answer": answered.get_picked_up_display().lower(),
        }
    if case.worries.filter(still_waits(), urgent=True, withdrawn_at=None, taken_by__isnull=False).exists():
        text += " " + _("De melder wacht nog op antwoord.")
    if contact.by_id != user.pk or contact.kind == Kind.ADMINISTRATIVE:
        return text
    again = f"{reverse('coach:contact', args=[contact.case_id])}?{ANEW}={contact.pk}"
    return format_html('{} <a href="{}">{}</a>', text, again, _("Verbeteren en opnieuw bewaren"))


@coach_page
def undo(request: UserRequest, contact_id: int) -> HttpResponse:
    """Undo a contact."""
    contact = (
        Contact.objects.filter(pk=contact_id, case__in=cases_for(request.user)).select_related("case").first()
    )
    if contact is None:
        raise Case.DoesNotExist
    if request.method != "POST":  # redirected here after logging in again
        messages.warning(request, _("Er is nog niets teruggenomen. Tik nog eens op Terugnemen."))
        return back_to(contact.case)
    try:
        services.undo(request.user, contact.pk, version=version_of(request))
        messages.success(request, _taken_back(request.user, contact))
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    except Conflict:
        messages.warning(
            request, _("Een collega veranderde dit adres intussen. Kijk eerst hoe het nu staat.")
        )
    if not cases_for(request.user).filter(pk=contact.case_id).exists():
        return redirect("coach:week")
    return back_to(contact.case)

"""Let a melder, or a coach about an address on no list, report a worry, and withdraw or correct it as long as nobody has acted on it.

The melder sees what became of an urgent one, in a fixed sentence, and nothing else about the address.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.accounts.access import UserRequest, cases_for, corporations_for, own_worries, requires
from portal.accounts.models import Role
from portal.casework import worries
from portal.casework.models import Worry
from portal.casework.models.cases import spaced
from portal.coach.again import LONGEST_TOKEN, new_token, offer, typed_before
from portal.melder.forms import WorryForm

MOST = 20
"""Number of a user's own worries on the page."""
ANEW = "anew"
"""Session key of the worry being corrected: its number, and whom to call back."""
KEPT = ("corporation", "postcode", "house_number", "eenheid_id", "worry", "source", "urgent")


@requires(Role.MELDER, Role.COACH)
@never_cache
def worry(request: UserRequest) -> HttpResponse:
    """Report a worry about an address."""
    if request.method == "POST":
        form = WorryForm(request.POST, user=request.user)
        if form.is_valid():
            token = request.POST.get("token", "")[:LONGEST_TOKEN] or new_token()
            try:
                worries.pass_on_worry(request.user, token=token, **form.cleaned_data)
            except ValidationError as refused:
                return offer(request, refused)
            return redirect("melder:thanks")
        return offer(request)
    typed = typed_before(request)
    earlier = list(own_worries(request.user).order_by("-created_at")[:MOST])
    form = WorryForm(typed.data, user=request.user, initial=_filled_in(request, earlier))
    typed.add_errors(form)
    shown = {
        "form": form,
        "token": typed.token,
        "kept": typed.kept,
        "somewhere": corporations_for(request.user).exists(),
        "passed_on": earlier,
    }
    return render(request, "melder/worry.html", shown)


def _filled_in(request: UserRequest, earlier: list[Worry]) -> dict[str, Any]:
    """Return the initial values of the form: the worry being corrected, or the reporter of the last one."""
    anew, call_back = request.session.pop(ANEW, (None, ""))
    for row in earlier:
        if row.pk == anew:
            typed = {name: getattr(row, name) for name in KEPT}
            return typed | {"corporation": row.corporation_id, "call_back": call_back}
    return {"source": earlier[0].source} if earlier else {}


@requires(Role.MELDER, Role.COACH)
@never_cache
@require_safe
def thanks(request: UserRequest) -> HttpResponse:
    """Thank the melder and repeat what was typed, so that mistakes are noticed; only a coach of the address learns that it is known."""
    newest = own_worries(request.user).filter(withdrawn_at=None).order_by("-created_at").first()
    known = cases_for(request.user).filter(pk=newest.case_id).first() if newest and newest.case_id else None
    street = worries.street_at(request.user, newest) if newest and not known else ""
    return render(
        request,
        "melder/thanks.html",
        {
            "worry": newest,
            "known": known,
            "street": street,
            "postcode": spaced(newest.postcode) if newest else "",
        },
    )


@requires(Role.MELDER, Role.COACH)
@never_cache
def withdraw(request: UserRequest) -> HttpResponse:
    """Withdraw a worry of one's own; with ``anew`` the form then starts with what it said."""
    number = request.POST.get("worry", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return redirect("melder:worry")
    earlier = own_worries(request.user).filter(pk=int(number)).first()
    try:
        taken_back = worries.withdraw(request.user, int(number))
    except Worry.DoesNotExist as missing:
        raise Http404 from missing
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
        return redirect("melder:worry")
    if "anew" in request.POST:
        # withdrawing deletes whom to call back, which the corrected worry needs again
        request.session[ANEW] = [taken_back.pk, earlier.call_back if earlier else ""]
        messages.success(
            request, _("De eerdere zorg is ingetrokken. Verbeter wat niet klopt en geef het opnieuw door.")
        )
    else:
        messages.success(request, _("De zorg is ingetrokken. Niemand doet er iets mee."))
    return redirect("melder:worry")

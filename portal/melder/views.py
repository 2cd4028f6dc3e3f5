"""Let a melder report a worry. The melder sees what became of an urgent one, in a fixed sentence, and nothing else about the address."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.accounts.access import UserRequest, corporations_for, requires, worries_for
from portal.accounts.models import Role
from portal.casework import worries
from portal.coach.again import LONGEST_TOKEN, new_token, offer, typed_before
from portal.melder.forms import WorryForm

MOST = 20
"""Number of a user's own worries on the page."""


@requires(Role.MELDER)
@never_cache
def worry(request: UserRequest) -> HttpResponse:
    """Report a worry about an address."""
    if request.method == "POST":
        form = WorryForm(request.POST, user=request.user)
        if form.is_valid():
            token = request.POST.get("token", "")[:LONGEST_TOKEN] or new_token()
            try:
                worries.pass_on_worry(request.user, token=token, **form.cleaned_data)
                return redirect("melder:thanks")
            except ValidationError as refused:
                return offer(request, refused)
        return offer(request)
    typed = typed_before(request)
    form = WorryForm(typed.data, user=request.user)
    typed.add_errors(form)
    somewhere = corporations_for(request.user).exists()
    passed_on = worries_for(request.user).order_by("-created_at")[:MOST]
    shown = {
        "form": form,
        "token": typed.token,
        "kept": typed.kept,
        "somewhere": somewhere,
        "passed_on": passed_on,
    }
    return render(request, "melder/worry.html", shown)


@requires(Role.MELDER)
@never_cache
@require_safe
def thanks(request: UserRequest) -> HttpResponse:
    """Thank the melder and repeat what was typed, so that a mistake is seen; whether the address is known is not told."""
    newest = worries_for(request.user).order_by("-created_at").first()
    return render(request, "melder/thanks.html", {"worry": newest})

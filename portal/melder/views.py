"""Passing on a worry. Whoever does sees nothing else: not whether the address is on a list, nor what came of it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.accounts.access import corporations_for, requires
from portal.accounts.idle import take_typed
from portal.accounts.models import Role
from portal.casework import care
from portal.coach.pages import refuse, token_of
from portal.melder.forms import WorryForm


@requires(Role.MELDER)
@never_cache
def worry(request: HttpRequest) -> HttpResponse:
    """Pass on a worry about an address."""
    token, kept = token_of(request), False
    if request.method == "POST":
        form = WorryForm(request.POST, user=request.user)
        if form.is_valid():
            try:
                care.pass_on_worry(request.user, token=token, **form.cleaned_data)
                return redirect("melder:thanks")
            except ValidationError as refused:
                refuse(form, refused)
    else:
        typed = take_typed(request)
        kept = typed is not None
        token = (typed and typed.get("token")) or token
        form = WorryForm(typed, user=request.user)
    somewhere = corporations_for(request.user).exists()
    return render(
        request, "melder/worry.html", {"form": form, "token": token, "kept": kept, "somewhere": somewhere}
    )


@requires(Role.MELDER)
@never_cache
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """Say thanks, and nothing about the address."""
    return render(request, "melder/thanks.html")

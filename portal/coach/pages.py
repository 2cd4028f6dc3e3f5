"""What the pages of a coach share: opening a case, and a form that loses nothing.

A form page answers GET and POST on one address, so that what was typed before a session ended is found again after
logging in. It carries the case's version and a token of its own, and answers an older version, a second sending and an address that is gone
with what was typed still there.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from portal.accounts.access import cases_for, requires
from portal.accounts.idle import take_typed
from portal.accounts.models import Role
from portal.casework.errors import Conflict
from portal.casework.models import Case

View = Callable[..., HttpResponse]
LONGEST_TOKEN = 64


def coach_page(view: View) -> View:
    """Mark a page as a coach's, and keep it out of every cache: after logging out the back button shows nothing."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
        try:
            return view(request, *args, **values)
        except Case.DoesNotExist:
            return gone(request)

    return requires(Role.COACH)(never_cache(guarded))


def own_case(request: HttpRequest, case_id: int) -> Case:
    """Open a case of this coach; another's does not exist."""
    return cases_for(request.user).select_related("owner").get(pk=case_id)


def gone(request: HttpRequest) -> HttpResponse:
    """Answer for an address that is not, or no longer, on this coach's list; what was typed is shown to copy."""
    source = request.POST if request.method == "POST" else (take_typed(request) or {})
    note = source.get("note", "").strip()
    return render(request, "coach/gone.html", {"note": note}, status=404)


def token_of(request: HttpRequest) -> str:
    """Give the token of the form that was sent, or a new one."""
    return request.POST.get("token", "")[:LONGEST_TOKEN] or secrets.token_urlsafe(16)


def version_of(request: HttpRequest) -> int:
    """Give the version that the form was opened on; what is no number counts as old."""
    given = request.POST.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1


def refuse(form: forms.Form, refused: ValidationError) -> None:
    """Put what a service refused at the field that it is about."""
    if not hasattr(refused, "error_dict"):
        form.add_error(None, refused)
        return
    for name, errors in refused.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def form_page(
    request: HttpRequest,
    case: Case,
    kind: type[forms.Form],
    template: str,
    act: Callable[[Any, int, str], HttpResponse],
    **context: Any,
) -> HttpResponse:
    """Show a form about a case, or do what it asks.

    Parameters
    ----------
    request : HttpRequest
        With the form where it is sent.
    case : Case
        As it stands now.
    kind : type of Form
        Takes ``case``.
    template : str
        The page; gets ``form``, ``case``, ``version``, ``token``, ``conflict`` (the case as a colleague left it),
        ``kept`` (typed before the session ended) and the ``context``.
    act : callable
        Does it, given the valid form, version and token, and answers with where to go; may raise what services raise.
    """
    shown = {"case": case, "version": case.version, "token": token_of(request), **context}
    if request.method != "POST":
        typed = take_typed(request)
        form = kind(typed, case=case)
        if typed is not None:
            shown["token"] = typed.get("token") or shown["token"]
            if typed.get("version") != str(case.version):
                shown["conflict"] = _news_of(case)
        return render(request, template, {**shown, "form": form, "kept": typed is not None})
    form = kind(request.POST, case=case)
    status = 200
    shown["version"] = version_of(request)  # a form that is offered again keeps to what it was opened on
    if form.is_valid():
        try:
            return act(form, version_of(request), shown["token"])
        except ValidationError as refused:
            refuse(form, refused)
        except Conflict as conflict:
            status = 409
            shown |= {"case": conflict.case, "version": conflict.case.version, "conflict": _news_of(conflict.case)}
    return render(request, template, {**shown, "form": form}, status=status)


def _news_of(case: Case) -> dict[str, Any]:
    """Tell what somebody did meanwhile: the newest contact that stands, if any."""
    return {"contact": case.contacts.filter(undone_at=None).select_related("by").order_by("-reference").first()}

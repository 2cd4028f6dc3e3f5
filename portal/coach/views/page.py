"""Shared by the pages of a coach: open a case, and show a form that loses nothing that was typed.

A form page answers GET and POST on one address, so that what was typed before a session ended is found again after
logging in. It carries the case's version and a token of its own, and answers an older version, a second sending and an address that is gone
with what was typed still there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.accounts.access import UserRequest, cases_for, requires
from portal.accounts.audit import record
from portal.accounts.models import Role
from portal.casework.checks import plain
from portal.casework.errors import Conflict
from portal.casework.models import Case, Work
from portal.coach.again import LONGEST_TOKEN, new_token, offer, typed_before
from portal.coach.forms import ContactForm

View = Callable[..., HttpResponse]


class AlreadySavedError(ValidationError):
    """The form was saved before with something else in it."""


def coach_page(view: View) -> View:
    """Mark a page as a coach's, and keep it out of every cache: after logging out the back button shows nothing."""

    @wraps(view)
    def guarded(request: UserRequest, *args: Any, **values: Any) -> HttpResponse:
        try:
            return view(request, *args, **values)
        except Case.DoesNotExist:
            return gone(request)

    return requires(Role.COACH)(never_cache(guarded))


def own_case(request: UserRequest, case_id: int) -> Case:
    """Open a case of this coach, and note that its address was seen; another's does not exist."""
    case = cases_for(request.user).select_related("owner").get(pk=case_id)
    if request.method == "GET":
        record(request.user, "case.view", case, page=request.resolver_match.url_name)  # type: ignore[union-attr]
    return case


def gone(request: UserRequest) -> HttpResponse:
    """Answer for an address that is not, or no longer, on this coach's list; what was typed is shown to copy."""
    source = request.POST if request.method == "POST" else typed_before(request).data
    typed = ContactForm(source, case=None).typed() if source else []
    return render(request, "coach/gone.html", {"typed": typed}, status=404)


def version_of(request: UserRequest) -> int:
    """Give the version that the form was opened on; what is no number counts as old."""
    given = request.POST.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1


def saved_before(made: Work | None, values: dict[str, Any]) -> None:
    """Refuse a form that was saved before with something else in it: the back button, then another choice.

    With the same in it, it is the same: the service gives what was made. A state that was left open is the service's
    choice, and so is a next step: a closed case has none.
    """
    if made is None:
        return
    for name, value in values.items():
        asked, stands = plain(value) if name == "note" else value, getattr(made, name)
        chosen_there = name in ("state", "follow_up_on") and not (asked and stands)
        if asked != stands and not chosen_there:
            raise AlreadySavedError(
                _("Dit formulier was al bewaard. Bewaart u het nog eens, dan komt er een bij.")
            )


def form_page(
    request: UserRequest,
    case: Case,
    kind: Callable[..., forms.Form],
    template: str,
    act: Callable[[Any, int, str], HttpResponse],
    **context: Any,
) -> HttpResponse:
    """Show a form about a case, or do what it asks.

    Parameters
    ----------
    request : UserRequest
        With the form where it is sent.
    case : Case
        As it stands now.
    kind : callable
        The form's class; takes ``case``.
    template : str
        The page; gets ``form``, ``case``, ``version``, ``token``, ``conflict`` (the case as a colleague left it),
        ``kept`` (typed before the session ended) and the ``context``.
    act : callable
        Does it, given the valid form, version and token, and answers with where to go; may raise what services raise.
    """
    if request.method == "POST":
        form = kind(request.POST, case=case)
        if form.is_valid():
            try:
                return act(
                    form, version_of(request), request.POST.get("token", "")[:LONGEST_TOKEN] or new_token()
                )
            except AlreadySavedError as told:
                return offer(request, told, anew=True)
            except ValidationError as refused:
                return offer(request, refused)
            except Conflict:
                pass  # the page sees by the version that somebody changed the case
        return offer(request)
    typed = typed_before(request)
    form = kind(typed.data, case=case)
    typed.tell(form)
    shown = {"case": case, "version": case.version, "token": typed.token, "form": form, "kept": typed.kept}
    shown["typing"] = True  # no language switch beside a form: it would lose what was typed
    if typed.data is not None and typed.data.get("version") != str(case.version):
        newest = case.contacts.filter(undone_at=None).select_related("by").order_by("-reference").first()
        shown["conflict"] = {"contact": newest}
    return render(request, template, {**shown, **context})

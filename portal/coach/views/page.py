"""Shared code of the coach's pages: open a case, and show a form without losing what was typed.

A form page answers GET and POST at the same URL, so that what was typed before a session ended is found again after
login. The form carries the version of the case and a token. If the case has changed, the form was sent before, or the
address is gone, the page is shown again with what was typed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.accounts.access import UserRequest, Viewer, cases_for, requires
from portal.accounts.audit import record
from portal.accounts.models import Role
from portal.casework.checks import plain
from portal.casework.errors import Conflict
from portal.casework.models import Case, Work
from portal.coach.again import LONGEST_TOKEN, new_token, offer, typed_before
from portal.coach.forms import ContactForm
from portal.prepared import Slot, prepared

View = Callable[..., HttpResponse]
VIA = "via"
"""Key in the session of the case that was opened last from a page with a way back, and of that page."""


class AlreadySavedError(ValidationError):
    """The form was saved before with different content."""


def coach_page(view: View) -> View:
    """Restrict a page to coaches and keep it out of caches, so that the back button shows nothing after logging out."""

    @wraps(view)
    def guarded(request: UserRequest, *args: Any, **values: Any) -> HttpResponse:
        try:
            return view(request, *args, **values)
        except Case.DoesNotExist:
            return gone(request)
        except ValidationError as refused:
            messages.warning(request, " ".join(refused.messages))
            return redirect("coach:week")

    return requires(Role.COACH)(never_cache(guarded))


def own_case(request: UserRequest, case_id: int) -> Case:
    """Return a case of this coach and log that its address was viewed; raise 404 for another coach's case."""
    case = _case(Viewer.of(request.user)).get(case=case_id)
    if request.method == "GET":
        record(request.user, "case.view", case, page=request.resolver_match.url_name)  # type: ignore[union-attr]
    return case


@prepared
def _case(viewer: Viewer) -> QuerySet[Case]:
    return cases_for(viewer).filter(pk=Slot("case")).select_related("owner", "lent_by")


def gone(request: UserRequest) -> HttpResponse:
    """Answer for an address that is not on this coach's list (any more), and show what was typed, to copy."""
    source = request.POST if request.method == "POST" else typed_before(request).data
    typed = ContactForm(source, case=None).typed() if source else []
    return render(request, "coach/gone.html", {"typed": typed}, status=404)


def version_of(request: UserRequest) -> int:
    """Return the version of the case when the form was opened; an invalid number counts as old."""
    version = request.POST.get("version", "")
    return int(version) if version.isascii() and version.isdigit() and len(version) < 10 else -1


def saved_before(saved: Work | None, values: dict[str, Any]) -> None:
    """Refuse a form that was already saved with different content, for example after the back button.

    The same content is accepted, because the service returns what was saved. An empty state or next step is not
    compared, because the service chose it; a closed case has no next step.
    """
    if saved is None:
        return
    for name, value in values.items():
        sent, stored = plain(value) if name == "note" else value, getattr(saved, name)
        chosen_by_service = name in ("state", "follow_up_on", "follow_up_at") and not (sent and stored)
        if sent != stored and not chosen_by_service:
            raise AlreadySavedError(
                _("Dit formulier was al bewaard. Bewaart u het nog eens, dan komt er een bij.")
            )


def form_page(
    request: UserRequest,
    case: Case,
    kind: Callable[..., forms.Form],
    template: str,
    act: Callable[[Any, int, str], HttpResponse],
    initial: dict[str, Any] | None = None,
    around: Callable[[], dict[str, Any]] = dict,
    **context: Any,
) -> HttpResponse:
    """Show a form about a case, or process it when it is sent.

    Parameters
    ----------
    request : UserRequest
        The request, with the form if it was sent.
    case : Case
        The case in its current state.
    kind : callable
        The form class; it takes ``case``.
    template : str
        The template; its context has ``form``, ``case``, ``version``, ``token``, ``conflict`` (the case after a
        colleague's change), ``kept`` (typed before the session ended) and ``context``.
    act : callable
        Called with the valid form, version and token; returns a redirect. May raise the errors of services.
    initial : dict, optional
        Values to fill in.
    around : callable, optional
        Reads what the page shows next to the form; not called for a form that was saved, which ends in a redirect.
    """
    if case.objected_on:
        messages.warning(request, _("De bewoner maakte bezwaar. U kunt hier niets meer vastleggen."))
        return redirect("coach:case", case.pk)
    if request.method == "POST":
        form = kind(request.POST, case=case)
        if form.is_valid():
            try:
                return act(
                    form, version_of(request), request.POST.get("token", "")[:LONGEST_TOKEN] or new_token()
                )
            except AlreadySavedError as refused:
                return offer(request, refused, anew=True)
            except ValidationError as refused:
                return offer(request, refused)
            except Conflict:
                pass  # the page compares the version and says that somebody changed the case
        return offer(request)
    typed = typed_before(request)
    form = kind(typed.data, case=case, initial=initial)
    typed.add_errors(form)
    shown = {"case": case, "version": case.version, "token": typed.token, "form": form, "kept": typed.kept}
    shown["again"] = bool(typed.data and typed.data.get("again"))
    shown["typing"] = True  # hides the language switch, because switching would lose what was typed
    if typed.data is not None and typed.data.get("version") != str(case.version):
        newest = case.contacts.filter(undone_at=None).select_related("by").order_by("-reference").first()
        shown["conflict"] = {"contact": newest}
    return render(request, template, {**shown, **around(), **context})

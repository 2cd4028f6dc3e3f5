"""Pages of no particular role: the start page, the health check and the error pages."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from models.words.icons import PATHS
from portal.accounts.access import EVERY_ROLE, UserRequest, for_everyone, requires
from portal.accounts.models import Role
from portal.casework.codes import State
from portal.coach.forms import REACHED
from portal.coach.next_step import Choice
from portal.coach.week_map import LOOKS
from portal.help import HELP, PASSWORD
from portal.list_errs import can_it_err
from portal.navigation import HOME
from portal.what_is_kept import what_is_kept

EVENTS = (("contact", "door"), ("growth", "leaf"), ("worry", "eye"), ("change", "spark"), ("signal", "euro"))
"""Kinds of events of an address's story, each with an icon, for the page of components."""


class Example(forms.Form):
    """The two kinds of fields, for the page of components."""

    note = forms.CharField(
        label=gettext_lazy("Korte notitie"), help_text=gettext_lazy("Uitleg bij een veld.")
    )
    reached = Choice(label=gettext_lazy("Hebt u de bewoner gesproken?"), choices=REACHED)


@requires(*EVERY_ROLE)
@require_safe
def home(request: UserRequest) -> HttpResponse:
    """Redirect a user to the start page of their role."""
    return redirect(HOME[Role(request.user.role)])


@requires(*EVERY_ROLE)
@require_safe
def how_to(request: UserRequest) -> HttpResponse:
    """Show how this user's role does its work, with links."""
    role = Role(request.user.role)
    figures: list[tuple[str, str, str]] = [can_it_err(request.user)] if role == Role.COACH else []
    figures += [what_is_kept(request.user)] if role == Role.MANAGER else []
    return render(request, "help.html", {"items": [*HELP[role], *figures, PASSWORD]})


@requires(*EVERY_ROLE)
@require_safe
def style(request: UserRequest) -> HttpResponse:
    """Show every component of the pages, for people who change them."""
    shown = {"states": State.choices, "icons": sorted(PATHS), "events": EVENTS, "looks": LOOKS}
    forms_ = {"fields": Example(initial={"reached": "ja"}), "refused": Example({}, auto_id="fout_%s")}
    return render(request, "style.html", {**shown, **forms_})


@for_everyone
@require_safe
def health(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer a proxy's health check."""
    return HttpResponse("ok", content_type="text/plain")


@for_everyone
def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Answer a form whose token has expired, for example because its user logged in again meanwhile.

    A form from this site is shown again under a new token with what was typed; a form from elsewhere is refused.
    """
    own = request.headers.get("Origin", "") in {f"{request.scheme}://{request.get_host()}"}
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and "password" not in name
    ]
    again = fields if own and request.user.is_authenticated else []
    return render(request, "stale_form.html", {"fields": again}, status=403)


@for_everyone
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer a request for a page of another role."""
    text = _("Deze pagina hoort niet bij uw rol. Klopt dat niet? Vraag het de analist.")
    return render(request, "sorry.html", {"title": _("Geen toegang"), "text": text}, status=403)


@for_everyone
def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer a request for a page that does not exist or that this user may not see; both look the same."""
    text = _("Deze pagina bestaat niet, of dit adres hoort niet (meer) bij uw lijst.")
    return render(request, "sorry.html", {"title": _("Niet gevonden"), "text": text}, status=404)


@for_everyone
def broken(request: HttpRequest) -> HttpResponse:
    """Answer when a view failed."""
    text = _("Er ging hier iets mis. Wat u bewaarde, staat er. Probeer het zo nog eens.")
    return render(request, "sorry.html", {"title": _("Er ging iets mis"), "text": text}, status=500)

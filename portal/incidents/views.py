"""The page on which a coach, manager or analyst reports harm or a complaint."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from portal.accounts.access import UserRequest, corporations_for, requires
from portal.accounts.corporation_form import CorporationForm
from portal.accounts.models import Role
from portal.casework.models.work import today
from portal.coach.again import LONGEST_TOKEN, new_token, offer, typed_before
from portal.incidents import services
from portal.incidents.models import Incident, IncidentKind
from portal.incidents.uncounted import where_off

MOST = 20
"""Number of reports on the page."""
REPORTERS = (Role.COACH, Role.MANAGER, Role.ANALYST)


class IncidentForm(CorporationForm):
    """What happened and when. It has no field for a name, an address or a story."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Wat gebeurde er?"),
        choices=IncidentKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Kies er een.")},
    )
    on = forms.DateField(
        label=gettext_lazy("Op welke dag?"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


@requires(*REPORTERS)
@never_cache
def incident(request: UserRequest) -> HttpResponse:
    """Report harm or a complaint, and show what was reported at the user's corporations."""
    if request.method == "POST":
        form = IncidentForm(request.POST, user=request.user)
        if form.is_valid():
            token = request.POST.get("token", "")[:LONGEST_TOKEN] or new_token()
            try:
                reported = services.report(request.user, token=token, **form.cleaned_data)
            except ValidationError as refused:
                return offer(request, refused)
            messages.success(request, _what_it_does(reported))
            return redirect("incident")
        return offer(request)
    typed = typed_before(request)
    form = IncidentForm(typed.data, user=request.user, initial={"on": today()})
    typed.add_errors(form)
    theirs = Incident.objects.filter(corporation__in=corporations_for(request.user)).select_related(
        "by", "corporation"
    )
    corporations = corporations_for(request.user)
    off = where_off(corporations)
    shown = {
        "form": form,
        "off": off,
        "never_stops": bool(off) and off == set(corporations.values_list("pk", flat=True)),
        "token": typed.token,
        "kept": typed.kept,
        "somewhere": corporations.exists(),
        "reported": theirs.order_by("-created_at")[:MOST],
    }
    return render(request, "incidents/incident.html", shown)


def _what_it_does(reported: Incident) -> str:
    """Say in which list a report counts, or that the stop rule is off."""
    if where_off([reported.corporation]):
        return _("Gemeld. De stopregel staat uit, dus dit stopt de lijst niet.")
    day = date_format(reported.counts_from, "j F Y")
    return _("Gemeld. Het telt voor de stopregel mee vanaf de lijst van %(day)s.") % {"day": day}


@requires(*REPORTERS)
@never_cache
def withdraw(request: UserRequest) -> HttpResponse:
    """Take back a report of one's own of today."""
    number = request.POST.get("incident", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return redirect("incident")
    try:
        services.withdraw(request.user, int(number))
    except Incident.DoesNotExist as missing:
        raise Http404 from missing
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        messages.success(request, _("De melding is ingetrokken en telt niet mee."))
    return redirect("incident")

"""In whose care an address is: take it or those of who left, give it to a colleague, and undo that."""

from __future__ import annotations

from collections import Counter

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.accounts.access import UserRequest
from portal.accounts.audit import record_many
from portal.casework import lending, services, unmove
from portal.casework.errors import Conflict
from portal.casework.models import Case
from portal.coach.colleague_forms import ColleagueForm
from portal.coach.safety import warn
from portal.coach.templatetags.days import on as written
from portal.coach.views.address import back_to
from portal.coach.views.care import GONE, OF
from portal.coach.views.page import coach_page, form_page, own_case, version_of
from portal.coach.views.taken import TAKEN, numbers, then


@coach_page
def own(request: UserRequest, case_id: int) -> HttpResponse:
    """Make the user the owner of a case."""
    case = own_case(request, case_id)
    if request.method == "POST" and case.finished:
        return _is_finished(request, case)
    if request.method == "POST" and case.owner_id != request.user.pk:
        try:
            taken = services.take_over(request.user, case.pk, version=version_of(request))
        except Conflict:
            messages.warning(
                request, _("Een collega veranderde dit adres intussen. Kijk eerst hoe het nu staat.")
            )
        else:
            _say_moved(request, case, taken)
            return then(reverse("coach:case", args=[case.pk]), request.user, [taken])
    return back_to(case)


@coach_page
def colleague(request: UserRequest, case_id: int) -> HttpResponse:
    """Make a colleague the owner of a case."""
    case = own_case(request, case_id)
    if case.finished:
        return _is_finished(request, case)

    def act(form: ColleagueForm, version: int, token: str) -> HttpResponse:  # noqa: ARG001
        owner = form.cleaned_data["owner"]
        if case.owner_id == owner.pk:  # the form was sent twice
            messages.success(request, _("Dit adres is nu in zorg bij %(who)s.") % {"who": owner})
            return back_to(case)
        taken = services.take_over(request.user, case.pk, version=version, **form.cleaned_data)
        _say_moved(request, case, taken)
        return then(reverse("coach:case", args=[case.pk]), request.user, [taken])

    return form_page(request, case, ColleagueForm, "coach/colleague.html", act)


@coach_page
def inherit(request: UserRequest) -> HttpResponse:
    """Take every address of coaches who left into the user's care, after a page that says whose they are and how many."""
    if request.method != "POST":
        cases = list(lending.left_behind(request.user).select_related("corporation", "owner").order_by("pk"))
        if not cases:
            return redirect("coach:care")
        warn(cases)
        record_many(request.user, "care.view", cases)
        whose = Counter(case.owner for case in cases)
        return render(request, "coach/inherit.html", {"cases": cases, "whose": whose.most_common()})
    cases, moved = lending.inherit(request.user)
    if moved:
        later = ngettext(
            "Bij %(n)s adres viel het opvolgen in uw verlof: dat is nu de eerste werkdag daarna.",
            "Bij %(n)s adressen viel het opvolgen in uw verlof: dat is nu de eerste werkdag daarna.",
            moved,
        )
        messages.info(request, later % {"n": moved})
    return then(reverse("coach:care"), request.user, cases)


@coach_page
def undo(request: UserRequest) -> HttpResponse:
    """Give addresses that the user just took, or gave away, back to whoever had them."""
    ids = numbers(request.POST.get(TAKEN, ""))
    if request.method != "POST":  # redirected here after logging in again
        messages.warning(request, _("Er is nog niets teruggenomen. Tik nog eens op Terugnemen."))
        return redirect("coach:care")
    back = unmove.undo_moves(request.user, ids)
    if len(back) == 1:
        whose = back[0].owner
        text = _("Teruggenomen. In zorg bij %(who)s.") if whose else _("Teruggenomen. Bij niemand in zorg.")
        messages.success(request, text % {"who": whose})
    elif back:
        text = ngettext(
            "Teruggenomen: %(n)s adres staat weer zoals het was.",
            "Teruggenomen: %(n)s adressen staan weer zoals ze waren.",
            len(back),
        )
        messages.success(request, text % {"n": len(back)})
    if stays := len(ids) - len(back):
        text = ngettext(
            "%(n)s adres is niet meer terug te nemen: er is daarna iets vastgelegd, of het is langer dan een dag geleden.",
            "%(n)s adressen zijn niet meer terug te nemen: er is daarna iets vastgelegd, of het is langer dan een dag geleden.",
            stays,
        )
        messages.warning(request, text % {"n": stays})
    return back_to(back[0]) if len(ids) == 1 and back else redirect(f"{reverse('coach:care')}?{OF}={GONE}")


def _say_moved(request: UserRequest, before: Case, taken: Case) -> None:
    """Say that the next step moved out of the leave of who has the case now."""
    if not (before.follow_up_on and taken.follow_up_on) or before.follow_up_on == taken.follow_up_on:
        return
    days = {
        "day": written(before.follow_up_on, "l j F"),
        "to": written(taken.follow_up_on, "l j F"),
        "who": taken.owner,
    }
    text = (
        _("Opvolgen was op %(day)s. Dat valt in uw verlof, dus wordt het %(to)s.")
        if taken.owner_id == request.user.pk
        else _("Opvolgen was op %(day)s. Dat valt in het verlof van %(who)s, dus wordt het %(to)s.")
    )
    messages.info(request, text % days)


def _is_finished(request: UserRequest, case: Case) -> HttpResponse:
    """Answer that nobody has a finished case in care."""
    messages.warning(
        request, _("Dit adres is afgerond. Wijzig eerst de stand, dan kan iemand het in zorg nemen.")
    )
    return back_to(case)

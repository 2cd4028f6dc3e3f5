"""*Waarneming*: give all one's addresses to a colleague for a holiday, and take them back."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.accounts.access import UserRequest
from portal.accounts.audit import record_many
from portal.casework import lending
from portal.casework.models import Absence, Case
from portal.casework.models.work import today
from portal.coach.again import typed_before
from portal.coach.colleague_forms import HolidayForm
from portal.coach.safety import warn
from portal.coach.views.page import coach_page
from portal.coach.views.saved import SAVED, just_done
from portal.coach.views.standing_in import standings


@coach_page
def holiday(request: UserRequest) -> HttpResponse:
    """Choose a colleague and a day; show what a colleague has now, and what the coach has in place of a colleague."""
    user = request.user
    cases = list(lending.own_cases(user))
    stand_ins = lending.stand_ins(user, cases) if cases else []
    form = HolidayForm(request.POST or None, stand_ins=stand_ins, total=len(cases))
    if request.method == "POST" and form.is_valid():
        try:
            _give(request, form)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return redirect("coach:holiday")
    planned = lending.planned_for(user, cases)
    steps = _steps(planned, cases)
    warn(case for case, _covered in steps)
    record_many(user, "care.view", [case for case, _covered in steps])
    shown = {
        "steps": steps,
        "form": form,
        "number": len(cases),
        "stand_ins": stand_ins,
        "lent": lending.lent_by(user),
        "planned": planned,
        "standings": standings(cases, typed_before(request)),
        "folded": bool(planned and planned.given and not form.errors),
        "done": just_done(user, request.GET.get(SAVED, "")),
        "today": today(),
    }
    return render(request, "coach/holiday.html", shown)


@coach_page
def back(request: UserRequest) -> HttpResponse:
    """Take back every address that a colleague has for this coach."""
    if request.method == "POST":
        if lending.call_off(request.user):
            messages.success(request, _("De waarneming gaat niet door."))
        number = lending.take_back(request.user)
        if number:
            text = ngettext(
                "%(n)s adres is weer bij u in zorg.", "%(n)s adressen zijn weer bij u in zorg.", number
            )
            messages.success(request, text % {"n": number})
        return redirect("coach:care")
    return redirect("coach:holiday")


def _steps(planned: Absence | None, cases: Iterable[Case]) -> list[tuple[Case, bool]]:
    """Return the cases whose next step falls in a planned leave, the earliest first, each with whether the colleague takes it."""
    if planned is None:
        return []
    inside = [
        case for case in cases if case.follow_up_on and planned.first <= case.follow_up_on <= planned.until
    ]
    alone = {case.pk for case in planned.alone}
    inside.sort(key=lambda case: (case.follow_up_on, case.pk))
    return [(case, bool(planned.given and case.pk not in alone)) for case in inside]


def _give(request: UserRequest, form: HolidayForm) -> None:
    """Give the addresses to the colleague now, or on the first day if that is later."""
    first, to, until = (form.cleaned_data[name] for name in ("first", "to", "until"))
    if first > today():
        lending.plan(request.user, to=to, first=first, until=until)
    else:
        _say(request, form, *lending.lend_all(request.user, to=to, until=until))


def _say(request: UserRequest, form: HolidayForm, number: int, left: int) -> None:
    done = ngettext(
        "%(n)s adres is nu in zorg bij %(who)s.", "%(n)s adressen zijn nu in zorg bij %(who)s.", number
    )
    messages.success(request, done % {"n": number, "who": form.cleaned_data["to"]})
    if left:
        stays = ngettext(
            "%(n)s adres blijft bij u: de collega werkt niet in die wijk.",
            "%(n)s adressen blijven bij u: de collega werkt niet in die wijk.",
            left,
        )
        messages.warning(request, stays % {"n": left})

"""*Waarneming* of a colleague: take all of that colleague's addresses, choose another last day, and give them back early."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.accounts.access import UserRequest, colleagues_of
from portal.accounts.models import User
from portal.casework import lending, standing_in
from portal.casework.models import Case
from portal.casework.standing_in import Cover
from portal.coach.again import Typed, offer
from portal.coach.colleague_forms import StandInForm
from portal.coach.templatetags.days import on as written
from portal.coach.views.care import OF
from portal.coach.views.page import coach_page

AWAY = "away"
"""Name of the colleague's number with what was typed, because *Waarneming* has a form for each of several."""


@dataclass(frozen=True)
class Standing:
    """For whom a coach stands in, with the form of another last day."""

    away: User
    covers: Sequence[Cover]
    form: StandInForm


def standings(cases: Iterable[Case], typed: Typed) -> list[Standing]:
    """Return for each colleague who is away what a coach has of theirs, from the cases in that coach's care."""
    groups = groupby(standing_in.covers_of(cases), key=attrgetter("away"))
    return [_standing(away, list(covers), typed) for away, covers in groups]


def _standing(away: User, covers: list[Cover], typed: Typed) -> Standing:
    data = typed.data if typed.data and typed.data.get(AWAY) == str(away.pk) else None
    # the page has a form for each colleague, and each field its own id
    form = StandInForm(data, auto_id=f"id_{away.pk}_%s", initial={"until": covers[-1].until})
    typed.add_errors(form)
    return Standing(away, covers, form)


@coach_page
def stand_in(request: UserRequest, user_id: int) -> HttpResponse:
    """Stand in for a colleague who is suddenly away: take all of that colleague's addresses until a day."""
    away = _colleague(request, user_id)
    page = f"{reverse('coach:care')}?{OF}={away.pk}"
    return _until(request, away, lending.stand_in_for, page) if request.method == "POST" else redirect(page)


@coach_page
def stay(request: UserRequest, user_id: int) -> HttpResponse:
    """Stand in for a colleague until another day."""
    away = _away(request, user_id)
    if away and request.method == "POST":
        return _until(request, away, standing_in.stay_until, reverse("coach:holiday"))
    return redirect("coach:holiday")


@coach_page
def give_back(request: UserRequest, user_id: int) -> HttpResponse:
    """Give a colleague back the addresses that the coach has in that colleague's place, and say which stay."""
    away = _away(request, user_id)
    if away is None or request.method != "POST":
        return redirect("coach:holiday")
    number, stays = standing_in.give_back(request.user, away=away)
    if number:
        text = ngettext(
            "%(n)s adres is weer in zorg bij %(who)s.",
            "%(n)s adressen zijn weer in zorg bij %(who)s.",
            number,
        )
        messages.success(request, text % {"n": number, "who": away})
    if stays:
        text = ngettext(
            "%(n)s adres blijft bij u: %(who)s is daar geen wooncoach meer.",
            "%(n)s adressen blijven bij u: %(who)s is daar geen wooncoach meer.",
            stays,
        )
        messages.warning(request, text % {"n": stays, "who": away})
    return redirect("coach:care")


def _colleague(request: UserRequest, user_id: int) -> User:
    """Return a colleague who works in one of the coach's areas."""
    away = next((colleague for colleague in colleagues_of(request.user) if colleague.pk == user_id), None)
    if away is None:
        raise Case.DoesNotExist
    return away


def _away(request: UserRequest, user_id: int) -> User | None:
    """Return the colleague for whom the coach stands in, or None and a message if that is over, as after a second tap."""
    covers = standing_in.covers_of(lending.own_cases(request.user))
    away = next((cover.away for cover in covers if cover.away.pk == user_id), None)
    if away is None:
        _colleague(request, user_id)
        messages.info(request, _("U neemt niet meer waar voor deze collega."))
    return away


def _until(request: UserRequest, away: User, act: Callable[..., int], page: str) -> HttpResponse:
    """Stand in for a colleague until the day that was chosen, or lead back to the form on its page, which says why not."""
    form = StandInForm(request.POST)
    if not form.is_valid():
        return offer(request, page=page, more={AWAY: str(away.pk)})
    day = form.cleaned_data["until"]
    try:
        act(request.user, away=away, until=day)
    except ValidationError as refused:
        return offer(request, refused, page=page, more={AWAY: str(away.pk)})
    text = _("U neemt nu waar voor %(who)s, tot en met %(day)s.")
    messages.success(request, text % {"who": away, "day": written(day, "D j b")})
    return redirect("coach:care")

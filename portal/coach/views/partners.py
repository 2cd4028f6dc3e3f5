"""Hand-overs to partners: log one, its answer, take either back, and the page *Overdrachten*."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.accounts.access import UserRequest, cases_for
from portal.accounts.audit import record_many
from portal.casework import care, queries
from portal.casework.codes import Kind, PickedUp
from portal.casework.errors import Conflict
from portal.casework.models import Case, Handover
from portal.casework.models.work import today
from portal.coach.answers import per_partner
from portal.coach.forms import AnswerForm, HandoverForm
from portal.coach.safety import warn
from portal.coach.templatetags.days import on as written
from portal.coach.views.address import back_to
from portal.coach.views.page import coach_page, form_page, own_case, saved_before, version_of
from portal.coach.views.saved import displaced, how_it_stands

ANSWER = "antwoord"
PER_PAGE = 50
CHANGED = gettext_lazy("Een collega veranderde dit adres intussen. Kijk eerst hoe het nu staat.")


@coach_page
@require_safe
def handovers(request: UserRequest) -> HttpResponse:
    """Show hand-overs per partner, and each of them; a parameter filters them by answer.

    Those that wait come first, the oldest at the top.
    """
    every = list(queries.handovers(request.user))
    chosen = request.GET.get(ANSWER, "")
    kept = [row for row in every if row.picked_up == chosen] if chosen in PickedUp.values else every
    waiting = [row for row in reversed(kept) if row.picked_up == PickedUp.UNANSWERED]
    answered = [row for row in kept if row.picked_up != PickedUp.UNANSWERED]
    page = Paginator([*waiting, *answered], PER_PAGE).get_page(request.GET.get("page"))
    rows = list(page)
    record_many(request.user, "handover.view", list({row.case_id: row.case for row in rows}.values()))
    warn(row.case for row in rows)
    shown = {
        "partners": per_partner(every),
        "heads": [_("Alle"), _("Opgepakt"), _("Niet"), _("Open"), _("Dagen")],
        "rows": rows,
        "page": page,
        "chosen": chosen if chosen in PickedUp.values else "",
        "choices": PickedUp.choices,
    }
    return render(request, "coach/handovers.html", shown)


@coach_page
def hand_over(request: UserRequest, case_id: int) -> HttpResponse:
    """Record the partner to whom a case was handed over."""
    case = own_case(request, case_id)

    def act(form: HandoverForm, version: int, token: str) -> HttpResponse:
        saved_before(
            Handover.objects.filter(token=token, by=request.user, case=case).first(), form.cleaned_data
        )
        handover = care.hand_over(request.user, case.pk, version=version, token=token, **form.cleaned_data)
        messages.success(
            request,
            _("Overgedragen aan %(partner)s. Waakvlam stuurt niets: bel of mail de partner zelf.")
            % {"partner": handover.to_whom},
        )
        if handover.step and handover.step.follow_up_on:
            day = written(handover.step.follow_up_on, "l j F")
            messages.info(request, _("Dit adres is nu bij u in zorg: opvolgen op %(day)s.") % {"day": day})
        return back_to(case)

    return form_page(request, case, HandoverForm, "coach/handover.html", act)


@coach_page
def answer(request: UserRequest, handover_id: int) -> HttpResponse:
    """Record whether the partner picked up a hand-over, who there and what."""
    handover = _own(request, handover_id)

    def act(form: AnswerForm, version: int, _token: str) -> HttpResponse:
        if any(getattr(handover, name) != value for name, value in form.cleaned_data.items()):
            care.answer_handover(request.user, handover.pk, version=version, **form.cleaned_data)
        return _answered(request, handover, form.cleaned_data["picked_up"])

    known = {name: getattr(handover, name) for name in AnswerForm.base_fields}
    chosen = request.GET.get(ANSWER, "")
    if chosen in PickedUp.values:
        known["picked_up"] = chosen
    elif not (handover.answer_role or handover.answer_note) and known["picked_up"] == PickedUp.UNANSWERED:
        known["picked_up"] = ""  # else a form that nobody filled in says that there is a waiting list
    return form_page(
        request, handover.case, AnswerForm, "coach/answer.html", act, initial=known, handover=handover
    )


def _answered(request: UserRequest, handover: Handover, picked_up: str) -> HttpResponse:
    """Say what was saved and, if the partner refused, that it is the coach's turn."""
    if picked_up == PickedUp.UNANSWERED:
        text = _("Bewaard. De overdracht aan %(partner)s blijft wachten op antwoord.")
        messages.success(request, text % {"partner": handover.get_partner_display()})
        return back_to(handover.case)
    messages.success(request, f"{handover.get_partner_display()}: {PickedUp(picked_up).label}.")
    if picked_up == PickedUp.NO:
        handover.case.refresh_from_db()
        day = written(handover.case.follow_up_on or today(), "l j F")
        messages.info(
            request,
            _("U bent weer aan zet: opvolgen op %(day)s. Een andere dag kiest u met „Stand of dag wijzigen”.")
            % {"day": day},
        )
        if text := displaced(handover.case):
            messages.warning(request, text)
    return back_to(handover.case)


@coach_page
def ask(request: UserRequest, handover_id: int) -> HttpResponse:
    """Record that the coach called or mailed a partner that did not answer yet."""
    handover = _own(request, handover_id)
    if request.method == "POST":
        try:
            kind = request.POST.get("kind", "")
            care.ask_after(request.user, handover.pk, version=version_of(request), kind=kind)
            sentence = (
                _("Vastgelegd: gemaild naar %(partner)s.")
                if kind == Kind.MAIL
                else _("Vastgelegd: gebeld met %(partner)s.")
            )
            messages.success(request, sentence % {"partner": handover.to_whom})
        except ValidationError as refused:
            messages.warning(request, " ".join(refused.messages))
        except Conflict:
            messages.warning(request, CHANGED)
    return redirect("coach:case", handover.case_id)


@coach_page
def undo_answer(request: UserRequest, handover_id: int) -> HttpResponse:
    """Take a partner's answer back, and say what is back and what stays."""
    return _undo(
        request,
        _own(request, handover_id),
        care.undo_answer,
        _(
            "Teruggenomen: het antwoord van %(partner)s. De overdracht wacht weer. Het adres is nu: %(stands)s."
        ),
    )


@coach_page
def undo_handover(request: UserRequest, handover_id: int) -> HttpResponse:
    """Take a hand-over back."""
    return _undo(request, _own(request, handover_id), care.undo_handover, _("De overdracht is teruggenomen."))


def _own(request: UserRequest, handover_id: int) -> Handover:
    """Return a hand-over at an address that the coach may see."""
    rows = Handover.objects.filter(pk=handover_id, case__in=cases_for(request.user))
    handover = rows.select_related("case").first()
    if handover is None:
        raise Case.DoesNotExist
    return handover


def _undo(request: UserRequest, handover: Handover, act: Callable[..., Any], sentence: str) -> HttpResponse:
    """Take something back, and say so or why not."""
    if request.method == "POST":
        try:
            act(request.user, handover.pk, version=version_of(request))
            case = cases_for(request.user).select_related("owner").get(pk=handover.case_id)
            named = {"partner": handover.get_partner_display(), "stands": how_it_stands(case)}
            messages.success(request, sentence % named)
        except ValidationError as refused:
            messages.warning(request, " ".join(refused.messages))
        except Conflict:
            messages.warning(request, CHANGED)
    return redirect("coach:case", handover.case_id)

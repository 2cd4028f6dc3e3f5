"""Pages *Stand*, *Groei*, *Zorg melden* and *Bezwaar*, and the owner of a case."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from portal.accounts.access import UserRequest, cases_for, worries_for
from portal.casework import care, services, worries
from portal.casework.codes import Answer, Kind, Phase, State, Worries
from portal.casework.errors import Conflict
from portal.casework.leave import Covered, leave_of
from portal.casework.models import Case, Contact, Growth, Worry
from portal.casework.models.work import today
from portal.coach.again import new_token
from portal.coach.forms import GrowthForm, WorryForm
from portal.coach.off_list import NOT_FITTING
from portal.coach.state_form import StateForm
from portal.coach.templatetags.days import on as written
from portal.coach.views.address import back_to, growth_by_domain
from portal.coach.views.contact import done
from portal.coach.views.page import coach_page, form_page, own_case, saved_before, version_of
from portal.coach.views.saved import displaced


@coach_page
def state(request: UserRequest, case_id: int) -> HttpResponse:
    """Set the state without a contact."""
    case = own_case(request, case_id)

    def act(form: StateForm, version: int, token: str) -> HttpResponse:
        before = Contact.objects.filter(token=token, by=request.user, case=case).first()
        form.as_saved(before)
        values = form.values()
        saved_before(before, values)
        saved = services.set_state(request.user, case.pk, version=version, token=token, **values)
        return done(request, saved, form)

    return form_page(
        request,
        case,
        partial(StateForm, leave=leave_of(request.user.pk, case), covered=Covered.of(case, request.user.pk)),
        "coach/state.html",
        act,
        off_until=today() + NOT_FITTING,
    )


@coach_page
def growth(request: UserRequest, case_id: int) -> HttpResponse:
    """Record growth on the four domains; the first record is the start, later ones follow up."""
    case = own_case(request, case_id)
    earlier = list(case.growth.order_by("on", "reference"))
    phase = Phase.FOLLOW_UP if any(row.on < today() for row in earlier) else Phase.START

    def act(form: GrowthForm, version: int, token: str) -> HttpResponse:  # noqa: ARG001
        steps = form.steps()
        noted = Growth.objects.filter(case=case, by=request.user, on=today(), phase=phase)
        if (
            not steps.items() <= dict(noted.values_list("domain", "step")).items()
        ):  # else the form was sent twice
            with transaction.atomic():
                for number, (domain, step) in enumerate(steps.items()):
                    care.grow(
                        request.user, case.pk, version=version + number, domain=domain, step=step, phase=phase
                    )
        messages.success(request, _("Bewaard: hoe het gaat."))
        return back_to(case)

    return form_page(
        request,
        case,
        GrowthForm,
        "coach/growth.html",
        act,
        phase=dict(Phase.choices)[phase],
        growth=growth_by_domain(earlier),
    )


@coach_page
def objection(request: UserRequest, case_id: int) -> HttpResponse:
    """Register an objection, or withdraw it at the resident's request. No reason is asked."""
    case = own_case(request, case_id)
    if request.method != "POST":
        return render(request, "coach/objection.html", {"case": case})
    if "withdraw" in request.POST:
        care.withdraw_objection(request.user, case.pk)
        if case.listed_on and case.listed_on == case.corporation.newest_list:
            messages.success(request, _("Het bezwaar is ingetrokken. Het adres staat weer op de lijst."))
        else:
            messages.success(
                request, _("Het bezwaar is ingetrokken. Vanaf de volgende lijst telt het adres weer mee.")
            )
        return back_to(case)
    care.object_to(request.user, case.pk)
    messages.success(
        request,
        _("Bezwaar vastgelegd. Dit adres is van de lijst; vanaf de volgende lijst telt het niet meer mee."),
    )
    return back_to(case)


@coach_page
def worry(request: UserRequest, case_id: int) -> HttpResponse:
    """Report a worry about this address."""
    case = own_case(request, case_id)

    def act(form: WorryForm, version: int, token: str) -> HttpResponse:  # noqa: ARG001
        saved = worries.pass_on_worry(request.user, token=token, case_id=case.pk, **form.cleaned_data)
        messages.success(request, _passed_on(saved))
        return back_to(case)

    return form_page(request, case, WorryForm, "coach/worry.html", act)


def _passed_on(worry: Worry) -> str:
    """Say what a worry about the coach's own address does now, and where it is taken back."""
    text = (
        _("De wooncoaches zien dit meteen, bovenaan Deze week.")
        if worry.urgent
        else _("De zorg telt mee in de lijst van maandag.")
    )
    if worry.worry == Worries.SAFETY:
        text = (
            _("Bij dit adres staat nu een waarschuwing voor de veiligheid, overal waar u het ziet.")
            + f" {text}"
        )
    return format_html('{} <a href="#verhaal">{}</a>', text, _("Vergist? Kies daar Terugnemen."))


@coach_page
def withdraw_worry(request: UserRequest, worry_id: int) -> HttpResponse:
    """Take back a worry that the coach passed on about an own address, as long as nobody did anything with it."""
    passed_on = Worry.objects.filter(pk=worry_id, case__in=cases_for(request.user)).first()
    if passed_on is None or passed_on.case is None:
        raise Case.DoesNotExist
    if request.method == "POST":
        try:
            worries.withdraw(request.user, worry_id)
        except Worry.DoesNotExist:
            messages.warning(request, _("Alleen wie een zorg doorgaf, neemt haar terug."))
        except ValidationError as refused:
            messages.warning(request, " ".join(refused.messages))
        else:
            messages.success(request, _("De zorg is teruggenomen. Niemand doet er iets mee."))
    return back_to(passed_on.case)


@coach_page
def take(request: UserRequest, worry_id: int) -> HttpResponse:
    """Take up an urgent worry: it becomes a case in one's own care."""
    _own_worry(request, worry_id)
    if request.method != "POST":  # back here after logging in again
        return redirect("coach:week")
    case = worries.take_up(request.user, worry_id)
    messages.success(request, _("Dit adres is nu bij u in zorg. Laat de melder weten wat u deed."))
    if text := displaced(case):
        messages.warning(request, text)
    return back_to(case)


@coach_page
def reply(request: UserRequest, worry_id: int) -> HttpResponse:
    """Answer the person who reported an urgent worry."""
    _own_worry(request, worry_id)
    if request.method == "POST":
        worry = worries.answer(request.user, worry_id, reply=request.POST.get("answer", "")[:20])
        messages.success(
            request, _("Bewaard. De melder ziet: %(answer)s.") % {"answer": worry.get_answer_display()}
        )
        if worry.case:
            _ask_for_contact(request, worry)
            return back_to(worry.case)
    return redirect("coach:week")


def _ask_for_contact(request: UserRequest, worry: Worry) -> None:
    """Ask to log the contact of which the answer speaks, if nobody did since the worry was taken up."""
    case, taken = worry.case, worry.taken_at
    if case is None or taken is None or worry.answer != Answer.VISITED or case.objected_on:
        return
    met = case.contacts.filter(undone_at=None, on__gte=timezone.localdate(taken))
    if not met.exclude(kind=Kind.ADMINISTRATIVE).exists():
        text = _("In het dossier staat dit contact nog niet.")
        link = reverse("coach:contact", args=[case.pk])
        messages.info(
            request, format_html('{} <a href="{}">{}</a>', text, link, _("Leg dat contact ook vast"))
        )


def _own_worry(request: UserRequest, worry_id: int) -> None:
    """Raise `Case.DoesNotExist` unless this coach may see the worry."""
    if not worries_for(request.user).filter(pk=worry_id, urgent=True).exists():
        raise Case.DoesNotExist


@coach_page
def reopen(request: UserRequest, case_id: int) -> HttpResponse:
    """Open a closed or unfit case again, in the user's care."""
    case = own_case(request, case_id)
    if request.method == "POST" and case.finished:
        try:
            row = care.reopen(request.user, case.pk, version=version_of(request))
        except Conflict:
            messages.warning(
                request, _("Een collega veranderde dit adres intussen. Kijk eerst hoe het nu staat.")
            )
        else:
            day = written(row.follow_up_on or today(), "l j F")
            messages.success(request, _("Weer open, en bij u in zorg: opvolgen op %(day)s.") % {"day": day})
    return back_to(case)


@coach_page
def close(request: UserRequest, case_id: int) -> HttpResponse:
    """Close a case whose tenant objects: the only change of state that is left."""
    case = own_case(request, case_id)
    if request.method == "POST" and case.state != State.CLOSED:
        services.set_state(
            request.user, case.pk, version=version_of(request), token=new_token(), state=State.CLOSED
        )
        messages.success(request, _("Het dossier is afgesloten."))
    return back_to(case)

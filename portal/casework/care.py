"""Save growth, hand-overs, objections and that a case opens again, with the same rules as in `services`."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal import clock
from portal.accounts.access import cases_for
from portal.accounts.audit import record
from portal.accounts.models import User
from portal.casework import checks
from portal.casework.before import put_back
from portal.casework.codes import Consent, Kind, PickedUp, State
from portal.casework.errors import Conflict
from portal.casework.models import Case, Contact, Growth, Handover, Objection, Question
from portal.casework.models.work import today
from portal.casework.services import changed, open_case, plan_next_step
from portal.casework.workdays import working_day
from portal.webhooks.events import HANDOVER_ANSWERED, emit

ASK_AGAIN = timedelta(days=7)
"""When a coach who took up a case by handing it over looks at it again."""


@transaction.atomic
def grow(
    user: User, case_id: int, *, version: int, domain: str, step: int, phase: str, on: date | None = None
) -> Growth:
    """Record growth on one life domain; a second record on the same day replaces the first."""
    case, _none = open_case(user, case_id, version)
    on = on or today()
    checks.happened("on", on)
    growth = Growth.objects.filter(case=case, domain=domain, phase=phase, on=on).first() or Growth(
        case=case, domain=domain, phase=phase, on=on
    )
    growth.by, growth.step = user, step
    growth.full_clean(exclude=("case", "by"))
    growth.save()
    changed(case)
    record(user, "growth.note", case, domain=domain, phase=phase)
    return growth


@transaction.atomic
def hand_over(
    user: User,
    case_id: int,
    *,
    version: int,
    token: str,
    partner: str,
    on: date | None = None,
    person: str = "",
    consent: str = "",
    consent_on: date | None = None,
) -> Handover:
    """Record that a case was handed over to a partner; the portal shows it until it is answered.

    A case that nobody works on comes into the user's care, with a day to ask the partner.

    ``person`` is the employee there; ``consent`` says who agreed (`Consent`), on the day of the hand-over unless another is given.
    """
    case, done = open_case(user, case_id, version, Handover, token)
    if done:
        return done
    on = on or today()
    checks.happened("on", on)
    if waiting := case.handovers.filter(partner=partner, picked_up=PickedUp.UNANSWERED).first():
        raise ValidationError({"partner": _already(waiting)})
    if consent in ("", Consent.NOBODY):
        consent_on = None
    else:
        consent_on = consent_on or on
        checks.happened("consent_on", consent_on)
    handover = Handover(case=case, by=user, token=token, partner=partner, on=on)
    handover.person = checks.without_bsn("person", person)
    handover.consent, handover.consent_on = consent, consent_on
    handover.full_clean(exclude=("case", "by", "step", "answered_by", "answer_step"))
    if _is_nobodys(case) and not user.is_program:
        state = State.IN_CONTACT if consent == Consent.RESIDENT else State.APPROACHED
        handover.step = plan_next_step(user, case, working_day(today() + ASK_AGAIN), state=state)
    else:
        changed(case)
    handover.save()
    record(user, "handover.note", case, partner=partner)
    return handover


def _is_nobodys(case: Case) -> bool:
    """Return whether nobody works on a case: it is new, has no coach of now, or was finished before the newest list brought it back."""
    if case.finished:
        since = case.contacts.filter(undone_at=None, on__gte=case.listed_on) if case.listed_on else None
        return since is not None and case.listed_on == case.corporation.newest_list and not since.exists()
    return case.state == State.NEW or case.owner is None or not case.owner.is_active


def _already(waiting: Handover) -> str:
    sentence = _("Dit adres is al overgedragen aan %(partner)s, en er is nog geen antwoord.")
    return sentence % {"partner": waiting.get_partner_display()}


@transaction.atomic
def ask_after(user: User, handover_id: int, *, version: int, kind: str) -> Handover:
    """Record that a coach called or mailed a partner that did not answer yet; the same once more on a day adds nothing."""
    handover = Handover.objects.filter(pk=handover_id, case__in=cases_for(user)).first()
    if handover is None:
        raise Case.DoesNotExist
    case, _none = open_case(user, handover.case_id, None)
    handover.refresh_from_db()
    if handover.picked_up != PickedUp.UNANSWERED or kind not in (Kind.PHONE, Kind.MAIL):
        raise ValidationError(_("De partner heeft al geantwoord."))
    asked = {"case": case, "handover": handover, "by": user, "on": today(), "kind": kind}
    if Question.objects.filter(**asked).exists():
        return handover
    if case.version != version:
        raise Conflict(case)
    Question.objects.create(**asked)
    changed(case)
    record(user, "handover.ask", case, partner=handover.partner, kind=kind)
    return handover


@transaction.atomic
def undo_handover(user: User, handover_id: int, *, version: int) -> Case:
    """Delete a hand-over of the last day that the partner did not answer: it never happened, and only the log keeps it."""
    handover = Handover.objects.filter(pk=handover_id, case__in=cases_for(user)).first()
    if handover is None:
        raise Case.DoesNotExist
    case, _none = open_case(user, handover.case_id, version)
    if not handover.undoable:
        raise ValidationError(
            _("Deze overdracht is niet meer terug te nemen. Leg het antwoord van de partner vast.")
        )
    _undo_step(case, handover.step)
    handover.delete()
    changed(case)
    record(user, "handover.undo", case, partner=handover.partner)
    return case


@transaction.atomic
def answer_handover(
    user: User,
    handover_id: int,
    *,
    version: int,
    picked_up: str,
    answer_role: str = "",
    answer_note: str = "",
) -> Handover:
    """Record whether the partner picked up the hand-over, who there (a function is enough) and a short note.

    If the partner did not, the coach gets a next step on the next working day, and a closed case opens again. The same answer
    once more changes only the words.
    """
    handover = Handover.objects.filter(pk=handover_id, case__in=cases_for(user)).first()
    if handover is None:
        raise Case.DoesNotExist
    case, _none = open_case(user, handover.case_id, version)
    same, handover.picked_up = handover.picked_up == picked_up, picked_up
    handover.answer_role = checks.without_bsn("answer_role", answer_role)
    handover.answer_note = checks.without_bsn("answer_note", answer_note)
    if (
        picked_up == PickedUp.UNANSWERED
    ):  # a waiting list: the words are kept, and the hand-over goes on waiting
        handover.answered_on = handover.answered_at = handover.answered_by = None
    elif not same:
        handover.answered_on, handover.answered_at, handover.answered_by = today(), clock.now(), user
    handover.full_clean(exclude=("case", "by", "answered_by", "answer_step"))
    changed(case)
    if not same:
        handover.answer_step = plan_next_step(user, case) if picked_up == PickedUp.NO else None
    handover.save()
    if same:
        return handover
    record(user, "handover.answer", case, partner=handover.partner, picked_up=picked_up)
    _tell(case, handover)
    return handover


@transaction.atomic
def undo_answer(user: User, handover_id: int, *, version: int) -> Handover:
    """Take a partner's answer back within a day, so that the hand-over waits again; a second call has no effect.

    The step that a refusal planned is undone too, unless something was logged after it.

    Raises
    ------
    ValidationError
        Another user gave the answer, or it is older than a day.
    """
    handover = Handover.objects.filter(pk=handover_id, case__in=cases_for(user)).first()
    if handover is None:
        raise Case.DoesNotExist
    case, _none = open_case(user, handover.case_id, None)
    handover.refresh_from_db()
    if handover.picked_up == PickedUp.UNANSWERED:
        return handover
    if case.version != version:
        raise Conflict(case)
    if handover.answered_by_id != user.pk or not handover.answer_undoable:
        raise ValidationError(_("Dit antwoord kunt u niet meer terugnemen. Draag het adres opnieuw over."))
    _undo_step(case, handover.answer_step)
    handover.picked_up = PickedUp.UNANSWERED
    handover.answered_on = handover.answered_at = handover.answered_by = handover.answer_step = None
    handover.answer_role = handover.answer_note = ""
    handover.save()
    changed(case)
    record(user, "handover.answer.undo", case, partner=handover.partner)
    _tell(case, handover)
    return handover


def _undo_step(case: Case, step: Contact | None) -> None:
    """Undo the step that a hand-over or its answer planned, unless something was logged after it."""
    if step and step == case.contacts.filter(undone_at=None).order_by("-reference").first():
        step.undone_at = clock.now()
        step.save(update_fields=["undone_at"])
        put_back(case, step.before)


def _tell(case: Case, handover: Handover) -> None:
    """Tell programs that listen what a partner answered, or that the answer was taken back."""
    emit(
        HANDOVER_ANSWERED,
        corporation=case.corporation_id,
        handover=handover.reference,
        partner=handover.partner,
        picked_up=handover.picked_up,
    )


@transaction.atomic
def reopen(user: User, case_id: int, *, version: int) -> Contact:
    """Open a finished case again, in the user's care, with a next step on the next working day."""
    case, _none = open_case(user, case_id, version)
    record(user, "case.reopen", case)
    return plan_next_step(user, case)


@transaction.atomic
def object_to(user: User, case_id: int, *, on: date | None = None) -> Objection:
    """Register an objection and remove the case from the list at once.

    This needs no version and no reason, so that an objection is never refused.
    """
    case, _none = open_case(user, case_id, None, despite_objection=True)
    standing = case.objections.filter(withdrawn_on=None).first()
    if standing:
        return standing
    on = on or today()
    checks.happened("on", on)
    objection = Objection.objects.create(case=case, by=user, on=on)
    case.objected_on = on
    case.worries.exclude(call_back="").update(call_back="")  # nobody goes there any more
    changed(case)
    record(user, "objection.add", case)
    return objection


@transaction.atomic
def withdraw_objection(user: User, case_id: int) -> None:
    """Withdraw the active objection at the resident's request."""
    case, _none = open_case(user, case_id, None, despite_objection=True)
    if case.objections.filter(withdrawn_on=None).update(withdrawn_on=today()):
        case.objected_on = None
        changed(case)
        record(user, "objection.withdraw", case)

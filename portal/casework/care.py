"""Save growth, hand-overs, worries and objections, with the same rules as in `services`."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.access import cases_for, corporations_for, worries_for
from portal.accounts.audit import record
from portal.accounts.models import Corporation, Role, User
from portal.casework import checks
from portal.casework.codes import PickedUp
from portal.casework.models import Case, Growth, Handover, Objection, Worry
from portal.casework.models.work import today
from portal.casework.services import changed, open_case


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
    user: User, case_id: int, *, version: int, token: str, partner: str, on: date | None = None
) -> Handover:
    """Record that a case was handed over to a partner; the portal shows it until it is answered."""
    case, done = open_case(user, case_id, version, Handover, token)
    if done:
        return done
    on = on or today()
    checks.happened("on", on)
    handover = Handover(case=case, by=user, token=token, partner=partner, on=on)
    handover.full_clean(exclude=("case", "by"))
    handover.save()
    changed(case)
    record(user, "handover.note", case, partner=partner)
    return handover


@transaction.atomic
def answer_handover(user: User, handover_id: int, *, version: int, picked_up: str) -> Handover:
    """Record whether the partner picked up the hand-over."""
    handover = Handover.objects.filter(pk=handover_id, case__in=cases_for(user)).first()
    if handover is None:
        raise Case.DoesNotExist
    case, _none = open_case(user, handover.case_id, version)
    handover.picked_up = picked_up
    handover.answered_on = None if picked_up == PickedUp.UNANSWERED else today()
    handover.full_clean(exclude=("case", "by"))
    handover.save()
    changed(case)
    record(user, "handover.answer", case, partner=handover.partner, picked_up=picked_up)
    return handover


@transaction.atomic
def object_to(user: User, case_id: int, *, on: date | None = None) -> Objection:
    """Register an objection and remove the case from the list at once.

    This needs no version and no reason, so that an objection is never refused.
    """
    case, _none = open_case(user, case_id, None)
    standing = case.objections.filter(withdrawn_on=None).first()
    if standing:
        return standing
    on = on or today()
    checks.happened("on", on)
    objection = Objection.objects.create(case=case, by=user, on=on)
    case.objected_on = on
    changed(case)
    record(user, "objection.add", case)
    return objection


@transaction.atomic
def withdraw_objection(user: User, case_id: int) -> None:
    """Withdraw the active objection at the resident's request."""
    case, _none = open_case(user, case_id, None)
    if case.objections.filter(withdrawn_on=None).update(withdrawn_on=today()):
        case.objected_on = None
        changed(case)
        record(user, "objection.withdraw", case)


def pass_on_worry(
    user: User,
    *,
    token: str,
    source: str,
    worry: str,
    urgent: bool = False,
    case_id: int | None = None,
    corporation: str = "",
    eenheid_id: str = "",
    postcode: str = "",
    house_number: str = "",
) -> Worry:
    """Report a worry about an address. A coach may name a case; others give the unit's number, or postcode and number.

    An urgent worry about a listed address is shown to the coach at once; every worry is sent to the next run.
    """
    if user.role not in (Role.MELDER, Role.COACH):
        raise PermissionDenied
    case = cases_for(user).get(pk=case_id) if case_id is not None else None
    theirs: Corporation | None = (
        case.corporation if case else corporations_for(user).filter(pk=corporation).first()
    )
    if theirs is None:
        raise ValidationError({"corporation": _("Kies een corporatie.")})
    postcode = checks.plain(postcode).replace(" ", "").upper()
    if not (case or eenheid_id.strip() or (postcode and house_number.strip())):
        raise ValidationError({"postcode": _("Vul postcode en huisnummer in, of het eenheidnummer.")})
    added = Worry(
        by=user,
        token=token,
        case=case or _case_at(theirs, postcode, checks.plain(house_number)),
        corporation=theirs,
        eenheid_id=checks.plain(eenheid_id),
        postcode=postcode,
        house_number=checks.plain(house_number),
        source=source,
        worry=worry,
        urgent=urgent,
    )
    added.full_clean(exclude=("by", "case", "corporation", "token"))
    try:
        with transaction.atomic():
            added.save()
            record(user, "worry.add", added.case, worry=worry, urgent=urgent)
    except IntegrityError:  # the same form was sent twice
        return Worry.objects.get(token=token, by=user)
    return added


def _case_at(corporation: Corporation, postcode: str, house_number: str) -> Case | None:
    """Return the case at an address, to notify its coach at once; nobody else learns whether it exists."""
    if not (postcode and house_number):
        return None
    matching = [
        case
        for case in Case.objects.filter(corporation=corporation, town__startswith=postcode[:4])
        if case.town.replace(" ", "").upper().startswith(postcode)
        and case.address.replace(" ", "").lower().endswith(house_number.replace(" ", "").lower())
        and not case.address.replace(" ", "")[: -len(house_number.replace(" ", ""))][-1:].isdigit()
    ]
    return matching[0] if len(matching) == 1 else None


@transaction.atomic
def see_worry(user: User, worry_id: int) -> None:
    """Record that the coach has seen a worry."""
    if user.role == Role.COACH:
        worries_for(user).filter(pk=worry_id, seen_at=None).update(seen_at=timezone.now())

"""Worries: pass one on, take it up as a case with an owner and a next step, and answer the person who reported it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal import clock
from portal.accounts.access import cases_for, corporations_for, worries_for
from portal.accounts.audit import record
from portal.accounts.models import Corporation, Role, User
from portal.casework import checks, notices
from portal.casework.codes import Answer
from portal.casework.models import Case, Worry
from portal.casework.models.cases import spaced
from portal.casework.models.work import today
from portal.casework.services import plan_next_step

FULL_POSTCODE = 6
"""Four digits and two letters, without a blank: all of them are of one street."""


def pass_on_worry(
    user: User,
    *,
    token: str,
    source: str,
    worry: str,
    case_id: int | None = None,
    corporation: str = "",
    eenheid_id: str = "",
    postcode: str = "",
    house_number: str = "",
    urgent: bool = False,
    call_back: str = "",
) -> Worry:
    """Pass on a worry about a case of a coach, or about an address that a melder types.

    ``call_back`` is the name or function of whom to call back, if a coach types in an urgent worry of somebody else.

    A melder never learns whether the address is on a list. Coaches of the address see an urgent worry at once, and a
    notice without personal data is sent.
    """
    if user.role not in (Role.MELDER, Role.COACH):
        raise PermissionDenied
    case = cases_for(user).get(pk=case_id) if case_id is not None else None
    if case is not None and case.objected_on:
        raise ValidationError(_("De bewoner maakte bezwaar. U kunt hier niets meer vastleggen."))
    theirs: Corporation | None = (
        case.corporation if case else corporations_for(user).filter(pk=corporation).first()
    )
    if theirs is None:
        raise ValidationError({"corporation": _("Kies een corporatie.")})
    whom = checks.without_bsn("call_back", call_back)
    postcode = checks.plain(postcode).replace(" ", "").upper()
    if not (case or eenheid_id.strip() or (postcode and house_number.strip())):
        raise ValidationError({"postcode": _("Vul postcode en huisnummer in, of het eenheidnummer.")})
    reported = Worry(
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
        call_back=whom if urgent and user.role == Role.COACH else "",
    )
    reported.full_clean(exclude=("by", "case", "corporation", "token"))
    try:
        with transaction.atomic():
            reported.save()
            record(user, "worry.add", reported.case, worry=worry, urgent=urgent)
            if urgent:
                notices.urgent_worry(reported)
    except IntegrityError:  # the same form a second time
        return Worry.objects.get(token=token, by=user)
    return reported


@transaction.atomic
def take_up(user: User, worry_id: int) -> Case:
    """Take up an urgent worry: its case gets this coach as owner and today as the day of the next step.

    If the portal has no case for the address, a case is opened for it. Taking up a worry twice has no effect.

    Raises
    ------
    ValidationError
        A colleague took it up before.
    """
    worry = _locked(user, worry_id)
    if worry.taken_by_id:
        if worry.taken_by_id != user.pk:
            raise ValidationError(_("Een collega heeft deze zorg al opgepakt."))
        assert worry.case is not None
        return worry.case
    case = worry.case or _opened_for(worry, user)
    worry.case, worry.taken_by, worry.taken_at = case, user, clock.now()
    worry.save(update_fields=["case", "taken_by", "taken_at"])
    if case.objected_on is None:
        plan_next_step(user, case, today())
    record(user, "worry.take", case, worry=worry.worry)
    return case


@transaction.atomic
def answer(user: User, worry_id: int, *, reply: str) -> Worry:
    """Record what became of an urgent worry, for the person who reported it; the next answer replaces this one.

    Once it is more than a try, nobody has to be called back any more, and the name of whom is deleted.

    A worry about a home of another landlord is given back (`Answer.NOT_OURS`) without a case, so before it is taken up.

    Raises
    ------
    ValidationError
        The worry was not taken up yet, the answer is unknown, or the home is given back although the portal knows it.
    """
    worry = _locked(user, worry_id)
    if reply not in Answer.values:
        raise ValidationError(_("Kies een antwoord uit de lijst."))
    if reply == Answer.NOT_OURS:
        if worry.case and not worry.case.from_worry:
            raise ValidationError(_("Dit adres stond op een lijst: het is van uw corporatie."))
        worry.taken_by, worry.taken_at = worry.taken_by or user, worry.taken_at or clock.now()
    elif worry.taken_by_id is None:
        raise ValidationError(_("Pak de zorg eerst op."))
    worry.answer, worry.answered_on = reply, today()
    if reply != Answer.TRYING:
        worry.call_back = ""
    worry.save(update_fields=["answer", "answered_on", "taken_by", "taken_at", "call_back"])
    record(user, "worry.answer", worry.case, answer=reply)
    return worry


@transaction.atomic
def withdraw(user: User, worry_id: int) -> Worry:
    """Withdraw a worry of one's own, as long as nobody did anything with it; a second call has no effect.

    Raises
    ------
    Worry.DoesNotExist
        It is not the user's own.
    ValidationError
        A coach took it up, or the weekly run collected it.
    """
    worry = Worry.objects.select_for_update().get(pk=worry_id, by=user)
    if worry.withdrawn_at:
        return worry
    if not worry.withdrawable:
        raise ValidationError(
            _("Deze zorg is al in behandeling. Vertel de wooncoach of uw corporatie wat er niet klopt.")
        )
    worry.withdrawn_at, worry.call_back = clock.now(), ""
    worry.save(update_fields=["withdrawn_at", "call_back"])
    record(user, "worry.withdraw", worry.case, worry=worry.worry)
    return worry


def _locked(user: User, worry_id: int) -> Worry:
    """Lock an urgent worry that this coach may see."""
    if user.role != Role.COACH:
        raise Case.DoesNotExist
    worry = worries_for(user).select_for_update(of=("self",)).filter(pk=worry_id, urgent=True).first()
    if worry is None:
        raise Case.DoesNotExist
    return worry


def _opened_for(worry: Worry, user: User) -> Case:
    """Open a case for an address on no list; its agreement is unknown, so nothing of it goes to the weekly run."""
    postcode = spaced(worry.postcode)
    street = street_at(user, worry)
    if street:
        place = {"address": f"{street} {worry.house_number}", "town": postcode}
    else:
        place = {"address": worry.place if worry.postcode else worry.eenheid_id}
    agreement = f"zorg-{worry.reference}"
    return Case.objects.create(
        corporation=worry.corporation, overeenkomst_id=agreement, from_worry=True, **place
    )


def street_at(user: User, worry: Worry) -> str:
    """Return the street that a coach's own addresses have at the postcode of a worry, so that a typing error shows; "" if unknown.

    A melder does not learn of it: it would say that somebody of that street is on a list.
    """
    if len(worry.postcode) < FULL_POSTCODE:
        return ""
    cases = cases_for(user).filter(
        corporation=worry.corporation, town__startswith=worry.postcode[:4], from_worry=False, objected_on=None
    )
    streets = {
        address.rpartition(" ")[0] if address.rpartition(" ")[2][:1].isdigit() else ""
        for address, town in cases.values_list("address", "town")
        if town.replace(" ", "").upper().startswith(worry.postcode)
    }
    return streets.pop() if len(streets) == 1 else ""


def _case_at(corporation: Corporation, postcode: str, house_number: str) -> Case | None:
    """Return the case at an address, so that its coach sees the worry at once; the melder does not learn of it."""
    if not (postcode and house_number):
        return None
    number = house_number.replace(" ", "").lower()
    cases = [
        case
        for case in Case.objects.filter(
            corporation=corporation, town__startswith=postcode[:4], from_worry=False
        )
        if case.town.replace(" ", "").upper().startswith(postcode)
        and case.address.replace(" ", "").lower().endswith(number)
        and not case.address.replace(" ", "")[: -len(number)][-1:].isdigit()
    ]
    return cases[0] if len(cases) == 1 else None

"""Report harm or a complaint, and take a report of today back."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal import clock
from portal.accounts.access import corporations_for
from portal.accounts.audit import record
from portal.accounts.models import User
from portal.casework.models.work import today
from portal.incidents.models import Incident


def report(user: User, *, token: str, corporation: str, kind: str, on: date) -> Incident:
    """Report that a visit did harm, or that somebody complained about the approach.

    Raises
    ------
    ValidationError
        The day is still to come, the kind is unknown, or the corporation is not one of the user's.
    """
    theirs = corporations_for(user).filter(pk=corporation).first()
    if theirs is None:
        raise ValidationError({"corporation": _("Kies een corporatie.")})
    if on > today():
        raise ValidationError({"on": _("Deze dag moet nog komen.")})
    incident = Incident(by=user, token=token, corporation=theirs, kind=kind, on=on)
    incident.full_clean(exclude=("by", "corporation", "token"))
    try:
        with transaction.atomic():
            incident.save()
            record(user, "incident.add", kind=kind, corporation=theirs.pk)
    except IntegrityError:  # the same form a second time
        return Incident.objects.get(token=token, by=user)
    return incident


@transaction.atomic
def withdraw(user: User, incident_id: int) -> Incident:
    """Take back a report of one's own of today.

    Raises
    ------
    Incident.DoesNotExist
        The user has no such report.
    ValidationError
        It is of an earlier day, so a weekly run may have put it into the chain.
    """
    incident = Incident.objects.select_for_update().get(pk=incident_id, by=user)
    if not incident.withdrawable:
        raise ValidationError(_("Deze melding is van een eerdere dag en is niet meer in te trekken."))
    incident.withdrawn_at = clock.now()
    incident.save(update_fields=["withdrawn_at"])
    record(user, "incident.withdraw", kind=incident.kind, corporation=incident.corporation_id)
    return incident

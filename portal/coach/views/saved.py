"""What was just saved, as *Deze week* confirms it: result, state and what that does, undo, the next step, and whose care it is in.

After undoing it, what is back.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.accounts.access import Viewer, of_cases_for
from portal.accounts.models import User
from portal.casework.codes import Kind, Result, State
from portal.casework.leave import Covered
from portal.casework.models import Case, Contact
from portal.casework.models.work import today
from portal.coach.off_list import follows
from portal.coach.planned import Planned
from portal.coach.templatetags.days import step
from portal.prepared import Slot, prepared

SAVED = "gedaan"
"""Parameter with the number of the contact that was just logged."""


def just_done(user: User, contact_id: str) -> dict[str, Any] | None:
    """Return what was just logged, with undo while it is possible; None for an unknown id."""
    if not (contact_id.isascii() and contact_id.isdigit() and len(contact_id) < 18):
        return None
    contact = _contact(Viewer.of(user)).first(contact=int(contact_id), by=user.pk)
    if contact is None or not contact.undoable:
        return None
    case = contact.case
    return {
        "contact": contact,
        "case": case,
        "administrative": contact.kind == Kind.ADMINISTRATIVE,
        "earlier": contact.on if contact.on < today() else None,
        # the day of an appointment is its next step, which is said anyway
        "result": "" if contact.result == Result.APPOINTMENT else contact.get_result_display(),
        "follows": follows(case, contact),
        "lapsed": _lapsed(contact),
        "afterwards": _afterwards(case, user),
        "new_owner": case.owner_id == user.pk and contact.before["owner_id"] != user.pk,
        "colleague": case.owner if case.owner_id != user.pk and not case.finished else None,
    }


def _afterwards(case: Case, user: User) -> str:
    """Return that the next step of a covered case comes when it is a colleague's again, or ""."""
    covered = Covered.of(case, user.pk)
    if covered is None or case.follow_up_on is None or not covered.ends_before(case.follow_up_on):
        return ""
    return _("Dat is na de waarneming: %(who)s heeft het adres dan weer in zorg.") % {"who": covered.away}


def _lapsed(contact: Contact) -> str:
    """Return which step the contact removed: an appointment, or the last step of a case that has none any more; "" if none."""
    was = Planned.before(contact.before)
    if was is None or was.day <= contact.created_at.date() or was.day == contact.follow_up_on:
        return ""
    return was.lapsed if was.appointment or contact.follow_up_on is None else ""


def displaced(case: Case) -> str:
    """Return that an earlier step was planned in the place of an appointment, which a resident still expects; "" if none was."""
    row = case.contacts.filter(undone_at=None).order_by("-reference").first()
    was = Planned.before(row.before) if row else None
    if was is None or not was.appointment or was.day < today() or was.day == case.follow_up_on:
        return ""
    return _(
        "Er stond een afspraak op %(day)s. Die is nu niet meer de volgende stap: kies die dag weer als u klaar bent."
    ) % {"day": was.when}


def how_it_stands(case: Case) -> str:
    """Return the state, the next step and the owner of a case, as what a page says is back."""
    parts = [str(case.get_state_display())]
    if case.follow_up_on:
        day = {"day": step(case, "D j b")}
        if case.state == State.WATCH:
            parts.append(_("tot %(day)s") % day)
        else:
            parts.append(
                _("afspraak op %(day)s") % day if case.has_appointment else _("opvolgen %(day)s") % day
            )
    if case.worked_on and not case.finished:
        parts.append(
            _("in zorg bij %(who)s") % {"who": case.owner} if case.owner else _("bij niemand in zorg")
        )
    return ", ".join(parts)


@prepared
def _contact(viewer: Viewer) -> QuerySet[Contact]:
    contacts = of_cases_for(viewer, Contact.objects.filter(pk=Slot("contact"), by_id=Slot("by")))
    return contacts.select_related("case__owner", "case__lent_by")[:1]

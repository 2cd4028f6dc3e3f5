"""Log a contact once more, corrected, after it was undone."""

from __future__ import annotations

from datetime import date

from portal.accounts.models import User
from portal.casework.codes import Kind, Result, State
from portal.casework.models import Case, Contact
from portal.coach.next_step import AHEAD, NO_STEP, ahead

ANEW = "opnieuw"
"""Parameter with the number of an undone contact whose values fill in the form."""
CHOSEN_STATES = (State.WATCH, State.CLOSED, State.NOT_FITTING)
"""States that a coach chose; the others follow from the contact."""


def typed_for(contact: Contact) -> dict[str, str | list[str]]:
    """Return the form values that log a contact again."""
    reached = {True: "ja", False: "nee", None: "onbekend"}[contact.reached]
    return {
        "reached": reached,
        "kind": contact.kind,
        "on": contact.on.isoformat(),
        "part_of_day": contact.part_of_day,
        "result": contact.result,
        "needs": contact.needs.split(),
        "state": contact.state if contact.state in CHOSEN_STATES else "",
        "note": contact.note,
        "follow_up_at": f"{contact.follow_up_at:%H:%M}" if contact.follow_up_at else "",
        **(
            _typed(contact.follow_up_on)
            if contact.result == Result.APPOINTMENT
            else _next_step(contact.follow_up_on)
        ),
    }


def _next_step(day: date | None) -> dict[str, str]:
    """Return the button of a day if the form has one, because a typed day overrules a button that is chosen later."""
    if day is None:
        return {"next": NO_STEP}
    button = next((str(days) for days, _text in AHEAD if ahead(days) == day), "")
    return {"next": button} if button else _typed(day)


def _typed(day: date | None) -> dict[str, str]:
    return {"follow_up_on": day.isoformat() if day else ""}


def undone_contact(user: User, case: Case, number: str) -> Contact | None:
    """Return the contact of this user, by its number in the address, that was undone and can be logged once more."""
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    undone = Contact.objects.filter(pk=int(number), case=case, by=user).exclude(undone_at=None)
    return undone.exclude(kind=Kind.ADMINISTRATIVE).first()

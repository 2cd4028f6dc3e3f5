"""One row of *Deze week*: everything that it shows, as plain values, so that its HTML can be remembered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.casework.codes import State, state_words
from portal.casework.models import Case, Contact, Listing
from portal.coach.templatetags.days import euro

NO_NEWS = ("Stond ", "Nieuw op de lijst", "Terug op de lijst")
"""The beginning of a line (`models.words.reasons`) that the page replaces by a mark."""


@dataclass(frozen=True)
class Visit:
    """An address to visit, as one row shows it on one day.

    Parameters
    ----------
    place : str
        Postcode and town, after the corporation if the list has several.
    headline : str
        The first clause of the first reason.
    more : int
        Number of reasons after the first.
    owed : float, optional
        The rent arrears when the list was made, on the page that is sorted by them.
    safety : Safety, optional
        The warning about safety.
    changes, fresh : tuple of str
        What is new since the list and since last week, in Dutch.
    back : str
        How it stood before the list on which it is back or stayed, in words; "" once it is done.
    keeper : str
        The colleague who has it in care, or had it before, in words; "" if nobody else does.
    state, flared_up, flared_up_on, asleep, follow_up_on, follow_up_at, has_appointment
        The case, if a coach worked on it; see `Case`.
    """

    pk: int
    position: int
    street: str
    name: str
    place: str
    phone: str
    safety: object
    headline: str
    more: int
    changes: tuple[str, ...]
    fresh: tuple[str, ...]
    carried_over: bool | None
    score: int | None
    owed: float | None
    done: bool
    worked_on: bool
    state: str
    flared_up: bool
    flared_up_on: date | None
    asleep: bool
    follow_up_on: date | None
    follow_up_at: time | None
    has_appointment: bool
    back: str = ""
    keeper: str = ""

    @classmethod
    def of(cls, row: Listing, user: User, *, several: bool, owed: float | None = None) -> Visit:
        """Return the row of a listing as a user sees it; with `several` corporations it names the corporation."""
        case = row.case
        return cls(
            pk=case.pk,
            position=row.position,
            street=case.street,
            name=case.name,
            place=f"{case.corporation}, {case.town}" if several else case.town,
            phone=case.phone,
            safety=case.safety,
            headline=_headline(row.reasons),
            more=len(row.reasons) - 1,
            changes=tuple(change.text for change in row.changes),
            fresh=tuple(fresh(row.news)),
            carried_over=row.carried_over,
            score=row.score if settings.SHOW_SCORE else None,
            owed=owed,
            done=row.done,
            worked_on=case.worked_on,
            state=case.state,
            flared_up=case.flared_up,
            flared_up_on=case.flared_up_on,
            asleep=case.asleep,
            follow_up_on=case.follow_up_on,
            follow_up_at=case.follow_up_at,
            has_appointment=case.has_appointment,
            back=row.back,
            keeper=keeper(case, user),
        )

    @property
    def arrears(self) -> str:
        """The rent arrears in euros as on the list, or nothing if there are none."""
        return euro(self.owed) if self.owed else ""

    def get_state_display(self) -> str:
        """Return the state in words, as `Case` does."""
        return state_words(self.state, taken_up=self.worked_on)


def keeper(case: Case, user: User) -> str:
    """Return who else has a case in care or, if it was finished, had it before, also one who left; "" if nobody else does."""
    owner = case.owner
    if owner is None or owner.pk == user.pk:
        return ""
    sentence = _("eerder in zorg bij %(who)s") if case.finished else _("in zorg bij %(who)s")
    who = str(owner) if owner.is_active else _("%(who)s (werkt hier niet meer)") % {"who": owner}
    return sentence % {"who": who}


def since_list(contact: Contact, as_of: date) -> bool:
    """Return whether a contact is of a day since a list, or was logged since then: the list did not know of it."""
    return contact.on >= as_of or timezone.localdate(contact.created_at) >= as_of


def came_from(state: str, *, carried_over: bool | None, listed_before: bool) -> str:
    """Return how a case stood before a list, for that on which it is back or stayed, or "" if it is new there or still in care.

    ``listed_before`` is whether an older list had it: then it is not new, even if no coach worked on it.
    """
    if carried_over is False:
        back = {
            State.CLOSED: _("Terug: eerder afgesloten"),
            State.NOT_FITTING: _("Terug: eerder niet passend"),
            State.WATCH: _("Terug: waakvlam liep af"),
            State.APPROACHED: _("Terug: eerder benaderd"),
            State.IN_CONTACT: _("Terug: eerder in contact"),
        }
        return back.get(State(state), _("Terug: stond eerder op de lijst") if listed_before else "")
    stayed = {
        State.CLOSED: _("Eerder afgesloten"),
        State.NOT_FITTING: _("Eerder niet passend"),
        State.WATCH: _("Waakvlam liep af"),
    }
    return stayed.get(State(state), "")


def fresh(news: Iterable[str]) -> list[str]:
    """Return the lines that name something new."""
    return [text for text in news if not text.startswith(NO_NEWS)]


def news_of(listing: Listing, *, returned: bool) -> list[str]:
    """Return what is new at a listing; an address that is back from earlier is not new on the list."""
    return [text for text in listing.news if not (returned and text.startswith(NO_NEWS[1]))]


def _headline(reasons: list[str]) -> str:
    """Return the first clause of the first reason, with an ellipsis if the sentence goes on; the address page has it whole."""
    clause, more, _rest = (reasons[0] if reasons else "").partition("; ")
    return f"{clause} …" if more else clause

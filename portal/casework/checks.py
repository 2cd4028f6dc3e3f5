"""Validate dates and codes, with messages for the person who typed them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.casework.codes import NOT_FITTING_REASONS, OPEN, Need, Result, State
from portal.casework.models import Case
from portal.casework.models.work import today

LONGEST_BACK = timedelta(days=366)
FURTHEST_AHEAD = timedelta(days=2 * 365)
"""Maximum distance of a next step: two years, the same as in the extract contract."""
WATCH = timedelta(days=91)
"""Duration of a watch without an agreed day, the same as in the scope of the list."""
NINE_DIGITS = re.compile(
    r"(?<!\d)(?<!\+31[ .-])(?<!0031[ .-])(?<!\(0\))"
    r"(?:\d(?: ?\d){8}|\d(?:\.?\d){8}|\d(?:-?\d){8})(?!\d)"
)
"""Nine digits in one piece or in groups, as a citizen service number (BSN) is written; not the end of a telephone number."""
WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
"""Weights of the eleven test, which every BSN passes and one number of nine digits in eleven."""


def happened(field: str, day: date) -> None:
    """Refuse a day in the future or long ago."""
    if day > today():
        raise ValidationError({field: _("Deze dag moet nog komen. Kies vandaag of een eerdere dag.")})
    if day < today() - LONGEST_BACK:
        raise ValidationError({field: _("Dit is meer dan een jaar geleden. Klopt het jaar?")})


def planned(field: str, day: date | None) -> None:
    """Refuse a next step in the past or years ahead."""
    if day is None:
        return
    if day < today():
        raise ValidationError({field: _("Deze dag is al voorbij. Kies vandaag of een latere dag.")})
    if day > today() + FURTHEST_AHEAD:
        raise ValidationError({field: _("Dit is meer dan twee jaar vooruit. Klopt het jaar?")})


def fitting(state: str, result: str) -> None:
    """Require a reason if an address does not fit."""
    if state == State.NOT_FITTING and result not in NOT_FITTING_REASONS:
        raise ValidationError({"result": _("Kies waarom dit adres niet past.")})


def overtaken(case: Case, on: date) -> bool:
    """Return whether a contact of a later day says how the case stands; the weekly run takes the last day too."""
    return on < today() and case.contacts.filter(on__gt=on, undone_at=None).exists()


def later(state: str, now: str) -> None:
    """Refuse another state at a contact of before the last one."""
    if state and state != now:
        raise ValidationError(
            {
                "state": _(
                    "Er is al een later contact. Bewaar dit zonder stand, en kies daarna „Stand of dag wijzigen”."
                )
            }
        )


def appointment(state: str, result: str, day: date | None) -> None:
    """Require an open case and a day for an appointment."""
    if result != Result.APPOINTMENT:
        return
    if day is None:
        raise ValidationError({"follow_up_on": _("Vul de dag van de afspraak in.")})
    if state not in OPEN:
        raise ValidationError(
            {"state": _("Na een afspraak blijft het adres open: kies Benaderd of In contact.")}
        )


def needs(text: str) -> str:
    """Return values of `Need` in their order, each once, with blanks between them; refuse any other word."""
    given = set(text.split())
    if given - set(Need.values):
        raise ValidationError({"needs": _("Kies uit de lijst.")})
    return " ".join(need for need in Need.values if need in given)


def plain(text: str) -> str:
    """Clean a note: one line, without control characters."""
    return " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in text).split())


def without_bsn(field: str, text: str) -> str:
    """Clean a free text, and refuse a citizen service number (BSN) in it.

    Only that number is recognised. Words about health or family are not: a list of words would miss most and refuse what is allowed.
    """
    text = plain(text)
    if any(map(_is_bsn, NINE_DIGITS.findall(text))):
        message = _(
            "Hierin staat een burgerservicenummer (BSN), of een getal dat er een kan zijn. Haal het weg: "
            "een BSN mag u hier niet opschrijven."
        )
        raise ValidationError({field: message})
    return text


def _is_bsn(number: str) -> bool:
    """Return whether nine digits, with or without separators, pass the eleven test."""
    digits = [int(character) for character in number if character.isdecimal()]
    total = sum(weight * digit for weight, digit in zip(WEIGHTS, digits, strict=True))
    return any(digits) and total % 11 == 0


def next_state(case: Case, *, reached: bool | None) -> str:
    """Propose the state after a contact: in contact if reached, else approached. An active case never moves back."""
    if reached:
        return str(State.IN_CONTACT)
    return str(case.state if case.state in (State.IN_CONTACT, State.WATCH) else State.APPROACHED)

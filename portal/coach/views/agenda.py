"""The next step at an address as a calendar file (RFC 5545), with the address and without a reason."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.accounts.access import UserRequest
from portal.accounts.audit import record
from portal.casework.models import Case
from portal.coach.views.page import coach_page, own_case

LASTS = timedelta(hours=1)
"""How long an entry with an hour takes; the coach can change it."""
LONGEST_LINE = 75
"""Octets of a line; longer lines are folded."""


@coach_page
@require_safe
def appointment(request: UserRequest, case_id: int) -> HttpResponse:
    """Return the next step of a case, at its hour or else for the whole day; it is called an appointment only if it is one."""
    case = own_case(request, case_id)
    if case.follow_up_on is None or case.objected_on:
        raise Case.DoesNotExist
    record(request.user, "case.calendar", case)
    place = f"{case.street}, {case.town}" if case.town else str(case.street)
    title = _("Afspraak: %(place)s") if case.has_appointment else _("Opvolgen: %(place)s")
    when = case.follow_up_on, case.follow_up_at
    text = calendar(f"waakvlam-{case.pk}", *when, title % {"place": case.street}, place)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="opvolgen.ics"'
    return response


def calendar(uid: str, day: date, at: time | None, title: str, place: str) -> str:
    """Write one entry: an hour from its time on, or the whole day."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Waakvlam//NL",
        "BEGIN:VEVENT",
        f"UID:{uid}@waakvlam",
        f"DTSTAMP:{datetime.now(UTC):%Y%m%dT%H%M%SZ}",
        *_period(day, at),
        f"SUMMARY:{_escaped(title)}",
        f"LOCATION:{_escaped(place)}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _period(day: date, at: time | None) -> tuple[str, str]:
    """Return begin and end; an hour is written in UTC, so that the calendar needs no description of our time zone."""
    if at is None:
        return f"DTSTART;VALUE=DATE:{day:%Y%m%d}", f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"
    begin = timezone.make_aware(datetime.combine(day, at)).astimezone(UTC)
    return f"DTSTART:{begin:%Y%m%dT%H%M%SZ}", f"DTEND:{begin + LASTS:%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    for mark in "\\;,":
        text = text.replace(mark, f"\\{mark}")
    return text


def _folded(line: str) -> str:
    """Break a line at 75 octets, between characters; each next part starts with a space."""
    parts: list[str] = []
    part = ""
    for character in line:
        if len((part + character).encode()) > LONGEST_LINE - bool(parts):
            parts.append(part)
            part = ""
        part += character
    return "\r\n ".join([*parts, part])

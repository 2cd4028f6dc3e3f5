"""The next step that a case has: a form offers to leave it where it is, and says when it falls away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal import clock
from portal.casework.codes import State
from portal.casework.models import Case
from portal.casework.models.work import today
from portal.coach.templatetags.days import on as written


@dataclass(frozen=True)
class Planned:
    """A next step: its day, its hour if one was agreed, and whether it is an appointment or the end of a watch."""

    day: date
    at: time | None = None
    appointment: bool = False
    watch: bool = False

    @classmethod
    def of(cls, case: Case) -> Planned | None:
        """Return the next step of a case that is for today or later, or None."""
        day = case.follow_up_on
        if day is None or day < today():
            return None
        return cls(day, case.follow_up_at, case.has_appointment, case.state == State.WATCH)

    @classmethod
    def before(cls, values: dict[str, Any]) -> Planned | None:
        """Return the next step in the values of a case that a contact keeps (`portal.casework.before`), or None."""
        day, at = values.get("follow_up_on"), values.get("follow_up_at")
        if not day:
            return None
        agreed, watch = values.get("appointment_on") == day, values["state"] == State.WATCH
        return cls(date.fromisoformat(day), time.fromisoformat(at) if at else None, agreed, watch)

    @property
    def to_come(self) -> bool:
        """Whether it is still ahead: a contact of today usually is the step of today, unless its hour has not come yet."""
        now = timezone.localtime(clock.now()).time()
        return self.day > today() or (self.day == today() and self.at is not None and self.at > now)

    @property
    def when(self) -> str:
        """Its day, and its hour if it has one."""
        return written(self.day, "D j b") + (f" {self.at:%H:%M}" if self.at else "")

    @property
    def stays(self) -> SafeString:
        """The choice to leave it where it is."""
        day = _("tot %(day)s") % {"day": self.when} if self.watch else self.when
        appointment = f", {_('afspraak')}" if self.appointment else ""
        return format_html("{} <small>{}{}</small>", _("Laten staan"), day, appointment)

    @property
    def lapses(self) -> str:
        """What a form says before a choice that removes it."""
        return self._in_words(
            _("De afspraak op %(day)s vervalt."),
            _("De waakvlam tot %(day)s vervalt."),
            _("Het opvolgen op %(day)s vervalt."),
        )

    @property
    def lapsed(self) -> str:
        """What a page says after it was removed."""
        return self._in_words(
            _("De afspraak op %(day)s is vervallen."),
            _("De waakvlam tot %(day)s is vervallen."),
            _("Het opvolgen op %(day)s is vervallen."),
        )

    def _in_words(self, appointment: str, watch: str, step: str) -> str:
        text = appointment if self.appointment else watch if self.watch else step
        return text % {"day": self.when}

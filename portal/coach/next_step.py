"""Define the fields for a day and a choice, and the form of a next step, which avoids days on which nobody works."""

from __future__ import annotations

from datetime import date, time, timedelta
from functools import lru_cache
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from portal.casework.codes import State
from portal.casework.leave import Covered, Leave, free_day
from portal.casework.models import Contact
from portal.casework.models.work import today
from portal.casework.workdays import bank_holidays, working_day
from portal.choices import set_choices
from portal.coach.planned import Planned
from portal.coach.templatetags.days import on as written

AHEAD = (
    (7, gettext_lazy("Over 1 week")),
    (14, gettext_lazy("Over 2 weken")),
    (21, gettext_lazy("Over 3 weken")),
    (28, gettext_lazy("Over 4 weken")),
    (91, gettext_lazy("Over 3 maanden")),
)
NO_STEP, KEEP = "geen", "houden"


class Day(forms.DateField):
    """A date field that uses the browser's own calendar."""

    def __init__(self, **values: Any) -> None:
        values.setdefault("error_messages", {"invalid": gettext_lazy("Dit is geen dag op de kalender.")})
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d", "%d-%m-%Y"], **values)


class Choice(forms.ChoiceField):
    """A choice that the user makes by tapping."""

    def __init__(self, **values: Any) -> None:
        values.setdefault("error_messages", {"required": gettext_lazy("Kies er een.")})
        super().__init__(widget=forms.RadioSelect, **values)


class NextStep(forms.Form):
    """The next step: a quick choice or a day. If both are filled in, the day counts.

    A step that is planned stays unless the coach chooses otherwise: to leave it is the first choice, and chosen.
    """

    next = Choice(label=gettext_lazy("Opvolgen"), required=False)
    follow_up_on = Day(
        label=gettext_lazy("Of op een andere dag; die gaat dan voor"),
        help_text=gettext_lazy("In een weekend of op een feestdag? Dan wordt het de eerste werkdag daarna."),
        required=False,
    )
    follow_up_at = forms.TimeField(
        label=gettext_lazy("Hoe laat? Dat mag leeg blijven"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": gettext_lazy("Schrijf het zo: 14:30.")},
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        standard: str = "7",
        leave: Leave | None = None,
        planned: Planned | None = None,
        covered: Covered | None = None,
        **values: Any,
    ) -> None:
        super().__init__(*args, **values)
        self.leave, self.planned, self.covered = leave, planned, covered
        if self.is_bound and planned is None and self.data.get("next") == KEEP:
            # sent twice, or a colleague removed the step meanwhile: nothing stands that could stay
            data = cast("QueryDict", self.data).copy()
            data["next"] = ""
            self.data = data
        kept = [(KEEP, planned.stays)] if planned else []
        set_choices(self, "next", [*kept, *steps(leave, covered)])
        self.usual = standard
        self.fields["next"].initial = self.standard

    @property
    def standard(self) -> str:
        """The choice that is filled in."""
        return KEEP if self.planned else self.usual

    def as_saved(self, contact: Contact | None) -> None:
        """Read a form that is sent a second time as the first: with the step that stood before the contact that it saved."""
        if contact:
            self.planned = Planned.before(contact.before)

    def clean(self) -> dict[str, Any]:
        """Refuse an hour that would be lost: without a day, or at the end of a watch."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        state, chosen = data.get("state", ""), data.keys() >= {"next", "follow_up_on"}
        if data.get("follow_up_at") and chosen and (state == State.WATCH or self.day(state) is None):
            self.add_error(
                "follow_up_at", _("Een uur hoort bij een dag. Kies een dag, of laat het uur leeg.")
            )
        return data

    def day(self, state: str) -> date | None:
        """Return the chosen next step.

        A watch lasts as long as the service decides, unless a day was chosen, because the prefilled day is for a visit, and
        so is the planned one if the case was no watch before.
        """
        if self.planned and self.keeps():
            return None if state == State.WATCH and not self.planned.watch else self.planned.day
        day: date | None = self.cleaned_data["follow_up_on"]
        chosen = self.cleaned_data["next"] or NO_STEP
        if day or chosen == NO_STEP or (state == State.WATCH and chosen == self.standard):
            return free_day(day, self.leave) if day else None
        return ahead(int(chosen), self.leave)

    def keeps(self) -> bool:
        """Return whether the planned step stays where it is."""
        data = self.cleaned_data
        return self.planned is not None and data["next"] == KEEP and not data["follow_up_on"]

    def at(self) -> time | None:
        """Return the hour of the chosen next step; a step that stays keeps its hour unless another is given."""
        at: time | None = self.cleaned_data["follow_up_at"]
        return self.planned.at if at is None and self.planned and self.keeps() else at

    def moved(self, saved: date | None) -> str:
        """Say why a typed day was saved as another one, or return ""."""
        typed: date | None = self.cleaned_data["follow_up_on"]
        if typed is None or saved in (None, typed):
            return ""
        day = written(typed, "l j F")
        at_work = working_day(typed)
        if self.leave and saved != at_work:
            # not the weekend or the holiday moved it so far, but the leave
            day = written(typed if self.leave.covers(typed) else at_work, "l j F")
            why = (
                _("%(day)s valt in het verlof van %(who)s.") % {"day": day, "who": self.leave.whose}
                if self.leave.whose
                else _("%(day)s valt in uw verlof.") % {"day": day}
            )
        elif holiday := bank_holidays(typed.year).get(typed):
            why = _("%(day)s is %(holiday)s.") % {"day": day, "holiday": holiday}
        else:
            why = _("%(day)s valt in het weekend.") % {"day": day}
        step = _("De volgende stap is daarom op %(day)s.") % {"day": written(saved, "l j F")}
        return f"{why[0].upper()}{why[1:]} {step}"

    @property
    def away(self) -> str:
        """What the choices take into account, in sentences, or "": a leave, and that the case is covered until a day."""
        return " ".join(filter(None, (self._leave_in_words(), self._covered_in_words())))

    def _covered_in_words(self) -> str:
        if self.covered is None:
            return ""
        words = {"who": self.covered.stand_in, "away": self.covered.away}
        words["until"] = written(self.covered.until, "D j b")
        text = (
            _("%(who)s neemt dit adres waar tot en met %(until)s. Wat later valt, doet %(away)s weer.")
            if self.covered.stand_in
            else _("U neemt dit adres waar tot en met %(until)s. Wat later valt, doet %(away)s weer.")
        )
        return text % words

    def _leave_in_words(self) -> str:
        if self.leave is None:
            return ""
        days = {"first": written(self.leave.first, "D j b"), "until": written(self.leave.until, "D j b")}
        if whose := self.leave.whose:
            gone = _("%(who)s heeft dit adres in zorg en is weg van %(first)s tot en met %(until)s:") % (
                days | {"who": whose}
            )
        else:
            gone = _("U bent weg van %(first)s tot en met %(until)s:") % days
        then = (
            _("wat daarin valt, staat op de eerste werkdag daarna.")
            if self.leave.waits
            else _("%(who)s doet dan wat daarin valt.") % {"who": self.leave.colleague}
        )
        return f"{gone} {then}"


def ahead(days: int, leave: Leave | None = None) -> date:
    """Return the first day that is at least a number of days from now and on which the coach works."""
    return free_day(today() + timedelta(days=days), leave)


def steps(leave: Leave | None, covered: Covered | None = None) -> tuple[tuple[int | str, str], ...]:
    """Return the choices of a next step."""
    return _steps(today(), get_language(), leave, covered)


@lru_cache(maxsize=100)
def _steps(
    day: date,  # noqa: ARG001 - part of the key: the days and their words depend on it
    language: str | None,  # noqa: ARG001 - part of the key
    leave: Leave | None,
    covered: Covered | None,
) -> tuple[tuple[int | str, str], ...]:
    """Return the choices of a next step today; the same for every form of a day, but for who is away."""
    steps = [(days, _ahead(days, text, leave, covered)) for days, text in AHEAD]
    return *steps, (NO_STEP, _("Niet nodig"))


def _ahead(days: int, text: Promise, leave: Leave | None, covered: Covered | None) -> str:
    day = ahead(days, leave)
    parts = [written(day, "D j b")]
    if leave and day != ahead(days):
        parts.append(_("na verlof van %(who)s") % {"who": leave.whose} if leave.whose else _("na verlof"))
    elif leave and leave.covers(day):
        parts.append(leave.colleague)
    if covered and covered.ends_before(day):
        parts.append(_("dan weer bij %(who)s") % {"who": covered.away})
    return format_html("{} <small>{}</small>", text, ", ".join(parts))

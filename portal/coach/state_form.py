"""Define the form with which a coach changes the state of a case, or its next step, without a contact."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.casework.codes import NOT_FITTING_REASONS, OPEN, Result, State
from portal.casework.models import Case
from portal.casework.models.work import today
from portal.choices import set_choices
from portal.coach.next_step import KEEP, NO_STEP, Choice, NextStep, steps
from portal.coach.templatetags.days import on as written


def _as_planned(case: Case, planned: date) -> SafeString:
    """Return the words of the choice to leave the next step where it is."""
    day = written(planned, "D j b")
    at = f" {case.follow_up_at:%H:%M}" if case.follow_up_at else ""
    what = f", {_('afspraak')}" if case.has_appointment else ""
    return format_html("{} <small>{}{}{}</small>", _("Laten staan"), day, at, what)


class StateForm(NextStep):
    """The state of a case, without a contact."""

    state = Choice(label=gettext_lazy("Stand"), choices=State.choices[1:])
    result = forms.ChoiceField(label=gettext_lazy("Reden bij niet passend"), required=False)

    def __init__(self, *args: Any, case: Case, **values: Any) -> None:
        super().__init__(*args, standard="7" if case.state in OPEN else NO_STEP, **values)
        self.case, self.planned = case, case.follow_up_on
        if self.planned and self.planned > today():
            self.standard = self.fields["next"].initial = KEEP
            set_choices(self, "next", [(KEEP, _as_planned(case, self.planned)), *steps(self.leave)])
        self.fields["state"].initial = case.state if case.state != State.NEW else None
        set_choices(
            self,
            "result",
            [
                ("", _("Kies een reden")),
                *(choice for choice in Result.choices if choice[0] in NOT_FITTING_REASONS),
            ],
        )

    def values(self) -> dict[str, Any]:
        """Return the arguments for the service."""
        data = self.cleaned_data
        result = data["result"] if data["state"] == State.NOT_FITTING else ""
        day, at = self.day(data["state"]), data["follow_up_at"]
        if at is None and day is not None and day == self.planned and data["next"] == KEEP:
            at = self.case.follow_up_at
        return {"state": data["state"], "result": result, "follow_up_on": day, "follow_up_at": at}

    def day(self, state: str) -> date | None:
        """Return the chosen next step; what was planned stays unless another one is chosen.

        The day of a visit is not the end of a watch, nor the other way round.
        """
        if self.cleaned_data["next"] == KEEP and not self.cleaned_data["follow_up_on"]:
            begins_or_ends = (state == State.WATCH) != (self.case.state == State.WATCH)
            return None if begins_or_ends else self.planned
        return super().day(state)

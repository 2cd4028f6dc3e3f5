"""Define the form with which a coach changes the state of a case, or its next step, without a contact."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.casework.codes import NOT_FITTING_REASONS, OPEN, Result, State
from portal.casework.models import Case
from portal.choices import set_choices
from portal.coach.next_step import NO_STEP, Choice, NextStep
from portal.coach.planned import Planned


class StateForm(NextStep):
    """The state of a case, without a contact."""

    state = Choice(label=gettext_lazy("Stand"), choices=State.choices[1:])
    result = forms.ChoiceField(label=gettext_lazy("Reden bij niet passend"), required=False)

    def __init__(self, *args: Any, case: Case, **values: Any) -> None:
        standard = "7" if case.state in OPEN else NO_STEP
        super().__init__(*args, standard=standard, planned=Planned.of(case), **values)
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
        step = {"follow_up_on": self.day(data["state"]), "follow_up_at": self.at()}
        return {"state": data["state"], "result": result, **step}

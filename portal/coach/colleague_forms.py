"""Forms that choose a colleague: who takes over an address, and who stands in during a holiday."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.access import coaches_for
from portal.accounts.models import User
from portal.casework.lending import StandIn
from portal.casework.models import Case
from portal.casework.models.work import today
from portal.choices import set_choices
from portal.coach.forms import NOTE_HINT
from portal.coach.next_step import Choice, Day


class ColleagueForm(forms.Form):
    """The colleague who takes over a case: a coach who works in its wijk."""

    owner = Choice(label=gettext_lazy("In zorg bij"))
    note = forms.CharField(
        label=gettext_lazy("Waarom (mag leeg blijven)"),
        help_text=NOTE_HINT,
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, case: Case, **values: Any) -> None:
        super().__init__(*args, **values)
        # who has the case already is not offered, but a form that is sent twice is accepted
        coaches = [coach for coach in coaches_for(case) if self.is_bound or coach.pk != case.owner_id]
        self.colleagues = {str(coach.pk): coach for coach in coaches}
        set_choices(self, "owner", [(key, _named(coach)) for key, coach in self.colleagues.items()])

    def clean_owner(self) -> User:
        """Return the chosen colleague."""
        return self.colleagues[self.cleaned_data["owner"]]


class HolidayForm(forms.Form):
    """The colleague who stands in for a coach, and the first and the last day."""

    to = Choice(label=gettext_lazy("Wie neemt waar?"))
    first = Day(label=gettext_lazy("Van"), initial=today)
    until = Day(label=gettext_lazy("Tot en met"))

    def __init__(self, *args: Any, stand_ins: Iterable[StandIn], total: int, **values: Any) -> None:
        super().__init__(*args, **values)
        self.colleagues = {str(stand_in.colleague.pk): stand_in.colleague for stand_in in stand_ins}
        set_choices(
            self, "to", [(str(stand_in.colleague.pk), _taking(stand_in, total)) for stand_in in stand_ins]
        )

    def clean_to(self) -> User:
        """Return the chosen colleague."""
        return self.colleagues[self.cleaned_data["to"]]


class StandInForm(forms.Form):
    """The last day on which the coach stands in for a colleague."""

    until = Day(
        label=gettext_lazy("Ik neem waar tot en met"),
        error_messages={
            "required": gettext_lazy("Kies tot en met welke dag u waarneemt."),
            "invalid": gettext_lazy("Dit is geen dag op de kalender."),
        },
    )


def _taking(stand_in: StandIn, total: int) -> str:
    """Return the name of a colleague, with how many of the addresses it is for if it is not for all."""
    few = _("%(n)s van de %(total)s adressen") % {"n": stand_in.cases, "total": total}
    return _named(stand_in.colleague, *([few] if stand_in.cases < total else []))


def _named(colleague: User, *remarks: str) -> str:
    """Return the name of a colleague with remarks, also that this colleague never logged in and so sees nothing yet."""
    remarked = [*remarks, *([_("nog nooit ingelogd")] if colleague.never_here else [])]
    return format_html("{} <small>{}</small>", colleague, ", ".join(remarked)) if remarked else str(colleague)

"""What a coach fills in. A form reads and words; the services decide what can be."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.casework.codes import (
    NOT_FITTING_REASONS,
    Domain,
    Kind,
    PartOfDay,
    Partner,
    PickedUp,
    Result,
    Source,
    State,
    Step,
    Worries,
)
from portal.casework.models import Case
from portal.casework.work import today

NOON, EVENING = 12, 18
REACHED = (("ja", gettext_lazy("Gesproken")), ("nee", gettext_lazy("Niet bereikt")), ("", gettext_lazy("Weet ik nog niet")))
AHEAD = (
    (7, gettext_lazy("Over 1 week")),
    (14, gettext_lazy("Over 2 weken")),
    (28, gettext_lazy("Over 4 weken")),
    (91, gettext_lazy("Over 3 maanden")),
)
NO_STEP = "geen"
NOTE_HINT = gettext_lazy(
    "Alleen wat een collega moet weten, zoals „liever na vijven”. Niets over gezondheid en niets over anderen. "
    "De notitie verdwijnt met het dossier."
)


def part_of_day() -> str:
    """Give the part of the day by the clock."""
    hour = timezone.localtime().hour
    return PartOfDay.MORNING if hour < NOON else PartOfDay.AFTERNOON if hour < EVENING else PartOfDay.EVENING


class Day(forms.DateField):
    """A day, with the browser's own calendar."""

    def __init__(self, **values: Any) -> None:
        values.setdefault("error_messages", {"invalid": gettext_lazy("Dit is geen dag op de kalender.")})
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d", "%d-%m-%Y"], **values)


class Choice(forms.ChoiceField):
    """A choice by tapping."""

    def __init__(self, **values: Any) -> None:
        values.setdefault("error_messages", {"required": gettext_lazy("Kies er een.")})
        super().__init__(widget=forms.RadioSelect, **values)


class NextStep(forms.Form):
    """When somebody looks again: a quick choice, or a day; a day that is filled in goes before the choice."""

    next = Choice(label=gettext_lazy("Opvolgen"), required=False)
    follow_up_on = Day(label=gettext_lazy("Of op een andere dag"), required=False)

    def __init__(self, *args: Any, standard: int | None = 7, **values: Any) -> None:
        super().__init__(*args, **values)
        now = today()
        choices = [(now + timedelta(days=days), days, text) for days, text in AHEAD]
        self.fields["next"].choices = [
            (day.isoformat(), f"{text}, {date_format(day, 'D j M')}") for day, _days, text in choices
        ] + [(NO_STEP, _("Niet nodig"))]
        self.standard = next((day.isoformat() for day, days, _text in choices if days == standard), NO_STEP)
        self.fields["next"].initial = self.standard

    def clean_next(self) -> str:
        """Accept a day of yesterday's form as well: a form may stand open over midnight."""
        return str(self.cleaned_data["next"])

    def day(self) -> date | None:
        """Give the next step that was chosen."""
        given: date | None = self.cleaned_data.get("follow_up_on")
        chosen = self.cleaned_data.get("next") or NO_STEP
        return given or (None if chosen == NO_STEP else date.fromisoformat(chosen))


class ContactForm(NextStep):
    """A contact: what is usual is filled in, so that one tap and *Bewaren* are enough."""

    reached = Choice(label=gettext_lazy("Hebt u de bewoner gesproken?"), choices=REACHED, required=False)
    result = forms.ChoiceField(label=gettext_lazy("Resultaat"), required=False)
    kind = Choice(label=gettext_lazy("Soort contact"), choices=Kind.choices, initial=Kind.VISIT)
    on = Day(label=gettext_lazy("Dag"), initial=today)
    part_of_day = Choice(
        label=gettext_lazy("Dagdeel"), choices=PartOfDay.choices, initial=part_of_day, required=False
    )
    state = Choice(label=gettext_lazy("Stand"), required=False)
    note = forms.CharField(
        label=gettext_lazy("Korte notitie"),
        help_text=NOTE_HINT,
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, case: Case, **values: Any) -> None:
        super().__init__(*args, **values)
        self.case = case
        self.fields["result"].choices = [("", _("Nog geen resultaat")), *Result.choices]
        self.fields["state"].choices = [("", _("Vanzelf: in contact of benaderd")), *State.choices[1:]]

    def values(self) -> dict[str, Any]:
        """Give what the service asks."""
        data = self.cleaned_data
        # A watch lasts a quarter, unless a day was chosen: the week that stood filled in was meant for a visit.
        watch = data["state"] == State.WATCH and not data["follow_up_on"] and data["next"] == self.standard
        return {
            "kind": data["kind"],
            "on": data["on"],
            "reached": {"ja": True, "nee": False}.get(data["reached"]),
            "part_of_day": data["part_of_day"],
            "result": data["result"],
            "state": data["state"],
            "follow_up_on": None if watch else self.day(),
            "note": data["note"],
        }


class StateForm(NextStep):
    """Where a case stands, without a contact."""

    state = Choice(label=gettext_lazy("Stand"), choices=State.choices[1:])
    result = forms.ChoiceField(label=gettext_lazy("Reden bij niet passend"), required=False)

    def __init__(self, *args: Any, case: Case, **values: Any) -> None:
        super().__init__(*args, standard=None, **values)
        self.fields["state"].initial = case.state if case.state != State.NEW else None
        self.fields["result"].choices = [("", "—"), *((code.value, code.label) for code in NOT_FITTING_REASONS)]

    def values(self) -> dict[str, Any]:
        """Give what the service asks."""
        data = self.cleaned_data
        result = data["result"] if data["state"] == State.NOT_FITTING else ""
        return {"state": data["state"], "result": result, "follow_up_on": self.day()}


class GrowthForm(forms.Form):
    """How it goes on the four domains; what is left open is not noted."""

    def __init__(self, *args: Any, case: Case, **values: Any) -> None:
        super().__init__(*args, **values)
        for domain in Domain:
            self.fields[domain.value] = Choice(
                label=domain.label, required=False, choices=[*Step.choices, ("", _("Niet besproken"))]
            )

    def steps(self) -> dict[str, int]:
        """Give the step of every domain that was noted."""
        return {domain: int(step) for domain, step in self.cleaned_data.items() if step}

    def clean(self) -> dict[str, Any]:
        """Ask for one domain at least."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not any(data.values()):
            raise forms.ValidationError(_("Kies bij ten minste één leefgebied hoe het gaat."))
        return data


class HandoverForm(forms.Form):
    """To whom a case was handed over."""

    partner = Choice(label=gettext_lazy("Overgedragen aan"), choices=Partner.choices)
    on = Day(label=gettext_lazy("Dag"), initial=today)

    def __init__(self, *args: Any, case: Case, **values: Any) -> None:
        super().__init__(*args, **values)


class AnswerForm(forms.Form):
    """Whether the partner picked it up."""

    picked_up = forms.ChoiceField(choices=PickedUp.choices)


class WorryForm(forms.Form):
    """A worry: a fixed list, no free text."""

    worry = Choice(label=gettext_lazy("Wat ziet u?"), choices=Worries.choices)
    source = Choice(label=gettext_lazy("Wie ziet het?"), choices=Source.choices)
    urgent = forms.BooleanField(
        label=gettext_lazy("Dit kan niet wachten"),
        help_text=gettext_lazy("De wooncoach ziet het dan meteen. Is er nu gevaar? Bel 112."),
        required=False,
    )

    def __init__(self, *args: Any, case: Case | None = None, **values: Any) -> None:
        super().__init__(*args, **values)

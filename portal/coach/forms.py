"""Define the coach's forms. A form parses input and shows messages; the services validate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import User
from portal.casework import checks
from portal.casework.codes import (
    Consent,
    Domain,
    Kind,
    Need,
    Partner,
    PartOfDay,
    PickedUp,
    Result,
    Source,
    State,
    Step,
)
from portal.casework.leave import Covered, Leave
from portal.casework.models import Case
from portal.casework.models.work import today
from portal.choices import set_choices
from portal.coach.next_step import NO_STEP, Choice, Day, NextStep
from portal.coach.planned import Planned
from portal.coach.templatetags.days import on as written
from portal.melder.forms import Worry, by_coach

NOON, EVENING = 12, 18
REACHED = (
    ("ja", gettext_lazy("Gesproken")),
    ("nee", gettext_lazy("Niet bereikt")),
    ("onbekend", gettext_lazy("Onbekend")),
)
MINE, THEIRS = "ik", "collega"
NOTE_HINT = gettext_lazy(
    "Alleen wat een collega moet weten, zoals „liever na vijven”. Niets over gezondheid, geen burgerservicenummer (BSN), geen oordeel "
    "over de bewoner en niets over anderen. De bewoner mag meelezen. De notitie verdwijnt met het dossier."
)


def part_of_day() -> str:
    """Return the current part of the day."""
    hour = timezone.localtime().hour
    return str(
        PartOfDay.MORNING if hour < NOON else PartOfDay.AFTERNOON if hour < EVENING else PartOfDay.EVENING
    )


class ContactForm(NextStep):
    """A contact with the usual values filled in, so that one tap and *Bewaren* are enough."""

    keeper = Choice(label=gettext_lazy("Wie houdt dit adres?"), required=False)
    reached = Choice(label=gettext_lazy("Hebt u de bewoner gesproken?"), choices=REACHED)
    result = forms.ChoiceField(label=gettext_lazy("Resultaat"), required=False)
    kind = Choice(label=gettext_lazy("Soort contact"), choices=Kind.choices, initial=Kind.VISIT)
    on = Day(label=gettext_lazy("Dag"), initial=today)
    part_of_day = Choice(
        label=gettext_lazy("Dagdeel"), choices=PartOfDay.choices, initial=part_of_day, required=False
    )
    needs = forms.MultipleChoiceField(
        label=gettext_lazy("Waar is hulp bij nodig?"),
        choices=Need.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    state = Choice(label=gettext_lazy("Stand"), required=False)
    note = forms.CharField(
        label=gettext_lazy("Korte notitie"),
        help_text=NOTE_HINT,
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )

    def __init__(
        self,
        *args: Any,
        case: Case | None,
        user: User | None = None,
        planned: Planned | None = None,
        **values: Any,
    ) -> None:
        if case and (stands := Planned.of(case)) and stands.to_come:
            planned = stands
        super().__init__(*args, planned=planned, **values)
        if case and user and (colleague := case.with_colleague(user)):
            had = _("%(who)s, die het eerder had") if case.finished else _("%(who)s, die het in zorg heeft")
            set_choices(self, "keeper", [(MINE, _("Ik")), (THEIRS, had % {"who": colleague})])
            self.fields["keeper"].initial = MINE if case.finished else THEIRS
        else:
            del self.fields["keeper"]
        set_choices(self, "result", [("", _("Nog geen resultaat")), *Result.choices])
        set_choices(self, "state", [("", _("Automatisch")), *State.choices[1:]])

    def clean(self) -> dict[str, Any]:
        """Ask for the day of an appointment: the prefilled next step is not what was agreed."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        agreed, day = data.get("result") == Result.APPOINTMENT, data.get("follow_up_on")
        if agreed and day is None and data.get("next") in ("", NO_STEP, self.standard):
            self.add_error("follow_up_on", _("Vul de dag van de afspraak in."))
        return data

    def day(self, state: str) -> date | None:
        """Return the chosen next step; an appointment stays on the day that was agreed, even in a weekend."""
        day: date | None = self.cleaned_data["follow_up_on"]
        agreed = self.cleaned_data.get("result") == Result.APPOINTMENT
        return day if agreed and day else super().day(state)

    def values(self) -> dict[str, Any]:
        """Return the arguments for the service."""
        data = self.cleaned_data
        return {
            "kind": data["kind"],
            "on": data["on"],
            "reached": {"ja": True, "nee": False}.get(data["reached"]),
            "part_of_day": data["part_of_day"],
            "result": data["result"],
            "needs": checks.needs(" ".join(data["needs"])),
            "state": data["state"],
            "follow_up_on": self.day(data["state"]),
            "follow_up_at": self.at(),
            "note": data["note"],
        }

    def takes(self) -> bool:
        """Return whether the user takes the address over from the colleague who has or had it."""
        if "keeper" not in self.fields:
            return False
        return (self.cleaned_data["keeper"] or self.fields["keeper"].initial) == MINE

    def empty(self) -> EmptyContact:
        """Return the values that an unsent form fills in."""
        kind, on, part_of_day = (self[name].value() for name in ("kind", "on", "part_of_day"))
        return EmptyContact(kind, on, part_of_day, self.leave, self.planned, self.covered)

    def how(self) -> str:
        """Return kind, day and part of the day in words, for the line that opens these fields."""
        day = str(self["on"].value() or "")
        try:
            when = date.fromisoformat(day)
        except ValueError:
            day_in_words = day
        else:
            day_in_words = _("vandaag") if when == today() else written(when, "j b Y")
        kind, part = (
            dict(getattr(self.fields[name], "choices", ())).get(self[name].value(), "")
            for name in ("kind", "part_of_day")
        )
        return ", ".join(str(text) for text in (kind, day_in_words, str(part).lower()) if text)

    def typed(self) -> list[tuple[str, str]]:
        """Return the input in words, for when it cannot be saved."""
        return [(str(bound.label), words) for bound in self if (words := _in_words(bound))]


def _in_words(bound: forms.BoundField) -> str:
    """Return what was typed or chosen in a field, with the labels of choices."""
    labels = dict(getattr(bound.field, "choices", ()))
    given = bound.data if isinstance(bound.data, list) else [(bound.data or "").strip()]
    return ", ".join(str(labels.get(value, value)) for value in given if value)


@dataclass(frozen=True)
class EmptyContact:
    """The values on which an empty contact form depends, besides the language; its HTML is cached under them."""

    kind: str
    on: date
    part_of_day: str
    leave: Leave | None = None
    planned: Planned | None = None
    covered: Covered | None = None

    def form(self) -> ContactForm:
        """Return the form that has these values filled in."""
        return ContactForm(
            case=None,
            leave=self.leave,
            planned=self.planned,
            covered=self.covered,
            initial={"kind": self.kind, "on": self.on, "part_of_day": self.part_of_day},
        )


class GrowthForm(forms.Form):
    """Growth on the four domains; a domain without an answer is not stored."""

    def __init__(self, *args: Any, case: Case, **values: Any) -> None:  # noqa: ARG002
        super().__init__(*args, **values)
        for domain, label in Domain.choices:
            self.fields[domain] = Choice(
                label=label, required=False, choices=[*Step.choices, ("", _("Niet besproken"))]
            )

    def steps(self) -> dict[str, int]:
        """Return the step of each domain with an answer."""
        return {domain: int(step) for domain, step in self.cleaned_data.items() if step}

    def clean(self) -> dict[str, Any]:
        """Require at least one domain."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not any(data.values()):
            raise forms.ValidationError(_("Kies bij ten minste één leefgebied hoe het gaat."))
        return data


class HandoverForm(forms.Form):
    """The partner to whom a case was handed over, and who agreed to it."""

    partner = Choice(label=gettext_lazy("Overgedragen aan"), choices=Partner.choices)
    person = forms.CharField(
        label=gettext_lazy("Wie daar? Naam van de medewerker, dat mag leeg blijven"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    consent = Choice(label=gettext_lazy("Wie gaf toestemming?"), choices=Consent.choices)
    consent_on = Day(label=gettext_lazy("Wanneer gaf die toestemming?"), initial=today, required=False)
    on = Day(label=gettext_lazy("Dag van de overdracht"), initial=today)

    def __init__(self, *args: Any, case: Case, **values: Any) -> None:  # noqa: ARG002
        super().__init__(*args, **values)

    def clean(self) -> dict[str, Any]:
        """Return what the service saves: consent of nobody has no day."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["person"] = checks.plain(data.get("person", ""))
        if data.get("consent") == Consent.NOBODY:
            data["consent_on"] = None
        elif "consent_on" in data:
            data["consent_on"] = data["consent_on"] or data.get("on")
        return data


class AnswerForm(forms.Form):
    """Whether the partner picked up a hand-over, who there, and a short note under the rules of every note."""

    picked_up = Choice(
        label=gettext_lazy("Wat antwoordde de partner?"),
        choices=[
            *list(PickedUp.choices)[1:],
            (
                str(PickedUp.UNANSWERED),
                gettext_lazy("Op de wachtlijst, of nog geen besluit: blijf het mij vragen"),
            ),
        ],
    )
    answer_role = forms.CharField(
        label=gettext_lazy(
            "Wie bij de partner? Een functie is genoeg, zoals „budgetcoach”; dat mag leeg blijven"
        ),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    answer_note = forms.CharField(
        label=gettext_lazy("Korte notitie: wat gaat die doen, of waarom niet? Dat mag leeg blijven"),
        help_text=NOTE_HINT,
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, case: Case, **values: Any) -> None:  # noqa: ARG002
        super().__init__(*args, **values)

    def clean(self) -> dict[str, Any]:
        """Return both texts as the service saves them."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        return data | {name: checks.plain(data.get(name, "")) for name in ("answer_role", "answer_note")}


class WorryForm(Worry):
    """A worry about the address of the open case; usually the coach saw it."""

    def __init__(self, *args: Any, case: Case, **values: Any) -> None:  # noqa: ARG002
        super().__init__(*args, **values)
        by_coach(self)
        self.fields["source"].initial = Source.COACH

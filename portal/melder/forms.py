"""Forms for a worry: an address and choices from a fixed list. They have no field for the resident's name or for a story.

A coach who types in what somebody else told may add whom to call back.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.corporation_form import CorporationForm
from portal.accounts.models import Role, User
from portal.casework.codes import SOURCES, Source, Worries
from portal.casework.streets import postcode_of
from portal.choices import set_choices


class Worry(forms.Form):
    """What was seen, by whom, and whether it is urgent."""

    worry = forms.ChoiceField(
        label=_("Wat ziet u?"),
        choices=Worries.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies er een.")},
    )
    source = forms.ChoiceField(
        label=_("Namens wie meldt u?"),
        choices=SOURCES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies er een.")},
    )
    urgent = forms.BooleanField(
        label=_("Dit kan niet wachten"),
        help_text=_("De wooncoach ziet het dan meteen. Is er nu gevaar? Bel 112."),
        required=False,
    )
    call_back = forms.CharField(
        label=_("Wie kan een collega terugbellen? Naam of functie, dat mag leeg blijven"),
        help_text=_(
            "Alleen wie het u vertelde, bij een zorg die niet kan wachten. Niets over de bewoner. Het gaat weg zodra er een antwoord is. "
            "Bij „Wij kregen nog niemand te spreken” blijft het nog staan."
        ),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a name that would be lost: it is kept only while an urgent worry waits for its answer."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("call_back") and not data.get("urgent"):
            self.add_error(
                "call_back",
                _("Dit wordt alleen bewaard bij „Dit kan niet wachten”. Kruis dat aan, of laat dit leeg."),
            )
        return data


def by_coach(form: Worry) -> None:
    """Let a coach say that they saw it themselves, as the first choice."""
    own = (str(Source.COACH), Source.COACH.label)
    set_choices(form, "source", [own, *SOURCES])


class WorryForm(CorporationForm, Worry):
    """A worry about an address. The melder types the address, because a melder sees no list."""

    postcode = forms.RegexField(
        r"^\s*[1-9][0-9]{3}\s*[A-Za-z]{2}\s*$",
        label=_("Postcode"),
        required=False,
        error_messages={"invalid": _("Een postcode is vier cijfers en twee letters, zoals 1811 AB.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "maxlength": "8", "autocapitalize": "characters"}
        ),
    )
    house_number = forms.RegexField(
        r"[0-9]",
        label=_("Huisnummer"),
        required=False,
        max_length=20,
        error_messages={"invalid": _("Een huisnummer heeft een cijfer, zoals 12 of 12 A.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    street = forms.CharField(
        label=_("Of de straat"),
        help_text=_("Waakvlam zoekt de postcode erbij, als een adres van u in die straat ligt."),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    eenheid_id = forms.CharField(
        label=_("Of het eenheidnummer"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, user: User, **values: Any) -> None:
        super().__init__(*args, user=user, **values)
        self.user = user
        if user.role == Role.COACH:
            by_coach(self)
        else:  # a melder reports what they saw themselves, and types nothing but the address
            del self.fields["call_back"], self.fields["street"]

    def clean(self) -> dict[str, Any]:
        """Return what the service takes: the postcode of a street that a coach typed without one."""
        data = super().clean()
        street, number = data.pop("street", ""), data.get("house_number", "")
        if not street or data.get("postcode") or "postcode" in self.errors or "house_number" in self.errors:
            return data
        if not number:
            self.add_error("house_number", _("Vul ook het huisnummer in."))
        elif "corporation" in data:
            try:
                data["postcode"] = postcode_of(self.user, data["corporation"], street, number)
            except forms.ValidationError as refused:
                self.add_error("street", refused)
        return data

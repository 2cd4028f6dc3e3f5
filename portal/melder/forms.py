"""Forms for a worry: an address and choices from a fixed list. They have no field for names or free text."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.corporation_form import CorporationForm
from portal.casework.codes import Source, Worries


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
        choices=Source.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies er een.")},
    )
    urgent = forms.BooleanField(
        label=_("Dit kan niet wachten"),
        help_text=_("De wooncoach ziet het dan meteen. Is er nu gevaar? Bel 112."),
        required=False,
    )


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
    eenheid_id = forms.CharField(
        label=_("Of het eenheidnummer"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

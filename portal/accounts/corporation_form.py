"""A form about one of the user's corporations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.access import corporations_for
from portal.accounts.models import User
from portal.choices import set_choices


class CorporationForm(forms.Form):
    """Choose a corporation; a user with one does not see the choice."""

    corporation = forms.ChoiceField(label=_("Corporatie"))

    def __init__(self, *args: Any, user: User, **values: Any) -> None:
        super().__init__(*args, **values)
        corporations = list(corporations_for(user))
        set_choices(self, "corporation", [(corporation.pk, corporation.name) for corporation in corporations])
        if len(corporations) == 1:
            self.fields["corporation"].widget = forms.HiddenInput()
            self.fields["corporation"].initial = corporations[0].pk

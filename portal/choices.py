"""Set choices of a form field that depend on the user or the case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms


def set_choices(form: forms.BaseForm, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """Replace the choices of the choice field ``name``.

    Parameters
    ----------
    form : BaseForm
        The form that holds the field.
    name : str
        Name of a `forms.ChoiceField` of the form.
    choices : iterable of (value, label)
        What can be chosen, in order.
    """
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)

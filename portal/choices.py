"""Choices of models and forms: find the label of one, and set those that depend on the user or the case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db import models


class Labelled(models.Model):
    """A model that looks up the label of one choice; Django's own method first translates every choice of the field."""

    class Meta:
        abstract = True

    def _get_FIELD_display(self, field: models.Field[Any, Any]) -> str:  # noqa: N802 - behind each `get_…_display`
        value = getattr(self, field.attname)
        return str(next((label for key, label in field.flatchoices if key == value), value))


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

"""A leave that a coach planned, with the colleague who will stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.choices import Labelled

if TYPE_CHECKING:
    from portal.casework.models.cases import Case


class Absence(Labelled):
    """A colleague who will stand in for a coach; `portal.casework.lending` carries it out and deletes it on the first day."""

    away = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="absence")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    first = models.DateField(_("van"))
    until = models.DateField(_("tot en met"))
    given: bool
    """Whether the colleague still can; `portal.casework.lending` fills it in, the database does not."""
    alone: list[Case]
    """The cases in care that the colleague cannot take; `portal.casework.lending.planned_for` fills it in."""

    class Meta:
        ordering = ("first",)

    def __str__(self) -> str:
        return f"{self.first} {self.until}"

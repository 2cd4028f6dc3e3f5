"""Say what is known about safety at an address, and how far that knowledge goes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from portal.casework.codes import Worries
from portal.casework.models import Case, Listing, Worry
from portal.casework.models.work import today
from portal.coach.templatetags.days import on as written

LASTS = timedelta(weeks=26)
"""How long a worry about safety is shown; the signals count it as long."""


@dataclass(frozen=True)
class Safety:
    """A warning of the list, the days on which somebody felt unsafe, and what to say if there is neither."""

    warning: str
    felt_unsafe: tuple[date, ...]
    otherwise: str

    @classmethod
    def of(cls, case: Case, listing: Listing | None, worries: Iterable[Worry]) -> Safety:
        """Return what is known at an address, from its newest listing and the worries about it."""
        recent = today() - LASTS
        days = sorted({row.on for row in worries if row.worry == Worries.SAFETY and row.on >= recent})
        return cls(listing.safety if listing else "", tuple(days), _otherwise(case, listing))


def _otherwise(case: Case, listing: Listing | None) -> str:
    if listing is None:
        return _("Veiligheid: niet na te gaan, want dit adres stond op geen lijst.")
    if listing.as_of != case.corporation.newest_list:
        day = written(listing.as_of, "j F Y")
        return _("Veiligheid: op de lijst van %(day)s stond geen waarschuwing.") % {"day": day}
    return _("Veiligheid: geen waarschuwing bekend.")

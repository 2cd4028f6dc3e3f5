"""Say what is known about safety at an address, and how far that knowledge goes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import DateField, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from portal.casework.codes import Worries
from portal.casework.models import Case, Listing, Worry
from portal.casework.models.work import today
from portal.coach.templatetags.days import on as written
from portal.prepared import Slot, prepared

LASTS = timedelta(weeks=26)
"""How long a worry about safety is shown; the signals count it as long."""


@dataclass(frozen=True)
class Safety:
    """A warning of the list, the days on which somebody felt unsafe, and what to say if there is neither."""

    warning: str
    felt_unsafe: tuple[date, ...]
    otherwise: str = ""
    as_of: date | None = None
    """The list that the warning is from, if it is not the newest: nobody knows whether the agreement still stands."""

    @classmethod
    def of(cls, case: Case, listing: Listing | None, worries: Iterable[Worry]) -> Safety:
        """Return what is known at an address, from its newest listing and the worries about it."""
        recent = today() - LASTS
        days = sorted({row.on for row in worries if row.worry == Worries.SAFETY and row.on >= recent})
        return cls(
            listing.safety if listing else "", tuple(days), _otherwise(case, listing), _older(case, listing)
        )

    def __bool__(self) -> bool:
        """Return whether there is a warning."""
        return bool(self.warning or self.felt_unsafe)


@dataclass(frozen=True)
class Warned:
    """How many addresses a page looked at, and those of them that have a warning, by name.

    A page never says that no warning is known without saying of how many addresses.
    """

    total: int
    cases: tuple[Case, ...]

    @classmethod
    def of(cls, cases: Iterable[Case], but: Iterable[Case] = ()) -> Warned:
        """Return the count of cases that `warn` marked, each once, without those that were counted before."""
        before = {case.pk for case in but}
        once = {case.pk: case for case in cases if case.pk not in before and case.objected_on is None}
        return cls(len(once), tuple(case for case in once.values() if case.safety))


def warn(cases: Iterable[Case]) -> bool:
    """Set `Case.safety` of each case that has a warning, with one query, and return whether there is any.

    Every page that lists addresses calls this: somebody who goes to the next door does not open each address first. After
    an objection a page shows no more of an address than that.
    """
    shown = [case for case in cases if case.objected_on is None]
    if not shown:
        return False
    numbers = sorted({case.pk for case in shown})
    size = 1 << (len(numbers) - 1).bit_length()  # few sizes, so that few queries are compiled
    asked = {f"case{place}": numbers[min(place, len(numbers) - 1)] for place in range(size)}
    known = {
        row.pk: Safety(row.warning or "", (row.unsafe_on,) if row.unsafe_on else ())
        for row in _warned(size).rows(since=today() - LASTS, **asked)
    }
    for case in shown:
        case.safety = known.get(case.pk)
    return bool(known)


@prepared
def _warned(size: int) -> QuerySet[Any]:
    """Return which of a number of cases have a warning: that of the newest list, or the day somebody last felt unsafe."""
    listings = Listing.objects.filter(case=OuterRef("pk"), withdrawn=False).order_by("-as_of")
    unsafe = Worry.objects.filter(
        case=OuterRef("pk"), worry=Worries.SAFETY, on__gte=Slot("since", DateField()), withdrawn_at=None
    ).order_by("-on")
    found = Case.objects.only("pk").annotate(
        warning=Subquery(listings.values("safety")[:1]), unsafe_on=Subquery(unsafe.values("on")[:1])
    )
    asked = [Slot(f"case{place}") for place in range(size)]
    return found.filter(Q(warning__gt="") | Q(unsafe_on__isnull=False), pk__in=asked)  # type: ignore[misc]


def _older(case: Case, listing: Listing | None) -> date | None:
    return listing.as_of if listing and listing.as_of != case.corporation.newest_list else None


def _otherwise(case: Case, listing: Listing | None) -> str:
    if listing is None:
        return _("Veiligheid: niet na te gaan, want dit adres stond op geen lijst.")
    if day := _older(case, listing):
        return _("Veiligheid: op de lijst van %(day)s stond geen waarschuwing.") % {
            "day": written(day, "j F Y")
        }
    return _("Veiligheid: geen waarschuwing bekend.")

"""Say what is known about safety at an address, and how far that knowledge goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from models.words.dutch import SAFETY
from portal.casework.codes import Worries
from portal.casework.models import Case, Listing, Worry
from portal.casework.models.work import today
from portal.coach.templatetags.days import on as written
from portal.prepared import Slot, prepared

LASTS = timedelta(weeks=26)
"""How long a worry about safety is a warning; after that, pages only say that there was one."""
NAMED = timedelta(days=365)
"""How long reasons name a worry."""


@dataclass(frozen=True)
class Safety:
    """A warning of the list, the days on which somebody felt unsafe, and what to say if there is neither.

    ``before`` says what was known earlier, if there is no warning now.
    """

    warning: str
    felt_unsafe: tuple[date, ...]
    before: str = ""
    otherwise: str = ""
    as_of: date | None = None
    """The list that the warning is from, if it is not the newest: nobody knows whether the agreement still stands."""

    @classmethod
    def of(cls, case: Case, listing: Listing | None, worries: Iterable[Worry]) -> Safety:
        """Return what is known at an address, from its newest listing and the worries about it."""
        days = sorted({row.on for row in worries if row.worry == Worries.SAFETY})
        reasons = listing.reasons if listing else []
        known = cls.known(listing.safety if listing else "", days, " ".join(reasons))
        return replace(known, otherwise=_otherwise(case, listing), as_of=_older(case, listing))

    @classmethod
    def known(cls, warning: str, days: Sequence[date], reasons: str) -> Safety:
        """Return what a warning, the days on which somebody felt unsafe (oldest first) and the reasons say."""
        recent = today() - LASTS
        felt = tuple(day for day in days if day >= recent)
        return cls(warning, felt, "" if warning or felt else _before(days, reasons))

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
    before: tuple[Case, ...] = ()
    """Those without a warning where somebody felt unsafe earlier."""

    @property
    def clear(self) -> int:
        """Number of addresses of which nothing about safety is known."""
        return self.total - len(self.cases) - len(self.before)

    @classmethod
    def of(cls, cases: Iterable[Case], but: Iterable[Case] = ()) -> Warned:
        """Return the count of cases that `warn` marked, each once, without those that were counted before."""
        before = {case.pk for case in but}
        once = {case.pk: case for case in cases if case.pk not in before and case.objected_on is None}
        earlier = (case for case in once.values() if isinstance(case.safety, Safety) and case.safety.before)
        return cls(len(once), tuple(case for case in once.values() if case.safety), tuple(earlier))


def warn(cases: Iterable[Case]) -> bool:
    """Set `Case.safety` of each case of which something is known, with one query, and return whether there is a warning.

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
        row.pk: Safety.known(row.warning or "", [row.unsafe_on] if row.unsafe_on else [], row.why or "")
        for row in _warned(size).rows(**asked)
    }
    for case in shown:
        case.safety = known.get(case.pk)
    return any(known.values())


@prepared
def _warned(size: int) -> QuerySet[Any]:
    """Return what is known of a number of cases: warning and reasons of the newest list, and the day somebody last felt unsafe."""
    listings = Listing.objects.filter(case=OuterRef("pk"), withdrawn=False).order_by("-as_of")
    unsafe = Worry.objects.filter(case=OuterRef("pk"), worry=Worries.SAFETY, withdrawn_at=None)
    cases = Case.objects.only("pk").annotate(
        warning=Subquery(listings.values("safety")[:1]),
        unsafe_on=Subquery(unsafe.order_by("-on").values("on")[:1]),
        why=Cast(Subquery(listings.values("reasons")[:1]), TextField()),
    )
    known = Q(warning__gt="") | Q(unsafe_on__isnull=False) | Q(why__contains=SAFETY)
    asked = [Slot(f"case{place}") for place in range(size)]
    return cases.filter(known, pk__in=asked)  # type: ignore[misc]


def _before(days: Sequence[date], reasons: str) -> str:
    """Say that somebody felt unsafe earlier; reasons name it without its day, and may know of more than the portal."""
    lately = bool(days) and days[-1] >= today() - NAMED
    if SAFETY in reasons and not lately:
        return _("bij de redenen staan zorgen over veiligheid. Vraag na wat er was voor u gaat.")
    if not days:
        return ""
    return _("geen waarschuwing van na %(since)s, wel een zorg van %(day)s.") % {
        "since": written(today() - LASTS, "j F Y"),
        "day": written(days[-1], "j F Y"),
    }


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

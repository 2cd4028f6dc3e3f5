"""What somebody asks to see: a corporation, all of it or one wijk, and a period. Taken from the address, checked, mended."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from portal.accounts.models import Corporation, Scope, User

WEEK = timedelta(days=7)
USUAL = 52
LONGEST = 156
"""Weeks that are shown where nothing is asked, and at most: three years."""


@dataclass(frozen=True)
class Reach:
    """What is asked for.

    Parameters
    ----------
    corporation : Corporation
        Whose figures.
    wijken : tuple of str or None
        The wijken that this manager works for; None: all of the corporation.
    wijk : str or None
        The one asked for; None: all of them together.
    first, last : datetime.date
        The first and last day, both within.
    notices : tuple of str
        What was asked otherwise, and what is shown instead.
    """

    corporation: Corporation
    wijken: tuple[str, ...] | None
    wijk: str | None
    first: date
    last: date
    notices: tuple[str, ...] = field(default=())

    @property
    def complete(self) -> bool:
        """Whether this is every wijk of the corporation: only then may the rest take part in a total."""
        return self.wijken is None and self.wijk is None

    @property
    def cut(self) -> datetime:
        """Up to where work counts: the Monday of the newest list at 00:00, so that figures stand still for a week."""
        day = self.corporation.newest_list or timezone.localdate() - timedelta(
            days=timezone.localdate().weekday()
        )
        return timezone.make_aware(datetime.combine(day, time()))

    @property
    def query(self) -> str:
        """The filters, for an address."""
        return self.period if self.wijk is None else f"{self.period}&{urlencode({'wijk': self.wijk})}"

    @property
    def period(self) -> str:
        """The period alone, for an address."""
        return urlencode({"van": self.first.isoformat(), "tot": self.last.isoformat()})

    def keep(self, rows: QuerySet) -> QuerySet:
        """Keep the rows (with ``corporation`` and ``wijk``) that are asked for."""
        rows = rows.filter(corporation=self.corporation)
        if self.wijk is not None:
            return rows.filter(wijk=self.wijk)
        return rows if self.wijken is None else rows.filter(wijk__in=self.wijken)

    @property
    def anywhere(self) -> Reach:
        """The same without the filter on one wijk."""
        return replace(self, wijk=None)


def wijken_of(user: User, corporation: Corporation) -> tuple[str, ...] | None:
    """Give the wijken that a user works for; None: all."""
    scopes = Scope.objects.filter(user=user, corporation=corporation)
    names = tuple(sorted(scopes.values_list("wijk", flat=True)))
    return None if "" in names else names


def reach(
    corporation: Corporation,
    wijken: tuple[str, ...] | None,
    asked: Mapping[str, str],
    known: Collection[str],
) -> Reach:
    """Read the filters. What cannot be is mended and told, never refused.

    Parameters
    ----------
    wijken : tuple of str or None
        Those that this user works for, as `wijken_of` gives them.
    asked : mapping of str to str
        ``wijk``, ``van`` and ``tot`` (ISO dates) of the address.
    known : collection of str
        Names of the wijken to choose from.
    """
    newest = corporation.newest_list or timezone.localdate()
    notices = []
    wijk: str | None = asked.get("wijk", "").strip() or None
    if wijk is not None and wijk not in known:
        notices.append(_("Deze wijk kennen wij hier niet: u ziet alle wijken samen."))
        wijk = None
    last, told_last = _day(asked.get("tot", ""), newest)
    first, told_first = _day(asked.get("van", ""), max(date(2, 1, 1), last) - (USUAL - 1) * WEEK)
    if told_first or told_last:
        notices.append(
            _(
                "Een datum is niet te lezen; daar staat nu de gewone periode. Schrijf een datum als 2026-03-31."
            )
        )
    if first > last:
        first, last = last, first
        notices.append(_("De begindatum lag na de einddatum; ze zijn omgewisseld."))
    if last > newest:
        last = newest
        first = min(first, last)
    if last - first >= LONGEST * WEEK:
        first = last - LONGEST * WEEK + timedelta(days=1)
        notices.append(_("U vroeg een langere periode. Hier staan de laatste drie jaar ervan."))
    return Reach(corporation, wijken, wijk, first, last, tuple(notices))


def _day(text: str, otherwise: date) -> tuple[date, bool]:
    """Read a date; tells whether it could not be read."""
    if not text.strip():
        return otherwise, False
    try:
        day = parse_date(text.strip())
    except ValueError:
        day = None
    return (otherwise, True) if day is None or day.year < 2 else (day, False)

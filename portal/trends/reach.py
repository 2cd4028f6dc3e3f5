"""Read from the URL which figures to show (corporation, wijken, period), and correct what cannot be shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.db.models import Min, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.accounts.models import Corporation, Scope, User
from portal.runs.models import Run
from portal.trends import quarters
from portal.trends.quarters import WEEK

USUAL = 52
LONGEST = 156
"""Number of weeks shown by default, and at most: three years."""


@dataclass(frozen=True)
class Reach:
    """The selection of figures to show.

    Parameters
    ----------
    corporation : Corporation
        The corporation of the figures.
    wijken : tuple of str or None
        The wijken that this manager works for; None means all of the corporation.
    wijk : str or None
        The selected wijk; None means all of them together.
    first, last : datetime.date
        First and last day, both included.
    notices : tuple of str
        Corrections of the requested selection, as Dutch sentences.
    """

    corporation: Corporation
    wijken: tuple[str, ...] | None
    wijk: str | None
    first: date
    last: date
    notices: tuple[str, ...] = field(default=())
    oldest: date | None = None
    """The day of the oldest list; None if that is unknown."""

    @property
    def complete(self) -> bool:
        """Whether this is every wijk of the corporation; only then may hidden counts take part in a total."""
        return self.wijken is None and self.wijk is None

    @property
    def cut(self) -> datetime:
        """The moment up to which work counts: the Monday of the newest list at 00:00, so figures change once a week."""
        day = self.corporation.newest_list or timezone.localdate() - timedelta(
            days=timezone.localdate().weekday()
        )
        return timezone.make_aware(datetime.combine(day, time()))

    @property
    def calendar(self) -> quarters.Span | None:
        """The calendar quarter or year that this is, if it is one; the running one ends at the newest list."""
        for span in (quarters.quarter_of(self.first), quarters.year_of(self.first)):
            if span.first == self.first and min(span.last, self.newest) == self.last:
                return span
        return None

    @property
    def span(self) -> quarters.Span:
        """The calendar quarter or year whose totals stand for this period: itself, or else the newest year."""
        return self.calendar or quarters.year_of(self.last)

    @property
    def newest(self) -> date:
        """The day of the newest list, beyond which there is nothing to show."""
        return self.corporation.newest_list or timezone.localdate()

    @property
    def named(self) -> str:
        """The name of the calendar quarter or year that this is, with the part of it that has lists; empty if it is none."""
        return self.calendar.named(self.newest, self.oldest) if self.calendar else ""

    @property
    def past(self) -> bool:
        """Whether newer figures exist than those of this period."""
        return self.last <= self.newest - WEEK

    @property
    def query(self) -> str:
        """The filters as a URL query."""
        return self.period if self.wijk is None else f"{self.period}&{urlencode({'wijk': self.wijk})}"

    @property
    def period(self) -> str:
        """The period as a URL query."""
        return urlencode({"van": self.first.isoformat(), "tot": self.last.isoformat()})

    def keep(self, rows: QuerySet) -> QuerySet:
        """Keep the rows (with ``corporation`` and ``wijk``) in the selection."""
        rows = rows.filter(corporation=self.corporation)
        if self.wijk is not None:
            return rows.filter(wijk=self.wijk)
        return rows if self.wijken is None else rows.filter(wijk__in=self.wijken)

    @property
    def anywhere(self) -> Reach:
        """The same selection without the filter on one wijk."""
        return replace(self, wijk=None)

    def at(self, day: date) -> Reach:
        """Return the same wijken in the last four weeks up to a day."""
        return replace(self, first=day - 3 * WEEK, last=day)

    def anywhere_at(self, day: date) -> Reach:
        """Return the same as `at`, without the filter on one wijk."""
        return replace(self.at(day), wijk=None)


def wijken_of(user: User, corporation: Corporation) -> tuple[str, ...] | None:
    """Return the wijken that a user works for; None means all."""
    scopes = Scope.objects.filter(user=user, corporation=corporation)
    names = tuple(sorted(scopes.values_list("wijk", flat=True)))
    return None if "" in names else names


def reach(
    corporation: Corporation,
    wijken: tuple[str, ...] | None,
    asked: Mapping[str, str],
    known: Collection[str],
) -> Reach:
    """Read the filters. An impossible value is corrected with a notice and never refused.

    Parameters
    ----------
    wijken : tuple of str or None
        The wijken that this user works for, from `wijken_of`.
    asked : mapping of str to str
        ``wijk``, ``kwartaal`` (such as 2026-3, or 2026 for the year), and ``van`` and ``tot`` (ISO dates) from the URL. A
        readable quarter goes before the dates.
    known : collection of str
        Names of the wijken to choose from.
    """
    newest = corporation.newest_list or timezone.localdate()
    notices = []
    wijk: str | None = asked.get("wijk", "").strip() or None
    if wijk is not None and wijk not in known:
        notices.append(_("Deze wijk kennen wij hier niet: u ziet alle wijken samen."))
        wijk = None
    last, unreadable_last = _day(asked.get("tot", ""), newest)
    first, unreadable_first = _day(asked.get("van", ""), max(date(2, 1, 1), last) - (USUAL - 1) * WEEK)
    chosen = asked.get("kwartaal", "").strip()
    if span := quarters.parse(chosen):
        first, last = span.first, span.last
    elif chosen:
        notices.append(
            _("Dit kwartaal is niet te lezen. Schrijf een kwartaal als 2026-3 of een jaar als 2026.")
        )
    elif unreadable_first or unreadable_last:
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
    oldest = Run.objects.filter(corporation=corporation).aggregate(day=Min("as_of"))["day"]
    if oldest is not None and first + WEEK <= oldest:
        sentence = _("Lijsten zijn er pas vanaf %(day)s. Van de tijd daarvoor is er geen werk te tellen.")
        notices.append(sentence % {"day": date_format(oldest, "j F Y")})
    return Reach(corporation, wijken, wijk, first, last, tuple(notices), oldest)


def _day(text: str, otherwise: date) -> tuple[date, bool]:
    """Parse a date; return it, or the default, and whether it could not be read."""
    if not text.strip():
        return otherwise, False
    try:
        day = parse_date(text.strip())
    except ValueError:
        day = None
    return (otherwise, True) if day is None or day.year < 2 else (day, False)

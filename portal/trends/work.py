"""Count the work per month or quarter, up to the Monday of the newest list, without revealing single cases.

Work is counted over all wijken together, and only for users who work for all of them: per wijk and quarter nearly every
count is below ten, and hiding those would hide the whole. A case belongs to the month and quarter in which it was first
listed; everything that happened to it later counts there. So each case is in one cell of each column, and figures
change once a week.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from models.words.results import helps
from portal.accounts.models import User
from portal.casework.codes import Kind, Result, State
from portal.casework.models import Case, Listing
from portal.trends import at_cut, suppress
from portal.trends.quarters import Span, quarter_of, year_of
from portal.trends.reach import Reach
from portal.trends.suppress import Shown
from portal.trends.tables import Cell, Column, Table, write

HELPED = tuple(result for result in Result if helps(result))
"""Results that mean that an address was helped; advice, or a referral to further help."""
STEPS = ("approached", "reached", "helped", "watch", "closed")
WITHIN = (("approached", "reached"), ("listed", "helped"), ("listed", "approached"))
"""Steps of which the second is a part of the first, the innermost first. A referral without a talk helps without reaching."""
Buckets = dict[date, dict[str, Shown]]


def quarter(day: date) -> date:
    """Return the first day of the quarter."""
    return quarter_of(day).first


def year(day: date) -> date:
    """Return the first day of the year."""
    return year_of(day).first


def whole_years(reach: Reach) -> tuple[date, date]:
    """Extend the period to whole years, because parts of years would be filters that allow subtraction."""
    return date(reach.first.year, 1, 1), date(reach.last.year, 12, 31)


def month(day: date) -> date:
    """Return the first day of the month."""
    return day.replace(day=1)


def released(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *levels: Callable[[date], date]
) -> list[Buckets]:
    """Return what is shown of counts per ``day``, per column and per period of each level, the smallest first.

    Days are grouped in Python, because SQLite knows no quarters and a shared connection does not support the functions
    that Django would add.
    """
    cells: dict[str, dict[date, list[int]]] = {name: {} for name in columns}
    for row in rows:
        for name in columns:
            cells[name].setdefault(levels[0](row["day"]), [0])[0] += row[name]
    released_levels: list[Buckets] = [defaultdict(dict) for _level in levels]
    for name in columns:
        for buckets, shown in zip(released_levels, suppress.tree(cells[name], levels[1:]), strict=True):
            for day, total in shown.items():
                buckets[day][name] = total
    return [dict(sorted(buckets.items())) for buckets in released_levels]


def lines_of(
    quarters: Buckets, years: Buckets, columns: Sequence[str], reach: Reach
) -> tuple[tuple[Cell, ...], ...]:
    """Build the rows of a table: the quarters of the period, then the years."""
    rows: list[tuple[Cell, ...]] = [
        (day, *(shown.get(name, suppress.ZERO) for name in columns))
        for day, shown in quarters.items()
        if quarter(reach.first) <= day <= reach.last
    ]
    rows += [
        (
            year_of(day).named(reach.newest, reach.oldest),
            *(shown.get(name, suppress.ZERO) for name in columns),
        )
        for day, shown in years.items()
    ]
    return tuple(rows)


def counted(user: User, reach: Reach) -> QuerySet[Case]:
    """Return the cases to count within whole years, with the day on which each was first listed."""
    listed = Listing.objects.filter(case=OuterRef("pk"), withdrawn=False, as_of__lte=reach.cut.date())
    first = listed.order_by("as_of").values("as_of")[:1]
    return (
        at_cut.cases(user, reach)
        .annotate(first=Subquery(first))
        .filter(first__range=whole_years(reach))
        .order_by()
    )


def new_addresses(user: User, reach: Reach) -> list[Buckets]:
    """Return what is shown of the addresses new on the list, per month, quarter and year."""
    rows = counted(user, reach).values(day=F("first")).annotate(listed=Count("pk"))
    return released(rows, ["listed"], month, quarter, year)


def listing(user: User, reach: Reach, signalled: Shown) -> tuple[Table, Table]:
    """Return two tables: what was newly listed per month, and how it continued, per quarter.

    Parameters
    ----------
    signalled : Shown
        Households with a signal in the last week, which begin the funnel.
    """
    months, *larger = new_addresses(user, reach)
    steps = _steps(user, reach)
    for lists, others in zip(larger, steps, strict=True):
        for day, shown in lists.items():
            others[day] = shown | others.get(day, {})
    new = Table(
        "nieuw",
        _("Nieuw op de lijst, per maand"),
        _("Adressen"),
        (Column("month", _("Maand"), "month"), Column("listed", _("Nieuw op de lijst"))),
        tuple((day, shown["listed"]) for day, shown in months.items() if reach.first.replace(day=1) <= day <= reach.last),
        _("Een adres telt in de maand waarin het voor het eerst op een lijst stond. Per week zijn de meeste aantallen te klein."),
    )  # fmt: skip
    funnel = Table(
        "trechter",
        _("Nieuwe adressen: van lijst tot afgesloten, per kwartaal"),
        _("Adressen"),
        (
            Column("quarter", _("Nieuw op de lijst in"), "quarter"),
            Column("listed", _("Nieuwe adressen")),
            Column("approached", _("Daarvan benaderd")),
            Column("reached", _("Daarvan bereikt")),
            Column("helped", _("Daarvan geholpen")),
            Column("watch", _("Nu waakvlam")),
            Column("closed", _("Nu afgesloten")),
        ),
        lines_of(_narrowing(steps[0]), _narrowing(steps[1]), ("listed", *STEPS), reach),
        _(
            "Elke regel volgt de adressen die toen voor het eerst op de lijst stonden, tot nu: wie eerder nieuw was en nu is geholpen, "
            "staat in een eerdere regel. Geholpen: een advies, vervolghulp of een verwijzing als resultaat van een contact, soms zonder "
            "gesprek; een overdracht alleen telt nog niet. Afgesloten: ook wat niet paste. "
            "In de laatste week van de periode hadden %(count)s huishoudens een signaal."
        )
        % {"count": write(signalled, "count")},
    )
    return new, funnel


def _narrowing(buckets: Buckets) -> Buckets:
    """Sort the periods, and show of each step at least what is shown of the next, of which it is the larger.

    Rounding and hiding can make a part look larger than its whole; whoever reads both knows better, so nothing is revealed.
    """
    for shown in buckets.values():
        for whole, part in WITHIN:
            shown[whole] = suppress.at_least(shown.get(whole, suppress.ZERO), shown.get(part, suppress.ZERO))
    return dict(sorted(buckets.items()))


def _steps(user: User, reach: Reach) -> list[Buckets]:
    """Count how far the cases of each quarter got."""
    own = at_cut.contacts(reach).filter(case=OuterRef("pk"))
    contacted = own.exclude(kind=Kind.ADMINISTRATIVE)
    now = own.order_by("-reference").values("state")[:1]
    rows = (
        counted(user, reach)
        .annotate(
            is_approached=Exists(contacted),
            is_reached=Exists(own.filter(reached=True)),
            is_helped=Exists(own.filter(result__in=HELPED)),
            now=Subquery(now),
        )
        .values(day=F("first"))
        .annotate(
            approached=Count("pk", filter=Q(is_approached=True)),
            reached=Count("pk", filter=Q(is_approached=True, is_reached=True)),
            helped=Count("pk", filter=Q(is_helped=True)),
            watch=Count("pk", filter=Q(now=State.WATCH)),
            closed=Count("pk", filter=Q(now__in=(State.CLOSED, State.NOT_FITTING))),
        )
    )
    return released(rows, STEPS, quarter, year)


VISITS = ("visits", "missed")


def visits(user: User, reach: Reach) -> dict[Span, dict[str, Shown]]:
    """Count the visits to homes, per quarter and year of the visit, and those at which nobody was reached (``missed``)."""
    rows = (
        at_cut.contacts(reach)
        .filter(case__in=at_cut.cases(user, reach), on__range=whole_years(reach), kind=Kind.VISIT)
        .order_by()
        .values(day=F("on"))
        .annotate(visits=Count("pk"), missed=Count("pk", filter=Q(reached=False)))
    )
    quarters, years = released(rows, VISITS, quarter, year)
    per_quarter = {quarter_of(day): shown for day, shown in quarters.items()}
    return per_quarter | {year_of(day): shown for day, shown in years.items()}


GROUPS = {
    "advice": (Result.ADVICE,),
    "referred": tuple(result for result in HELPED if result != Result.ADVICE),
    "has_help": (Result.IN_DEBT_HELP, Result.OTHER_HELP),
    "solved": (Result.PAID, Result.DECLINED),
    "no_contact": (Result.NEVER_REACHED, Result.NO_ANSWER),
    "not_fitting": (
        Result.LEFT_OTHER,
        Result.LEFT_REPEATED,
        Result.LEFT_WRONG,
        Result.LEFT_HOME,
        Result.MOVED,
        Result.DECEASED,
    ),
}
"""The results in six groups; each result is in one group. An appointment is not a result yet."""


def outcomes(user: User, reach: Reach) -> Table:
    """Results that coaches recorded, per quarter of the contact."""
    rows = (
        at_cut.contacts(reach)
        .filter(case__in=at_cut.cases(user, reach), on__range=whole_years(reach))
        .exclude(result__in=("", Result.APPOINTMENT))
        .order_by()
        .values(day=F("on"))
        .annotate(**{name: Count("pk", filter=Q(result__in=results)) for name, results in GROUPS.items()})
    )
    quarters, years = released(rows, list(GROUPS), quarter, year)
    return Table(
        "resultaten",
        _("Resultaten van contacten, per kwartaal"),
        _("Genoteerde resultaten"),
        (
            Column("quarter", _("Kwartaal"), "quarter"),
            Column("advice", _("Advies of direct opgelost")),
            Column("referred", _("Vervolghulp of verwijzing")),
            Column("has_help", _("Er liep al hulp")),
            Column("solved", _("Bewoner regelt het zelf")),
            Column("no_contact", _("Geen contact gekregen")),
            Column("not_fitting", _("Niet opgepakt of niet passend")),
        ),
        lines_of(quarters, years, list(GROUPS), reach),
        _(
            "Geteld zijn resultaten, geen adressen: wie advies kreeg en later is doorverwezen, telt twee keer, ook als het adres in "
            "een eerder jaar op de lijst kwam. Hoeveel adressen geholpen zijn, staat bij de nieuwe adressen en bij de kosten."
        ),
    )

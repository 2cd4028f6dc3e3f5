"""Count worries and objections per quarter, and growth per domain of life, with small counts hidden."""

from __future__ import annotations

from datetime import timedelta
from statistics import median

from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.casework.codes import Domain
from portal.casework.models import Objection
from portal.exchange import give
from portal.trends import at_cut, suppress
from portal.trends.reach import Reach
from portal.trends.tables import Cell, Column, Table
from portal.trends.work import Buckets, lines_of, quarter, released, whole_years, year

COLUMNS = ("reported", "pressing", "answered", "objections", "withdrawn")


def reported(user: User, reach: Reach) -> Table:  # noqa: ARG001 - every table has the same parameters
    """Worries that were passed on, and objections, per quarter."""
    span = whole_years(reach)
    worries = (
        at_cut.worries(reach)
        .filter(on__range=span)
        .order_by()
        .values(day=F("on"))
        .annotate(
            reported=Count("pk"),
            pressing=Count("pk", filter=Q(urgent=True)),
            answered=Count("pk", filter=Q(urgent=True, answered_on__lt=reach.cut.date())),
        )
    )
    objections = (
        Objection.objects.filter(
            case__corporation=reach.corporation, on__range=span, created_at__lt=reach.cut
        )
        .order_by()
        .values(day=F("on"))
        .annotate(
            objections=Count("pk"),
            withdrawn=Count("pk", filter=Q(withdrawn_on__lt=reach.cut.date())),
        )
    )
    levels = released(worries, list(COLUMNS[:3]), quarter, year)
    others = released(objections, list(COLUMNS[3:]), quarter, year)
    quarters, years = (_joined(mine, theirs) for mine, theirs in zip(levels, others, strict=True))
    return Table(
        "zorgen",
        _("Zorgen en bezwaren, per kwartaal"),
        _("Aantal"),
        (
            Column("quarter", _("Kwartaal"), "quarter"),
            Column("reported", _("Zorgen doorgegeven")),
            Column("pressing", _("Daarvan dringend")),
            Column("answered", _("Dringend en beantwoord")),
            Column("objections", _("Bezwaren")),
            Column("withdrawn", _("Bezwaar ingetrokken")),
        ),
        lines_of(quarters, years, COLUMNS, reach),
        _(
            "Een bezwaar heeft geen reden nodig. Een coach die het vastlegt, ziet dezelfde dag niets meer van de signalen en "
            "legt niets meer vast; vanaf de volgende lijst rekent Waakvlam er niet meer mee. Geteld zijn bezwaren uit het portaal, "
            "niet die in een bestand kwamen."
        ),
    )


SLOW_ANSWER = 3
"""Most days until an urgent worry should have an answer: a weekend, and the Monday after it."""


def days_waited(reach: Reach) -> tuple[int, int] | None:
    """Return the median days until an urgent worry of the last year was taken up, and answered; None if they are few.

    One that still waits counts with the days so far, once these are more than `SLOW_ANSWER`; else a corporation that answers
    few of them would look quick.
    """
    cut = reach.cut.date()
    asked = at_cut.worries(reach).filter(
        urgent=True, on__range=(reach.last - timedelta(weeks=52), reach.last)
    )
    taken: list[int] = []
    answered: list[int] = []
    for since, taken_at, on in asked.values_list("on", "taken_at", "answered_on"):
        up = timezone.localdate(taken_at) if taken_at else on
        for waited, end in ((taken, up), (answered, on)):
            known = end is not None and end < cut
            days = ((end if known and end else cut) - since).days
            if known or days > SLOW_ANSWER:
                waited.append(days)
    if min(len(taken), len(answered)) <= suppress.SMALL:
        return None
    return round(median(taken)), round(median(answered))


def _joined(some: Buckets, others: Buckets) -> Buckets:
    return {day: some.get(day, {}) | others.get(day, {}) for day in sorted({*some, *others})}


def growth(user: User, reach: Reach) -> Table:  # noqa: ARG001 - every table has the same parameters
    """Growth per domain of life over whole years: the last follow-up compared with the start."""
    since, until = whole_years(reach)
    counted = give.growth(since, min(until, reach.cut.date()), reach.corporation.pk, at=reach.cut)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (str(Domain(domain).label), *(suppress.cell(count) for count in counts))
        for domain, counts in counted.items()
        if any(counts)
    )
    return Table(
        "groei",
        _("Groei op de leefgebieden, %(first)s tot en met %(last)s")
        % {"first": since.year, "last": until.year},
        _("Adressen"),
        (
            Column("domain", _("Leefgebied"), "text"),
            Column("better", _("Gegroeid")),
            Column("same", _("Gelijk gebleven")),
            Column("worse", _("Achteruitgegaan")),
        ),
        rows,
        _(
            "Bewoner en coach keken ten minste twee keer hoe het gaat. Groei kan ook zonder de coach zijn gekomen."
        ),
    )

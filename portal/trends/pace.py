"""Measure the pace of work: places used, days until the first contact, and open work."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.casework.codes import Kind, PickedUp
from portal.casework.models import ASLEEP, WORKING, Handover, Listing, Worry
from portal.trends import at_cut, suppress
from portal.trends.reach import Reach
from portal.trends.suppress import Shown
from portal.trends.tables import Cell, Column, Table
from portal.trends.work import counted, lines_of, new_addresses, quarter, released, whole_years, year


def capacity(user: User, reach: Reach) -> Table:
    """Places on the weekly lists and how many were used (contacted in the calendar week of the list), per quarter."""
    cases = at_cut.cases(user, reach)
    places = Listing.objects.filter(
        case__in=cases, as_of__range=whole_years(reach), as_of__lt=reach.cut.date(), withdrawn=False
    )
    contacted = (
        at_cut.contacts(reach)
        .filter(case__in=cases, on__gte=whole_years(reach)[0])
        .exclude(kind=Kind.ADMINISTRATIVE)
    )
    weeks = {
        (case, on - timedelta(days=on.weekday()))
        for case, on in contacted.values_list("case", "on").distinct()
    }
    rows = [
        {"day": as_of, "places": 1, "used": (case, as_of - timedelta(days=as_of.weekday())) in weeks}
        for case, as_of in places.order_by().values_list("case", "as_of")
    ]
    quarters, years = released(rows, ["places", "used"], quarter, year)
    lines = []
    for day, offered, used in lines_of(quarters, years, ["places", "used"], reach):
        base = offered.value if isinstance(offered, Shown) and offered.whole else None
        lines.append((day, offered, used, suppress.share(used, base)))  # type: ignore[arg-type]
    return Table(
        "capaciteit",
        _("Gebruikte plaatsen op de lijst, per kwartaal"),
        _("Plaatsen"),
        (
            Column("quarter", _("Kwartaal"), "quarter"),
            Column("places", _("Plaatsen op weeklijsten")),
            Column("used", _("Met contact in die week")),
            Column("share", _("Deel"), "share"),
        ),
        tuple(lines),
        _("Een adres dat drie weken op de lijst staat, neemt drie plaatsen in."),
    )


ENOUGH = 30
"""Minimum number of first contacts in a quarter for its quartiles to mean something."""


def first_contact(user: User, reach: Reach) -> Table:
    """Days from the first signal to the first contact, per quarter of first listing: quartiles, and how many took long."""
    counting = at_cut.contacts(reach).filter(case=OuterRef("pk")).exclude(kind=Kind.ADMINISTRATIVE)
    since = Listing.objects.filter(case=OuterRef("pk"), withdrawn=False).order_by("as_of").values("since")[:1]
    rows = (
        counted(user, reach)
        .annotate(contact=Subquery(counting.order_by("on").values("on")[:1]), since=Subquery(since))
        .exclude(contact=None)
        .values_list("first", "since", "contact")
    )
    days: dict[date, list[int]] = defaultdict(list)
    for first, began, contact in rows:
        days[quarter(first)].append(max(0, (contact - min(began or first, first)).days))
    lines = []
    for bucket, spans in sorted(days.items()):
        if not quarter(reach.first) <= bucket <= reach.last:
            continue
        spans.sort()
        points = [spans[round(part * (len(spans) - 1))] for part in (0.25, 0.5, 0.75)]
        slowest = sum(days > SLOWEST.days for days in spans)
        slow = sum(days > SLOW.days for days in spans) - slowest
        known: tuple[Cell, ...] = (*points, suppress.cell(slow), suppress.cell(slowest))
        lines.append((bucket, *(known if len(spans) >= ENOUGH else (None,) * len(known))))
    return Table(
        "tijd",
        _("Dagen van eerste signaal tot eerste contact"),
        _("Dagen"),
        (
            Column("quarter", _("Nieuw op de lijst in"), "quarter"),
            Column("low", _("Een kwart binnen"), "days"),
            Column("middle", _("De helft binnen"), "days"),
            Column("high", _("Driekwart binnen"), "days"),
            Column("slow", _("Adressen: drie tot zes weken")),
            Column("slowest", _("Adressen: langer dan zes weken")),
        ),
        tuple(lines),
        _(
            "Alleen van wie benaderd is. „Te weinig”: in dat kwartaal zijn nog geen %(enough)s adressen benaderd, en dan zeggen deze "
            "cijfers niets; in een kwartaal dat nog loopt, komen ze vaak nog."
        )
        % {"enough": ENOUGH},
        missing=_("te weinig"),
    )


BANDS = (("two", 2), ("three", 3), ("six", 6), ("thirteen", 13))
"""Most weeks of each band of waiting; beyond the last one is long."""
SOON = BANDS[0][0]
MONTHS = 3
"""Months of a quarter, each rounded by itself in the sum of new addresses."""
WAITED = (*(name for name, _weeks in BANDS), "longer")


def waited(user: User, reach: Reach) -> Table:
    """Addresses by the time from their first list to their first contact, per quarter of first listing.

    One without a contact waits until the cut: it is in the band of its wait so far, because it waits longer than any other.
    """
    counting = at_cut.contacts(reach).filter(case=OuterRef("pk")).exclude(kind=Kind.ADMINISTRATIVE)
    met = counting.filter(reached=True)
    cases = counted(user, reach).annotate(
        contact=Subquery(counting.order_by("on").values("on")[:1]),
        met=Subquery(met.order_by("on").values("on")[:1]),
    )
    rows = []
    listed = reach.corporation.newest_list
    for first, contact, reached, last in cases.values_list("first", "contact", "met", "listed_on"):
        band = _band(first, contact or reach.cut.date())
        waits = contact is None and band == SOON
        rows.append(
            {
                "day": first,
                "open": int(contact is None and last == listed),
                "gone": int(contact is None and last != listed),
                "waits": int(waits),
                "met": int(reached is not None and _band(first, reached) == SOON),
            }
            | {name: int(name == band and not waits) for name in WAITED}
        )
    columns = ("open", "gone", "waits", "met", *WAITED)
    quarters, years = released(rows, columns, quarter, year)
    lines = lines_of(quarters, years, columns, reach)
    new = {day: shown["listed"] for day, shown in new_addresses(user, reach)[1].items()}
    return Table(
        "wachten",
        _("Van lijst tot eerste contact, per kwartaal"),
        _("Adressen"),
        (
            Column("quarter", _("Nieuw op de lijst in"), "quarter"),
            Column("over", _("Langer dan twee weken")),
            Column("slowest", _("Langer dan zes weken")),
            Column("open", _("Nog geen contact, op de lijst van nu")),
            Column("gone", _("Geen contact, van de lijst af")),
            Column("two", _("Contact binnen twee weken")),
            Column("met", _("Bereikt binnen twee weken")),
            Column("waits", _("Nog geen contact, korter dan twee weken")),
            Column("three", _("Twee tot drie weken")),
            Column("six", _("Drie tot zes weken")),
            Column("thirteen", _("Zes tot dertien weken")),
            Column("longer", _("Langer dan dertien weken")),
        ),
        tuple(_with_sums(new.get(row[0]) if isinstance(row[0], date) else None, *row) for row in lines),
        _(
            "Geteld vanaf de eerste lijst waarop het adres stond, tot het eerste contact. Wie geen contact had, telt mee met hoe lang dat "
            "nu is, ook als het adres van de lijst af is (niet passend, bezwaar, of er waren geen redenen meer). Elk nieuw adres staat in "
            "één van deze drie: contact binnen twee weken, nog geen contact maar korter dan twee weken, of langer dan twee weken; de "
            "laatste vier kolommen verdelen die laatste. Samen zijn ze de nieuwe adressen, op de afronding na: die worden per maand "
            "afgerond, en deze per kwartaal, dus een verschil tot tien is geen adres dat ontbreekt. Bereikt: iemand van het adres sprak "
            "met de coach."
        ),
    )


def _with_sums(
    new: Shown | None, day: Cell, still: Cell, gone: Cell, waits: Cell, met: Cell, two: Cell, *bands: Cell
) -> tuple[Cell, ...]:
    """Return a row with what is asked most first: who waited over two and over six weeks, the sums of the bands.

    A hidden sum is at most what the new addresses of the quarter, which the funnel shows as the sum of three months, leave
    beside those who had contact in time.
    """
    over, slowest = (
        suppress.add(band for band in part if isinstance(band, Shown)) for part in (bands, bands[2:])
    )
    if new is not None and new.whole and isinstance(two, Shown):
        left = new.low + MONTHS * (suppress.STEP // 2) - suppress.least(two)
        over, slowest = (suppress.at_most(part, left) for part in (over, slowest))
    two = suppress.at_least(two, met) if isinstance(two, Shown) and isinstance(met, Shown) else two
    return (day, over, slowest, still, gone, two, met, waits, *bands)


def _band(first: date, end: date) -> str:
    """Return the band of waiting from a first list to its end."""
    return next((name for name, weeks in BANDS if end <= first + timedelta(weeks=weeks)), "longer")


SLOW, SLOWEST = timedelta(weeks=3), timedelta(weeks=6)
"""A first contact that takes longer than this is counted as slow, or as slowest."""
LONG = timedelta(weeks=2)
"""A next step that is overdue by more than this counts as waiting long."""


def open_now(user: User, reach: Reach, today: date) -> dict[str, Any]:
    """Count the work that waits now, in steps of five, so that a single action hardly ever shows.

    Returns
    -------
    dict of str to Shown
        ``asleep`` (no owner, one who left, or no next step), ``overdue`` (next step in the past), ``long`` (more than `LONG` in the past),
        ``handovers`` (unanswered), ``worries`` (urgent, not taken up), ``uncontacted`` (on the newest list, listed since over `SLOW`,
        without any contact); and ``days``, a list of the days that each overdue case waits.
    """
    open_handover = Handover.objects.filter(case=OuterRef("pk"), picked_up=PickedUp.UNANSWERED)
    long_ago = Listing.objects.filter(case=OuterRef("pk"), withdrawn=False, as_of__lt=today - SLOW)
    cases = at_cut.cases(user, reach).filter(objected_on=None)
    counts = cases.annotate(has_open=Exists(open_handover), long_listed=Exists(long_ago)).aggregate(
        asleep=Count("pk", filter=ASLEEP | WORKING & Q(owner__is_active=False)),
        handovers=Count("pk", filter=Q(has_open=True)),
        uncontacted=Count(
            "pk", filter=Q(worked_on=False, long_listed=True, listed_on=reach.corporation.newest_list)
        ),
    )
    late = cases.filter(WORKING, follow_up_on__lt=today)
    days = [(today - due).days for due in late.values_list("follow_up_on", flat=True) if due]
    long = sum(waited > LONG.days for waited in days)
    return {
        "asleep": suppress.cell(counts["asleep"]),
        "handovers": suppress.cell(counts["handovers"]),
        "worries": suppress.cell(_not_taken_up(reach)),
        "uncontacted": suppress.cell(counts["uncontacted"]),
        "long": suppress.cell(long),
        "overdue": suppress.total([len(days) - long, long]),
        "days": days,
    }


def _not_taken_up(reach: Reach) -> int:
    waiting = Worry.objects.filter(
        corporation=reach.corporation, urgent=True, taken_by=None, withdrawn_at=None
    )
    return waiting.filter(answer="").exclude(case__objected_on__isnull=False).count()

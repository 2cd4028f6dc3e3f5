"""Count the addresses that came back on the list after a coach had worked on them."""

from __future__ import annotations

from itertools import pairwise

from django.db.models import OuterRef, Q, Subquery

from portal.accounts.models import User
from portal.casework.codes import Kind, State
from portal.casework.models import Listing
from portal.trends import at_cut
from portal.trends.quarters import Span, quarter_of, year_of
from portal.trends.reach import Reach
from portal.trends.suppress import Shown
from portal.trends.work import quarter, released, whole_years, year

FINISHED = (State.CLOSED, State.NOT_FITTING)


def returned(user: User, reach: Reach) -> dict[Span, Shown]:
    """Count, per quarter and year, how often an address came back on the list.

    It came back if the list before did not have it, an older one did, and a coach had contact or finished it in the meantime or
    earlier. One that only missed a list, without any work, did not come back: it never left anybody's hands.
    """
    worked = (
        at_cut.contacts(reach)
        .filter(case=OuterRef("case"))
        .filter(~Q(kind=Kind.ADMINISTRATIVE) | Q(state__in=FINISHED))
        .order_by("on")
    )
    places = (
        Listing.objects.filter(
            case__in=at_cut.cases(user, reach), withdrawn=False, as_of__lte=reach.cut.date()
        )
        .annotate(worked=Subquery(worked.values("on")[:1]))
        .order_by("case", "as_of")
        .values_list("case", "as_of", "worked")
    )
    rows = list(places)
    number = {day: place for place, day in enumerate(sorted({day for _case, day, _worked in rows}))}
    first, last = whole_years(reach)
    back = [
        {"day": day, "returned": 1}
        for (case_before, day_before, _worked), (case, day, worked) in pairwise(rows)
        if case == case_before and number[day] - number[day_before] > 1 and worked and worked < day
        if first <= day <= last
    ]
    quarters, years = released(back, ["returned"], quarter, year)
    per_quarter = {quarter_of(day): shown["returned"] for day, shown in quarters.items()}
    return per_quarter | {year_of(day): shown["returned"] for day, shown in years.items()}

"""Count the open work of each coach, to divide it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.accounts.models import Role, Scope, User
from portal.casework.models import WORKING
from portal.trends import at_cut, suppress
from portal.trends.reach import Reach
from portal.trends.tables import Column, Table


def per_coach(user: User, reach: Reach, today: date) -> Table:
    """Count the open cases of each coach, to divide work: how many are due this week and how many are late.

    The rows are in the order of names. A coach without addresses has a row too, because there is room; so has one who is away,
    which says who stands in. Nothing in them says how fast or how well a coach works, and no week of the past is counted (see
    DECISIONS.md).
    """
    end = today + timedelta(days=6 - today.weekday())
    late = Q(follow_up_on__lt=today)
    week = Q(follow_up_on__range=(today, end))
    counts = (
        at_cut.cases(user, reach)
        .filter(WORKING, owner__isnull=False, objected_on=None)
        .order_by()
        .values("owner")
        .annotate(
            late=Count("pk", filter=late),
            week=Count("pk", filter=week),
            later=Count("pk", filter=~late & ~week),
        )
    )
    lent = _lent(user, reach)
    open_work = {row["owner"]: (row["late"], row["week"], row["later"]) for row in counts}
    here = Exists(Scope.objects.filter(user=OuterRef("pk"), corporation=reach.corporation))
    at_work = Q(here, role=Role.COACH, is_active=True, is_program=False)
    involved = {*open_work, *lent, *(to for spans in lent.values() for to, _until in spans)}
    coaches = {coach.pk: coach for coach in User.objects.filter(at_work | Q(pk__in=involved))}
    nothing = {pk: (0, 0, 0) for pk, coach in coaches.items() if coach.stands_in or pk in lent}
    open_work = nothing | open_work
    names = {
        owner: _name(coaches[owner], [(coaches[to], until) for to, until in lent.get(owner, ())])
        for owner in open_work
    }
    rows = tuple(
        (
            names[owner],
            suppress.cell(open_work[owner][0]),
            suppress.cell(open_work[owner][1]),
            suppress.above(sum(open_work[owner]), open_work[owner][:2]),
        )
        for owner in sorted(open_work, key=lambda owner: names[owner].casefold())
    )
    return Table(
        "coaches",
        _("Werk dat nu openstaat, per coach"),
        _("Adressen"),
        (
            Column("coach", _("Wooncoach"), "text"),
            Column("late", _("Te laat")),
            Column("week", _("Vandaag of later deze week")),
            Column("open", _("In zorg")),
        ),
        rows,
        _(
            "Om werk te verdelen, niet om coaches te vergelijken: wie veel of zware adressen heeft, heeft er meer openstaan. Vanaf tien "
            "is afgerond op vijf; 1 tot en met 9 staat er als „1–9”. "
            "Alleen van nu; eerdere weken worden niet bewaard. Huisbezoeken per coach telt Waakvlam met opzet niet: die zeggen vooral "
            "wie welke adressen heeft. Voor allen samen staan ze in „Naast elkaar”."
        ),
    )


def _lent(user: User, reach: Reach) -> dict[int, list[tuple[int, date]]]:
    """Return for each coach who is away the colleagues who stand in, each with the last day."""
    rows = at_cut.cases(user, reach).filter(WORKING, lent_by__is_active=True, objected_on=None)
    lent: dict[int, list[tuple[int, date]]] = defaultdict(list)
    for away, to, until in (
        rows.order_by("lent_until").values_list("lent_by", "owner", "lent_until").distinct()
    ):
        if to and until:
            lent[away].append((to, until))
    return lent


def _name(coach: User, stand_ins: Sequence[tuple[User, date]] = ()) -> str:
    """Name a coach, with who stands in for them, or that they left."""
    if not coach.is_active:
        return _("%(name)s (werkt hier niet meer)") % {"name": coach}
    stands_in = [
        _("%(colleague)s neemt waar tot en met %(day)s")
        % {"colleague": colleague, "day": date_format(until, "j F")}
        for colleague, until in stand_ins
    ]
    return f"{coach} ({'; '.join(stands_in)})" if stands_in else str(coach)

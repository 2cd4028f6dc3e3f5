"""Operations that read: the list of the week, and the manager's trends."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404
from django.utils import timezone
from ninja import Query, Router

from portal.accounts.access import cases_for, corporations_for
from portal.accounts.audit import record, record_many
from portal.accounts.models import Corporation, Role
from portal.api.auth import Bearer, Call
from portal.api.problems import Problem
from portal.api.schemas import Address, Asked, Column, Count, HandoverOut, Id, Table, Trends, Week, hour
from portal.casework import queries
from portal.casework.codes import Consent, Kind, Partner, PickedUp, State
from portal.casework.models import Handover, Listing
from portal.manager import figures
from portal.trends import signals, tables
from portal.trends.reach import reach, wijken_of
from portal.trends.suppress import Shown

router = Router(tags=["read"])
REFUSED = {401: Problem, 403: Problem, 404: Problem, 422: Problem, 429: Problem}


def _corporation(request: Call, id_: str) -> Corporation:
    chosen = corporations_for(request.user).filter(pk=id_).first()
    if chosen is None:
        raise Http404
    return chosen


@router.get(
    "/week", auth=Bearer(Role.COACH), response={200: Week, **REFUSED}, operation_id="week", url_name="week"
)
def week(request: Call, corporation: Id) -> Week:
    """Return the newest list of a corporation, within the areas of this program; each address is logged."""
    chosen = _corporation(request, corporation)
    rows = list(queries.this_week(request.user).filter(case__corporation=chosen))
    record_many(request.user, "list.view", [row.case for row in rows], token=str(request.auth))
    return Week(corporation=chosen.pk, as_of=chosen.newest_list, addresses=[_address(row) for row in rows])


def _address(row: Listing) -> Address:
    case = row.case
    return Address(
        agreement=case.overeenkomst_id,
        coach=row.coach,
        position=row.position,
        address=case.address,
        town=case.town,
        wijk=case.wijk,
        reasons=row.reasons,
        news=row.news,
        changes=[change.text for change in case.newest_changes if change.as_of == row.as_of],
        since=row.since,
        safety=row.safety,
        state=State(case.state),
        follow_up_on=case.follow_up_on,
        follow_up_at=hour(case.follow_up_at),
        version=case.version,
    )


@router.get(
    "/handovers/{reference}",
    auth=Bearer(Role.COACH),
    response={200: HandoverOut, **REFUSED},
    operation_id="handover",
    url_name="handover",
)
def handover(request: Call, reference: str) -> HandoverOut:
    """Return the hand-over that a webhook names, within the areas of this program; its address is logged."""
    handovers = Handover.objects.filter(reference=reference, case__in=cases_for(request.user))
    row = handovers.select_related("case").first()
    if row is None:
        raise Http404
    record(request.user, "case.view", row.case, token=str(request.auth))
    return HandoverOut(
        reference=row.reference,
        agreement=row.case.overeenkomst_id,
        partner=Partner(row.partner),
        person=row.person,
        on=row.on,
        consent=Consent(row.consent) if row.consent else "",
        consent_on=row.consent_on,
        asked=[
            Asked(on=question.on, kind=Kind(question.kind))
            for question in row.questions.order_by("on", "created_at")
        ],
        picked_up=PickedUp(row.picked_up),
        answered_on=row.answered_on,
    )


@router.get(
    "/trends",
    auth=Bearer(Role.MANAGER),
    response={200: Trends, **REFUSED},
    operation_id="trends",
    url_name="trends",
)
def trends(
    request: Call,
    corporation: Id,
    first: date | None = Query(None),  # noqa: B008 - how ninja declares a parameter
    last: date | None = Query(None),  # noqa: B008
    wijk: str = Query(""),
) -> Trends:
    """Return the figures of the manager's page, with the same counts hidden. Default: the last year."""
    chosen = _corporation(request, corporation)
    theirs = wijken_of(request.user, chosen)
    known = set(signals.wijken(chosen).values_list("wijk", flat=True))
    names = (known if theirs is None else known & set(theirs)) - {""}
    asked = {"wijk": wijk, "van": first.isoformat() if first else "", "tot": last.isoformat() if last else ""}
    selection = reach(chosen, theirs, asked, names)
    record(request.user, "export.api", corporation=chosen.pk, query=selection.period, token=str(request.auth))
    return Trends(
        corporation=chosen.pk,
        first=selection.first,
        last=selection.last,
        wijk=selection.wijk,
        notices=list(selection.notices),
        made_at=timezone.now(),
        tables=[_table(table) for table in figures.every(request.user, selection)],
    )


def _table(table: tables.Table) -> Table:
    return Table(
        name=table.name,
        title=str(table.title),
        unit=str(table.unit),
        note=str(table.note),
        columns=[Column(key=c.key, title=str(c.title), kind=c.kind) for c in table.columns],
        rows=[[_cell(cell) for cell in row] for row in table.rows],
    )


def _cell(cell: Any) -> Any:
    if isinstance(cell, Shown):
        return Count(value=cell.value, complete=cell.whole, most=cell.most if cell.hidden else None)
    return cell if cell is None or isinstance(cell, date | int | float) else str(cell)

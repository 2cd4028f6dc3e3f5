"""Export everything that people logged, as rows of the extracts that the next run reads.

Each export is complete and ordered, with ids that never change. Therefore the next export repeats rows that were lost,
and a row that arrives twice counts once.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q, Subquery
from django.utils import timezone

from portal.casework.codes import Domain, Kind, Phase, PickedUp, State, in_contract, in_ddas
from portal.casework.models import ASLEEP, WORKING, Case, Contact, Growth, Handover, Listing, Objection, Worry
from portal.exchange.payload import Feedback, Incident, Key, Morning, Work
from portal.incidents.models import Incident as IncidentRow
from portal.runs.models import Assignment, Run
from portal.trends.models import WeekFigure


@transaction.atomic
def feedback(until: date) -> Feedback:
    """Return every contact, objection, worry and answer of an analyst up to and including a day, and mark the contacts as exported.

    Parameters
    ----------
    until : datetime.date
        The peildatum of the extracts, which have no later rows.

    Returns
    -------
    Feedback
        Contacts that were undone before any export are left out. Contacts that were undone later become an
        administrative row that restores the stand.
    """
    logged = Contact.objects.filter(on__lte=until, case__from_worry=False)
    logged.filter(given_at=None, undone_at=None).update(given_at=timezone.now())
    contacts = (
        logged.exclude(given_at=None).select_related("case").order_by("case__corporation", "on", "reference")
    )
    objections = Objection.objects.filter(on__lte=until, case__from_worry=False).select_related("case")
    passed_on = Worry.objects.filter(on__lte=until, withdrawn_at=None)
    passed_on.filter(given_at=None).update(given_at=timezone.now())
    worries = passed_on.select_related("case")
    return Feedback(
        contacten=tuple(_contact(row) for row in contacts),
        bezwaren=tuple(
            _objection(row, until) for row in objections.order_by("case__corporation", "on", "reference")
        ),
        meldingen_medewerkers=tuple(
            _worry(row) for row in worries.order_by("corporation", "on", "reference")
        ),
        toewijzingen=tuple(_assignment(row) for row in _newest(until)),
    )


def incidents(before: date) -> tuple[Incident, ...]:
    """Return what was reported before a day and not taken back that day, oldest first."""
    start = timezone.make_aware(datetime.combine(before, time()))
    rows = IncidentRow.objects.filter(withdrawn_at=None, created_at__lt=start).select_related("by")
    return tuple(
        Incident(row.reference, row.kind, row.on, row.by.username) for row in rows.order_by("reference")
    )


def morning(day: date) -> Morning:
    """Count what waits for the coaches of this installation on a day."""
    working = Case.objects.filter(WORKING, objected_on=None)
    return Morning(
        due=working.filter(follow_up_on__lte=day).count(),
        flared_up=working.filter(state=State.WATCH).exclude(flared_up_on=None).count(),
        asleep=working.filter(ASLEEP).count(),
        urgent=Worry.objects.filter(urgent=True, taken_by=None, withdrawn_at=None).count(),
        handovers=Handover.objects.filter(picked_up=PickedUp.UNANSWERED, case__objected_on=None).count(),
    )


def in_care() -> frozenset[Key]:
    """Return the agreements that a coach works on; the portal also shows their signals and whether they flare up."""
    working = Case.objects.filter(WORKING, objected_on=None, from_worry=False)
    return frozenset(working.values_list("corporation_id", "overeenkomst_id"))


def watched() -> dict[Key, date]:
    """Return the agreements on *waakvlam* with the day of their last contact, from which flaring up counts."""
    rows = Contact.objects.filter(case__state=State.WATCH, case__from_worry=False, undone_at=None).order_by(
        "on", "reference"
    )
    return {
        (corporation, agreement): on
        for corporation, agreement, on in rows.values_list(
            "case__corporation_id", "case__overeenkomst_id", "on"
        )
    }


def on_list(as_of: date) -> frozenset[Key]:
    """Return the agreements on the list of a date."""
    rows = Listing.objects.filter(as_of=as_of, withdrawn=False, case__objected_on=None)
    return frozenset(rows.values_list("case__corporation_id", "case__overeenkomst_id"))


def newest_list(corporatie_id: str) -> date | None:
    """Return the as-of date of the newest list that an installation published."""
    return Run.objects.filter(corporation=corporatie_id).aggregate(day=Max("as_of"))["day"]


def weeks() -> frozenset[date]:
    """Return the as-of dates for which the portal has figures."""
    return frozenset(WeekFigure.objects.order_by().values_list("as_of", flat=True).distinct())


def work(since: date, until: date) -> Work:
    """Count growth and hand-overs from `since` up to, not including, `until`, without cases with an objection."""
    handovers = Handover.objects.filter(case__objected_on=None, on__gte=since, on__lt=until)
    counts = handovers.order_by().values_list("picked_up").annotate(number=Count("pk"))
    return Work(growth=growth(since, until), handovers=dict.fromkeys(PickedUp.values, 0) | dict(counts))


def coaches(corporation: str, since: date, until: date) -> int:
    """Count the people who logged a contact with a tenant from `since` up to, not including, `until`; not who they are."""
    rows = Contact.objects.filter(case__corporation=corporation, undone_at=None, on__gte=since, on__lt=until)
    return rows.exclude(kind=Kind.ADMINISTRATIVE).aggregate(number=Count("by", distinct=True))["number"]


def growth(
    since: date, until: date, corporation: str | None = None, *, at: datetime | None = None
) -> dict[str, tuple[int, int, int]]:
    """Count per domain how often it went better, the same and worse, from `since` up to, not including, `until`.

    The counts are of one corporation, or of all of them. They are without cases with an objection; with `at`, they are what
    was logged before that moment, so that what happens later, such as an objection, changes nothing.

    The last follow-up of the period on a domain is compared with the last start before it, so a domain that was recorded
    once has no growth.
    """
    rows = Growth.objects.filter(created_at__lt=at) if at else Growth.objects.filter(case__objected_on=None)
    if corporation is not None:
        rows = rows.filter(case__corporation=corporation)
    same = rows.filter(case=OuterRef("case"), domain=OuterRef("domain"))
    start = same.filter(phase=Phase.START, on__lte=OuterRef("on")).order_by("-on", "-reference")
    later = same.filter(phase=Phase.FOLLOW_UP, on__gt=OuterRef("on"), on__lt=until)
    looked = rows.filter(~Exists(later), phase=Phase.FOLLOW_UP, on__gte=since, on__lt=until)
    grown = (
        looked.annotate(start=Subquery(start.values("step")[:1]))
        .order_by()
        .values_list("domain")
        .annotate(
            better=Count("pk", filter=Q(step__gt=F("start"))),
            like=Count("pk", filter=Q(step=F("start"))),
            worse=Count("pk", filter=Q(step__lt=F("start"))),
        )
    )
    return dict.fromkeys(Domain.values, (0, 0, 0)) | {domain: (b, s, w) for domain, b, s, w in grown}


def _newest(until: date) -> list[Assignment]:
    """Return the newest answer about each row up to and including a day."""
    rows = Assignment.objects.filter(on__lte=until).order_by("on", "reference")
    newest = {(row.corporation_id, row.key): row for row in rows}
    return [newest[key] for key in sorted(newest)]


def _assignment(row: Assignment) -> dict[str, Any]:
    return {
        "corporatie_id": row.corporation_id,
        "rij": row.key,
        "overeenkomst_id": row.overeenkomst_id or None,
        "datum": row.on,
        "reden": row.reason,
    }


def _contact(row: Contact) -> dict[str, Any]:
    undone = row.undone_at is not None
    back = row.before.get("follow_up_on") if undone else None
    return {
        "corporatie_id": row.case.corporation_id,
        "contact_id": row.reference,
        "overeenkomst_id": row.case.overeenkomst_id,
        "datum": row.on,
        "soort": str(Kind.ADMINISTRATIVE) if undone else row.kind,
        "bereikt": None if undone else row.reached,
        "dagdeel": None if undone else row.part_of_day or None,
        "resultaat": None if undone else in_ddas(row.result),
        "stand": row.before["state"] if undone else row.state,
        "opvolgdatum": (back and date.fromisoformat(back)) if undone else row.follow_up_on,
    }


def _objection(row: Objection, until: date) -> dict[str, Any]:
    withdrawn = row.withdrawn_on
    return {
        "corporatie_id": row.case.corporation_id,
        "bezwaar_id": row.reference,
        "overeenkomst_id": row.case.overeenkomst_id,
        "datum": row.on,
        "ingetrokken_op": withdrawn if withdrawn and withdrawn <= until else None,
    }


def _worry(row: Worry) -> dict[str, Any]:
    moment: datetime = timezone.localtime(row.created_at)
    return {
        "corporatie_id": row.corporation_id,
        "melding_id": row.reference,
        "overeenkomst_id": row.case.overeenkomst_id if row.case and not row.case.from_worry else None,
        "eenheid_id": row.eenheid_id or None,
        "postcode": row.postcode or None,
        "huisnummer": row.house_number or None,
        "datum": moment.replace(microsecond=0, tzinfo=None),
        "bron": in_contract(row.source),
        "zorg": row.worry,
    }

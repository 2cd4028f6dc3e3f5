"""Receive a weekly publication in one transaction; receiving the same publication again changes nothing.

A publication replaces the earlier one of the same week. Cases that left the list are deleted if nobody worked on them;
other cases stay reachable. Nothing that a coach wrote is changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from portal.accounts.models import Corporation
from portal.casework.codes import State
from portal.casework.models import Case, Change, Listing, SignalWeek
from portal.exchange import rights
from portal.exchange.payload import Entry, Figure, Key, News, Publication
from portal.runs.models import Run
from portal.trends.models import Evidence, EvidenceName, WeekFigure
from portal.webhooks.events import LIST_PUBLISHED, emit

IDENTITY = ("address", "town", "latitude", "longitude", "name", "phone", "wijk", "coach")


@dataclass(frozen=True)
class Receipt:
    """The result of a publication. ``edition`` numbers the versions of a week; ``unchanged`` if it was received before."""

    unchanged: bool
    edition: int
    listed: int
    left: int


@transaction.atomic
def publish(publication: Publication) -> Receipt:
    """Receive a weekly list.

    Parameters
    ----------
    publication : Publication
        The list and the data for its pages.

    Returns
    -------
    Receipt
        Marked ``unchanged`` if this content was received before; nothing is written then.
    """
    for id_, name in sorted(publication.corporations.items()):
        corporation, created = Corporation.objects.get_or_create(id=id_, defaults={"name": name})
        if not created and corporation.name != name:
            corporation.name = name
            corporation.save(update_fields=["name"])
    own = Corporation.objects.select_for_update().get(
        pk=publication.corporatie_id
    )  # one publication at a time
    run = Run.objects.filter(corporation=own, as_of=publication.as_of).first()
    hash_ = publication.content_hash
    if run is not None and run.content_hash == hash_:
        return Receipt(unchanged=True, edition=run.edition, listed=0, left=0)
    newest = Run.objects.filter(corporation=own).aggregate(day=Max("as_of"))["day"]
    cases = _cases(publication, newest is None or publication.as_of >= newest)
    _listings(publication, cases)
    left = _leave(publication, cases)
    known = cases | _known(item.key for item in publication.signals)
    _signals(publication, known)
    _news(publication.as_of, publication.news, cases | _known(item.key for item in publication.news))
    _flare(publication)
    _figures(publication.figures, publication.corporations)
    if newest is None or publication.as_of >= newest:
        rights.unmatched(publication)
        rights.objections(publication, _known(publication.objectors).values())
    for corporation in Corporation.objects.filter(pk__in=publication.corporations):
        if corporation.newest_list is None or corporation.newest_list < publication.as_of:
            corporation.newest_list = publication.as_of
            corporation.save(update_fields=["newest_list"])
    edition = run.edition + 1 if run else 1
    _run(publication, own, hash_, edition)
    emit(
        LIST_PUBLISHED,
        corporation=own.pk,
        as_of=publication.as_of.isoformat(),
        edition=edition,
        listed=len(publication.entries),
    )
    return Receipt(unchanged=False, edition=edition, listed=len(publication.entries), left=left)


@transaction.atomic
def update(as_of: date, news: Iterable[News]) -> int:
    """Receive changes at listed addresses from deliveries during the week; return the number of new changes."""
    news = tuple(news)
    return _news(as_of, news, _known(item.key for item in news))


@transaction.atomic
def fill(figures: Iterable[Figure], corporations: Iterable[str]) -> None:
    """Receive figures of earlier weeks, replacing earlier figures of the same weeks."""
    _figures(figures, corporations)


@transaction.atomic
def evidence(corporation: str, name: str, until: date, lines: Iterable[str], *, sure: bool) -> None:
    """Receive the newest answer to a question of the manager (`portal.trends.models.Evidence`)."""
    Evidence.objects.update_or_create(
        corporation_id=corporation,
        name=EvidenceName(name),
        defaults={"until": until, "lines": list(lines), "sure": sure},
    )


def _known(keys: Iterable[Key]) -> dict[Key, Case]:
    wanted = set(keys)
    cases = Case.objects.filter(overeenkomst_id__in={agreement for _corporation, agreement in wanted})
    return {key: case for case in cases if (key := (case.corporation_id, case.overeenkomst_id)) in wanted}


def _cases(publication: Publication, newest: bool) -> dict[Key, Case]:
    """Return the case of every entry; update its name, address and wijk if this is the newest list."""
    cases = _known(entry.key for entry in publication.entries)
    fresh, updated = [], []
    for entry in publication.entries:
        case = cases.get(entry.key)
        values = {name: getattr(entry, name) for name in IDENTITY}
        if case is None:
            fresh.append(
                Case(corporation_id=entry.corporatie_id, overeenkomst_id=entry.overeenkomst_id, **values)
            )
        elif newest:
            for name, value in values.items():
                setattr(case, name, value)
            updated.append(case)
    Case.objects.bulk_update(updated, IDENTITY)
    for case in Case.objects.bulk_create(fresh):
        cases[case.corporation_id, case.overeenkomst_id] = case
    return cases


def _listings(publication: Publication, cases: dict[Key, Case]) -> None:
    ids = {case.pk for case in cases.values()}
    Listing.objects.bulk_create(
        [_listing(entry, cases[entry.key], publication.as_of) for entry in publication.entries],
        update_conflicts=True,
        unique_fields=["case", "as_of"],
        update_fields=[
            "position",
            "coach",
            "reasons",
            "news",
            "since",
            "safety",
            "score",
            "carried_over",
            "withdrawn",
        ],
    )
    _relist(ids)


def _listing(entry: Entry, case: Case, as_of: date) -> Listing:
    return Listing(
        case=case,
        as_of=as_of,
        position=entry.position,
        coach=entry.coach,
        reasons=list(entry.reasons),
        news=list(entry.news),
        since=entry.since,
        safety=entry.safety,
        score=entry.score,
        carried_over=entry.listed_before,
    )


def _leave(publication: Publication, cases: dict[Key, Case]) -> int:
    """Withdraw entries that left this week's list; delete cases without any work or other list. Return their number."""
    stays = {case.pk for case in cases.values()}
    gone = Listing.objects.filter(
        as_of=publication.as_of, case__corporation__in=publication.corporations, withdrawn=False
    ).exclude(case__in=stays)
    ids = set(gone.values_list("case_id", flat=True))
    gone.filter(case__worked_on=True).update(withdrawn=True)
    gone.filter(case__worked_on=False).delete()
    untouched = Case.objects.filter(pk__in=ids, worked_on=False, listings=None, worries=None)
    untouched.delete()
    _relist(ids)
    return len(ids)


def _relist(ids: Iterable[int]) -> None:
    """Store on each case the date of the newest list that contains it."""
    newest = dict(
        Listing.objects.filter(case__in=ids, withdrawn=False).values_list("case").annotate(day=Max("as_of"))
    )
    moved = [
        case
        for case in Case.objects.filter(pk__in=ids).only("listed_on")
        if case.listed_on != newest.get(case.pk)
    ]
    for case in moved:
        case.listed_on = newest.get(case.pk)
    Case.objects.bulk_update(moved, ["listed_on"])


def _signals(publication: Publication, cases: dict[Key, Case]) -> None:
    rows = [
        SignalWeek(
            case=cases[item.key], as_of=item.as_of, points=dict(item.points), figures=dict(item.figures)
        )
        for item in publication.signals
        if item.key in cases
    ]
    SignalWeek.objects.bulk_create(
        rows,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["case", "as_of"],
        update_fields=["points", "figures"],
    )


def _news(as_of: date, news: Iterable[News], cases: dict[Key, Case]) -> int:
    rows = [
        Change(case=cases[item.key], as_of=as_of, seen_on=item.seen_on, code=item.code, text=item.text)
        for item in news
        if item.key in cases
    ]
    known = {
        (change.case_id, change.code, change.text)
        for change in Change.objects.filter(as_of=as_of, case__in=cases.values())
    }
    # Every delivery repeats all news of the week: known news keeps the day on which it was first seen.
    rows = [row for row in rows if (row.case_id, row.code, row.text) not in known]
    before = Change.objects.count()
    Change.objects.bulk_create(rows, ignore_conflicts=True)
    return Change.objects.count() - before


def _flare(publication: Publication) -> None:
    """Return flared-up cases to a coach's attention, unless somebody has acted on them since."""
    for case in _known(publication.flared_up).values():
        if case.state == State.WATCH:
            Case.objects.filter(pk=case.pk, state=State.WATCH, version=case.version).update(
                flared_up_on=publication.as_of
            )


def _figures(figures: Iterable[Figure], corporations: Iterable[str]) -> None:
    figures = tuple(figures)
    days = {figure.as_of for figure in figures}
    WeekFigure.objects.filter(as_of__in=days, corporation__in=corporations).delete()
    WeekFigure.objects.bulk_create(
        (
            WeekFigure(
                as_of=figure.as_of,
                corporation_id=figure.corporatie_id,
                wijk=figure.wijk,
                family=figure.family,
                agreements=figure.agreements,
                signalled=figure.signalled,
                listed=figure.listed,
                new=figure.new,
            )
            for figure in figures
        ),
        batch_size=1000,
    )


def _run(publication: Publication, own: Corporation, hash_: str, edition: int) -> None:
    Run.objects.update_or_create(
        corporation=own,
        as_of=publication.as_of,
        defaults={
            "content_hash": hash_,
            "edition": edition,
            "published_at": timezone.now(),
            "model": publication.model,
            "approval": dict(publication.approval),
            "counts": dict(publication.counts),
            "notices": list(publication.notices),
            "sources": list(publication.sources),
            "fired": list(publication.fired),
            "deliveries": list(publication.deliveries),
            "gates": list(publication.gates),
            "quarantine": list(publication.quarantine),
            "unmapped": list(publication.unmapped),
            "drift": dict(publication.drift),
            "stop": publication.stop,
            "decides": list(publication.decides),
            "limits": dict(publication.limits),
            "kept": {name: day.isoformat() for name, day in publication.kept.items()},
            "settings": dict(publication.settings),
        },
    )

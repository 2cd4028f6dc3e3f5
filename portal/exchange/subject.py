"""Export or erase everything that the portal holds about one tenant (GDPR art. 15 and 17)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.accounts.idle import TYPED
from portal.accounts.models import AuditEntry
from portal.casework.models import Case, Worry
from portal.coach.again import AGAIN, SEARCHED
from portal.exchange.payload import Home, Key, StillThereError
from portal.exchange.purge import LISTS, NO_IDENTITY, WORK, forget
from portal.runs.models import Assignment, Meaning, UnmatchedRow

OURS = {
    "id",
    "case",
    "token",
    "by",
    "owner",
    "lent_by",
    "call_back",
    "to",
    "taken_by",
    "answered_by",
    "answer_role",
    "answer_step",
    "person",
}
"""Fields left out of the export because they are not about the tenant; of the user who acted only the role is given."""


def held(keys: Collection[Key], homes: Collection[Home]) -> dict[str, list[dict[str, Any]]]:
    """Return everything that is held about the agreements of a tenant, by table, as plain values.

    Parameters
    ----------
    keys : collection of Key
        The tenant's agreements.
    homes : collection of Home
        The homes and periods in which the tenant lived there, because a worry names only an address.
    """
    cases = _cases(keys, homes)
    tables = {"case": [_plain(case) for case in cases]}
    for model in (*LISTS, *WORK):
        rows = model._default_manager.filter(case__in=cases)
        tables[str(model._meta.model_name)] = [_plain(row) for row in rows]
    tables["worry"] += [_plain(row) for row in _worries(homes)]
    answers = Assignment.objects.filter(_of(keys, "corporation_id"))
    tables["assignment"] = [_plain(row) for row in answers]
    views = AuditEntry.objects.filter(_of(keys, "corporation")).values("at", "role", "action", "detail")
    tables["views"] = [dict(view) for view in views]
    return {f"portal.{name}": rows for name, rows in tables.items() if rows}


@transaction.atomic
def erase(keys: Collection[Key], homes: Collection[Home]) -> int:
    """Erase everything about the agreements of a tenant in one transaction, and verify that it is gone.

    Three things are kept: the ids of an agreement with an active objection, the answer by which an analyst gave an objection
    to an agreement, and the audit log, which identifies the agreement by its id only.

    Returns
    -------
    int
        Number of erased rows.
    """
    cases = Case.objects.filter(pk__in=list(_cases(keys, homes).values_list("pk", flat=True)))
    number = forget(cases) + _worries(homes).delete()[0]
    answers = Assignment.objects.filter(_of(keys, "corporation_id")).exclude(meaning=Meaning.OBJECTION)
    number += answers.delete()[0]
    _take_out_of_rows({agreement for _corporation, agreement in keys})
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    for row in Session.objects.all():  # an unsaved form may contain a note, and a search a name
        session = SessionStore(row.session_key)
        if any([session.pop(AGAIN, None), session.pop(TYPED, None), session.pop(SEARCHED, None)]):
            session.save()
    left = cases.exclude(**NO_IDENTITY)
    rows = [model._default_manager.filter(case__in=cases) for model in (*LISTS, *WORK[:-1])]
    if left.exists() or _worries(homes).exists() or any(remaining.exists() for remaining in rows):
        raise StillThereError("casework")
    return number


def _take_out_of_rows(ids: Collection[str]) -> None:
    """Remove the agreements from the rows that match nobody; the next list again names the agreements to which they may refer."""
    for row in UnmatchedRow.objects.all():
        kept = [id_ for id_ in row.candidates if id_ not in ids], [id_ for id_ in row.named if id_ not in ids]
        if kept != (row.candidates, row.named):
            row.candidates, row.named = kept
            row.save(update_fields=["candidates", "named"])


def _of(keys: Collection[Key], corporation: str) -> Q:
    wanted = Q(pk__in=[])
    for corporatie_id, overeenkomst_id in keys:
        wanted |= Q(**{corporation: corporatie_id, "overeenkomst_id": overeenkomst_id})
    return wanted


def _cases(keys: Collection[Key], homes: Collection[Home]) -> QuerySet[Case]:
    """Return the cases of agreements, and those that were opened for a worry about a home."""
    opened = Q(from_worry=True, worries__in=_worries(homes))
    return Case.objects.filter(_of(keys, "corporation_id") | opened).distinct()


def _worries(homes: Collection[Home]) -> QuerySet[Worry]:
    """Return the worries that name the address of a home, from the time when this tenant lived there."""
    matching = [
        row.pk
        for home in homes
        for row in Worry.objects.filter(
            Q(case=None) | Q(case__from_worry=True), corporation=home.corporatie_id, on__gte=home.since
        )
        if (home.until is None or row.on <= home.until) and _at(row, home)
    ]
    return Worry.objects.filter(pk__in=matching)


def _at(row: Worry, home: Home) -> bool:
    if row.eenheid_id:
        return bool(row.eenheid_id == home.eenheid_id)
    home_address = _bare(home.postcode), _bare(home.number)
    return all(home_address) and (_bare(row.postcode), _bare(row.house_number)) == home_address


def _bare(text: str) -> str:
    """Keep letters and digits only, because addresses are typed in many ways."""
    return "".join(filter(str.isalnum, text)).upper()


def _plain(row: Any) -> dict[str, Any]:
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name not in OURS
    }
    return values | ({"by": row.by.role} if hasattr(row, "by_id") else {})

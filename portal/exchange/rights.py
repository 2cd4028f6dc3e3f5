"""Receive what must not be lost: objections that were delivered, and the rows that match nobody."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef

from portal.casework.models import Case, Objection
from portal.exchange.payload import Publication
from portal.runs.models import Assignment, UnmatchedRow


def objections(publication: Publication, objecting: Iterable[Case]) -> None:
    """Close the cases of tenants with an objection that was delivered, and open those whose objection has ended.

    An objection that was registered in the portal counts until it is withdrawn there.
    """
    here = Objection.objects.filter(case=OuterRef("pk"), withdrawn_on=None)
    cases = Case.objects.filter(~Exists(here), corporation__in=publication.corporations, from_worry=False)
    theirs = {case.pk for case in objecting}
    version = F("version") + 1
    cases.filter(pk__in=theirs, objected_on=None).update(objected_on=publication.as_of, version=version)
    cases.exclude(pk__in=theirs).exclude(objected_on=None).update(objected_on=None, version=version)


def unmatched(publication: Publication) -> None:
    """Replace the rows that match nobody; those that an analyst answered stay, so that the answer can be revised."""
    before = UnmatchedRow.objects.filter(corporation__in=publication.corporations)
    gone = before.exclude(key__in={row.key for row in publication.unmatched})
    answers = Assignment.objects.filter(corporation=OuterRef("corporation"), key=OuterRef("key"))
    gone.filter(~Exists(answers)).delete()
    gone.update(open=False)
    UnmatchedRow.objects.bulk_create(
        (
            UnmatchedRow(
                key=row.key,
                corporation_id=row.corporatie_id,
                extract=row.extract,
                meaning=row.meaning,
                file=row.file,
                line=row.line,
                reason=row.reason,
                named=list(row.named),
                candidates=list(row.candidates),
                answerable=row.answerable,
            )
            for row in publication.unmatched
        ),
        update_conflicts=True,
        unique_fields=["corporation", "key"],
        update_fields=["file", "line", "reason", "named", "candidates", "answerable", "open"],
        batch_size=500,
    )

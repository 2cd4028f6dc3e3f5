"""Find the newest run of each corporation."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import OuterRef, QuerySet, Subquery

from portal.accounts.models import Corporation
from portal.runs.models import Run


def newest_runs(corporations: Iterable[Corporation]) -> QuerySet[Run]:
    """Return the newest run of each corporation that has one."""
    runs = Run.objects.filter(corporation__in=corporations)
    newest = runs.filter(corporation=OuterRef("corporation")).order_by("-as_of").values("pk")[:1]
    return runs.filter(pk=Subquery(newest))

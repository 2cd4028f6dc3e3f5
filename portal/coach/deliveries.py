"""Tell a coach whether the newest list was made with every delivery."""

from __future__ import annotations

from django.db.models import F, QuerySet

from portal.accounts.access import Viewer
from portal.accounts.models import User
from portal.prepared import prepared
from portal.runs.models import Run


def what_was_late(user: User) -> list[str] | None:
    """Return what was late or incomplete for the newest list, each thing once, or None if no run is known."""
    runs = _newest_runs(Viewer.of(user)).rows()
    return list(dict.fromkeys(notice for run in runs for notice in run.notices)) if runs else None


@prepared
def _newest_runs(viewer: Viewer) -> QuerySet[Run]:
    corporations = sorted({corporation for corporation, _wijk in viewer.areas})
    newest = Run.objects.filter(corporation__in=corporations, as_of=F("corporation__newest_list"))
    return newest.order_by("corporation").only("notices")

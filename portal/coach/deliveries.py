"""Tell a coach whether the newest list was made with every delivery."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, QuerySet

from portal.accounts.access import Viewer
from portal.accounts.models import User
from portal.prepared import prepared
from portal.runs.models import HELD, Run


@dataclass(frozen=True)
class Notes:
    """What is said about the newest list.

    Parameters
    ----------
    late : list of str or None
        What was late or incomplete, or why the list stands still, each thing once; None if no run is known.
    held : bool
        Whether every list of the coach stands still: then the notes come before everything else.
    still : frozenset of str
        The corporations whose list stands still.
    """

    late: Sequence[str] | None
    held: bool
    still: frozenset[str]


def notes(user: User) -> Notes:
    """Return what is said about the newest list of a coach."""
    runs = _newest_runs(Viewer.of(user)).rows()
    late = list(dict.fromkeys(notice for run in runs for notice in run.notices)) if runs else None
    still = frozenset(run.corporation_id for run in runs if run.stop in HELD)
    return Notes(late, bool(runs) and len(still) == len(runs), still)


@prepared
def _newest_runs(viewer: Viewer) -> QuerySet[Run]:
    corporations = sorted({corporation for corporation, _wijk in viewer.areas})
    newest = Run.objects.filter(corporation__in=corporations, as_of=F("corporation__newest_list"))
    return newest.order_by("corporation").only("notices", "stop", "corporation")

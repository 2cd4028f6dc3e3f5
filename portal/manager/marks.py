"""Mark the weeks in which the lists were made from other data, or with another model, than in the week before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _

from portal.runs.fired import turned
from portal.runs.models import Run
from portal.trends import suppress


@dataclass(frozen=True)
class Mark:
    """A week that a chart marks, with the reasons."""

    day: date
    text: str


def of(runs: Sequence[Run]) -> list[Mark]:
    """Return the weeks to mark, the oldest first; the newest run comes first."""
    marks = []
    for run, before in pairwise([*runs, None]):
        assert run is not None
        if reasons := list(_reasons(run, before)):
            marks.append(Mark(run.as_of, ", ".join(reasons)))
    return marks[::-1]


def _reasons(run: Run, before: Run | None) -> Iterator[str]:
    """Yield why a week differs: another model, data that are late, and signals that began or ceased to give points.

    A signal with a hidden count is not named: it moves no figure that anybody sees.
    """
    if before is not None and before.model != run.model:
        yield _("ander model: %(model)s") % {"model": run.model}
    if run.incomplete:
        yield _("levering te laat of niet volledig")
    other = turned(before, run, suppress.SMALL + 1) if before is not None else None
    if other and other.begun:
        yield _("nieuwe gegevens tellen mee")
    if other and other.ended:
        yield _("gegevens tellen niet meer mee")

"""Say which reports the stop rule has not counted yet, from when it does, and where its limits are; nothing about who or where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.accounts.models import Corporation
from portal.incidents.models import VISITS_ARRIVE, Incident, IncidentKind
from portal.runs.models import Run, StopRule
from portal.runs.newest import newest_runs


@dataclass(frozen=True)
class Uncounted:
    """The reports that wait for a list to count in."""

    harm: int
    complaints: int
    first: date
    """The list in which the first of them counts."""
    last: date


def uncounted(run: Run) -> Uncounted | None:
    """Return what was reported at a corporation and counts in no list up to its newest run; None if that is nothing."""
    # what was reported more than two weeks before the list counted in it or in an earlier one
    since = run.as_of - 2 * VISITS_ARRIVE
    rows = Incident.objects.filter(
        corporation=run.corporation_id, withdrawn_at=None, created_at__date__gte=since
    )
    waiting = [row for row in rows if row.counts_from > run.as_of]
    if not waiting:
        return None
    harm = sum(row.kind == IncidentKind.HARM for row in waiting)
    days = [row.counts_from for row in waiting]
    return Uncounted(harm, len(waiting) - harm, min(days), max(days))


def what_waits(run: Run) -> str:
    """Say how many reports wait, and what they do to the list; "" if none does."""
    waiting = uncounted(run)
    if waiting is None:
        return ""
    parts = []
    if waiting.harm:
        parts.append(_("%(n)s keer schade") % {"n": waiting.harm})
    if waiting.complaints:
        parts.append(
            ngettext("%(n)s klacht", "%(n)s klachten", waiting.complaints) % {"n": waiting.complaints}
        )
    sentences = [_("Gemeld en nog niet meegeteld: %(what)s.") % {"what": _(" en ").join(parts)}]
    if run.stop == StopRule.OFF:
        return f"{sentences[0]} {_('De stopregel staat uit, dus dit stopt de lijst niet.')}"
    days = {"first": _day(waiting.first), "last": _day(waiting.last)}
    sentences.append(
        _("Dit telt mee vanaf de lijst van %(first)s.") % days
        if waiting.first == waiting.last
        else _("Dit telt mee vanaf de lijsten van %(first)s tot en met %(last)s.") % days
    )
    return " ".join([*sentences, *limits(run.limits)])


def where_off(corporations: Iterable[Corporation]) -> set[str]:
    """Return the corporations whose stop rule is off, so that no report stops their list."""
    return set(newest_runs(corporations).filter(stop=StopRule.OFF).values_list("corporation", flat=True))


def limits(of: Mapping[str, float]) -> Iterable[str]:
    """Say beyond which shares of the visits the rule stops the list, if the newest list told."""
    if {*IncidentKind.values} <= of.keys():
        shares = {kind: number_format(Decimal(f"{100 * of[kind]:g}")) for kind in IncidentKind.values}
        yield (_("De grens is %(harm)s keer schade en %(complaint)s klachten op de 100 bezoeken.") % shares)


def _day(day: date) -> str:
    return date_format(day, "j F Y")

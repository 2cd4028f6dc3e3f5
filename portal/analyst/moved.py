"""Say how a list differs from the one before: which addresses stayed, which counts jumped, and what changed in between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.casework.models import Contact, Listing
from portal.runs.fired import Turned, turned
from portal.runs.models import HELD, Run

LEAST, TIMES = 5, 1.5
"""A count jumped if it differs by more than this, and is this many times the other or differs by more than a whole list."""
FOLLOWS: dict[str, str | Promise] = {
    "not_started": _("Volgt het huurregister: overeenkomsten die na de lijst beginnen."),
    "ended": _("Volgt het huurregister."),
    "notice_given": _("Volgt het huurregister."),
    "too_late": _("Volgt de stap in de levering van huurachterstanden."),
    "unknown_step": _("Volgt de stap in de levering van huurachterstanden: een code zonder vertaling telt hier mee."),
    "objection": _("Ook wie bedoeld kan zijn met een bezwaar zonder huurder, blijft van de lijst: zie Zonder huurder."),
    "possible_objection": _("Wie bedoeld kan zijn met een bezwaar zonder huurder, blijft van de lijst: zie Zonder huurder."),
    "in_contact": _("Volgt wat coaches vastlegden."),
    "waakvlam": _("Volgt wat coaches vastlegden."),
    "cool_down": _("Volgt wat coaches vastlegden; na de rusttijd telt het adres weer mee."),
    "not_fitting": _("Volgt wat coaches vastlegden; na een jaar telt het adres weer mee."),
    "below_minimum": _("Volgt de signalen: zie Signalen."),
    "beyond_capacity": _("Volgt de signalen: zie Signalen."),
}  # fmt: skip
"""What each count of the run depends on, in words for who wonders about a jump."""


@dataclass(frozen=True)
class Moved:
    """The list of a run beside the list before it."""

    before: Run
    listed: int
    stayed: int
    back: int
    """Addresses that were not on the list before, but on an earlier one."""
    first: int
    gone: int
    worked: int
    """Addresses that left the list and for which a contact was logged since."""
    turned: Turned | None
    """The signals that gave points in one of the two runs only; None if that is not known."""


def moved(run: Run, before: Run | None) -> Moved | None:
    """Compare the addresses of a list with those of the list before; None if either is not kept or stood still."""
    if before is None or held(run, before):
        return None
    listed = Listing.objects.filter(case__corporation=run.corporation_id, withdrawn=False)
    now, then = (
        set(listed.filter(as_of=day).values_list("case", flat=True)) for day in (run.as_of, before.as_of)
    )
    if not now or not then:
        return None
    worked = Contact.objects.filter(case__in=then - now, on__gte=before.as_of, on__lt=run.as_of)
    ever = set(listed.filter(case__in=now - then, as_of__lt=before.as_of).values_list("case", flat=True))
    return Moved(
        before,
        len(now),
        len(now & then),
        len(ever),
        len(now - then - ever),
        len(then - now),
        worked.values("case").distinct().count(),
        turned(before, run),
    )


def held(run: Run, before: Run | None) -> Run | None:
    """Return which of two runs made a list that nobody saw, so that there is nothing to compare."""
    return next((each for each in (run, before) if each and each.stop in HELD), None)


def beside(
    rows: Mapping[str, Any], before: Mapping[str, Any] | None, code: str, places: int | None
) -> dict[str, Any]:
    """Return a count with the count of the run before, and what it depends on if it jumped.

    ``places`` is the length of the list: a count that moved by more can replace all of it.
    """
    now, then = rows[code], (before or {}).get(code)
    jumped = (
        isinstance(now, int)
        and isinstance(then, int)
        and abs(now - then) > LEAST
        and (max(now, then) >= TIMES * min(now, then) or (places is not None and abs(now - then) > places))
    )
    return {"count": now, "before": then, "why": FOLLOWS.get(code, "") if jumped else ""}

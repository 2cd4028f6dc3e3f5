"""The analyst's pages: what each published list was made of. Counts, codes and file names; no person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.accounts.access import UserRequest, corporations_for, requires
from portal.accounts.models import Role
from portal.runs.models import Run

PER_PAGE = 26
DRIFTED = 0.2
"""A population stability index from which a signal has changed so much that somebody should look (0.1: keep an eye on)."""


@requires(Role.ANALYST)
@require_safe
def runs(request: UserRequest) -> HttpResponse:
    """List the runs, newest first, with what needs a look."""
    theirs = Run.objects.filter(corporation__in=corporations_for(request.user)).select_related("corporation")
    page = Paginator(theirs, PER_PAGE).get_page(request.GET.get("page"))
    rows = [{"run": run, **_summary(run)} for run in page]
    return render(request, "analyst/runs.html", {"rows": rows, "page": page})


@requires(Role.ANALYST)
@require_safe
def run(request: UserRequest, run_id: int) -> HttpResponse:
    """Show one run: its deliveries, gates, quarantine, unmapped codes, drift and counts."""
    found = (
        Run.objects.filter(pk=run_id, corporation__in=corporations_for(request.user))
        .select_related("corporation")
        .first()
    )
    if found is None:
        raise Http404
    gates = sorted(found.gates, key=lambda gate: (gate.get("passed") is not False, gate.get("extract", "")))
    context = {
        "run": found,
        "summary": _summary(found),
        "failed": [gate for gate in gates if gate.get("passed") is False],
        "passed": [gate for gate in gates if gate.get("passed") is not False],
        "drift": sorted(_drift(found.drift), key=lambda row: -(row["value"] or 0)),
        "groups": _groups(found.counts),
    }
    return render(request, "analyst/run.html", context)  # fmt: skip


def _summary(run: Run) -> dict[str, Any]:
    """Say how a run stands, for a list of them."""
    failed = [gate for gate in run.gates if gate.get("passed") is False]
    critical = sum(gate.get("severity") == "critical" for gate in failed)
    return {
        "listed": run.counts.get("listed"),
        "critical": critical,
        "warnings": len(failed) - critical,
        "refused": sum(delivery.get("state") == "refused" for delivery in run.deliveries),
        "quarantine": sum(int(row.get("rows") or 0) for row in run.quarantine),
        "unmapped": len(run.unmapped),
        "drifted": sum(bool(row["far"]) for row in _drift(run.drift)),
    }


def _drift(drift: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give drift per signal: a number, or a mapping that holds one as ``value`` or ``psi``."""
    rows = []
    for name, told in drift.items():
        value = (told.get("value", told.get("psi")) if isinstance(told, Mapping) else told)  # fmt: skip
        number = float(value) if isinstance(value, int | float) else None
        rows.append(
            {
                "name": name,
                "value": number,
                "text": told if number is None else "",
                "far": (number or 0) >= DRIFTED,
            }
        )
    return rows


def _groups(counts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give the counts of a run in groups, with what they are in words."""
    titles = {
        "excluded": _("Buiten de selectie"),
        "not_listed": _("Niet op de lijst"),
        "by_coach": _("Op de lijst, per coach"),
    }
    plain = [{"name": _word(key), "count": n} for key, n in counts.items() if not isinstance(n, Mapping)]
    groups = [{"title": _("Aantallen"), "rows": plain}]
    for key, inside in counts.items():
        if isinstance(inside, Mapping):
            rows = [{"name": _word(name), "count": n} for name, n in inside.items()]
            groups.append({"title": titles.get(key, key), "rows": rows})
    return [group for group in groups if group["rows"]]  # fmt: skip


def _word(code: str) -> str:
    """Say what a count of the run report is."""
    words = {
        "agreements": _("Overeenkomsten"),
        "scored": _("Met punten"),
        "listed": _("Op de lijst"),
        "not_a_home": _("Geen woning"),
        "not_started": _("Nog niet begonnen"),
        "ended": _("Beëindigd"),
        "notice_given": _("Opgezegd"),
        "too_late": _("Al bij deurwaarder of rechter"),
        "objection": _("Bezwaar gemaakt"),
        "in_contact": _("Al in contact"),
        "waakvlam": _("Op waakvlam"),
        "cool_down": _("Pas benaderd"),
        "not_fitting": _("Niet passend"),
        "below_minimum": _("Te weinig punten"),
        "no_coach": _("Geen coach in deze wijk"),
        "same_household": _("Zelfde huishouden"),
        "beyond_capacity": _("Meer dan er plaatsen zijn"),
    }
    return words.get(code, code)

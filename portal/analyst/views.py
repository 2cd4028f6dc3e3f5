"""Show the analyst how each published list was made: counts, codes and file names, without personal data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.accounts.access import UserRequest, corporations_for, requires, unmatched_for
from portal.accounts.areas import gaps
from portal.accounts.models import Role, User
from portal.analyst.gate import acceptable, deliveries
from portal.analyst.gate_words import meaning, quantity
from portal.analyst.job import line
from portal.analyst.moved import beside, held, moved
from portal.analyst.reasons import in_words, set_apart, to_ask
from portal.analyst.refused import mended, refused, refused_files
from portal.analyst.server import accepts
from portal.analyst.signals import tables_of
from portal.analyst.sources import in_order
from portal.incidents.uncounted import what_waits
from portal.runs.models import ABSENT, HELD, LATE, Assignment, Run
from portal.runs.newest import newest_runs
from portal.webhooks.courier import missed_since

PER_PAGE = 26
DRIFTED = 0.2
"""Population stability index above which a signal needs attention (above 0.1: watch it)."""


@requires(Role.ANALYST)
@require_safe
def runs(request: UserRequest) -> HttpResponse:
    """List the runs, newest first, and mark those that need attention."""
    theirs = Run.objects.filter(corporation__in=corporations_for(request.user)).select_related("corporation")
    page = Paginator(theirs, PER_PAGE).get_page(request.GET.get("page"))
    rows = [{"run": run, **_summary(run)} for run in page]
    answers = Assignment.objects.filter(corporation=OuterRef("corporation"), key=OuterRef("key"))
    waiting = (
        unmatched_for(request.user)
        .filter(open=True)
        .aggregate(all=Count("pk"), answered=Count("pk", filter=Exists(answers)))
    )
    corporations = list(corporations_for(request.user))
    week_ago = timezone.now() - timedelta(weeks=1)
    shown = {
        "rows": rows,
        "page": page,
        "stops": [(run, what_waits(run)) for run in _stops(request.user)],
        "undescribed": any(not row["described"] for row in rows),
        "several": len(corporations) > 1,
        "gaps": gaps(corporations),
        "unmatched": waiting["all"] - waiting["answered"],
        "answered": waiting["answered"],
        "odd_signals": sum(table.attention for table in tables_of(request.user)),
        "missed": missed_since(week_ago, [corporation.pk for corporation in corporations]),
    }
    return render(request, "analyst/runs.html", shown)


@requires(Role.ANALYST)
@require_safe
def run(request: UserRequest, run_id: int) -> HttpResponse:
    """Show one run: deliveries, gates, quarantine, unmapped codes, drift and counts."""
    published = (
        Run.objects.filter(pk=run_id, corporation__in=corporations_for(request.user))
        .select_related("corporation")
        .first()
    )
    if published is None:
        raise Http404
    gates = sorted(
        published.gates, key=lambda gate: (gate.get("passed") is not False, gate.get("extract", ""))
    )
    gates = [_in_words(gate) for gate in gates]
    sources = in_order(published.sources)
    delivered, not_loaded = deliveries(published), refused_files(published)
    before = (
        Run.objects.filter(corporation=published.corporation, as_of__lt=published.as_of)
        .only("as_of", "counts", "fired", "model", "corporation", "stop")
        .first()
    )
    context = {
        "run": published,
        "sources": sources,
        "absent": [source for source in sources if source["absent"]],
        "deliveries": delivered,
        "refused": refused(published),
        "mended": mended(),
        "again": line("weekly"),
        "monitor": line("monitor"),
        "accept": next((accepts(row["file"]) for row in delivered if acceptable(row)), ""),
        "refusals": [row for row in published.deliveries if row.get("refusal")],
        "meanings": sorted({(gate["figure"], gate["meaning"]) for gate in gates if gate.get("meaning")}),
        "summary": _summary(published),
        "failed": [gate for gate in gates if gate.get("passed") is False],
        "passed": [gate for gate in gates if gate.get("passed") is not False],
        "in_order": sum(gate.get("passed") is True for gate in gates),
        "uncompared": sum(gate.get("passed") is None for gate in gates),
        "drift": sorted(_drift(published.drift), key=lambda row: -(row["value"] or 0)),
        "quarantine": [
            row | {"reason": in_words(row["reason"]), "ask": to_ask(row["reason"])}
            for row in published.quarantine
            if row.get("file") not in not_loaded
        ],
        "codes": _codes(published),
        "other_model": Run.objects.filter(corporation=published.corporation, as_of__lt=published.as_of)
        .exclude(model=published.model)
        .order_by("-as_of")
        .only("as_of", "model")
        .first(),
        "approved_on": parse_date(published.approval.get("on") or ""),
        "groups": _groups(published.counts, before.counts if before else {}),
        "before": before,
        "held": held(published, before),
        "moved": moved(published, before),
    }
    return render(request, "analyst/run.html", context)  # fmt: skip


def _in_words(gate: Mapping[str, Any]) -> dict[str, Any]:
    """Add to a figure of the gate what it measures, and its value and limits as people write them."""
    figure, least, most = gate.get("figure", ""), gate.get("least"), gate.get("most")
    return {
        **gate,
        "words": meaning(figure),
        "value": quantity(figure, gate.get("value"), least, most),
        "least": quantity(figure, least),
        "most": quantity(figure, most),
    }


def _stops(analyst: User) -> list[Run]:
    """Return the newest run of each corporation, if it says where the stop rule stands."""
    newest = newest_runs(corporations_for(analyst)).select_related("corporation")
    return [run for run in newest if run.stop]


def _summary(run: Run) -> dict[str, Any]:
    """Summarise a run for the list of runs."""
    failed = [gate for gate in run.gates if gate.get("passed") is False]
    not_loaded = refused_files(run)
    accepted = {row.get("file") for row in run.deliveries if row.get("accepted_by")}
    decided = sum(gate.get("severity") == "critical" and gate.get("file") in accepted for gate in failed)
    critical = sum(gate.get("severity") == "critical" for gate in failed) - decided
    return {
        "described": run.described,
        "listed": 0 if run.stop in HELD else run.counts.get("listed"),
        "critical": critical,
        "warnings": len(failed) - critical - decided,
        "accepted": len(accepted),
        "refused": sum(delivery.get("state") == "refused" for delivery in run.deliveries),
        "quarantine": sum(
            int(row.get("rows") or 0) for row in run.quarantine if row.get("file") not in not_loaded
        )
        if run.described
        else None,
        "unmapped": len(run.unmapped) if run.described else None,
        "absent": sum(source["state"] in ABSENT and source["state"] != LATE for source in run.sources),
        "late": sum(source["state"] == LATE for source in run.sources),
        "drifted": sum(bool(row["far"]) for row in _drift(run.drift)) if run.drift else None,
    }


def _codes(run: Run) -> list[dict[str, Any]]:
    """Return the codes without a translation, each with whether its rows were refused, quarantined for it or loaded without it."""
    not_loaded = refused_files(run)
    return [
        code
        | {
            "refused": code.get("file") in not_loaded,
            "apart": any(
                (row.get("extract"), row.get("file")) == (code.get("extract"), code.get("file"))
                and set_apart(row["reason"], code["column"])
                for row in run.quarantine
            ),
        }
        for code in run.unmapped
    ]


def _drift(drift: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List the drift per signal; the report holds a number, or a mapping with one as ``value`` or ``psi``."""
    rows = []
    for name, reported in drift.items():
        value = (reported.get("value", reported.get("psi")) if isinstance(reported, Mapping) else reported)  # fmt: skip
        number = float(value) if isinstance(value, int | float) else None
        rows.append(
            {
                "name": name,
                "value": number,
                "text": reported if number is None else "",
                "far": (number or 0) >= DRIFTED,
            }
        )
    return rows


def _groups(counts: Mapping[str, Any], before: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Group the counts of a run beside those of the run before, and describe each in words.

    Per coach says nothing where one name, or one role, has the whole list.
    """
    titles = {
        "excluded": _("Buiten de selectie"),
        "not_listed": _("Niet op de lijst"),
        "by_coach": _("Op de lijst, per coach"),
    }
    places = counts.get("listed")
    plain = [
        {"name": _word(key), **beside(counts, before, key, places)}
        for key, n in counts.items()
        if not isinstance(n, Mapping)
    ]
    groups = [{"title": _("Aantallen"), "rows": plain}]
    for key, inside in counts.items():
        if isinstance(inside, Mapping) and (key != "by_coach" or len(inside) > 1):
            rows = [{"name": _word(name), **beside(inside, before.get(key), name, places)} for name in inside]
            groups.append({"title": titles.get(key, key), "rows": rows})
    return [group for group in groups if group["rows"]]  # fmt: skip


def _word(code: str) -> str:
    """Return the Dutch name of a count in the run report."""
    words = {
        "agreements": _("Overeenkomsten"),
        "scored": _("Punten berekend"),
        "listed": _("Op de lijst"),
        "not_a_home": _("Geen woning"),
        "not_started": _("Nog niet begonnen"),
        "ended": _("Beëindigd"),
        "notice_given": _("Opgezegd"),
        "too_late": _("Al bij deurwaarder of rechter"),
        "unknown_step": _("Stap in de incasso onbekend"),
        "objection": _("Bezwaar gemaakt"),
        "possible_objection": _("Mogelijk bezwaar, nog niet uitgezocht"),
        "in_contact": _("Al in contact"),
        "waakvlam": _("Op waakvlam"),
        "cool_down": _("Pas benaderd"),
        "not_fitting": _("Niet passend"),
        "below_minimum": _("Te weinig punten"),
        "no_coach": _("Geen coach in deze wijk"),
        "same_household": _("Zelfde huishouden"),
        "waiting": _("In de wachtgroep geloot"),
        "beyond_capacity": _("Meer dan er plaatsen zijn"),
    }
    return words.get(code, code)

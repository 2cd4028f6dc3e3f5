"""Show the analyst for how many agreements each signal fired in the last weeks, and which fell silent or jumped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from statistics import median

from django.db.models import F, Max
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal.accounts.access import UserRequest, corporations_for, requires
from portal.accounts.models import Corporation, Role, User
from portal.analyst.job import line
from portal.runs.models import Run
from portal.trends.suppress import SMALL, Shown, cell

BEFORE = 8
"""Number of earlier weeks on the page."""
FEWEST = 3
"""Earlier weeks below which there is nothing to compare with."""
JUMP = 2
"""This many times the highest of the earlier weeks, or the inverse of the lowest, is a jump: arrears follow the rent of the month."""
SILENT, UP, DOWN, NEVER, SHORT = "silent", "up", "down", "never", "short"
WORDS = {
    SILENT: _("Stilgevallen"),
    UP: _("Sprong omhoog"),
    DOWN: _("Sprong omlaag"),
    NEVER: _("Gaf nooit punten"),
    SHORT: _("Nog niet te zeggen"),
    "": _("Gewoon"),
}


@dataclass(frozen=True)
class SignalRow:
    """One signal: its counts as shown, the newest week first (None: not counted in that week), and the verdict on this week."""

    name: str
    question: str
    counts: tuple[Shown | None, ...]
    verdict: str
    points: int | None = None
    """The most points that it gave this week; None in a list that an older version published."""
    without: Shown | None = None
    """For how many agreements it had no value this week."""

    @property
    def words(self) -> str:
        """The verdict in words."""
        return str(WORDS[self.verdict])

    @property
    def attention(self) -> bool:
        """Whether the analyst should look at it."""
        return self.verdict in (SILENT, UP, DOWN)


@dataclass(frozen=True)
class SignalTable:
    """The signals of a corporation in its last weeks."""

    corporation: Corporation
    weeks: tuple[date, ...]
    rows: tuple[SignalRow, ...]

    @property
    def attention(self) -> int:
        """The number of signals that need a look."""
        return sum(row.attention for row in self.rows)

    @property
    def judged(self) -> bool:
        """Whether there are enough earlier weeks to judge any signal."""
        return any(row.verdict != SHORT for row in self.rows)


def verdict(counts: Sequence[int | None]) -> str:
    """Judge this week's count, the first, against the weeks before."""
    now, earlier = counts[0], [count for count in counts[1:] if count is not None]
    if now is None or len(earlier) < FEWEST:
        return SHORT
    if now == 0:
        return SILENT if median(earlier) > SMALL else NEVER if not any(earlier) else ""
    highest, lowest = max(earlier), min(earlier)
    if now - highest > SMALL and now >= JUMP * highest:
        return UP
    return DOWN if lowest - now > SMALL and now * JUMP <= lowest else ""


def table(corporation: Corporation, runs: Sequence[Run]) -> SignalTable:
    """Return the table of a corporation from its runs, the newest first."""
    by_week = [{item["signal"]: item["agreements"] for item in run.fired} for run in runs]
    rows = []
    for item in runs[0].fired:
        counts = [week.get(item["signal"]) for week in by_week]
        shown = tuple(None if count is None else cell(count) for count in counts)
        without = cell(item["without"]) if "without" in item else None
        rows.append(
            SignalRow(item["signal"], item["question"], shown, verdict(counts), item.get("points"), without)
        )
    rows.sort(key=lambda row: not row.attention)
    return SignalTable(corporation, tuple(run.as_of for run in runs), tuple(rows))


@requires(Role.ANALYST)
@require_safe
def signals(request: UserRequest) -> HttpResponse:
    """Show the signals of every corporation of this analyst."""
    return render(
        request, "analyst/signals.html", {"tables": tables_of(request.user), "model_card": line("model-card")}
    )


def tables_of(user: User) -> list[SignalTable]:
    """Return the signals of every corporation of an analyst."""
    runs = (
        Run.objects.filter(corporation__in=corporations_for(user))
        .exclude(fired=[])
        .annotate(newest=Max("corporation__runs__as_of"))
        .filter(as_of__gte=F("newest") - timedelta(weeks=BEFORE))
        .select_related("corporation")
        .defer("gates", "deliveries", "quarantine", "unmapped", "sources", "counts", "drift")
        .order_by("corporation", "-as_of")
    )
    return [table(corporation, list(own)) for corporation, own in groupby(runs, lambda run: run.corporation)]

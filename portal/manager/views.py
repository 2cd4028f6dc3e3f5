"""Show the manager's page, its printable report and its CSV files. None contains an address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.accounts.access import UserRequest, analysts, corporations_for, requires
from portal.accounts.audit import record
from portal.accounts.models import Corporation, Role
from portal.manager import answer, answers, beside, figures, group, marks
from portal.manager.change import QUARTER
from portal.runs.models import Run
from portal.trends import coaches, pace, quarters, signals
from portal.trends.reach import Reach, reach, wijken_of
from portal.trends.tables import Table, write

RUNS = 8
PAIR = 2
LONG = 20
"""Most rows of a table that a printed report shows beside its charts."""
ROOMY = 2800
"""Most characters of all answers together that fit one A4 in type of 9 points; longer conclusions are printed smaller."""
PERIODS = (
    (13, gettext_lazy("Laatste 13 weken")),
    (26, gettext_lazy("Laatste half jaar")),
    (52, gettext_lazy("Laatste jaar")),
    (104, gettext_lazy("Laatste twee jaar")),
)


@requires(Role.MANAGER)
@require_safe
def trends(request: UserRequest) -> HttpResponse:
    """Show the overview of the first corporation."""
    return _show(request, None, "manager/overview.html")


@requires(Role.MANAGER)
@require_safe
def corporation(request: UserRequest, corporation_id: str) -> HttpResponse:
    """Show the overview of a corporation."""
    return _show(request, corporation_id, "manager/overview.html")


@requires(Role.MANAGER)
@require_safe
def report(request: UserRequest, corporation_id: str) -> HttpResponse:
    """Show the overview for printing, with every table open and without filters."""
    response = _show(request, corporation_id, "manager/report.html")
    record(request.user, "report.view", corporation=corporation_id, query=request.GET.urlencode()[:300])
    return response


@requires(Role.MANAGER)
@require_safe
def board(request: UserRequest, corporation_id: str) -> HttpResponse:
    """Show the answers and the main figures on one page to print, for the board."""
    response = _show(request, corporation_id, "manager/board.html")
    record(request.user, "report.view", corporation=corporation_id, query=request.GET.urlencode()[:300])
    return response


@requires(Role.MANAGER)
@require_safe
def together(request: UserRequest) -> HttpResponse:
    """Show the corporations of this manager side by side, with what they add up to."""
    theirs = list(corporations_for(request.user))
    reaches = [_asked(request, corporation)[0].anywhere for corporation in theirs]
    if len(reaches) < group.FEWEST:
        return redirect("manager:trends")
    context = {
        "corporations": theirs,
        "reach": reaches[0],
        "quarters": _quarters(max(reaches, key=lambda each: each.newest)),
        "table": group.side_by_side(request.user, reaches),
    }
    return render(request, "manager/together.html", context)


@requires(Role.MANAGER)
@require_safe
def csv(request: UserRequest, corporation_id: str, name: str) -> HttpResponse:
    """Return one table as CSV."""
    selection = _reach(request, corporation_id)
    table = _table(request, selection, name)
    record(request.user, "export.csv", corporation=corporation_id, table=name, query=selection.query)
    response = HttpResponse(table.csv(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{name}_{selection.first}_{selection.last}.csv"'
    )
    return response


def _corporation(
    request: UserRequest, corporation_id: str | None
) -> tuple[Corporation | None, list[Corporation]]:
    """Return the requested corporation, or else the first, with all corporations of this manager."""
    theirs = list(corporations_for(request.user))
    chosen = next((c for c in theirs if corporation_id in (None, c.pk)), None)
    if chosen is None and corporation_id is not None:
        raise Http404
    return chosen, theirs


def _reach(request: UserRequest, corporation_id: str) -> Reach:
    chosen, _theirs = _corporation(request, corporation_id)
    assert chosen is not None
    return _asked(request, chosen)[0]


def _asked(request: UserRequest, chosen: Corporation) -> tuple[Reach, list[str]]:
    """Read the filters; return them with the wijken to choose from."""
    known = set(signals.wijken(chosen).values_list("wijk", flat=True))
    theirs = wijken_of(request.user, chosen)
    names = sorted((known if theirs is None else known & set(theirs)) - {""})
    return reach(chosen, theirs, request.GET, names), names


def _table(request: UserRequest, selection: Reach, name: str) -> Table:
    table = figures.named_table(request.user, selection, name)
    if table is None:
        raise Http404
    return table


def _show(request: UserRequest, corporation_id: str | None, template: str) -> HttpResponse:
    chosen, theirs = _corporation(request, corporation_id)
    if chosen is None:
        text = _("Er is nog geen corporatie aan uw naam gekoppeld. De analist kan dat doen.")
        return render(request, "sorry.html", {"title": _("Nog niets te zien"), "text": text})
    selection, names = _asked(request, chosen)
    tables = figures.every(request.user, selection)
    runs = list(
        Run.objects.filter(corporation=chosen, as_of__range=(selection.first, selection.last)).only(
            "as_of", "edition", "model", "notices", "corporation", "sources", "deliveries", "fired"
        )
    )
    marked = marks.of(runs)
    today = timezone.localdate()
    periods = _periods(selection)
    now = pace.open_now(request.user, selection, today) if selection.complete else {}
    all_answers = answers.answers(selection, {table.name: table for table in tables}, now)
    context = {
        "corporation": chosen,
        "corporations": theirs,
        "reach": selection,
        "names": names,
        "periods": periods,
        "usual": any(period["here"] for period in periods),
        "quarters": _quarters(selection),
        "tables": [
            _shown(table, figures.charts(table, [mark.day for mark in marked])) for table in tables
        ],
        "marks": marked,
        "answers": all_answers,
        "board": (brief := answer.fitted(all_answers, ROOMY)),
        "dense": sum(map(answer.length, brief)) > ROOMY,
        "tiles": _tiles(tables, now, selection),
        "runs": runs[:RUNS],
        "kept_no_deliveries": any(not run.described for run in runs),
        # lazy, because the printed report does not show it
        "coaches": SimpleLazyObject(lambda: coaches.per_coach(request.user, selection, today))
        if selection.complete
        else None,
        "analysts": analysts(chosen),
        "today": today,
    }  # fmt: skip
    return render(request, template, context)


def _shown(table: Table, charts: Sequence[figures.Chart]) -> dict[str, Any]:
    """Return a table with its charts; ``beside`` if its note fills a row of two charts, ``long`` if a report has it at its end."""
    return {
        "table": table,
        "charts": charts,
        "beside": len(charts) == PAIR and bool(table.note),
        "long": bool(charts) and len(table.rows) > LONG,
    }


def _periods(selection: Reach) -> list[dict[str, Any]]:
    """Return the usual periods up to the newest list, with the shown period marked."""
    last = selection.newest
    periods = []
    for weeks, text in PERIODS:
        first = last - timedelta(weeks=weeks - 1)
        periods.append(
            {
                "first": first,
                "last": last,
                "text": text,
                "here": (first, last) == (selection.first, selection.last),
            }
        )
    return periods


def _quarters(selection: Reach) -> list[dict[str, Any]]:
    """Return the calendar years and quarters to choose from, with the shown one marked."""
    return [
        {
            "code": span.code,
            "text": span.named(selection.newest, selection.oldest),
            "here": span == selection.calendar,
        }
        for span in quarters.choices(selection.newest, selection.oldest)
    ]


def _tiles(tables: list[Table], now: dict[str, Any], selection: Reach) -> list[dict[str, Any]]:
    """Return the figures at the top: the last week of the period compared with a quarter earlier, and the work that waits now."""
    named = {table.name: table for table in tables}
    week, news = named["signalen"], named.get("nieuw")
    before = signals.weekly(selection.at(days[-1] - QUARTER)) if (days := week.column("as_of")) else week
    tiles = []
    for key, title in (("any", _("Huishoudens met een signaal")), ("stacked", _("Waarvan gestapeld"))):
        counts = week.column(key)
        text = write(counts[-1], "count") if counts else "–"
        tiles.append({"title": title, "text": text, "beside": _before(week, before, key)})
    if news and news.rows:
        month, shown = news.rows[-1]
        title = _("Nieuw op de lijst in %(month)s") % {"month": write(month, "month")}
        tiles.append({"title": title, "text": write(shown, "count"), "beside": ""})
    if periods := named.get("naast"):
        tiles.append(_visits(periods))
    for key, title, below in (
        ("overdue", _("Opvolging te laat"), _("Nu: de afgesproken dag is voorbij")),
        ("asleep", _("Zonder volgende stap of eigenaar"), _("Nu: nog niet opgepakt")),
        ("worries", _("Dringende zorgen die niemand oppakte"), _("Nu: nog geen coach")),
        ("handovers", _("Adressen met open overdracht"), _("Nu: de partner antwoordde nog niet")),
    ):
        if key not in now:
            continue
        waits = now[key].value != 0
        tiles.append({"title": title, "text": write(now[key], "count"), "beside": below, "waits": waits})
    return tiles


def _visits(periods: Table) -> dict[str, Any]:
    """Return how many homes were visited in the newest period, and how many per week with a list, beside the period before it."""
    visits, per_week = beside.visits_of(periods)
    spans = [span for column in periods.columns[1:] if (span := quarters.parse(column.key))]
    parts = [
        _("%(period)s: %(number)s per week") % {"period": span.short, "number": number}
        for span, number in zip(spans[-2:], per_week[-2:], strict=True)
        if number
    ]
    return {
        "title": _("Huisbezoeken, %(period)s") % {"period": spans[-1].short},
        "text": write(visits[-1], "count"),
        "beside": "; ".join(parts),
    }


def _before(week: Table, before: Table, key: str) -> str:
    """Return which week a figure is of, and the figure of thirteen weeks earlier or that there is none; "" without any week.

    ``before`` has the weeks up to the earlier one, which may lie outside the period.
    """
    days: list[date] = week.column("as_of")
    if not days:
        return ""
    week_of = _("Week van %(day)s.") % {"day": write(days[-1], "day")}
    then = dict(zip(before.column("as_of"), before.column(key), strict=True)).get(days[-1] - QUARTER)
    if then is None:
        return f"{week_of} {_('Van dertien weken eerder is er geen cijfer.')}"
    return f"{week_of} {_('Dertien weken eerder: %(count)s') % {'count': write(then, 'count')}}"

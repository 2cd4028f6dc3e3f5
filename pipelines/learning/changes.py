"""Explain why addresses entered and left the list, by computing intermediate lists that each change one thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir

from features.known import KEY
from models.card.scorecard import Scorecard
from models.evaluate.stability import CAUSES, ListChange, changes
from pipelines.installation.settings import Settings
from pipelines.installation.sql import Sql, fill
from pipelines.installation.workspace import Workspace
from pipelines.scoring import history, score
from pipelines.shortlist import entries

Key = tuple[str, str]


@dataclass(frozen=True)
class Moved:
    """The number of addresses that entered and left the list."""

    entered: int
    left: int


@dataclass(frozen=True)
class WeekChanges:
    """The changes of one list since the previous one, without addresses: how many stayed, and those that moved by cause."""

    as_of: date
    stayed: int
    causes: Mapping[str, Moved]


def weekly_changes(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, dates: Sequence[date], card: Scorecard
) -> list[WeekChanges]:
    """Count per list, by cause, the addresses that entered and left since the previous list.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        An open warehouse.
    workspace : Workspace
        The installation, with the settings of the list.
    dates : sequence of date
        As-of dates in order; each date except the first is compared with the previous one.
    card : Scorecard
        The card of all these lists.
    """
    counts = []
    for (_, after), steps in _steps(con, workspace, dates, card, workspace.settings).items():
        old, new = steps.pop("before"), steps["case_state"]
        found_changes = changes(old, list(steps.items()))
        causes = {
            cause: Moved(
                entered=sum(c.cause == cause and c.entered for c in found_changes),
                left=sum(c.cause == cause and not c.entered for c in found_changes),
            )
            for cause in CAUSES
        }
        counts.append(WeekChanges(after, len(old & new), causes))
    return counts


def explain(
    con: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    before: date,
    after: date,
    card: Scorecard,
    *,
    card_before: Scorecard | None = None,
    settings_before: Settings | None = None,
) -> tuple[set[Key], set[Key], list[ListChange]]:
    """Assign one cause to every entry and exit between two lists.

    Starting from the earlier list, one thing changes at a time, in the order of ``stability.CAUSES``: data about the
    earlier period that arrived later, new events, eligibility, the card, and the capacity. Addresses drawn by lot below
    the cut are ignored, because they change by design.

    Parameters
    ----------
    before, after : date
        As-of dates of the two lists.
    card, card_before : Scorecard
        The card of the later list, and the card of the earlier list if it differed.
    settings_before : Settings, optional
        The settings of the earlier list if they differed.

    Returns
    -------
    tuple
        Keys on the earlier list, keys on the later list, and the changes.
    """
    old_settings = settings_before or workspace.settings
    steps = _steps(con, workspace, [before, after], card_before or card, old_settings)[before, after]
    old = steps.pop("before")
    if card_before is not None:
        score.score(con, workspace, after, card, wanted=score.for_list(card))
        steps["model"] = _listed(con, old_settings, after)
    if settings_before is not None:
        steps["capacity"] = _listed(con, workspace.settings, after)
    return old, list(steps.values())[-1], changes(old, list(steps.items()))


def _steps(
    con: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    dates: Sequence[date],
    card: Scorecard,
    settings: Settings,
) -> dict[tuple[date, date], dict[str, set[Key]]]:
    """Return, for each two consecutive dates, the earlier list ("before") and the lists that each change one thing more.

    All dates are scored at once, because compiling the query of the signals takes longer than running it for one date.
    """
    wanted = score.for_list(card)
    pairs = list(pairwise(dates))
    steps: dict[tuple[date, date], dict[str, set[Key]]] = {pair: {} for pair in pairs}
    con.execute(
        "CREATE OR REPLACE TEMP TABLE states (before DATE, after DATE, corporatie_id VARCHAR, overeenkomst_id VARCHAR, "
        "exclusion VARCHAR, hold VARCHAR)"
    )
    for delay in {after - before for before, after in pairs}:
        same = [pair for pair in pairs if pair[1] - pair[0] == delay]
        earlier = [before for before, _ in same]
        score.score(con, workspace, earlier, card, _known_in_time(history.staged(con), delay), wanted=wanted)
        for before, after in same:
            steps[before, after]["late_data"] = _listed(con, settings, before)
            con.execute(
                "INSERT INTO states SELECT as_of, ?::DATE, corporatie_id, overeenkomst_id, exclusion, hold "
                "FROM scored WHERE as_of = ?",
                [after, before],
            )
    score.score(con, workspace, dates, card, wanted=wanted)
    lists = {day: _listed(con, settings, day) for day in dates}
    query = """CREATE OR REPLACE TEMP TABLE scored AS
        SELECT r.* REPLACE (b.exclusion AS exclusion, b.hold AS hold), p.* EXCLUDE ({key})
        FROM reach r JOIN ({points}) p USING ({key})
        JOIN states b ON r.as_of = b.after AND r.corporatie_id = b.corporatie_id AND r.overeenkomst_id = b.overeenkomst_id"""
    points = Sql(ibis.to_sql(score.points_of(con, card), dialect="duckdb"))
    con.execute(fill(query, key=KEY, points=points))
    for before, after in pairs:
        new_data = _listed(con, settings, after)
        steps[before, after] |= {"new_data": new_data, "case_state": lists[after], "before": lists[before]}
    return steps


def _known_in_time(staged: Mapping[str, Any], delay: timedelta) -> dict[str, ir.Table]:
    """Return the tables as if everything had been known earlier by the delay.

    What is known of them on a date is then what was really known after the delay. Later events have no effect, because an
    event counts only before its as-of date.
    """
    days = ibis.interval(days=delay.days)
    return {
        name: table.mutate(
            known_from=(table.known_from - days).cast("date"),
            known_until=(table.known_until - days).cast("date"),
        )
        for name, table in staged.items()
    }


def _listed(con: duckdb.DuckDBPyConnection, settings: Settings, day: date) -> set[Key]:
    """Return the agreements that the lists of all coaches would contain by rank."""
    listed = entries.choose(con, settings, day).listed
    top = listed.loc[listed["slot"] == "top", ["corporatie_id", "overeenkomst_id"]]
    return {(str(a), str(b)) for a, b in top.itertuples(index=False)}

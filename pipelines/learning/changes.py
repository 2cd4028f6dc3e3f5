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

from features.known import KEY, known
from models.card.scorecard import Scorecard
from models.evaluate.stability import CAUSES, ListChange, changes
from pipelines.installation.settings import Settings
from pipelines.installation.sql import fill
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
    list_before = None
    for before, after in pairwise(dates):
        old, new, found_changes = explain(con, workspace, before, after, card, list_before=list_before)
        list_before = new
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
    list_before: set[Key] | None = None,
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
    list_before : set, optional
        The earlier list, if it was computed before.

    Returns
    -------
    tuple
        Keys on the earlier list, keys on the later list, and the changes.
    """
    old_card, old_settings = card_before or card, settings_before or workspace.settings
    wanted = score.for_list(old_card)
    if list_before is None:
        score.score(con, workspace, before, old_card, wanted=wanted)
        list_before = _listed(con, old_settings, before)
    in_time = _known_in_time(history.staged(con), before, after)
    score.score(con, workspace, before, old_card, in_time, wanted=wanted)
    steps = [("late_data", _listed(con, old_settings, before))]
    con.execute(
        "CREATE OR REPLACE TEMP TABLE state_before AS "
        "SELECT corporatie_id, overeenkomst_id, exclusion, hold FROM scored"
    )
    score.score(con, workspace, after, old_card, wanted=wanted)
    con.execute("DROP TABLE IF EXISTS scored_after; ALTER TABLE scored RENAME TO scored_after")
    query = """CREATE OR REPLACE TEMP TABLE scored AS
        SELECT r.* REPLACE (b.exclusion AS exclusion, b.hold AS hold), s.* EXCLUDE ({key}), p.* EXCLUDE ({key})
        FROM reach r JOIN signals s USING ({key}) JOIN points p USING ({key})
        JOIN state_before b USING (corporatie_id, overeenkomst_id)"""
    con.execute(fill(query, key=KEY))
    steps.append(("new_data", _listed(con, old_settings, after)))
    con.execute("DROP TABLE scored; ALTER TABLE scored_after RENAME TO scored")
    steps.append(("case_state", _listed(con, old_settings, after)))
    if card_before is not None:
        score.score(con, workspace, after, card, wanted=score.for_list(card))
        steps.append(("model", _listed(con, old_settings, after)))
    if settings_before is not None:
        steps.append(("capacity", _listed(con, workspace.settings, after)))
    return list_before, steps[-1][1], changes(list_before, steps)


def _known_in_time(staged: Mapping[str, Any], before: date, after: date) -> dict[str, ir.Table]:
    """Return the tables as known on `after`, changed as if everything had been known in time for `before`.

    Later events have no effect, because an event counts only before its as-of date.
    """
    early = ibis.date((before - timedelta(days=1)).isoformat())
    return {
        name: known(table, after).drop("as_of").mutate(known_from=early, known_until=ibis.null("date"))
        for name, table in staged.items()
    }


def _listed(con: duckdb.DuckDBPyConnection, settings: Settings, day: date) -> set[Key]:
    """Return the agreements that the lists of all coaches would contain by rank."""
    listed = entries.choose(con, settings, day).listed
    top = listed.loc[listed["slot"] == "top", ["corporatie_id", "overeenkomst_id"]]
    return {(str(a), str(b)) for a, b in top.itertuples(index=False)}

"""Measure what could be carried from one as-of date to the next: how many rows change, and what last week's answer costs.

python -m benchmarks.weeks HOME DAY

HOME is a workspace with deliveries loaded, of `waakvlam sample` or of `benchmarks.report`, and DAY a Monday. It is only read.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb
import ibis

from benchmarks.rivals import opened
from features.catalogue import BY_FAMILY
from features.compile import COLUMNS, features
from features.known import KEY, known_sql
from features.signal import FAMILIES
from pipelines.installation.sql import Sql, fill
from pipelines.installation.workspace import Workspace
from pipelines.scoring import cards, history, score
from pipelines.shortlist.entries import choose

WEEKS = 53
PASSING = {
    "oldest_open_days",
    "plan_broken_days",
    "last_payment_days",
    "silent_days",
    "fact_arrears_peildatum",
}
"""Columns that only count the days, or name the newest list: arithmetic on stored dates could give these."""
GROUPS: dict[str, list[str]] = {
    "any column": [name for name in COLUMNS if name not in (*KEY, *PASSING)],
    **{label: [n for n in BY_FAMILY[family] if n not in PASSING] for family, label in FAMILIES.items()},
}


def changes(con: duckdb.DuckDBPyConnection, day: date) -> None:
    """Print which share of the rows differs from that of the same agreement at the date before it."""
    tables, available = history.staged(con), history.available(con)
    hashes = [fill("hash({columns}) AS {group}", columns=c, group=g) for g, c in GROUPS.items()]
    for week in range(WEEKS):
        signals = features(tables, day - timedelta(weeks=week), available)
        rows = Sql(ibis.to_sql(signals, dialect="duckdb"))
        query = fill("SELECT {key}, {hashes} FROM ({rows})", key=KEY, hashes=hashes, rows=rows)
        target = "INSERT INTO hashed" if week else "CREATE TEMP TABLE hashed AS"
        con.execute(f"{target} {query}")
    for step in (1, 4):
        dates = [day - timedelta(weeks=week) for week in range(0, WEEKS, step)]
        for group in GROUPS:
            share = changed(con, group, dates, timedelta(weeks=step))
            print(f"every {step} weeks, {group}: {share:.1%} of the rows change", flush=True)


def changed(con: duckdb.DuckDBPyConnection, group: str, dates: Sequence[date], step: timedelta) -> float:
    """Return the share of the rows of the table `hashed` that differ from the date before, or had no row then.

    The first of the dates has none before it and does not count.
    """
    query = fill(
        "SELECT avg((now.{group} IS DISTINCT FROM before.{group})::INT) FROM hashed now "
        "LEFT JOIN hashed before ON before.overeenkomst_id = now.overeenkomst_id "
        "AND before.corporatie_id = now.corporatie_id AND before.as_of = now.as_of - $days::INT "
        "WHERE now.as_of IN (SELECT unnest($dates::DATE[])) AND now.as_of > $first::DATE",
        group=group,
    )
    values = {"days": step.days, "dates": list(dates), "first": min(dates)}
    return float(con.execute(query, values).fetchall()[0][0])


def last_week(con: duckdb.DuckDBPyConnection, workspace: Workspace, day: date) -> None:
    """Print what scoring costs for this week alone, with last week, and for last week's list alone."""
    card, before = cards.scorecard(workspace), day - timedelta(weeks=1)

    def few() -> None:
        listed = choose(con, workspace.settings, before).listed
        keys = zip(listed["corporatie_id"], listed["overeenkomst_id"], strict=True)
        score.score_few(con, workspace, keys, [before])

    def known() -> None:
        for name in history.staged(con):
            cut = Sql(known_sql("t", f"DATE '{before}'"))
            query = fill("SELECT sum(hash(t)::HUGEINT) FROM staged.{name} t WHERE {cut}", name=name, cut=cut)
            con.execute(query)

    print(f"this week alone: {_seconds(lambda: score.score(con, workspace, day, card)):.2f} s of processor")
    print(f"both weeks: {_seconds(lambda: score.score(con, workspace, [day, before], card)):.2f} s")
    print(f"last week's signals of the listed agreements: {_seconds(few):.2f} s")
    print(f"a hash of the rows known last week: {_seconds(known):.2f} s")


def _seconds(work: Callable[[], None]) -> float:
    """Return the processor seconds of the second time: the first reads the data and imports what it needs."""
    work()
    begin = time.process_time()
    work()
    return time.process_time() - begin


if __name__ == "__main__":
    with opened(Path(sys.argv[1])) as con:
        last_week(con, Workspace(Path(sys.argv[1])), date.fromisoformat(sys.argv[2]))
        changes(con, date.fromisoformat(sys.argv[2]))

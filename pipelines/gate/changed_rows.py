"""Compare the rows that two deliveries have in common: a figure for the gate where a column holds what another one held.

Two columns of dates that are swapped have the same kind of values as before, and amounts that are all twice as high are amounts
still. What one agreement or one case had before shows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

import duckdb

from pipelines.gate.verdicts import Figure
from pipelines.installation.contracts import REGISTER
from pipelines.installation.sql import Sql, fill
from pipelines.parsing.batch import Batch

LEAST_ROWS = 20
"""Number of rows in common from which their columns are compared."""
MOVED, LEFT = 0.5, 0.1
"""A column seems moved if another one holds its values in so many of the rows, and it kept its own in at most so many."""
KEPT = 0.95
"""Share of the rows in which a column keeps its value, from which it cannot have moved."""
TIMES = 1.5
"""Factor by which the amount of half of the agreements of a list may grow or shrink."""
LEAST_CREDITS = 3
"""Number of agreements with a credit on the list before, which are on this list too, from which one of them should still have one."""
CHANCE = 0.05
"""A list without any credit is doubtful if chance explains it less often than this."""
OLDER, OLDER_FROM = 0.2, 5
"""Share and number of the rows that may be older than every row of the delivery before, and were never delivered."""


def figures(con: duckdb.DuckDBPyConnection, batch: Batch, before: Sql, now: Sql) -> Iterator[Figure]:
    """Yield the figures about rows that earlier rows have as well."""
    own = "overeenkomst_id" if batch.contract.snapshot else batch.contract.own_id
    common = fill(
        "{now} n JOIN {before} b ON n.corporatie_id = b.corporatie_id AND n.{own} = b.{own}",
        now=now,
        before=before,
        own=own,
    )
    yield from _moved(con, batch, common)
    total = batch.contract.control_total
    if batch.contract.snapshot and total:
        yield from _times(con, total, common)
        yield from _no_credits(con, total, common, before, now)
    yield from _older(con, batch, before, now)


def _moved(con: duckdb.DuckDBPyConnection, batch: Batch, common: Sql) -> Iterator[Figure]:
    """Yield a figure for each column that holds what another one of its type held before."""
    columns, snapshot = batch.contract.columns, batch.contract.snapshot
    names = [
        name
        for name in batch.contract.content
        if name != snapshot and not columns[name].codes and columns[name].type != "bool"
    ]
    changing = _changing(con, names, common)
    pairs = [
        (held, holds)
        for held, holds in permutations(changing, 2)
        if columns[held].type == columns[holds].type and batch.source.has(holds)
    ]
    counts = [
        fill(
            "count(*) FILTER (b.{held} IS NOT NULL AND b.{held} IS DISTINCT FROM b.{holds}), "
            "count(*) FILTER (n.{holds} = b.{held} AND b.{held} IS DISTINCT FROM b.{holds}), "
            "count(*) FILTER (n.{held} = b.{held} AND b.{held} IS DISTINCT FROM b.{holds})",
            held=held,
            holds=holds,
        )
        for held, holds in pairs
    ]
    if not counts:
        return
    found = con.execute(fill("SELECT {counts} FROM {common}", counts=counts, common=common)).fetchall()[0]
    for place, (held, holds) in enumerate(pairs):
        rows, moved, kept = found[3 * place : 3 * place + 3]
        if rows >= LEAST_ROWS and moved > MOVED * rows and kept <= LEFT * rows:
            meaning = f"Rows in which {holds} holds what {held} held in the delivery before: perhaps the columns are swapped."
            yield Figure(f"{holds}.moved.share", moved / rows, None, MOVED, "warning", meaning)


def _changing(con: duckdb.DuckDBPyConnection, names: list[str], common: Sql) -> list[str]:
    """Return the columns with another value in some of the rows: seldom more than a few, where all pairs would be hundreds."""
    counts = [fill("count(*) FILTER (n.{name} IS NOT DISTINCT FROM b.{name})", name=name) for name in names]
    query = fill("SELECT count(*), {counts} FROM {common}", counts=counts, common=common)
    rows, *kept = con.execute(query).fetchall()[0]
    return [name for name, same in zip(names, kept, strict=True) if rows >= LEAST_ROWS and same < KEPT * rows]


def _times(con: duckdb.DuckDBPyConnection, total: str, common: Sql) -> Iterator[Figure]:
    """Yield by how much the amounts of the agreements on both lists grew, if half of them did so by much."""
    query = fill(
        "SELECT count(*), quantile_disc(n.{total} / b.{total}, 0.5) FROM {common} WHERE n.{total} > 0 AND b.{total} > 0",
        total=total,
        common=common,
    )
    rows, times = con.execute(query).fetchall()[0]
    if rows >= LEAST_ROWS and not 1 / TIMES <= times <= TIMES:
        meaning = (
            f"Half of the agreements have so many times the {total} of the list before. Ask whether the export counts something else, "
            "as one item of a debt, or twice the same."
        )
        yield Figure(f"{total}.times.median", float(times), 1 / TIMES, TIMES, "warning", meaning)


def _no_credits(
    con: duckdb.DuckDBPyConnection, total: str, common: Sql, before: Sql, now: Sql
) -> Iterator[Figure]:
    """Yield the number of agreements with a credit on the list before that owe now, if nobody has a credit on this list."""
    query = fill(
        "SELECT (SELECT count(*) FROM {now}), (SELECT count(*) FROM {now} WHERE {total} < 0), "
        "(SELECT avg(({total} < 0)::INT) FROM {before}), (SELECT count(*) FROM {common} WHERE b.{total} < 0 AND n.{total} > 0)",
        total=total,
        common=common,
        before=before,
        now=now,
    )
    rows, credits, share, owing = con.execute(query).fetchall()[0]
    if rows and not credits and owing >= LEAST_CREDITS and (1 - share) ** rows < CHANCE:
        meaning = (
            f"Agreements whose {total} was below 0 on the list before and is above 0 on this one, on which nobody has a credit: perhaps "
            "the signs were lost. Ask how the export writes a credit."
        )
        yield Figure(f"{total}.credits_gone.rows", float(owing), None, 0, "warning", meaning)


def _older(con: duckdb.DuckDBPyConnection, batch: Batch, before: Sql, now: Sql) -> Iterator[Figure]:
    """Yield the share of the rows of an earlier time than the delivery before, if many of them are new, as opening balances are."""
    contract = batch.contract
    if contract.snapshot or contract.extract == REGISTER or contract.rights:
        return
    day = contract.history.column
    older = fill(
        "FROM {now} WHERE CAST({day} AS DATE) < (SELECT min(CAST({day} AS DATE)) FROM {before})",
        now=now, day=day, before=before,
    )  # fmt: skip
    query = fill("SELECT (SELECT count(*) {older}), (SELECT count(*) FROM {now})", older=older, now=now)
    found, rows = con.execute(query).fetchall()[0]
    if found < OLDER_FROM or found <= OLDER * rows:
        return
    query = fill(
        "SELECT count(*) {older} AND key_hash NOT IN (SELECT key_hash FROM raw.{extract})",
        older=older,
        extract=contract.extract,
    )
    ((new,),) = con.execute(query).fetchall()
    if new >= OLDER_FROM and new > OLDER * rows:
        meaning = (
            f"Share of the rows that are new, with a {day} before every row of the delivery before: perhaps opening balances or sums. "
            "If they belong here, nothing needs to be done; else leave them out with skip in the mapping."
        )
        yield Figure(f"{day}.older.share", new / rows, None, OLDER, "warning", meaning)

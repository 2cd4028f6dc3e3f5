"""Compare the rows that two deliveries have in common: a figure for the gate where a column holds what another one held.

Two columns of dates that are swapped have the same kind of values as before, and amounts that are all twice as high are amounts
still. What one agreement or one case had before shows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import permutations

import duckdb

from pipelines.gate import changed_codes
from pipelines.gate.changed_codes import has_codes
from pipelines.gate.questions import Question, ask
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


def figures(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Figure]:
    """Yield the figures about rows that come again, from the temporary tables `rows_now` n and `rows_before` b."""
    own = "overeenkomst_id" if batch.contract.snapshot else batch.contract.own_id
    common = fill("rows_now n JOIN rows_before b USING (corporatie_id, {own})", own=own)
    columns, total = batch.contract.columns, batch.contract.control_total
    changing: list[str] = []
    questions = [_changing(name, changing) for name in batch.contract.content if _may_move(batch, name)]
    for name in batch.contract.content:
        if batch.source.has(name) and name != batch.contract.snapshot and has_codes(columns[name]):
            questions += changed_codes.of_known_rows(batch, name)
    if batch.contract.snapshot and total:
        questions += [_times(total), _no_credits(con, total)]
    answers = list(ask(con, common, questions))
    yield from ask(con, common, _moved(batch, changing))
    yield from answers
    yield from _older(con, batch)


def _may_move(batch: Batch, name: str) -> bool:
    return name != batch.contract.snapshot and not has_codes(batch.contract.columns[name])


def _changing(name: str, changing: list[str]) -> Question:
    """Find the columns with another value in some of the rows: seldom more than a few, where all pairs would be hundreds."""

    def answer(rows: int, kept: int) -> Iterator[Figure]:
        if rows >= LEAST_ROWS and kept < KEPT * rows:
            changing.append(name)
        yield from ()

    kept = fill("count(*) FILTER (n.{name} IS NOT DISTINCT FROM b.{name})", name=name)
    return Question((Sql("count(*)"), kept), answer)


def _moved(batch: Batch, changing: list[str]) -> Iterator[Question]:
    """Ask for each pair of changing columns whether one holds what the other one of its type held before."""
    columns = batch.contract.columns
    for held, holds in permutations(changing, 2):
        if columns[held].type == columns[holds].type and batch.source.has(holds):
            held_before = ("b.{held} IS NOT NULL", "n.{holds} = b.{held}", "n.{held} = b.{held}")
            query = "count(*) FILTER (b.{held} IS DISTINCT FROM b.{holds} AND %s)"
            counts = tuple(fill(query % rows, held=held, holds=holds) for rows in held_before)
            yield Question(counts, partial(_is_moved, holds, held))


def _is_moved(holds: str, held: str, rows: int, moved: int, kept: int) -> Iterator[Figure]:
    if rows >= LEAST_ROWS and moved > MOVED * rows and kept <= LEFT * rows:
        meaning = f"Rows in which {holds} holds what {held} held in the delivery before: perhaps the columns are swapped."
        yield Figure(f"{holds}.moved.share", moved / rows, None, MOVED, "warning", meaning)


def _times(total: str) -> Question:
    """Ask by how much the amounts of the agreements on both lists grew: half of them should not by much."""

    def answer(rows: int, times: float | None) -> Iterator[Figure]:
        if rows >= LEAST_ROWS and times is not None and not 1 / TIMES <= times <= TIMES:
            meaning = (
                f"Half of the agreements have so many times the {total} of the list before. Ask whether the export counts something else, "
                "as one item of a debt, or twice the same."
            )
            yield Figure(f"{total}.times.median", float(times), 1 / TIMES, TIMES, "warning", meaning)

    owed = fill("n.{total} > 0 AND b.{total} > 0", total=total)
    median = fill("quantile_disc(n.{total} / b.{total}, 0.5) FILTER ({owed})", total=total, owed=owed)
    return Question((fill("count(*) FILTER ({owed})", owed=owed), median), answer)


def _no_credits(con: duckdb.DuckDBPyConnection, total: str) -> Question:
    """Ask how many agreements with a credit on the list before owe now: nobody has a credit any more where the signs were lost."""

    def answer(owing: int) -> Iterator[Figure]:
        if owing < LEAST_CREDITS:
            return
        query = fill(
            "SELECT count(*), count(*) FILTER ({total} < 0), (SELECT avg(({total} < 0)::INT) FROM rows_before) FROM rows_now",
            total=total,
        )
        rows, credits, share = con.execute(query).fetchall()[0]
        if not credits and (1 - share) ** rows < CHANCE:
            meaning = (
                f"Agreements whose {total} was below 0 on the list before and is above 0 on this one, on which nobody has a credit: "
                "perhaps the signs were lost. Ask how the export writes a credit."
            )
            yield Figure(f"{total}.credits_gone.rows", float(owing), None, 0, "warning", meaning)

    return Question((fill("count(*) FILTER (b.{total} < 0 AND n.{total} > 0)", total=total),), answer)


def _older(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Figure]:
    """Yield the share of the rows of an earlier time than the delivery before, if many of them are new, as opening balances are."""
    contract = batch.contract
    if contract.snapshot or contract.extract == REGISTER or contract.rights:
        return
    day = contract.history.column
    older = fill(
        "FROM rows_now WHERE CAST({day} AS DATE) < (SELECT min(CAST({day} AS DATE)) FROM rows_before)",
        day=day,
    )
    query = fill("SELECT (SELECT count(*) {older}), (SELECT count(*) FROM rows_now)", older=older)
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

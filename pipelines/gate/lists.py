"""Judge whether a list of positions is the list of its day and of everybody: a figure for the gate where it is not.

An agreement that is absent from the list has no arrears, so last week's list under a new name or a list that was filtered moves
debts without any fault in a row. A figure is only judged when something was found.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from features.known import current_sql
from pipelines.gate import list_changes
from pipelines.gate.questions import Question, ask
from pipelines.gate.verdicts import Figure
from pipelines.installation.contracts import REGISTER
from pipelines.installation.settings import Gates
from pipelines.installation.sql import Sql, fill, join
from pipelines.parsing.batch import Batch
from pipelines.warehouse import schema

RECENT_DAYS = 70
"""Number of days back to which lists are compared."""
LEAST_ROWS = 20
"""Number of rows from which a list is compared with earlier ones."""
CHANCE = 1e-4
"""A number of agreements in succession without any change is doubtful if chance explains it less often than this."""
WIJK_ROWS = 10
"""Number of rows that a wijk had on the list before, from which it cannot be without any."""
FEWER = 0.1
"""Share of the list before with amounts outside those of this list."""
ALIKE, ALIKE_FROM = 0.3, 30
"""The least correlation of the order of the amounts with that of the list before, and the number of agreements from which it is judged."""
CENT = 0.015
"""By so much an amount may differ from the sum of all others and be their total."""
TOTAL_ROWS = 4
"""Number of rows from which a sum of them is no chance."""
AT_MOST = 0.1
"""Share of the rows that may have exactly the largest amount."""


def figures(con: duckdb.DuckDBPyConnection, batch: Batch, _: Gates) -> Iterator[Figure]:
    """Yield the figures of a list that seems to be another one, from the temporary tables `typed` and `recent_lists`."""
    contract = batch.contract
    if not contract.snapshot or not contract.control_total:
        return
    day, total = contract.snapshot, contract.control_total
    con.execute(
        fill(
            "CREATE OR REPLACE TEMP TABLE newest_list AS SELECT * FROM typed WHERE verdict = 'new' "
            "AND {day} = (SELECT max({day}) FROM typed WHERE verdict = 'new')",
            day=day,
        )
    )
    con.execute(
        fill(
            "CREATE OR REPLACE TEMP TABLE list_before AS SELECT v.* FROM recent_lists v JOIN "
            "(SELECT corporatie_id, max({day}) AS newest_day FROM newest_list GROUP BY ALL) USING (corporatie_id) "
            "WHERE v.{day} < newest_day QUALIFY v.{day} = max(v.{day}) OVER (PARTITION BY corporatie_id)",
            day=day,
        )
    )
    ((rows,),) = con.execute("SELECT count(*) FROM newest_list").fetchall()
    if rows >= LEAST_ROWS:
        yield from _repeated(con, batch, day, rows)
        yield from _old(con, batch, day)
        yield from _partly_old(con, batch, day)
        yield from _sum(con, day, total)
        yield from _shuffled(con, total)
        pairs = "newest_list n FULL JOIN list_before b USING (corporatie_id, overeenkomst_id)"
        questions = [_without_wijk(con), _filtered(total), _capped(total, rows), _cut(con, day)]
        yield from ask(con, Sql(pairs), [*questions, *list_changes.questions(con, day, total)])
    con.execute("DROP TABLE newest_list; DROP TABLE list_before")


def keep_recent(con: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    """Keep the lists of the ten weeks before the newest one of a delivery in the temporary table `recent_lists`.

    Comparing reads it many times, and the history holds years.
    """
    if not batch.contract.snapshot:
        return
    query = fill(
        "CREATE OR REPLACE TEMP TABLE recent_lists AS SELECT * FROM versions.{extract} v, "
        "(SELECT max({day}) AS newest FROM typed WHERE verdict = 'new') WHERE {current} AND v.{day} < newest "
        "AND v.{day} >= newest - {days} AND v.corporatie_id IN (SELECT corporatie_id FROM typed)",
        extract=batch.contract.extract,
        day=batch.contract.snapshot,
        current=Sql(current_sql("v")),
        days=RECENT_DAYS,
    )
    con.execute(query)


def _repeated(con: duckdb.DuckDBPyConnection, batch: Batch, day: str, rows: int) -> Iterator[Figure]:
    """Yield a figure if every row is equal to that of one earlier list, apart from its day."""
    names = [
        name for name in schema.content_columns(batch.contract) if name != day and batch.source.has(name)
    ]
    equal = [fill("n.{name} IS NOT DISTINCT FROM v.{name}", name=name) for name in names]
    query = fill(
        "SELECT v.{day}, count(*) FROM newest_list n JOIN recent_lists v USING (corporatie_id, overeenkomst_id) "
        "WHERE v.{day} < n.{day} AND {equal} GROUP BY ALL HAVING count(*) = {rows} ORDER BY ALL DESC LIMIT 1",
        day=day,
        equal=Sql(" AND ".join(str(part) for part in equal)),
        rows=rows,
    )
    for earlier, _ in con.execute(query).fetchall():
        meaning = f"Rows that are equal to the list of {earlier} in all but the day: perhaps it is that list. Ask for the list of today."
        yield Figure(f"{day}.repeated.rows", float(rows), None, 0, "warning", meaning)


def _partly_old(con: duckdb.DuckDBPyConnection, batch: Batch, day: str) -> Iterator[Figure]:
    """Yield the number of agreements in succession that are as on the list before, if chance and the weeks before explain no such number.

    Somebody pays, comes or leaves among the others: a part of the list seems to be that of last week.
    """
    names = [
        name for name in schema.content_columns(batch.contract) if name != day and batch.source.has(name)
    ]
    rows, same, longest = _succession(con, names, Sql("newest_list"), Sql("list_before"))
    others = rows - longest
    if min(longest, others) < LEAST_ROWS or rows * ((same - longest) / others) ** longest >= CHANCE:
        return
    earlier = "(SELECT * FROM recent_lists QUALIFY dense_rank() OVER (ORDER BY {day} DESC) = {place})"
    last, first = (fill(earlier, day=day, place=place) for place in (1, 2))
    before, _, usual = _succession(con, names, last, first)
    if before and longest > 2 * usual:
        meaning = (
            f"Agreements in succession that are exactly as on the list before, {usual} at most on that one, while others changed: perhaps "
            "a part of it is the old list. Ask for the list of today."
        )
        yield Figure(f"{day}.partly_old.rows", float(longest), None, 2.0 * usual, "warning", meaning)


def _succession(
    con: duckdb.DuckDBPyConnection, names: list[str], now: Sql, before: Sql
) -> tuple[int, int, int]:
    """Return the number of agreements on either of two lists, of those that are the same on both, and the most of these in succession."""
    query = fill(
        """
        WITH pairs AS (SELECT corporatie_id, overeenkomst_id, n.key_hash IS NOT NULL AND b.key_hash IS NOT NULL AND {equal} AS same
            FROM {now} n FULL JOIN {before} b USING (corporatie_id, overeenkomst_id)),
        placed AS (SELECT same, row_number() OVER (ORDER BY corporatie_id, overeenkomst_id)
            - row_number() OVER (PARTITION BY same ORDER BY corporatie_id, overeenkomst_id) AS run FROM pairs)
        SELECT coalesce(sum(n), 0)::INT, coalesce(sum(n) FILTER (same), 0)::INT, coalesce(max(n) FILTER (same), 0)::INT
        FROM (SELECT same, run, count(*) AS n FROM placed GROUP BY ALL)""",
        equal=join([fill("n.{name} IS NOT DISTINCT FROM b.{name}", name=name) for name in names], " AND "),
        now=now,
        before=before,
    )
    rows, same, longest = con.execute(query).fetchall()[0]
    return rows, same, longest


def _old(con: duckdb.DuckDBPyConnection, batch: Batch, day: str) -> Iterator[Figure]:
    """Yield the age of a newest list that was delivered before, in a file that is newer than all others."""
    query = fill(
        "SELECT max({day}), max({day}) <= (SELECT max(peildatum) FROM versions.peildata WHERE corporatie_id IN "
        "(SELECT corporatie_id FROM newest_list)) AND ?::DATE > (SELECT max(peildatum) FROM run.deliveries WHERE extract = ?) "
        "FROM newest_list",
        day=day,
    )
    newest, known = con.execute(query, [batch.delivery.peildatum, batch.contract.extract]).fetchall()[0]
    if known:
        age = (batch.delivery.peildatum - newest).days
        meaning = f"Days between the file's name and its newest list, which was delivered before ({newest}): nothing new is in it."
        yield Figure(f"{day}.known.age_days", float(age), None, 0, "warning", meaning)


def _without_wijk(con: duckdb.DuckDBPyConnection) -> Question:
    """Look for wijken that had rows on the list before and have none now, if that many rows are gone at all."""

    def answer(gone: int) -> Iterator[Figure]:
        if gone < WIJK_ROWS:
            return
        query = fill(
            """SELECT coalesce(sum(before), 0), count(*) FROM (
                SELECT r.wijk, count(*) AS before, count(n.overeenkomst_id) AS now
                FROM list_before v JOIN versions.{register} r USING (corporatie_id, overeenkomst_id)
                LEFT JOIN (SELECT DISTINCT corporatie_id, overeenkomst_id FROM newest_list) n USING (corporatie_id, overeenkomst_id)
                WHERE {current} AND r.wijk IS NOT NULL
                GROUP BY v.corporatie_id, r.wijk HAVING count(*) >= {least} AND count(n.overeenkomst_id) = 0)""",
            register=REGISTER,
            current=Sql(current_sql("r")),
            least=WIJK_ROWS,
        )
        rows, wijken = con.execute(query).fetchall()[0]
        if wijken:
            meaning = f"Rows that {wijken} wijken had on the list before, of which none is left: perhaps the export was filtered."
            yield Figure("wijk.gone.rows", float(rows), None, 0, "warning", meaning)

    return Question((Sql("count(b.key_hash) FILTER (n.key_hash IS NULL)"),), answer)


def _filtered(total: str) -> Question:
    """Count the amounts above 0 of the list before, and those of them that lie under every amount of this list."""

    def answer(rows: int, under: int, least: float | None) -> Iterator[Figure]:
        if rows >= LEAST_ROWS and under > FEWER * rows and least is not None and least > 0:
            meaning = f"Share of the list before under {least:.2f}, the smallest {total} of this list: perhaps smaller ones were left out."
            yield Figure(f"{total}.least.share", under / rows, None, FEWER, "warning", meaning)

    return Question(
        (
            fill("count(*) FILTER (b.{total} > 0)", total=total),
            fill(
                "count(*) FILTER (b.{total} > 0 AND b.{total} < (SELECT min({total}) FROM newest_list))",
                total=total,
            ),
            fill("min(n.{total})", total=total),
        ),
        answer,
    )


def _capped(total: str, rows: int) -> Question:
    def answer(capped: int, most: float | None) -> Iterator[Figure]:
        if capped > AT_MOST * rows:
            meaning = f"Share of the rows whose {total} is exactly the largest, {most:.2f}: perhaps larger ones were cut off."
            yield Figure(f"{total}.largest.share", capped / rows, None, AT_MOST, "warning", meaning)

    largest = "count(*) FILTER (n.{total} = (SELECT max({total}) FROM newest_list))"
    return Question((fill(largest, total=total), fill("max(n.{total})", total=total)), answer)


def _sum(con: duckdb.DuckDBPyConnection, day: str, total: str) -> Iterator[Figure]:
    """Yield the number of amounts that are the sum of all others, or of all above them, to the cent: totals in the place of a number.

    A total with the number of an agreement contradicts the row of that agreement, so rows that were set apart for it count here.
    """
    query = fill(
        """
        WITH owed AS (SELECT line, {total} AS amount FROM typed
            WHERE {day} = (SELECT max({day}) FROM newest_list) AND {total} IS NOT NULL AND verdict <> 'duplicate'),
        amounts AS (SELECT amount, sum(amount) OVER (ORDER BY line ROWS UNBOUNDED PRECEDING) - amount AS above,
            row_number() OVER (ORDER BY line) AS place, (SELECT sum(amount) FROM owed) - amount AS others FROM owed)
        SELECT count(*) FROM amounts
        WHERE amount > 0 AND (abs(amount - others) < {cent} OR (place > {rows} AND abs(amount - above) < {cent}))""",
        total=total,
        day=day,
        cent=CENT,
        rows=TOTAL_ROWS,
    )
    ((rows,),) = con.execute(query).fetchall()
    if rows:
        meaning = f"Rows whose {total} is the sum of others: a total, which is nobody's debt. Export the rows without it."
        yield Figure(f"{total}.total.rows", float(rows), None, 0, "critical", meaning)


def _shuffled(con: duckdb.DuckDBPyConnection, total: str) -> Iterator[Figure]:
    """Yield how alike the order of the amounts is to that of the list before, if it is hardly alike."""
    query = fill(
        """SELECT count(*), corr(now, before) FROM (
            SELECT rank() OVER (ORDER BY n.{total}) AS now, rank() OVER (ORDER BY v.{total}) AS before
            FROM newest_list n JOIN list_before v USING (corporatie_id, overeenkomst_id))""",
        total=total,
    )
    agreements, alike = con.execute(query).fetchall()[0]
    if agreements >= ALIKE_FROM and alike is not None and alike < ALIKE:
        meaning = (
            f"Correlation of the order of {total} with the list before: who owed most should still owe much. "
            "Perhaps a column was sorted or shifted without the others."
        )
        yield Figure(f"{total}.order.correlation", float(alike), ALIKE, None, "warning", meaning)


def _cut(con: duckdb.DuckDBPyConnection, day: str) -> Question:
    """Count the agreements of the list before that come after the last one of this list, which tells if it is in their order."""

    def answer(rows: int, after: int) -> Iterator[Figure]:
        if rows < LEAST_ROWS or after <= FEWER * rows:
            return
        ((in_order,),) = con.execute(
            "SELECT bool_and(overeenkomst_id > before) FROM "
            "(SELECT overeenkomst_id, coalesce(lag(overeenkomst_id) OVER (ORDER BY line), '') AS before FROM newest_list)"
        ).fetchall()
        if in_order:
            meaning = "Share of the list before with agreements after the last one of this list, which is in their order: it seems cut off."
            yield Figure(f"{day}.cut.share", after / rows, None, FEWER, "warning", meaning)

    after = "count(b.key_hash) FILTER (overeenkomst_id > (SELECT max(overeenkomst_id) FROM newest_list))"
    return Question((Sql("count(b.key_hash)"), Sql(after)), answer)

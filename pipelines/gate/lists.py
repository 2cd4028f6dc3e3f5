"""Judge whether a list of positions is the list of its day and of everybody: a figure for the gate where it is not.

An agreement that is absent from the list has no arrears, so last week's list under a new name or a list that was filtered moves
debts without any fault in a row. A figure is only judged when something was found.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from features.known import current_sql
from pipelines.gate import list_changes
from pipelines.gate.verdicts import Figure
from pipelines.installation.contracts import REGISTER
from pipelines.installation.sql import Sql, fill
from pipelines.parsing.batch import Batch
from pipelines.warehouse import schema

RECENT_DAYS = 70
"""Number of days back to which lists are compared."""
LEAST_ROWS = 20
"""Number of rows from which a list is compared with earlier ones."""
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


def figures(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Figure]:
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
        yield from _without_wijk(con)
        yield from _filtered(con, total)
        yield from _capped(con, total, rows)
        yield from _sum(con, day, total)
        yield from _shuffled(con, total)
        yield from _cut(con, day)
        yield from list_changes.figures(con, day, total)
    con.execute("DROP TABLE newest_list; DROP TABLE list_before")


def keep_recent(con: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    """Keep the lists of the ten weeks before the newest one of a delivery in the temporary table `recent_lists`.

    Comparing reads it many times, and the history holds years.
    """
    query = fill(
        "CREATE OR REPLACE TEMP TABLE recent_lists AS SELECT * FROM versions.{extract} v, "
        "(SELECT max({day}) AS newest FROM typed WHERE verdict = 'new') WHERE {current} AND v.{day} < newest "
        "AND v.{day} >= newest - {days} AND v.corporatie_id IN (SELECT corporatie_id FROM typed)",
        extract=batch.contract.extract,
        day=batch.contract.snapshot or "",
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


def _without_wijk(con: duckdb.DuckDBPyConnection) -> Iterator[Figure]:
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


def _filtered(con: duckdb.DuckDBPyConnection, total: str) -> Iterator[Figure]:
    """Yield the share of the list before with amounts above 0 that lie under every amount of this list."""
    query = fill(
        """SELECT count(*), avg((v.{total} < least)::INT), any_value(least) FROM list_before v,
            (SELECT min({total}) AS least FROM newest_list) WHERE v.{total} > 0""",
        total=total,
    )
    rows, share, least = con.execute(query).fetchall()[0]
    if rows >= LEAST_ROWS and share > FEWER and least > 0:
        meaning = f"Share of the list before under {least:.2f}, the smallest {total} of this list: perhaps smaller ones were left out."
        yield Figure(f"{total}.least.share", share, None, FEWER, "warning", meaning)


def _capped(con: duckdb.DuckDBPyConnection, total: str, rows: int) -> Iterator[Figure]:
    query = fill(
        "SELECT count(*), any_value({total}) FROM newest_list WHERE {total} = (SELECT max({total}) FROM newest_list)",
        total=total,
    )
    capped, most = con.execute(query).fetchall()[0]
    if capped > AT_MOST * rows:
        meaning = f"Share of the rows whose {total} is exactly the largest, {most:.2f}: perhaps larger ones were cut off."
        yield Figure(f"{total}.largest.share", capped / rows, None, AT_MOST, "warning", meaning)


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


def _cut(con: duckdb.DuckDBPyConnection, day: str) -> Iterator[Figure]:
    """Yield the share of the list before that comes after the last row of a list in the order of its agreements."""
    query = fill(
        """SELECT count(*), avg((v.overeenkomst_id > last)::INT), any_value(sorted) FROM list_before v, (
            SELECT max(overeenkomst_id) AS last, bool_and(overeenkomst_id > before) AS sorted FROM (
                SELECT overeenkomst_id, coalesce(lag(overeenkomst_id) OVER (ORDER BY line), '') AS before FROM newest_list))""",
    )
    rows, share, in_order = con.execute(query).fetchall()[0]
    if rows >= LEAST_ROWS and in_order and share > FEWER:
        meaning = "Share of the list before with agreements after the last one of this list, which is in their order: it seems cut off."
        yield Figure(f"{day}.cut.share", share, None, FEWER, "warning", meaning)

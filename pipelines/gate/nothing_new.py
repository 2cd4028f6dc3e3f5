"""Judge whether a delivery holds what is new: a figure for the gate where its newest row is older than ever.

Last week's ledger, or last month's requests, under a new name has no fault in any row. What has happened since would be missing, and
nobody would miss it. A figure is only judged when something was found.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from pipelines.gate import previous
from pipelines.gate.verdicts import Figure
from pipelines.installation.contracts import REGISTER
from pipelines.installation.settings import Gates
from pipelines.installation.sql import fill, read_sql
from pipelines.parsing.batch import Batch

DELIVERIES, LEAST = 8, 3
"""Number of earlier deliveries that show how old the newest row usually is, and the number from which it is known."""
DAYS = 3
"""Number of days that the newest row may be old in any case."""
FEW, FEW_FROM = 0.4, 20
"""Share of the rows of the smallest delivery before under which a delivery is doubtful, if that one had so many."""
ROWS = 8
"""Number of rows that should have come in the days without any: chance explains it less often than once in a thousand."""


def figures(con: duckdb.DuckDBPyConnection, batch: Batch, _: Gates) -> Iterator[Figure]:
    """Yield the figures of a delivery of changes that seems to hold too little, from the temporary table `typed`."""
    contract = batch.contract
    if contract.snapshot or contract.extract == REGISTER or contract.answers:
        return
    yield from _back(con, batch)
    # A coach may be away for a week.
    if contract.rights != "contact":
        yield from _old(con, batch)
        yield from _few(con, batch)


def _back(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Figure]:
    """Yield the rows that end before those of the delivery before, or were all in it, if no delivery was so until now.

    Each delivery goes on to its own day, also where few rows come in a week.
    """
    contract, earlier = batch.contract, previous.find(con, batch)
    if len(earlier) < 2:
        return
    query = fill(
        "SELECT (SELECT count(*) FROM typed WHERE verdict = 'new'), count(*) FILTER (CAST({known} AS DATE) > newest), "
        "(SELECT count(*) FROM typed WHERE verdict = 'new' AND row_hash NOT IN (SELECT row_hash FROM {before})) "
        "FROM {before}, (SELECT max(CAST({known} AS DATE)) AS newest FROM typed WHERE verdict = 'new')",
        known=contract.history.column,
        before=previous.rows(batch, earlier[0]),
    )
    rows, newer, fresh = con.execute(query).fetchall()[0]
    if rows < LEAST or (newer < LEAST and fresh):
        return
    found = con.execute(fill(read_sql(__package__, "newest_rows"), extract=contract.extract, sightings=f"{contract.extract}_sightings",
                             known=contract.history.column, deliveries=DELIVERIES), [contract.extract, batch.delivery.source,
                             batch.delivery.peildatum]).fetchall()[0]  # fmt: skip
    count, back, same = found
    if count >= LEAST and newer >= LEAST and not back:
        meaning = (
            f"Rows of the delivery before with a later {contract.history.column} than all of this one; each of the {count} deliveries "
            "before went on. Perhaps it is an earlier delivery under a new name, or the newest rows are missing. Ask for the one of today."
        )
        yield Figure(
            f"{contract.history.column}.back.rows", float(newer), None, LEAST - 1, "warning", meaning
        )
    elif count >= LEAST and not fresh and not same:
        meaning = (
            f"Rows that were all in the delivery before; each of the {count} deliveries before held other rows only. Perhaps it is that "
            "delivery under a new name. Ask for the one of today."
        )
        yield Figure(f"{contract.own_id}.known.rows", float(rows), None, 0, "warning", meaning)


def _few(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Figure]:
    """Yield the number of rows, if it is far below that of each earlier delivery but the first, which holds years."""
    query = """
        SELECT count(*), min(rows_read) FROM (FROM run.deliveries WHERE extract = $extract AND source = $source AND peildatum < $peildatum
            QUALIFY row_number() OVER (ORDER BY peildatum, version) > 1 ORDER BY peildatum DESC, version DESC LIMIT $deliveries)"""
    delivery = batch.delivery
    values = {"extract": delivery.extract, "source": delivery.source, "peildatum": delivery.peildatum}
    count, least = con.execute(query, {**values, "deliveries": DELIVERIES}).fetchall()[0]
    if count >= LEAST and least >= FEW_FROM and batch.rows_read < FEW * least:
        meaning = f"Rows of the file; each of the {count} deliveries before had {least} or more. Perhaps it is cut off."
        yield Figure("rows.few.rows", float(batch.rows_read), FEW * least, None, "warning", meaning)


def _old(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Figure]:
    """Yield the age of the newest row of this and earlier deliveries, if it is twice what it ever was and rows should have come since."""
    contract, delivery = batch.contract, batch.delivery
    known = contract.history.column
    query = fill(
        """
        WITH earlier AS (SELECT delivery_id, peildatum, lag(peildatum) OVER (ORDER BY peildatum, version) AS before
            FROM run.deliveries WHERE extract = $extract AND source = $source AND peildatum < $peildatum
            ORDER BY peildatum DESC, version DESC LIMIT {deliveries}),
        -- A row of which the status changed is stored again: only what happened since the delivery before is new.
        newest AS (SELECT delivery_id, peildatum, count(*) FILTER (r.{known} >= before) AS rows, max(CAST(r.{known} AS DATE)) AS newest
            FROM earlier LEFT JOIN raw.{extract} r USING (delivery_id) GROUP BY ALL),
        ages AS (SELECT peildatum, rows, peildatum - max(newest) OVER (ORDER BY peildatum) AS age FROM newest)
        SELECT count(*), max(age), sum(rows) FILTER (peildatum > first), max(peildatum) - any_value(first),
            $peildatum::DATE - greatest((SELECT max(newest) FROM newest),
                (SELECT max(CAST({known} AS DATE)) FROM typed WHERE verdict = 'new'))
        FROM ages, (SELECT min(peildatum) AS first FROM ages)""",
        deliveries=DELIVERIES,
        extract=contract.extract,
        known=known,
    )
    values = {"extract": contract.extract, "source": delivery.source, "peildatum": delivery.peildatum}
    count, oldest, rows, days, age = con.execute(query, values).fetchall()[0]
    if count < LEAST or age is None or oldest is None or not days:
        return
    if age > max(DAYS, 2 * oldest) and (rows or 0) / days * age >= ROWS:
        meaning = (
            f"Days between the file's name and the newest known {known}; in the {count} deliveries before at most {oldest}. Perhaps it is "
            "an earlier delivery under a new name, or the newest rows are missing. Ask for the one of today."
        )
        yield Figure(
            f"{known}.nothing_new.age_days", float(age), None, max(DAYS, 2 * oldest), "warning", meaning
        )

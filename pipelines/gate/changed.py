"""Compare what the columns of a delivery hold with the delivery before: a figure for the gate where a meaning seems to have changed.

An export that changes from euros to cents, turns its signs or filters its rows stays well-formed. A figure is only judged when
something was found, so a good delivery shows none of them. Deliveries of changes only are not compared with the first one,
which holds years.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import sqrt

import duckdb

from pipelines.gate import changed_codes, changed_rows, previous, signs
from pipelines.gate.changed_codes import has_codes
from pipelines.gate.measured import Column, measure
from pipelines.gate.questions import every, some
from pipelines.gate.verdicts import Figure
from pipelines.installation.contracts import REGISTER
from pipelines.installation.settings import Gates
from pipelines.installation.sql import Sql, fill
from pipelines.parsing.batch import Batch

LEAST_ROWS = 20
"""Number of filled rows in both deliveries from which they are compared."""
LEAST_SAME = 10
"""The same, for columns with one and the same value."""
BACKWARD_DAYS = 14
"""Number of days by which the newest date of a list may go back."""
SCALE, UNIT = 2.5, 20.0
"""Factor by which the median of an amount may differ: that of rents and entries, and that of amounts which breathe with the month."""
NEGATIVE = 0.3
"""Number by which the share of negative amounts may differ."""
SAME, SAME_BEFORE = 0.9, 0.5
"""Share of the rows with one and the same value, and the share in the delivery before under which this is new."""
CENTS = 0.5
"""Share of the amounts with cents other than tens in the delivery before, from which it is new that none has them."""
SEVERAL, CHANCE = 0.05, 0.01
"""Share of the rows with several days in one cell before, and how often chance may explain that no row has them now."""
FILLED, FILLED_BEFORE = 0.95, 0.8
"""Share of the rows in which a column is filled, and the share in the delivery before under which this is new."""
LESS, ERRORS = 0.1, 3.0
"""By so much the share of filled rows must fall, and so many standard errors of the difference, to be doubtful."""
MONTH = 5
"""Number of deliveries with which one of changes is compared: a ledger has its claims in the week of the first only."""
ASK = "Ask whether the export changed."


def figures(con: duckdb.DuckDBPyConnection, batch: Batch, _: Gates) -> Iterator[Figure]:
    """Yield a figure for each column of the temporary table `typed` that holds something else than in the delivery before.

    A list of positions breathes with the month, so it is doubtful only if it differs from the list before and from those of four
    and five weeks before as well. So do deliveries of changes: one is doubtful only if it differs from each of the last five.
    A sample of the rows is compared, with the same numbers in each delivery.
    """
    found: dict[str, Figure] = {}
    of_rows: dict[str, Figure] = {}
    _keep(con, batch, "VIEW", "rows_now", _now(batch))
    measured: dict[str, Column] = {}
    for place, before in enumerate(_earlier(con, batch, Sql("rows_now"))):
        _keep(con, batch, "TABLE", "rows_before", before)
        measured = measured or measure(con, batch, "rows_now")
        doubted = {f.name: f for f in _against(con, batch, measured)}
        if batch.contract.snapshot:
            doubted |= {f.name: f for f in changed_rows.figures(con, batch)}
        elif place == 0:
            # Rows that come again leave the deliveries of changes one by one, so only the delivery before has them all.
            of_rows = {f.name: f for f in changed_rows.figures(con, batch)}
        found = {name: figure for name, figure in (found or doubted).items() if name in doubted}
        if not found:
            break
    con.execute("DROP TABLE IF EXISTS rows_before; DROP VIEW rows_now")
    yield from (of_rows | found).values()


def _keep(con: duckdb.DuckDBPyConnection, batch: Batch, kind: str, table: str, rows: Sql) -> None:
    """Keep a sample of rows in a temporary table or, of rows that are in one already, as a view."""
    own = "overeenkomst_id" if batch.contract.snapshot else batch.contract.own_id
    query = fill(
        "CREATE OR REPLACE TEMP {kind} {table} AS SELECT key_hash, {columns} FROM {rows} WHERE {some}",
        kind=Sql(kind),
        table=table,
        columns=batch.contract.content,
        rows=rows,
        some=some(own, every(batch)),
    )
    con.execute(query)


def _now(batch: Batch) -> Sql:
    """Return the query for the rows to judge: all that count, or the newest list among them."""
    day = batch.contract.snapshot
    newest = (
        fill(" AND {day} = (SELECT max({day}) FROM typed WHERE verdict = 'new')", day=day) if day else Sql("")
    )
    return fill("(SELECT * FROM typed WHERE verdict = 'new'{newest})", newest=newest)


def _earlier(con: duckdb.DuckDBPyConnection, batch: Batch, now: Sql) -> list[Sql]:
    """Return the queries for the rows to compare with; none where too little is known."""
    extract, delivery, day = batch.contract.extract, batch.delivery, batch.contract.snapshot
    if day:
        query = fill(
            "SELECT {day}, (SELECT max({day}) FROM {now}) FROM recent_lists GROUP BY {day} ORDER BY {day} DESC",
            day=day,
            now=now,
        )
        days = [
            (before, newest) for before, newest in con.execute(query).fetchall() if newest and before < newest
        ]
        month = [before for before, newest in days if 27 <= (newest - before).days <= 36]
        return (
            [
                fill(
                    "(SELECT * FROM recent_lists WHERE {day} = {before})",
                    day=day,
                    before=Sql(f"DATE '{before}'"),
                )
                for before in dict.fromkeys([days[0][0], *month])
            ]
            if month
            else []
        )
    found = con.execute(
        "SELECT delivery_id FROM run.deliveries WHERE extract = ? AND source = ? AND peildatum < ? "
        "ORDER BY peildatum DESC, version DESC LIMIT ?",
        [extract, delivery.source, delivery.peildatum, 1 if extract == REGISTER else MONTH],
    ).fetchall()
    # The first delivery of an extract that delivers changes holds years: with nothing else there is nothing to compare.
    if len(found) < 2 and extract != REGISTER:
        return []
    return [previous.rows(batch, int(number)) for (number,) in found]


def _against(
    con: duckdb.DuckDBPyConnection, batch: Batch, measured_now: Mapping[str, Column]
) -> Iterator[Figure]:
    """Yield the figures of the columns that hold something else than in earlier rows, kept as `rows_before`."""
    contract = batch.contract
    yield from signs.figures(con, batch, Sql("rows_before"), Sql("rows_now"))
    measured = measure(con, batch, "rows_before")
    for name, before in measured.items():
        column, now = contract.columns[name], measured_now[name]
        if min(before.rows, now.rows) >= LEAST_ROWS and not column.required:
            yield from _filled(name, before, now)
            yield from _less_filled(name, before, now)
        if has_codes(column):
            yield from changed_codes.figures(con, batch, name, before.codes, now.codes)
            continue
        if column.type == "dates":
            yield from _several(name, before, now)
        if min(before.filled, now.filled) >= LEAST_SAME:
            yield from _same(name, before, now)
        if min(before.filled, now.filled) >= LEAST_ROWS:
            most = SCALE if column.required and not contract.snapshot else UNIT
            yield from _values(name, before, now, most, amount=column.type == "euro")
            if contract.snapshot and column.type == "date":
                yield from _backward(name, before, now)


def _filled(name: str, before: Column, now: Column) -> Iterator[Figure]:
    share, earlier = now.filled / now.rows, before.filled / before.rows
    if share >= FILLED and earlier < FILLED_BEFORE:
        meaning = (
            f"Column {name} is filled in nearly every row; in the delivery before in {earlier:.0%}. {ASK}"
        )
        yield Figure(f"{name}.filled.share", share, None, FILLED_BEFORE, "warning", meaning)


def _less_filled(name: str, before: Column, now: Column) -> Iterator[Figure]:
    """Yield how far a column is filled that used to be filled; `lost_columns` judges one that is all but empty."""
    share, earlier = now.filled / now.rows, before.filled / before.rows
    both = (now.filled + before.filled) / (now.rows + before.rows)
    error = sqrt(both * (1 - both) * (1 / now.rows + 1 / before.rows))
    if earlier >= FILLED and earlier / 10 <= share <= earlier - max(LESS, ERRORS * error):
        meaning = (
            f"Share of the rows in which column {name} is filled, which was {earlier:.0%} in the delivery before: perhaps the others "
            f"are totals or of another kind. {ASK}"
        )
        yield Figure(f"{name}.less_filled.share", share, earlier - LESS, None, "warning", meaning)


def _values(name: str, before: Column, now: Column, most: float, *, amount: bool) -> Iterator[Figure]:
    if amount and before.median and now.median:
        ratio = now.median / before.median
        if not 1 / most <= ratio <= most:
            meaning = (
                f"Median of {name} against the delivery before: perhaps it is in another unit, as cents, or per year. "
                "Deliver euros, a rent per month."
            )
            yield Figure(f"{name}.median.ratio_to_previous", ratio, 1 / most, most, "warning", meaning)
    if amount and abs(now.negative - before.negative) > NEGATIVE:
        meaning = f"Share of {name} below 0, which was {before.negative:.2f} in the delivery before: perhaps its signs changed. {ASK}"
        least, most = max(0.0, before.negative - NEGATIVE), before.negative + NEGATIVE
        yield Figure(f"{name}.negative.share", now.negative, least, most, "warning", meaning)
    if amount and before.cents > CENTS and now.cents == 0:
        meaning = f"Share of {name} with cents, which was {before.cents:.0%} in the delivery before: perhaps they were cut off. {ASK}"
        yield Figure(f"{name}.cents.share", 0.0, 0.01, None, "warning", meaning)
    if before.late >= 0.2 and now.late == 0:
        meaning = f"No {name} has an hour after 12; in the delivery before {before.late:.0%} had. Perhaps AM and PM were lost. {ASK}"
        yield Figure(f"{name}.afternoon.share", 0.0, 0.01, None, "warning", meaning)


def _several(name: str, before: Column, now: Column) -> Iterator[Figure]:
    if now.several == 0 and before.several >= SEVERAL and (1 - before.several) ** now.filled < CHANCE:
        meaning = (
            f"Share of {name} with several days, which was {before.several:.0%} in the delivery before: perhaps only the first is "
            f"exported. {ASK}"
        )
        yield Figure(f"{name}.several.share", 0.0, 0.01, None, "warning", meaning)


def _same(name: str, before: Column, now: Column) -> Iterator[Figure]:
    if now.same >= SAME and before.same < SAME_BEFORE:
        meaning = (
            f"Rows with one and the same {name}; in the delivery before at most {before.same:.0%}. {ASK}"
        )
        yield Figure(f"{name}.same.share", now.same, None, SAME_BEFORE, "warning", meaning)


def _backward(name: str, before: Column, now: Column) -> Iterator[Figure]:
    """Yield the number of days by which the newest date of a list lies before that of the list before."""
    days = (before.newest - now.newest).days if before.newest and now.newest else 0
    if days > BACKWARD_DAYS:
        meaning = f"Days by which the newest {name} lies before that of the delivery before: perhaps the export is of an old copy. {ASK}"
        yield Figure(f"{name}.newest.days_back", float(days), None, BACKWARD_DAYS, "warning", meaning)

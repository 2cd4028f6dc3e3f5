"""Judge whether rows are parts or sums of what a row should be.

A figure for the gate where many rows differ in their number only, or where a column that nothing reads calls rows a sum.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import duckdb

from pipelines.gate.verdicts import Figure
from pipelines.installation.contracts import REGISTER
from pipelines.installation.settings import Gates
from pipelines.installation.sql import Sql, fill, literal
from pipelines.parsing.batch import Batch
from pipelines.warehouse import schema

MOST = 0.2
"""Share of the rows that may be equal to another row in all but their own number."""

SAME_DAY, SAME_DAY_BEFORE, DELIVERIES, LEAST_ROWS = 0.4, 0.2, 4, 20
"""Share of the rows that may be about one person on one day, the share in so many deliveries before under which this is new, and the
number of rows in those from which it is judged."""
SUM = (
    r"(?i)^\W*(((begin|openings|eind|slot|sluitings)[- ]?|(vorig|oud|nieuw)e? )(saldo|balans|stand)|saldo vorig|"
    r"(sub|eind)?tota(al|len)|gemiddeld|transport)\b"
)
"""How a description of a row begins that sums up other rows."""
LONGEST = 60
"""Number of characters of a description; longer ones are texts."""


def figures(con: duckdb.DuckDBPyConnection, batch: Batch, gates: Gates) -> Iterator[Figure]:
    """Yield the figures about rows that stand for more, or for less, than one row."""
    yield from _repeated(con, batch, gates)
    yield from _same_day(con, batch, gates)
    yield from _sums(con, batch)


def _same_day(con: duckdb.DuckDBPyConnection, batch: Batch, gates: Gates) -> Iterator[Figure]:
    """Yield the share of rows about somebody of whom there is another row of that day, if it is far more than in deliveries before.

    Each letter or status of a case has a moment of its own. Entries of a ledger may be of one day.
    """
    contract, columns = batch.contract, batch.contract.columns
    whose = [
        name
        for name in (contract.agreement, contract.home, contract.tenant)
        if name and batch.source.has(name)
    ]
    amounts = any(column.type == "euro" for column in columns.values())
    if contract.snapshot or contract.extract == REGISTER or contract.answers or amounts or not whose:
        return
    again, rows = _of_one_day(con, batch, whose, Sql("(FROM typed WHERE verdict = 'new')"))
    if again <= gates.tolerated_rows or again <= SAME_DAY * rows:
        return
    before = fill(
        "(FROM raw.{extract} WHERE delivery_id IN (SELECT delivery_id FROM run.deliveries WHERE extract = {text} AND source = {source} "
        "ORDER BY peildatum DESC, version DESC LIMIT {deliveries}))",
        extract=contract.extract, text=literal(contract.extract), source=literal(batch.delivery.source), deliveries=DELIVERIES,
    )  # fmt: skip
    earlier, rows_before = _of_one_day(con, batch, whose, before)
    if rows_before >= LEAST_ROWS and earlier < SAME_DAY_BEFORE * rows_before:
        meaning = (
            f"Share of the rows about somebody of whom the file has another row of that day; in the deliveries before "
            f"{earlier / rows_before:.0%}. Perhaps each step of a whole is a row: name the column that identifies the "
            f"whole as {contract.own_id} in the mapping."
        )
        yield Figure(
            f"{contract.own_id}.same_day.share",
            float(again) / float(rows),
            None,
            SAME_DAY,
            "warning",
            meaning,
        )


def _of_one_day(con: duckdb.DuckDBPyConnection, batch: Batch, whose: list[str], rows: Sql) -> tuple[int, int]:
    """Return the number of rows with another one about the same person on the same day, and that of all rows."""
    query = fill(
        "SELECT coalesce(sum(n - 1), 0)::BIGINT, coalesce(sum(n), 0)::BIGINT FROM (SELECT count(DISTINCT {own}) AS n FROM {rows} "
        "GROUP BY corporatie_id, {whose}, CAST({day} AS DATE))",
        own=batch.contract.own_id,
        whose=whose,
        day=batch.contract.history.column,
        rows=rows,
    )
    again, total = con.execute(query).fetchall()[0]
    return again, total


def _sums(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Figure]:
    """Yield the number of rows that a column which nothing reads calls a sum or a balance, if it calls others otherwise."""
    amounts = [
        name for name, column in batch.contract.columns.items() if column.type == "euro" and column.required
    ]
    for header in batch.ignored if amounts else ():
        query = fill(
            "SELECT count(*), count(*) FILTER (sums), any_value(lower(trim({header}))) FILTER (sums) FROM (SELECT {header}, "
            "coalesce(len({header}) <= {longest} AND regexp_matches({header}, {words}), false) AS sums FROM delivered)",
            header=header, longest=LONGEST, words=literal(SUM),
        )  # fmt: skip
        rows, sums, value = con.execute(query).fetchall()[0]
        if 0 < sums < rows:
            where = f"{{ column = {json.dumps(header, ensure_ascii=False)}, values = [{json.dumps(value, ensure_ascii=False)}] }}"
            meaning = (
                f"Rows that column {header}, which nothing reads, calls a sum or a balance, such as {value!r}. If they count twice, put "
                f"skip = [{where}] under [extracts.{batch.contract.extract}] in the mapping."
            )
            yield Figure(f"{amounts[0]}.sums.rows", float(sums), None, 0, "warning", meaning)
            return


def _repeated(con: duckdb.DuckDBPyConnection, batch: Batch, gates: Gates) -> Iterator[Figure]:
    """Yield the share of rows that repeat another one under another number, from the temporary table `typed`.

    The sign of an amount does not matter, because a ledger has a counterpart for each entry.
    """
    contract = batch.contract
    if contract.snapshot or contract.extract == REGISTER or contract.answers:
        return
    own = {contract.own_id, contract.whole}
    names = [name for name in schema.content_columns(contract) if name not in own and batch.source.has(name)]
    moment = contract.history.column
    parts = [
        fill("abs({name})" if contract.columns[name].type == "euro" else "{name}", name=name)
        for name in names
        if name in contract.columns
    ]
    query = fill(
        "SELECT coalesce(sum(n - 1), 0), coalesce(sum(n), 0) FROM (SELECT count(DISTINCT {own}) AS n FROM typed "
        "WHERE verdict = 'new' AND {moment} IS NOT NULL GROUP BY {parts})",
        own=contract.own_id,
        moment=moment,
        parts=parts,
    )
    again, rows = con.execute(query).fetchall()[0]
    if again > gates.tolerated_rows and again > MOST * rows:
        meaning = (
            f"Share of the rows that repeat another one in all but {contract.own_id}: perhaps one row per order, step or ledger line. "
            f"Name the column that identifies the whole as {contract.own_id} under [extracts.{contract.extract}.columns] in the mapping."
        )
        yield Figure(
            f"{contract.own_id}.repeated.share", float(again) / float(rows), None, MOST, "warning", meaning
        )

"""Doubt rows that are only parts of what a row should be.

Such rows differ in nothing but their id, or many of them are about one person on one day.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.gate.doubt import Examined, one_in, sampled, warn
from pipelines.gate.verdicts import Figure
from pipelines.installation.sql import Sql
from pipelines.warehouse import schema

MOST = 0.2
"""Maximum share of rows that equal another row in everything but their own id."""
SAME_DAY, SAME_DAY_BEFORE, DELIVERIES, LEAST_ROWS = 0.4, 0.2, 4, 20
"""Maximum share of rows that share their person and day with another row. More is doubtful if the share was below `SAME_DAY_BEFORE`
in the last `DELIVERIES`, and these had `LEAST_ROWS` rows."""


def figures(it: Examined) -> Iterator[Figure]:
    """Yield the figures about rows that are parts."""
    contract = it.contract
    if not contract.accumulates or contract.answers:
        return
    whose = [name for name in (contract.agreement, contract.home, contract.tenant) if name and it.has(name)]
    yield from _repeated(it, whose)
    # Each letter or status of a case has a moment of its own; entries of a ledger may be of one day.
    if whose and not any(column.type == "euro" for column in contract.columns.values()):
        yield from _same_day(it, whose)


def _again(it: Examined, parts: list[str], rows: Sql) -> tuple[int, int]:
    """Count the rows that equal another row in these columns or expressions, and all rows."""
    again, total = it.row(
        "SELECT coalesce(sum(n - 1), 0)::BIGINT, coalesce(sum(n), 0)::BIGINT FROM "
        "(SELECT count(DISTINCT {own}) AS n FROM {rows} WHERE {day} IS NOT NULL GROUP BY {parts})",
        own=it.contract.own_id,
        rows=rows,
        day=it.day,
        parts=[Sql(part) for part in parts],
    )
    return again, total


def _now(whose: list[str], every: int) -> Sql:
    """Return the rows of the delivery, or all rows about a sample of the people."""
    return Sql(f"(FROM typed WHERE verdict = 'new' AND {sampled(whose[0], every) if whose else 'true'})")


def _repeated(it: Examined, whose: list[str]) -> Iterator[Figure]:
    """Yield the share of rows that repeat another row under another id.

    The sign of an amount does not matter, because a ledger has a counterpart for each entry.
    """
    contract, own = it.contract, it.contract.own_id
    names = [
        name
        for name in schema.content_columns(contract)
        if name not in (own, contract.whole) and it.has(name)
    ]
    parts = [f"abs({name})" if contract.columns[name].type == "euro" else name for name in names]
    for every in dict.fromkeys((one_in(it), 1)):
        again, rows = _again(it, parts, _now(whose, every))
        if again <= it.gates.tolerated_rows or again <= MOST * rows:
            return
    meaning = (
        f"Share of the rows that repeat another one in all but {own}: perhaps one row per order, step or ledger line. "
        f"Name the column that identifies the whole as {own} under [extracts.{contract.extract}.columns] in the mapping."
    )
    yield warn(f"{own}.repeated.share", again / rows, meaning, most=MOST)


def _same_day(it: Examined, whose: list[str]) -> Iterator[Figure]:
    """Yield the share of rows that share their person and day with another row, if it is far above that of earlier deliveries."""
    own, parts = it.contract.own_id, ["corporatie_id", *whose, f"CAST({it.day} AS DATE)"]
    for every in dict.fromkeys((one_in(it), 1)):
        again, rows = _again(it, parts, _now(whose, every))
        if again <= it.gates.tolerated_rows or again <= SAME_DAY * rows:
            return
    earlier, rows_before = _again(it, parts, it.new_in(*it.earlier[:DELIVERIES]))
    if rows_before >= LEAST_ROWS and earlier < SAME_DAY_BEFORE * rows_before:
        meaning = (
            f"Share of the rows about somebody of whom the file has another row of that day; in the deliveries before "
            f"{earlier / rows_before:.0%}. Perhaps each step of a whole is a row: name the column that identifies the "
            f"whole as {own} in the mapping."
        )
        yield warn(f"{own}.same_day.share", again / rows, meaning, most=SAME_DAY)

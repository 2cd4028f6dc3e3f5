"""Define a doubt: the numbers that it counts, and the figures that it yields if these numbers are out of bounds.

All doubts about the same rows are counted in one statement, because a statement costs more than a number in it. Such rows are those
of the delivery, alone, beside their known versions, or beside the list before. Names of columns come from the contracts, so they need
no quotes; delivered text, such as a header, gets into SQL only through `fill`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import duckdb

from pipelines.gate.verdicts import Figure, Severity
from pipelines.installation.contracts import Contract
from pipelines.installation.settings import Gates
from pipelines.installation.sql import Sql, fill
from pipelines.parsing.batch import Batch

SAMPLE = 4_000
"""Number of rows that are enough to see that a share of rows may be doubtful; only then all rows are counted."""
SOME = Sql("{some}")
"""Stands in the FROM clause of `ask_some` for the condition that a row belongs to the sample."""
DELIVERIES = 8
"""Maximum number of earlier deliveries to compare a delivery with."""


@dataclass(frozen=True)
class Before:
    """A delivery of the same extract and source, of an earlier day: its id, the rows of its file, and those that were known then."""

    id: int
    rows: int
    known: int


@dataclass(frozen=True)
class Examined:
    """A delivery to judge.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        With the rows of the delivery in its temporary table `typed`, and both stores.
    batch : Batch
        What was read.
    gates : Gates
        The thresholds.
    earlier : tuple of Before
        The deliveries before it, the last one first. The first one of all usually holds years.
    shown : dict
        The rows of earlier deliveries by id, looked up when needed.
    """

    con: duckdb.DuckDBPyConnection
    batch: Batch
    gates: Gates
    earlier: tuple[Before, ...]
    shown: dict[int, Sql] = field(default_factory=dict)

    @property
    def contract(self) -> Contract:
        """The contract of the delivery."""
        return self.batch.contract

    @property
    def usual(self) -> tuple[Before, ...]:
        """The deliveries before it, without the first one of all."""
        return self.earlier[: min(len(self.earlier) - 1, DELIVERIES)] if self.earlier else ()

    @property
    def day(self) -> str:
        """The column with the day from which a row counts as known."""
        return self.contract.history.column

    def has(self, name: str | None) -> bool:
        """Return whether a column is in the file or has a constant."""
        return name is not None and self.batch.source.has(name)

    def row(self, query: str, **parts: Any) -> tuple[Any, ...]:
        """Fill a query that gives one row, and return the row."""
        return self.con.execute(fill(query, **parts) if parts else query).fetchall()[0]

    def rows_of(self, before: Before) -> Sql:
        """Return the rows that an earlier delivery brought or showed again."""
        if before.id not in self.shown:
            self.shown[before.id] = shown_in(self.con, self.contract.extract, before.id)
        return self.shown[before.id]

    def new_in(self, *deliveries: Before) -> Sql:
        """Return the rows that earlier deliveries brought and none before them had."""
        rows = "(SELECT * FROM raw.{extract} WHERE delivery_id IN ({ids}))"
        return fill(rows, extract=self.contract.extract, ids=ids(deliveries))


def shown_in(con: duckdb.DuckDBPyConnection, extract: str, delivery: int) -> Sql:
    """Return the rows that a delivery brought or showed again.

    They lie between the first and the last of them, which spares reading the history of years.
    """
    shown = fill(
        "FROM raw.{sightings} WHERE delivery_id = {id}", sightings=f"{extract}_sightings", id=delivery
    )
    query = fill("SELECT coalesce(min(row_id), 0), coalesce(max(row_id), 0) {shown}", shown=shown)
    ((first, last),) = con.execute(query).fetchall()
    rows = "(SELECT r.* FROM raw.{extract} r WHERE row_id BETWEEN {first} AND {last} AND row_id IN (SELECT row_id {shown}))"
    return fill(rows, extract=extract, first=first, last=last, shown=shown)


def register_is_loaded(con: duckdb.DuckDBPyConnection) -> bool:
    """Return whether the corporations in the temporary table `typed` have an agreement in the warehouse."""
    query = """SELECT count(*) > 0 FROM versions.huurovereenkomsten
               WHERE corporatie_id IN (SELECT corporatie_id FROM typed WHERE verdict = 'new')"""
    return bool(con.execute(query).fetchall()[0][0])


def examined(con: duckdb.DuckDBPyConnection, batch: Batch, gates: Gates) -> Examined:
    """Look up the deliveries before one that was read."""
    delivery = batch.delivery
    rows = con.execute(
        "SELECT delivery_id, rows_read, rows_same FROM run.deliveries WHERE extract = ? AND source = ? AND peildatum < ? "
        "AND rows_read > 0 "
        "ORDER BY peildatum DESC, version DESC LIMIT ?",
        [delivery.extract, delivery.source, delivery.peildatum, DELIVERIES + 1],
    ).fetchall()
    return Examined(con, batch, gates, tuple(Before(*row) for row in rows))


@dataclass(frozen=True)
class Doubt:
    """Numbers to count in some rows, and a function from these numbers to figures.

    Parameters
    ----------
    counts : tuple of str
        SQL aggregates over the rows.
    says : callable
        Takes their values in order, and returns the figures that are out of bounds.
    """

    counts: tuple[str, ...]
    says: Callable[..., Iterable[Figure]]


def warn(
    name: str, value: float, meaning: str, *, least: float | None = None, most: float | None = None
) -> Figure:
    """Return the figure of a doubt, which warns."""
    return Figure(name, float(value), least, most, "warning", meaning)


def bounded(
    name: str,
    counts: tuple[str, ...],
    value: Callable[..., float | None],
    meaning: str,
    *,
    least: float | None = None,
    most: float | None = None,
    severity: Severity = "warning",
) -> Doubt:
    """Doubt a value, calculated from counts, that is out of its bounds; `value` returns None if too little is known."""

    def says(*numbers: Any) -> Iterator[Figure]:
        actual = value(*numbers)
        if actual is not None and not (least is None or actual >= least) & (most is None or actual <= most):
            yield Figure(name, float(actual), least, most, severity, meaning)

    return Doubt(counts, says)


def share(
    name: str,
    among: str,
    odd: str,
    meaning: str,
    *,
    most: float = 0.0,
    few: float = 0,
    least: int = 1,
    severity: Severity = "warning",
) -> Doubt:
    """Doubt the rows that meet `odd` among those that meet `among`, both SQL conditions.

    Parameters
    ----------
    name : str
        Of the figure. The value of `x.rows` is the number of odd rows; otherwise it is their share.
    most, few : float
        Maximum share and number of odd rows.
    least : int
        Minimum number of rows that meet `among`.
    """
    by_number = name.endswith(".rows")

    def value(rows: int, strange: int) -> float | None:
        if rows < least or strange <= few or strange <= most * rows:
            return None
        return strange if by_number else strange / rows

    counts = (count(among), count(f"({among}) AND ({odd})"))
    return bounded(name, counts, value, meaning, most=few if by_number else most, severity=severity)


def count(condition: str) -> str:
    """Return the aggregate that counts the rows which meet a condition. DuckDB takes twice as long for one with FILTER."""
    return f"count(CASE WHEN {condition} THEN 1 END)"


def ask(it: Examined, rows: str, doubts: Iterable[Doubt]) -> Iterator[Figure]:
    """Count the numbers of all doubts in one statement, with `rows` as its FROM clause, and yield their figures."""
    asked = tuple(doubts)
    counts = [Sql(number) for doubt in asked for number in doubt.counts]
    if not counts:
        return
    values = it.row("SELECT {counts} FROM {rows}", counts=counts, rows=Sql(rows))
    for doubt in asked:
        numbers, values = values[: len(doubt.counts)], values[len(doubt.counts) :]
        yield from doubt.says(*numbers)


def ask_some(it: Examined, rows: str, doubts: Iterable[Doubt], by: str = "line") -> Iterator[Figure]:
    """Count a sample of the rows, and all of them if something is doubtful.

    A column that changed its meaning shows it in four thousand rows. `rows` holds `SOME` wherever a table is reduced to the sample,
    which consists of the same values of the column `by` in every table.
    """
    asked, every = tuple(doubts), one_in(it)
    if every > 1 and next(ask(it, rows.replace(SOME, sampled(by, every)), asked), None) is None:
        return
    yield from ask(it, rows.replace(SOME, "true"), asked)


def one_in(it: Examined) -> int:
    """Return one in how many rows of a delivery a sample takes; rights are judged row by row."""
    return 1 if it.contract.rights else max(1, it.batch.rows_read // SAMPLE)


def sampled(name: str, every: int) -> str:
    """Return the condition that a row belongs to the sample by one of its columns: the same value is in every time."""
    return f"hash({name}) % {every} = 0" if every > 1 else "true"


def ids(deliveries: Iterable[Before]) -> Sql:
    """Return the ids of deliveries, to be looked for in a list."""
    return Sql(", ".join(str(delivery.id) for delivery in deliveries) or "NULL")

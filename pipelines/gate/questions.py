"""Ask many questions about the same rows in one statement: a statement costs more than a number in it.

A question is a tuple of numbers to count and a function of these numbers that yields what is doubtful. Each kind of rows (those of
the delivery, those beside what was known of them, those beside the vault) is read once for all of its questions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import duckdb

from pipelines.gate.verdicts import Figure
from pipelines.installation.sql import Sql, fill
from pipelines.parsing.batch import Batch

SAMPLE = 4_000
"""Number of rows that suffice to see whether a share of rows is doubtful; then all of them are counted."""


@dataclass(frozen=True)
class Question:
    """Numbers to count in rows, and what they say.

    Parameters
    ----------
    counts : tuple of Sql
        Aggregates over the rows.
    answer : callable
        Takes their values in order, and yields a figure for each that is doubtful.
    """

    counts: tuple[Sql, ...]
    answer: Callable[..., Iterator[Figure]]


def ask(con: duckdb.DuckDBPyConnection, rows: Sql, questions: Iterable[Question]) -> Iterator[Figure]:
    """Count everything in one statement, `rows` being what stands after FROM, and yield the answers."""
    yield from _answers(con, rows, tuple(questions))


def ask_some(
    con: duckdb.DuckDBPyConnection, batch: Batch, rows: Sql, questions: Iterable[Question]
) -> Iterator[Figure]:
    """Ask about a sample of rows, and again about all of them if something is doubtful; `rows` ends in its condition.

    For shares of the rows only: what is true of a fifth of them shows in four thousand.
    """
    asked, share = tuple(questions), every(batch)
    if share == 1 or _any(
        _answers(con, fill("{rows} AND {some}", rows=rows, some=some("line", share)), asked)
    ):
        yield from _answers(con, rows, asked)


def every(batch: Batch) -> int:
    """Return one in how many rows of a delivery a sample takes."""
    return max(1, batch.rows_read // SAMPLE)


def some(name: str, share: int) -> Sql:
    """Return the condition that a row belongs to the sample by one of its columns: the same value is in every time."""
    return fill("hash({name}) % {share} = 0", name=name, share=share) if share > 1 else Sql("true")


def _any(figures: Iterator[Figure]) -> bool:
    return next(figures, None) is not None


def _answers(con: duckdb.DuckDBPyConnection, rows: Sql, questions: tuple[Question, ...]) -> Iterator[Figure]:
    counts = [count for question in questions for count in question.counts]
    if not counts:
        return
    found: tuple[Any, ...] = con.execute(
        fill("SELECT {counts} FROM {rows}", counts=counts, rows=rows)
    ).fetchall()[0]
    for question in questions:
        numbers, found = found[: len(question.counts)], found[len(question.counts) :]
        yield from question.answer(*numbers)

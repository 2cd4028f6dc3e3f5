"""Preview a delivery as its contract reads it, without showing names or other texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from pipelines.installation.contracts import Column
from pipelines.installation.sql import fill
from pipelines.parsing.batch import Batch

SHOWN = 5
"""Rows of the preview."""


@dataclass(frozen=True)
class Preview:
    """One column as the contract reads it: its header and a few values, with texts reduced to their form."""

    column: str
    header: str
    values: tuple[str, ...]


def preview(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Preview]:
    """Yield the first values of each column that the delivery has, from the temporary table `typed`."""
    for name, header in batch.source.headers.items():
        column = batch.contract.columns[name]
        query = fill("SELECT {name} FROM typed ORDER BY line LIMIT {shown}", name=name, shown=SHOWN)
        values = tuple(_masked(column, value) for (value,) in con.execute(query).fetchall())
        yield Preview(name, header, values)


def _masked(column: Column, value: object) -> str:
    """Return dates, amounts and known codes as they are, and reduce a text to its form."""
    if value is None:
        return "–"
    if column.codes:
        return str(value) if value in column.codes else "?"
    if column.type != "text":
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    if column.pseudonym:
        return "pseudonym"
    return re.sub(r"\d", "9", re.sub(r"[^\W\d_]", "x", str(value)))

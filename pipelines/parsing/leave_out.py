"""Leave out the rows of a file that are not rows of its table: totals, and rows that the mapping skips."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from pipelines.installation.contracts import Contract
from pipelines.installation.sql import Sql, fill, join, literal, literals
from pipelines.parsing.source import Source


@dataclass(frozen=True)
class Combined:
    """The number of rows that are not counted separately, and the notes on them for the report."""

    rows: int = 0
    notes: tuple[str, ...] = ()

    def __add__(self, other: Combined) -> Combined:
        return Combined(self.rows + other.rows, (*self.notes, *other.notes))


def drop_rows(con: duckdb.DuckDBPyConnection, source: Source) -> Combined:
    """Remove the rows of the table `delivered` that the mapping leaves out (`only` and `skip`)."""
    headers = {header.strip().lower(): header for header in source.columns}
    conditions = [("NOT ", when) for when in source.mapping.only] + [
        ("", when) for when in source.mapping.skip
    ]
    left_out = [
        fill(
            "{negation}coalesce(lower(trim({header})) IN ({values}), false)",
            negation=Sql(negation),
            header=headers[when.column.strip().lower()],
            values=literals(value.strip().lower() for value in when.values),
        )
        for negation, when in conditions
    ]
    if not left_out:
        return Combined()
    ((rows,),) = con.execute(
        fill("DELETE FROM delivered WHERE {rows}", rows=join(left_out, " OR "))
    ).fetchall()
    return Combined(rows, (f"rows that the mapping leaves out: {rows}",))


def drop_totals(con: duckdb.DuckDBPyConnection, contract: Contract, source: Source) -> Combined:
    """Remove the rows of the table `delivered` that the mapping calls totals (`total_words` under `[reading]`).

    A total begins with one of the words in a column with identifiers, or in any column if the row's own id is empty.
    """
    words = [word.strip().lower() for word in source.reading.total_words]
    if not words:
        return Combined()

    def total(header: str) -> Sql:
        begins = (
            fill("starts_with(lower(trim({header})), {word})", header=header, word=literal(word))
            for word in words
        )
        return Sql(f"coalesce({join(begins, ' OR ')}, false)")

    ids = [h for name, h in source.headers.items() if name.endswith("_id") and name not in source.joined]
    named = [source.headers.get(name or "") for name in (contract.own_id, contract.agreement)]
    own = next((header for header in named if header in ids), ids[0])
    query = fill(
        "DELETE FROM delivered WHERE {in_id} OR (coalesce(trim({own}), '') = '' AND ({anywhere}))",
        in_id=join(map(total, ids), " OR "),
        own=own,
        anywhere=join(map(total, source.columns), " OR "),
    )
    ((rows,),) = con.execute(query).fetchall()
    return Combined(rows, (f"total rows passed over: {rows}",) if rows else ())

"""Combine the rows of a file that has several for one thing: a row per open item, appointment or booking.

The mapping says how (`[extracts.<extract>.combine]`). Two things need no mapping: days on which nobody opened are put
together, and the parts of a complaint belong to their whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from pipelines.delivery.rows import PART
from pipelines.delivery.source import Source
from pipelines.installation.contracts import Contract
from pipelines.installation.mapping import Combination
from pipelines.installation.sql import Sql, fill, join, literal, literals
from pipelines.warehouse import schema

SPOILT = "another row of the same key cannot count"


@dataclass(frozen=True)
class Combined:
    """The number of rows that do not count as rows of their own, and the notes on them for the report."""

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


def combine_rows(
    con: duckdb.DuckDBPyConnection, contract: Contract, rules: Mapping[str, Combination], row_hash: Sql
) -> Combined:
    """Combine the rows of the temporary table `typed` that have one key.

    A group with a row that cannot count is quarantined whole, because a part of a sum would be wrong. Rows that differ in a
    column without a rule stay apart, so that they are quarantined as contradictory.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        With `typed`.
    contract : Contract
        The extract.
    rules : Mapping
        Column -> how to combine it, from the mapping.
    row_hash : Sql
        The hash of a row's content.
    """
    notes, merged = [], 0
    if contract.whole:
        parts = _drop_parts(con)
        merged += parts
        if parts:
            notes.append(f"parts of complaints that count with their whole: {parts}")
    days = {name: "dates" for name, column in contract.columns.items() if column.type == "dates"}
    how = {**days, **rules}
    if how:
        rows, groups = _merge(con, contract, how, row_hash, by_mapping=bool(rules))
        merged += rows - groups
        if rows:
            notes.append(f"rows combined by key: {rows} into {groups} ({', '.join(how)})")
    return Combined(merged, tuple(notes))


def _drop_parts(con: duckdb.DuckDBPyConnection) -> int:
    """Remove the parts of complaints of which the whole is in the file; of parts alone, keep the first."""
    query = fill(
        """
        CREATE OR REPLACE TEMP TABLE parts AS
        SELECT line FROM (
            SELECT line, {part} AS part, bool_or(NOT {part}) OVER one_key AS whole,
                row_number() OVER (PARTITION BY key_hash, {part} ORDER BY line) AS place
            FROM typed WHERE verdict = 'new' WINDOW one_key AS (PARTITION BY key_hash))
        WHERE part AND (whole OR place > 1)""",
        part=PART,
    )
    con.execute(query)
    con.execute("DELETE FROM typed WHERE line IN (FROM parts)")
    return int(con.execute("SELECT count(*) FROM parts").fetchall()[0][0])


def _merge(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    how: Mapping[str, str],
    row_hash: Sql,
    *,
    by_mapping: bool,
) -> tuple[int, int]:
    """Replace the rows of each key by one row, and return the number of rows and of keys.

    Without a mapping, rows that are equal throughout stay and count as duplicates, and a row that cannot count spoils no
    other.
    """
    others = [name for name in schema.content_columns(contract) if name not in how]
    others += [name for name in contract.identity if name not in how]
    differs = Sql(
        join(
            (
                fill(
                    "(min({name}) IS DISTINCT FROM max({name}) OR count({name}) NOT IN (0, count(*)))",
                    name=name,
                )
                for name in others
            ),
            " OR ",
        )
    )
    con.execute(
        fill(
            """
            CREATE OR REPLACE TEMP TABLE same_key AS
            SELECT key_hash, count(*) AS rows, bool_or(verdict <> 'new') AS spoilt
            FROM typed WHERE {included} GROUP BY key_hash
            HAVING count(*) > 1 AND NOT ({differs}) AND ({equal_too} OR min(row_hash) <> max(row_hash))""",
            differs=differs,
            equal_too=Sql(str(by_mapping).lower()),
            included=Sql("true" if by_mapping else "verdict = 'new'"),
        )
    )
    con.execute(
        fill(
            """UPDATE typed SET verdict = 'quarantined', reasons = [{spoilt}]
            WHERE verdict = 'new' AND key_hash IN (SELECT key_hash FROM same_key WHERE spoilt)""",
            spoilt=Sql(f"'{SPOILT}'"),
        )
    )
    con.execute("DELETE FROM same_key WHERE spoilt")
    rows, groups = con.execute("SELECT coalesce(sum(rows), 0), count(*) FROM same_key").fetchall()[0]
    if groups:
        kept = [
            fill("{value} AS {name}", value=_combined(contract, name, rule), name=name)
            for name, rule in how.items()
        ]
        kept.append(Sql("min(line) AS line"))
        con.execute(
            fill(
                """CREATE OR REPLACE TEMP TABLE combined AS
                SELECT * REPLACE ({hash} AS row_hash) FROM (
                    SELECT {kept}, {first} FROM typed WHERE key_hash IN (SELECT key_hash FROM same_key) GROUP BY key_hash)""",
                hash=row_hash,
                kept=kept,
                first=_first_of_the_others(con, ["line", *how]),
            )
        )
        con.execute("DELETE FROM typed WHERE key_hash IN (SELECT key_hash FROM same_key)")
        con.execute("INSERT INTO typed BY NAME FROM combined")
    return int(rows), int(groups)


def _first_of_the_others(con: duckdb.DuckDBPyConnection, taken: list[str]) -> list[Sql]:
    columns = [name for (name, *_) in con.execute("DESCRIBE typed").fetchall()]
    return [fill("arg_min_null({name}, line) AS {name}", name=name) for name in columns if name not in taken]


def _combined(contract: Contract, name: str, rule: str) -> Sql:
    """Return the value of a column for several rows."""
    owed = fill(" FILTER ({total} > 0)", total=contract.control_total) if contract.control_total else Sql("")
    templates = {
        # Exact cents: a sum of floats depends on the order in which threads add.
        "sum": "sum({name}::DECIMAL(18, 2))::DOUBLE",
        "first": "arg_min({name}, line)",
        "earliest": "min({name})",
        "latest": "max({name})",
        "dates": "CASE WHEN count({name}) > 0 THEN list_sort(list_distinct(flatten(list({name})))) END",
    }
    if rule == "earliest due":
        return fill("min({name}){owed}", name=name, owed=owed)
    return fill(templates[rule], name=name)

"""Combine the rows of a file that has several for one thing: a row per open item, appointment or booking.

The mapping says how (`[extracts.<extract>.combine]`). Two cases need no mapping: days on which nobody opened are joined, and
the parts of a complaint belong to their whole.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from pipelines.installation.contracts import Contract
from pipelines.installation.mapping import Combination
from pipelines.installation.sql import Sql, fill, join, literal, literals, read_sql
from pipelines.parsing.leave_out import Combined
from pipelines.parsing.rows import PART, TOO_LATE
from pipelines.warehouse import schema

DUE = "earliest due"
"""The rule of a column with due dates: the earliest one of the items that are due and not paid."""
SPOILT = "another row of the same key cannot count"


def combine_rows(
    con: duckdb.DuckDBPyConnection, contract: Contract, rules: Mapping[str, Combination], row_hash: Sql
) -> Combined:
    """Combine the rows of the temporary table `typed` that share a key.

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
    for name in (name for name, rule in rules.items() if rule == DUE):
        not_due = _drop_not_due(con, contract, name)
        merged += not_due
        if not_due:
            notes.append(f"items that are not due yet passed over: {not_due}")
    if how:
        rows, groups = _merge(con, contract, how, row_hash, by_mapping=bool(rules))
        merged += rows - groups
        if rows:
            notes.append(f"rows combined by key: {rows} into {groups} ({', '.join(how)})")
    return Combined(merged, tuple(notes))


def _drop_parts(con: duckdb.DuckDBPyConnection) -> int:
    """Remove the parts of a complaint if the whole is in the file; otherwise keep the first part."""
    query = fill(
        read_sql(__package__, "parts"),
        part=PART,
    )
    con.execute(query)
    con.execute("DELETE FROM typed WHERE line IN (FROM parts)")
    return int(con.execute("SELECT count(*) FROM parts").fetchall()[0][0])


def _drop_not_due(con: duckdb.DuckDBPyConnection, contract: Contract, name: str) -> int:
    """Remove the rows that are due within a year after the day of their list: nobody is late with those."""
    query = fill(
        "DELETE FROM typed WHERE reasons = [{late}] AND {name} <= {day} + INTERVAL 1 YEAR",
        late=literal(f"{TOO_LATE} {name}"),
        name=name,
        day=contract.snapshot or contract.history.column,
    )
    return int(con.execute(query).fetchall()[0][0])


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
    if by_mapping:
        _set_spoilt_apart(con)
    others = [name for name in (*schema.content_columns(contract), *contract.identity) if name not in how]
    same = [
        fill("min({n}) IS NOT DISTINCT FROM max({n}) AND count({n}) IN (0, count(*))", n=name)
        for name in others
    ]
    query = """
        CREATE OR REPLACE TEMP TABLE same_key AS
        SELECT key_hash, count(*) AS rows FROM typed WHERE verdict = 'new' GROUP BY key_hash
        HAVING count(*) > 1 AND {same} AND ({equal_too} OR min(row_hash) <> max(row_hash))"""
    con.execute(fill(query, same=join(same, " AND "), equal_too=Sql(str(by_mapping).lower())))
    rows, groups = con.execute("SELECT coalesce(sum(rows), 0), count(*) FROM same_key").fetchall()[0]
    if groups:
        values = [
            fill("{value} AS {name}", value=_combined(contract, name, rule), name=name)
            for name, rule in how.items()
        ]
        query = """
            CREATE OR REPLACE TEMP TABLE combined AS
            SELECT * REPLACE ({hash} AS row_hash) FROM (
                SELECT min(line) AS line, {values}, {first} FROM typed
                WHERE verdict = 'new' AND key_hash IN (SELECT key_hash FROM same_key) GROUP BY key_hash)"""
        con.execute(
            fill(query, hash=row_hash, values=values, first=_first_of_the_others(con, ["line", *how]))
        )
        con.execute("DELETE FROM typed WHERE verdict = 'new' AND key_hash IN (SELECT key_hash FROM same_key)")
        con.execute("INSERT INTO typed BY NAME FROM combined")
    return int(rows), int(groups)


def _set_spoilt_apart(con: duckdb.DuckDBPyConnection) -> None:
    """Quarantine the rows of a key if one of them cannot count."""
    con.execute(
        """UPDATE typed SET verdict = 'quarantined', reasons = [?]
        WHERE verdict = 'new' AND key_hash IN (SELECT key_hash FROM typed WHERE verdict = 'quarantined')""",
        [SPOILT],
    )


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
    if rule == "furthest":
        # A word that no list knows is the furthest: it keeps the household off the list until somebody maps it.
        place = "coalesce(nullif(list_position([{values}], {name}), 0), 1000)"
        return fill(f"arg_max({{name}}, {place})", name=name, values=literals(contract.columns[name].codes))
    if rule == DUE:
        return fill("min({name}){owed}", name=name, owed=owed)
    return fill(templates[rule], name=name)

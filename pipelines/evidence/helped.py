"""Count the addresses that were helped, and the visits, within a year."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb

from features.known import current_sql
from models.words.results import HELPED
from pipelines.installation.sql import Sql, fill, join, literal

YEAR = timedelta(weeks=52)


def helped_sql(column: Sql) -> Sql:
    """Return the condition that a result means help."""
    return join((fill("starts_with({column}, {start})", column=column, start=literal(start)) for start in HELPED), " OR ")  # fmt: skip


def in_a_year(con: duckdb.DuckDBPyConnection, until: date) -> int:
    """Count the agreements with such a result in the 52 weeks before a day, without those of an objection."""
    query = fill(
        "SELECT count(DISTINCT (corporatie_id, overeenkomst_id)) FROM staged.contacten c "
        "ANTI JOIN staged.objectors USING (corporatie_id, overeenkomst_id) "
        "WHERE {current} AND ({helped}) AND c.datum >= ? AND c.datum < ?",
        current=Sql(current_sql("c")),
        helped=helped_sql(Sql("c.resultaat")),
    )
    return int(con.execute(query, [until - YEAR, until]).fetchall()[0][0])


def visits_in_a_year(con: duckdb.DuckDBPyConnection, until: date) -> int:
    """Count the visits to homes in the 52 weeks before a day, without those of an objection."""
    query = fill(
        "SELECT count(*) FROM staged.contacten c ANTI JOIN staged.objectors USING (corporatie_id, overeenkomst_id) "
        "WHERE {current} AND c.soort = {visit} AND c.datum >= ? AND c.datum < ?",
        current=Sql(current_sql("c")),
        visit=literal("Huisbezoek"),
    )
    return int(con.execute(query, [until - YEAR, until]).fetchall()[0][0])

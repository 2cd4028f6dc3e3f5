"""Judge a register: figures for its gate about tenants, homes and places that are not what they seem.

A figure is only judged when something was found, so a good register shows none of them.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from pipelines.gate.verdicts import Figure
from pipelines.installation.contracts import REGISTER
from pipelines.installation.netherlands import NETHERLANDS
from pipelines.installation.settings import Gates
from pipelines.installation.sql import Sql, fill, read_sql
from pipelines.parsing.batch import Batch
from pipelines.parsing.identifiers import MOST_HOMES, canonical_sql, nobody_sql

_RUNNING = """verdict = 'new' AND eenheidsoort_code = 'WOO' AND begindatum <= $peildatum
    AND (einddatum IS NULL OR einddatum >= $peildatum)"""


def key_figures(con: duckdb.DuckDBPyConnection, batch: Batch, gates: Gates) -> Iterator[Figure]:
    """Yield the figures of a register whose keys or places are doubtful, from the temporary table `typed`."""
    if batch.contract.extract != REGISTER:
        return
    yield from _nobody(con, batch)
    yield from _crowded(con, batch)
    yield from _two_names(con)
    yield from _abroad(con)
    for column in ("overeenkomst_id", "huurder_id", "eenheid_id"):
        yield from _other_form(con, batch, gates, column)


def _nobody(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Figure]:
    placeholder = nobody_sql(
        Sql("replace(huurder_id, ' ' || overeenkomst_id, '')"), batch.source.reading.nobody
    )
    query = fill(
        "SELECT count(*) FROM typed WHERE verdict = 'new' AND ends_with(huurder_id, ' ' || overeenkomst_id) AND {placeholder}",
        placeholder=placeholder,
    )
    rows = con.execute(query).fetchall()[0][0]
    if rows:
        meaning = "Agreements with a tenant number that stands for nobody, such as ONBEKEND; each counts as a tenant of its own."
        yield Figure("huurder_id.nobody.rows", float(rows), None, 0, "warning", meaning, standing=True)


def _crowded(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Figure]:
    """Yield the largest number of homes of one tenant, and of tenancies in one home, if it is doubtful."""
    homes = (
        "Most homes that one tenant number has at once. If it is not one person, name it in `nobody = [...]` under [reading]; "
        "`waakvlam check` prints the line."
    )
    tenancies = "Most agreements that run in one home at once."
    for own, other, meaning in (
        ("huurder_id", "eenheid_id", homes),
        ("eenheid_id", "overeenkomst_id", tenancies),
    ):
        query = fill(
            "SELECT coalesce(max(n), 0) FROM "
            "(SELECT count(DISTINCT {other}) AS n FROM typed WHERE {running} GROUP BY corporatie_id, {own})",
            own=own,
            other=other,
            running=Sql(_RUNNING),
        )
        most = con.execute(query, {"peildatum": batch.delivery.peildatum}).fetchall()[0][0]
        if most > MOST_HOMES:
            yield Figure(
                f"{own}.{other}.most", float(most), None, MOST_HOMES, "warning", meaning, standing=True
            )


def _two_names(con: duckdb.DuckDBPyConnection) -> Iterator[Figure]:
    """Yield the number of tenants whose agreements have names without a word in common."""
    query = read_sql(__package__, "two_names")
    tenants = con.execute(query).fetchall()[0][0]
    if tenants:
        meaning = "Tenant numbers whose agreements have names without a word in common: perhaps two persons with one number."
        yield Figure("huurder_id.two_names.rows", float(tenants), None, 0, "warning", meaning, standing=True)


def _abroad(con: duckdb.DuckDBPyConnection) -> Iterator[Figure]:
    """Yield the number of homes whose coordinates lie outside the Netherlands (`Identity.location`)."""
    query = """
        SELECT count(*) FROM (
            SELECT TRY_CAST(replace(breedtegraad, ',', '.') AS DOUBLE) AS north, TRY_CAST(replace(lengtegraad, ',', '.') AS DOUBLE) AS east
            FROM typed WHERE verdict = 'new' AND (breedtegraad IS NOT NULL OR lengtegraad IS NOT NULL))
        WHERE NOT coalesce(north BETWEEN ? AND ? AND east BETWEEN ? AND ?, false)"""
    rows = con.execute(query, [edge for edges in NETHERLANDS for edge in edges]).fetchall()[0][0]
    if rows:
        meaning = (
            "Rows whose breedtegraad and lengtegraad lie outside the Netherlands; the portal's map leaves them out. "
            "It needs degrees (WGS 84): convert metres of the Dutch grid (RD), and check that the columns are not exchanged."
        )
        yield Figure("breedtegraad.abroad.rows", float(rows), None, 0, "warning", meaning, standing=True)


def _other_form(con: duckdb.DuckDBPyConnection, batch: Batch, gates: Gates, column: str) -> Iterator[Figure]:
    """Yield the share of ids that the register before wrote otherwise: without zeros or prefix, in other capitals."""
    query = fill(
        read_sql(__package__, "other_form"),
        column=column,
        form=canonical_sql(Sql("id")),
    )
    other, ids = con.execute(query).fetchall()[0]
    if other:
        meaning = f"Values of {column} that differ from those of the register before only by zeros, capitals, signs or a prefix."
        most = max(gates.bad_value_share, gates.tolerated_rows / batch.rows_read)
        yield Figure(f"{column}.other_form.share", other / ids, None, most, "critical", meaning)

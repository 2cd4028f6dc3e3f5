"""Find the home of a row by its address, where a source knows no number of the home (`address` in the mapping).

An objection, flag, contact or worry whose address has no home is loaded without one, so that an analyst can choose it.
"""

from __future__ import annotations

import duckdb

from pipelines.installation.sql import Sql, fill, join
from pipelines.parsing.columns import ReadDelivery
from pipelines.warehouse.addresses import near_homes_sql
from pipelines.warehouse.vault import units_at

NO_HOME = "no home at the address"


def find_homes(con: duckdb.DuckDBPyConnection, delivered: ReadDelivery) -> tuple[str, ...]:
    """Fill the home in the temporary table `texts` for rows that have none, and return a note on the number.

    An address counts if the register has exactly one home there, however the address was typed. The address itself is not kept.
    """
    wanted, contract = delivered.source.mapping.address, delivered.contract
    if wanted is None or contract.home is None or not _vault_is_attached(con):
        return ()
    query = fill(
        "SELECT line, {corporation}, {address} FROM delivered WHERE line IN (SELECT line FROM texts WHERE {home} IS NULL)",
        corporation=delivered.source.text("corporatie_id"),
        address=_address(delivered),
        home=contract.home,
    )
    rows = con.execute(query).fetchall()
    homes = units_at(con, {(corporation, postcode, number) for _, corporation, postcode, number in rows})
    matches = [(homes[address], line) for line, *rest in rows if (address := tuple(rest)) in homes]
    if matches:
        con.executemany(fill("UPDATE texts SET {home} = ? WHERE line = ?", home=contract.home), matches)
    return (f"homes found by their address: {len(matches)} of {len(rows)}",)


def set_apart_homeless(con: duckdb.DuckDBPyConnection, delivered: ReadDelivery) -> None:
    """Quarantine the rows of `typed` that were to get a home by their address and have neither home nor agreement.

    Rows with a right or a safety warning stay; the temporary table `near_homes` gets the agreements near their address.
    """
    contract = delivered.contract
    con.execute(
        "CREATE OR REPLACE TEMP TABLE near_homes (extract VARCHAR, corporatie_id VARCHAR, record VARCHAR, "
        "overeenkomst_id VARCHAR, place INTEGER)"
    )
    if delivered.source.mapping.address is None or contract.home is None:
        return
    links = [name for name in (contract.home, contract.agreement, contract.tenant) if name]
    homeless = fill("coalesce({links}) IS NULL", links=links)
    if not contract.rights:
        query = "UPDATE typed SET verdict = 'quarantined', reasons = list_append(reasons, ?) WHERE {homeless}"
        con.execute(fill(query, homeless=homeless), [NO_HOME])
    elif _vault_is_attached(con):
        wanted = fill(
            "SELECT t.corporatie_id, t.{record} AS record, {address}, CAST(t.{day} AS DATE) AS day "
            "FROM (FROM typed WHERE verdict = 'new' AND {homeless}) t JOIN delivered USING (line)",
            record=contract.own_id,
            address=_address(delivered),
            day=contract.history.column,
            homeless=homeless,
        )
        query = fill("INSERT INTO near_homes {query}", query=near_homes_sql(contract.extract, wanted))
        con.execute(query)


def _address(delivered: ReadDelivery) -> Sql:
    """Return the SQL of the postcode and the number of a row in the table `delivered`."""
    wanted = delivered.source.mapping.address
    assert wanted is not None
    numbers = (wanted.number,) if isinstance(wanted.number, str) else wanted.number
    return fill(
        "coalesce(delivered.{postcode}, '') AS postcode, concat_ws(' ', {numbers}) AS number",
        postcode=delivered.header(wanted.postcode),
        numbers=join((fill("delivered.{header}", header=delivered.header(name)) for name in numbers), ", "),
    )


def _vault_is_attached(con: duckdb.DuckDBPyConnection) -> bool:
    query = "SELECT count(*) > 0 FROM duckdb_databases() WHERE database_name = 'vault'"
    return bool(con.execute(query).fetchall()[0][0])

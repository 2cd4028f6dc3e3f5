"""Find the home of a row by its address, where a source knows no number of the home (`address` in the mapping)."""

from __future__ import annotations

import duckdb

from pipelines.delivery.columns import ReadDelivery
from pipelines.installation.sql import fill
from pipelines.warehouse.vault import units_at

NO_HOME = "no home at the address"


def find_homes(con: duckdb.DuckDBPyConnection, delivered: ReadDelivery) -> tuple[str, ...]:
    """Fill the home in the temporary table `texts` for rows that have none, and return a note on the number.

    An address counts if the register has exactly one home there, however the address was typed. The address itself is not kept.
    """
    wanted, contract = delivered.source.mapping.address, delivered.contract
    if wanted is None or contract.home is None or not _vault_is_attached(con):
        return ()
    numbers = (wanted.number,) if isinstance(wanted.number, str) else wanted.number
    query = fill(
        "SELECT line, {corporation}, coalesce({postcode}, ''), concat_ws(' ', {numbers}) FROM delivered "
        "WHERE line IN (SELECT line FROM texts WHERE {home} IS NULL)",
        corporation=delivered.source.text("corporatie_id"),
        postcode=delivered.header(wanted.postcode),
        numbers=[fill("{header}", header=delivered.header(name)) for name in numbers],
        home=contract.home,
    )
    rows = con.execute(query).fetchall()
    homes = units_at(con, {(corporation, postcode, number) for _, corporation, postcode, number in rows})
    found = [(homes[address], line) for line, *rest in rows if (address := tuple(rest)) in homes]
    if found:
        con.executemany(fill("UPDATE texts SET {home} = ? WHERE line = ?", home=contract.home), found)
    return (f"homes found by their address: {len(found)} of {len(rows)}",)


def set_apart_homeless(con: duckdb.DuckDBPyConnection, delivered: ReadDelivery) -> None:
    """Quarantine the rows of `typed` that were to get a home by their address and have neither home nor agreement."""
    contract = delivered.contract
    if delivered.source.mapping.address is None or contract.home is None:
        return
    links = [name for name in (contract.home, contract.agreement, contract.tenant) if name]
    query = fill(
        "UPDATE typed SET verdict = 'quarantined', reasons = list_append(reasons, ?) WHERE coalesce({links}) IS NULL",
        links=links,
    )
    con.execute(query, [NO_HOME])


def _vault_is_attached(con: duckdb.DuckDBPyConnection) -> bool:
    query = "SELECT count(*) > 0 FROM duckdb_databases() WHERE database_name = 'vault'"
    return bool(con.execute(query).fetchall()[0][0])

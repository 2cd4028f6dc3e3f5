"""Find the tenant that a person means: by the corporation's id, by an agreement, or by an address.

An id of something else must never count as a tenant nobody knows: the access request would be answered with "nothing is
held about you", and an erasure would remove the files in which that id stands, but no row.
"""

from __future__ import annotations

from datetime import date

import duckdb

from pipelines.installation.contracts import REGISTER, contracts
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.sql import fill, join
from pipelines.operations import person_rows
from pipelines.warehouse.addresses import agreements_at

TENANT, AGREEMENT = "tenant", "agreement"
"""What an id can be said to be."""
DIGITS = 5
"""Minimum number of digits of an id that only files have: fewer are also a house number or an amount."""
SET_APART = frozenset({"vault.main.quarantine", "warehouse.run.set_apart"})
"""Tables of rows that no tenant could be found for, so an id of a tenant may stand in these alone."""


def tenant_of(con: duckdb.DuckDBPyConnection, text: str, day: date, kind: str = "") -> str:
    """Return the id of the tenant that a text means: that id itself, an agreement of the tenant, or the address on a day.

    Parameters
    ----------
    kind : str
        ``tenant`` or ``agreement`` if only that is meant; needed where one number is the id of both.

    Raises
    ------
    ConfigurationError
        Several tenants have it, it is an id of two people, or the id of something else.
    """
    own = kind != AGREEMENT and is_tenant(con, text)
    if own and not kind and set(_tenants(con, [text])) - {text}:
        raise ConfigurationError(
            "This is the id of a tenant, and of an agreement of somebody else.",
            mend=f"Say which one is meant: --as {TENANT} or --as {AGREEMENT}.",
        )
    if not own and kind != TENANT:
        agreements = [text, *(agreements_at(con, text, day) if len(text.split()) > 1 else [])]
        tenants = _tenants(con, agreements)
        if len(tenants) > 1:
            raise ConfigurationError(
                f"{len(tenants)} tenants have this agreement or address.",
                mend="Use the id of one of them from the corporation's register.",
            )
        if tenants:
            return tenants[0]
    if kind == AGREEMENT:
        raise ConfigurationError(
            "No agreement has this id.", mend="Use the id from the corporation's register."
        )
    refuse_others(con, text)
    return text


def refuse_others(con: duckdb.DuckDBPyConnection, huurder: str) -> None:
    """Refuse an id that the data have, but not as the id of a tenant, and a number that is too short to search files for.

    Raises
    ------
    ConfigurationError
        The id is refused.
    """
    if is_tenant(con, huurder):
        return
    if set(person_rows.tables_with(con, huurder)) - SET_APART:
        raise ConfigurationError(
            "The data have this id, but not as the id of a tenant.",
            mend="Use the tenant's id from the corporation's register, not that of an agreement or a home.",
        )
    if huurder.isdigit() and len(huurder) < DIGITS:
        raise ConfigurationError(
            "There are no data about this tenant.", mend="Use the id from the corporation's register."
        )


def is_tenant(con: duckdb.DuckDBPyConnection, huurder: str) -> bool:
    """Return whether a row names this tenant, or an erasure of this tenant was interrupted."""
    named = [("run", "co_tenants", "huurder_id"), ("vault", "main", "erasures", "huurder")]
    for name, contract in contracts().items():
        if column := contract.tenant or ("huurder_id" if name == REGISTER else ""):
            named.append(("raw", name, column))
    naming_rows = join(
        (
            fill("SELECT 1 FROM {table} WHERE {column} = $id", table=join(table, "."), column=column)
            for *table, column in named
        ),
        " UNION ALL ",
    )
    return bool(
        con.execute(
            fill("SELECT 1 FROM ({naming_rows}) LIMIT 1", naming_rows=naming_rows), {"id": huurder}
        ).fetchall()
    )


def _tenants(con: duckdb.DuckDBPyConnection, agreements: list[str]) -> list[str]:
    """Return every tenant of agreements, whatever the delivery that named them."""
    rows = con.execute(
        fill(
            "SELECT DISTINCT huurder_id FROM (FROM raw.{register} SELECT overeenkomst_id, huurder_id UNION ALL "
            "FROM run.co_tenants SELECT overeenkomst_id, huurder_id) "
            "WHERE overeenkomst_id IN (SELECT unnest($ids)) AND huurder_id IS NOT NULL ORDER BY 1",
            register=REGISTER,
        ),
        {"ids": agreements},
    )
    return [huurder for (huurder,) in rows.fetchall()]

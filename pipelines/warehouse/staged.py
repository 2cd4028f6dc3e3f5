"""The staged tables that signals read: versions, each belonging to an agreement.

An extract whose rows name their agreement is a view on its versions. A row that names only a home belongs to the
agreement that ran there on the event date; which one that was can change as the register becomes better known, so
the answer, too, has its interval of being known. A row whose agreement is not (yet) in the register waits: it is
counted in the report and comes in by itself when the register knows the agreement.
"""

from __future__ import annotations

import duckdb

from pipelines.installation.contracts import Contract, contracts
from pipelines.warehouse import schema

KNOWN = ("known_from", "known_until")


def create(con: duckdb.DuckDBPyConnection) -> None:
    """Create the staged views and tables where they do not exist."""
    for contract in contracts().values():
        columns = ", ".join(staged_columns(contract))
        if contract.home or contract.tenant:
            kinds = schema.content_columns(contract) | {"gebeurd_op": "DATE", "overeenkomst_id": "VARCHAR"}
            typed = ", ".join(f"{c} {kinds.get(c, 'DATE')}" for c in staged_columns(contract))
            con.execute(
                f"CREATE TABLE IF NOT EXISTS staged.{contract.extract} (row_id BIGINT, place VARCHAR, {typed})"
            )
        else:
            con.execute(
                f"CREATE OR REPLACE VIEW staged.{contract.extract} AS SELECT {columns} FROM versions.{contract.extract}"
            )
    con.execute("CREATE OR REPLACE VIEW staged.peildata AS SELECT * FROM versions.peildata")


def staged_columns(contract: Contract) -> list[str]:
    """List the columns of a staged table: agreement first, then content, then the interval of being known."""
    own = [
        c
        for c in schema.content_columns(contract)
        if c not in (contract.agreement, contract.home, contract.tenant)
    ]
    keys = ["corporatie_id", "overeenkomst_id"]
    event = ["gebeurd_op"] if contract.event else []
    return (
        [*keys, *(c for c in own if c not in keys), *event, *KNOWN]
        if contract.extract != "huurovereenkomsten"
        else [*schema.content_columns(contract), *KNOWN]
    )


def resolve(con: duckdb.DuckDBPyConnection, contract: Contract, inside: str) -> None:
    """Find the agreement of each row of an extract that changed, or whose register did.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        Inside a transaction.
    contract : Contract
        An extract whose rows name a home or a tenant.
    inside : str
        Which rows: a condition in SQL on row_id, corporatie_id and place.
    """
    name = contract.extract
    con.execute(f"DELETE FROM staged.{name} WHERE {inside}")
    con.execute(f"INSERT INTO staged.{name} {_resolved_sql(contract, inside)} ORDER BY r.known_from")


def place(contract: Contract, alias: str) -> str:
    """Give the SQL of what a row is resolved by: its home, else its tenant, else its agreement, each marked."""
    marks = ((contract.home, "h:"), (contract.tenant, "t:"), (contract.agreement, "o:"))
    return f"coalesce({', '.join(chr(39) + mark + chr(39) + ' || ' + alias + '.' + name for name, mark in marks if name)})"


def _resolved_sql(contract: Contract, inside: str) -> str:
    event = " , ".join(f"CAST(v.{part.strip()} AS DATE)" for part in (contract.event or "").split("|"))
    named = f"v.{contract.agreement}" if contract.agreement else "NULL::VARCHAR"
    columns = [c for c in staged_columns(contract) if c not in ("overeenkomst_id", "gebeurd_op", *KNOWN)]
    selected = ", ".join(
        {"corporatie_id": "v.corporatie_id, r.overeenkomst_id"}.get(c, f"v.{c}") for c in columns
    )
    home = f"a.eenheid_id = v.{contract.home}"
    runs = "a.begindatum <= v.event_on AND (a.einddatum IS NULL OR a.einddatum >= v.event_on)"
    # A flag on a tenant holds for every agreement of that tenant; a row about a home for the one that ran there.
    by_home = f"v.{contract.home} IS NOT NULL" + (
        f" AND v.{contract.tenant} IS NULL" if contract.tenant else ""
    )
    tenant = (
        f"""
        UNION ALL
        SELECT v.row_id, v.known_from, a.overeenkomst_id, greatest(v.known_from, a.known_from),
            least(v.home_until, coalesce(a.known_until, DATE '9999-12-31'))
        FROM v JOIN versions.huurovereenkomsten a ON a.corporatie_id = v.corporatie_id AND a.huurder_id = v.{contract.tenant}
        WHERE v.home_until > v.known_from"""
        if contract.tenant
        else ""
    )
    return f"""
        WITH register AS (
            SELECT corporatie_id AS of_corporatie, overeenkomst_id AS of_agreement, min(known_from) AS registered
            FROM versions.huurovereenkomsten GROUP BY ALL),
        -- Until the register knows the agreement that a row names, the row belongs to whom its home says.
        v AS (
            SELECT *, coalesce({event}) AS event_on,
                CASE WHEN registered IS NOT NULL THEN greatest(registered, known_from) END AS named_from,
                least(coalesce(v.known_until, DATE '9999-12-31'), coalesce(named_from, DATE '9999-12-31')) AS home_until
            FROM (SELECT *, {place(contract, "p")} AS place FROM versions.{contract.extract} p) v
            LEFT JOIN register ON of_corporatie = v.corporatie_id AND of_agreement = {named} WHERE {inside}),
        moments AS (
            SELECT row_id, known_from AS row_from, known_from AS moment FROM v WHERE {by_home}
            UNION
            SELECT v.row_id, v.known_from, unnest([a.known_from, a.known_until]) FROM v
            JOIN versions.huurovereenkomsten a ON a.corporatie_id = v.corporatie_id AND {home} WHERE {by_home}),
        segments AS (
            SELECT m.row_id, m.row_from, moment, lead(moment) OVER (PARTITION BY m.row_id, m.row_from ORDER BY moment) AS next
            FROM moments m JOIN v ON v.row_id = m.row_id AND v.known_from = m.row_from
            WHERE moment >= v.known_from AND moment < v.home_until),
        answers AS (
            SELECT s.row_id, s.row_from, s.moment, any_value(s.next) AS next,
                arg_max(a.overeenkomst_id, (a.begindatum, a.overeenkomst_id)) FILTER (WHERE {runs}
                    AND a.known_from <= s.moment AND (a.known_until IS NULL OR a.known_until > s.moment)) AS overeenkomst_id
            FROM segments s JOIN v ON v.row_id = s.row_id AND v.known_from = s.row_from
            JOIN versions.huurovereenkomsten a ON a.corporatie_id = v.corporatie_id AND {home}
            GROUP BY s.row_id, s.row_from, s.moment),
        merged AS (
            SELECT *, lead(moment) OVER (PARTITION BY row_id, row_from ORDER BY moment) AS until FROM answers
            QUALIFY overeenkomst_id IS DISTINCT FROM lag(overeenkomst_id) OVER (PARTITION BY row_id, row_from ORDER BY moment)
                OR row_number() OVER (PARTITION BY row_id, row_from ORDER BY moment) = 1),
        intervals AS (
            SELECT row_id, row_from, overeenkomst_id, moment AS known_from,
                lead(moment) OVER (PARTITION BY row_id, row_from ORDER BY moment) AS next FROM merged),
        r AS (
            SELECT row_id, known_from AS row_from, of_agreement AS overeenkomst_id, named_from AS known_from, known_until
            FROM v WHERE registered IS NOT NULL
            UNION ALL
            SELECT i.row_id, i.row_from, i.overeenkomst_id, i.known_from, coalesce(i.next, v.home_until)
            FROM intervals i JOIN v ON v.row_id = i.row_id AND v.known_from = i.row_from WHERE i.overeenkomst_id IS NOT NULL
            {tenant})
        SELECT v.row_id, v.place, {selected}, v.event_on, r.known_from,
            CASE WHEN r.known_until < DATE '9999-12-31' THEN r.known_until END
        FROM r JOIN v ON v.row_id = r.row_id AND v.known_from = r.row_from
        WHERE r.known_until IS NULL OR r.known_until > r.known_from"""

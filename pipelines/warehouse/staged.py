"""Build the staged tables that signals read: versions of rows, each belonging to an agreement.

An extract whose rows name their agreement is a view on its versions. A row that names only a home belongs to the
agreement that ran there on the event date. Which agreement that was can change as the register is corrected, so the
answer has its own interval of being known. A row whose agreement is not yet in the register waits: the run report counts
it, and it appears once the register knows the agreement.
"""

from __future__ import annotations

import duckdb

from features.known import LACKING, current_sql
from pipelines.installation.contracts import REGISTER, Contract, contracts
from pipelines.installation.sql import Sql, fill, identifier, join, literal, read_sql
from pipelines.warehouse import schema

KNOWN = ("known_from", "known_until")
OBJECTORS = "objectors"
"""The staged view of the agreements of every person with a standing objection, and of the household."""


def tables() -> list[Sql]:
    """Return the statements that create the staged tables that do not exist yet, and the views."""
    statements = [
        fill(
            "CREATE OR REPLACE VIEW versions.tenants AS {query}", query=Sql(read_sql(__package__, "tenants"))
        )
    ]
    for contract in contracts().values():
        columns = staged_columns(contract)
        if contract.is_resolved:
            kinds = schema.content_columns(contract) | {"gebeurd_op": "DATE", "overeenkomst_id": "VARCHAR"}
            typed = schema.typed({column: kinds.get(column, "DATE") for column in columns})
            statement = fill(
                "CREATE TABLE IF NOT EXISTS staged.{extract} (row_id BIGINT, place VARCHAR, {typed})",
                extract=contract.extract,
                typed=typed,
            )
        else:
            statement = fill(
                "CREATE OR REPLACE VIEW staged.{extract} AS SELECT {columns} FROM versions.{extract}{inherited}{assigned}",
                extract=contract.extract,
                columns=[_from_row(contract, column) for column in columns],
                inherited=_inherited_sql(contract, columns) if contract.extract != REGISTER else Sql(""),
                assigned=_assigned_sql(contract, columns) if contract.rights else Sql(""),
            )
        statements.append(statement)
    objectors = fill(
        read_sql(__package__, "objectors"), current=Sql(current_sql("b")), latest=Sql(current_sql("r"))
    )
    return [
        *statements,
        Sql("CREATE OR REPLACE VIEW staged.peildata AS SELECT * FROM versions.peildata"),
        fill("CREATE OR REPLACE VIEW staged.{name} AS {query}", name=OBJECTORS, query=objectors),
        fill(
            "CREATE OR REPLACE VIEW staged.{name} AS {query}",
            name=LACKING,
            query=fill(
                read_sql(__package__, "lacking"), corporations=corporations_sql(), register=literal(REGISTER)
            ),
        ),
    ]


def corporations_sql() -> Sql:
    """Return the query for the corporations of the register, each with the source of its deliveries."""
    return Sql(read_sql(__package__, "corporations"))


def has_view(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Return whether a staged view exists: an older version's warehouse, opened read-only, lacks the newer ones."""
    # Without a parameter, because for those DuckDB imports pandas, which takes most of a second.
    query = "SELECT count(*) > 0 FROM duckdb_views() WHERE schema_name = 'staged' AND view_name = {name}"
    return bool(con.execute(fill(query, name=literal(name))).fetchall()[0][0])


def _inherited_sql(contract: Contract, columns: list[str]) -> Sql:
    """Return the part of a view that gives the rows of an agreement to the agreement that continues it.

    They are known from the day on which the register knew of both. On a list of positions the row of the new agreement itself
    takes precedence over that of the earlier one.
    """
    own = {
        "corporatie_id": Sql("v.corporatie_id"),
        "overeenkomst_id": Sql("l.successor"),
        "known_from": Sql("greatest(v.known_from, l.known_from)"),
    }
    return fill(
        read_sql(__package__, "inherited"),
        extract=contract.extract,
        agreement=contract.agreement or "overeenkomst_id",
        columns=[own.get(column) or _from_row(contract, column) for column in columns],
        unless=Sql("false") if not contract.snapshot else fill("own.{day} = v.{day}", day=contract.snapshot),
    )


def _assigned_sql(contract: Contract, columns: list[str]) -> Sql:
    """Return the part of a view with the rows that an analyst gave to an agreement, from the day of the answer.

    An objection that could not be read has no row of its own: it counts from the answer, under the key of the answer.
    """
    own = {
        "corporatie_id": Sql("s.corporatie_id"),
        "overeenkomst_id": Sql("s.overeenkomst_id"),
        "known_from": Sql("s.known_from"),
        "known_until": Sql("nullif(s.known_until, DATE '9999-12-31')"),
    }
    of_row = own | {
        "known_from": Sql("greatest(v.known_from, s.known_from)"),
        "known_until": Sql("v.known_until"),
    }
    without_row = own | {
        contract.own_id: Sql("s.row_key"),
        contract.history.column: Sql("s.known_from"),
    }
    return fill(
        read_sql(__package__, "assigned_rows"),
        extract=contract.extract,
        literal=literal(contract.extract),
        of_row=[of_row.get(column) or _from_row(contract, column) for column in columns],
        without_row=[without_row.get(column, Sql("NULL")) for column in columns],
        meaning=literal("objection"),
    )


def _from_row(contract: Contract, column: str) -> Sql:
    """Return a staged column of an extract whose rows name their agreement."""
    if column == "gebeurd_op":
        days = [fill("CAST({column} AS DATE)", column=name) for name in contract.event_columns]
        return fill("coalesce({days}) AS gebeurd_op", days=days)
    if column == "overeenkomst_id" and contract.agreement and contract.agreement != column:
        return fill("{agreement} AS overeenkomst_id", agreement=contract.agreement)
    return identifier(column)


def staged_columns(contract: Contract) -> list[str]:
    """Return the columns of a staged table: agreement, content, and the interval in which the row was known."""
    own = [
        c
        for c in schema.content_columns(contract)
        if c not in (contract.agreement, contract.home, contract.tenant)
    ]
    keys = ["corporatie_id", "overeenkomst_id"]
    event = ["gebeurd_op"] if contract.event else []
    return (
        [*keys, *(c for c in own if c not in keys), *event, *KNOWN]
        if contract.extract != REGISTER
        else [*schema.content_columns(contract), *KNOWN]
    )


def resolve(con: duckdb.DuckDBPyConnection, contract: Contract, inside: Sql) -> None:
    """Find the agreement of each row of an extract that changed, or whose entry in the register changed.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        Inside a transaction.
    contract : Contract
        An extract whose rows name a home or a tenant.
    inside : Sql
        Condition on row_id, corporatie_id and place that selects the rows.
    """
    con.execute(fill("DELETE FROM staged.{extract} WHERE {inside}", extract=contract.extract, inside=inside))
    con.execute(
        fill(
            "INSERT INTO staged.{extract} {resolved} ORDER BY r.known_from",
            extract=contract.extract,
            resolved=_resolved_sql(contract, inside),
        )
    )


def place(contract: Contract, alias: str) -> Sql:
    """Return the key that resolves a row: its home, else its tenant, else its agreement, each with its own prefix."""
    marks = ((contract.home, "h:"), (contract.tenant, "t:"), (contract.agreement, "o:"))
    marked = [
        fill("{mark} || {alias}.{column}", mark=literal(mark), alias=alias, column=column)
        for column, mark in marks
        if column
    ]
    return fill("coalesce({marked})", marked=marked)


def in_register(contract: Contract, register: Sql) -> Sql:
    """Return the condition that the home, tenant or agreement of a row is in the register.

    Parameters
    ----------
    contract : Contract
        The extract.
    register : Sql
        The table to look in: the register's versions, or those of its rows that changed.

    Returns
    -------
    Sql
        Empty if the rows of the extract name none of the three.
    """
    links = (
        (contract.agreement, "overeenkomst_id"),
        (contract.home, "eenheid_id"),
        (contract.tenant, "huurder_id"),
    )
    conditions = [
        fill(
            "(corporatie_id, {own}) IN (SELECT (corporatie_id, {theirs}) FROM {register})",
            own=own,
            theirs=theirs,
            register=register,
        )
        for own, theirs in links
        if own
    ]
    return join(conditions, " OR ")


def _resolved_sql(contract: Contract, inside: Sql) -> Sql:
    """Return the query for the rows with their agreement, in the order of the table's columns."""
    event = [fill("CAST(v.{column} AS DATE)", column=column) for column in contract.event_columns]
    named = fill("v.{column}", column=contract.agreement) if contract.agreement else Sql("NULL::VARCHAR")
    columns = [
        Sql("v.corporatie_id, r.overeenkomst_id") if c == "corporatie_id" else fill("v.{column}", column=c)
        for c in staged_columns(contract)
        if c not in ("overeenkomst_id", "gebeurd_op", *KNOWN)
    ]
    home = fill("v.{column}", column=contract.home) if contract.home else Sql("NULL::VARCHAR")
    by_home = [fill("{home} IS NOT NULL", home=home)]
    of_tenant = Sql("")
    if contract.tenant:
        by_home.append(fill("v.{tenant} IS NULL", tenant=contract.tenant))
        of_tenant = fill(read_sql(__package__, "resolved_tenant"), tenant=contract.tenant)
    return fill(
        read_sql(__package__, "resolved"),
        extract=contract.extract,
        inside=inside,
        event=event,
        named=named,
        home=home,
        by_home=join(by_home, " AND "),
        place=place(contract, "p"),
        of_tenant=of_tenant,
        extract_name=literal(contract.extract),
        columns=columns,
    )

"""Export or erase all data about one tenant (GDPR art. 15 and 17).

The tenant is identified by the corporation's id. The data are every agreement of that tenant, and every row that names
the tenant or belongs to one of these agreements. Rows about the home from before or after the tenancy belong to others.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from features.known import current_sql
from pipelines.exchange import removal
from pipelines.installation import calendar
from pipelines.installation.contracts import contracts
from pipelines.installation.errors import WaakvlamError
from pipelines.installation.sql import Sql, fill, join, literal
from pipelines.installation.workspace import STORES, Workspace
from pipelines.operations import person_rows, tenants
from pipelines.operations.person_files import Person, files_of
from pipelines.proof import openings
from pipelines.warehouse import unresolved
from pipelines.warehouse.copies import rewrite
from pipelines.warehouse.stores import attach_vault, clean_scratch, open_warehouse, read_pepper

_KEPT = {
    "bezwaren": Sql("row_id NOT IN (SELECT row_id FROM kept)"),
    "toewijzingen": Sql("row_id NOT IN (SELECT row_id FROM kept_answers)"),
    "assigned": Sql("meaning <> 'objection'"),
    "set_apart": Sql("extract <> 'bezwaren'"),
    "erasures": Sql("false"),  # the mark, which is removed last
}
"""The rows of these tables that must be gone after an erasure: active objections stay, with their answers."""
LIST_FILES = ("shortlist.csv", "shortlist.xlsx", "shortlist.html")


@dataclass(frozen=True)
class Erased:
    """The number of erased rows per table, and the erased files."""

    rows: Mapping[str, int]
    files: tuple[Path, ...]


def export(workspace: Workspace, whom: str, kind: str = "") -> dict[str, Any]:
    """Return all data about a tenant as plain values, by table.

    Parameters
    ----------
    workspace : Workspace
        The workspace.
    whom : str
        The tenant's id, the id of an agreement with one tenant, or an address with one.
    kind : str
        ``tenant`` or ``agreement``, if the id may be that of somebody else's agreement or of another tenant.

    Raises
    ------
    ConfigurationError
        There are no data about this tenant, or it is not clear which tenant is meant.
    """
    with open_warehouse(workspace) as con:
        attach_vault(con, workspace)
        huurder = tenants.tenant_of(con, whom, calendar.today(), kind)
        person_rows.find(con, huurder, Person(huurder), workspace)
        held: dict[str, Any] = {"huurder_id": huurder}
        for name in contracts():
            query = fill(
                "SELECT * EXCLUDE (row_id, key_hash) FROM versions.{extract} WHERE {own} ORDER BY known_from",
                extract=name,
                own=person_rows.own_rows(name),
            )
            held[name] = person_rows.rows(con, query)
        for table in person_rows.tables_of_agreements(con):
            query = fill("SELECT * FROM {table} WHERE {own}", table=join(table, "."), own=person_rows.OWN)
            held[".".join(table)] = person_rows.rows(con, query)
        mentioned = fill(
            "SELECT * FROM vault.main.quarantine WHERE {mentions}",
            mentions=person_rows.mentions(con, person_rows.known_as(con, huurder)),
        )
        held["vault.main.quarantine"] = person_rows.rows(con, mentioned)
        query = fill("SELECT * FROM run.co_tenants WHERE huurder_id = {huurder}", huurder=literal(huurder))
        held["run.co_tenants"] = person_rows.rows(con, query)
        held["run.set_apart"] = person_rows.rows(
            con, fill("SELECT * FROM run.set_apart WHERE {theirs}", theirs=_set_apart(huurder))
        )
        held |= removal.held(workspace, *person_rows.theirs(con))
        held["lists"] = [folder.name for folder in person_rows.listed(con, workspace)]
        held["deliveries"] = [path.name for path in person_rows.delivered(con, workspace)]
    return {name: value for name, value in held.items() if value}


def erase(workspace: Workspace, huurder: str) -> Erased:
    """Erase all data about a tenant, and verify that they are gone.

    This also deletes the past lists and the deliveries that mention the tenant, refused and withdrawn ones included. If the
    corporation delivers data about this person again, they are loaded again, so the corporation must stop delivering them
    or register an objection (`bezwaren`). Backups contain the person until their retention period ends.

    The person is marked first, and the mark is removed last. An erasure that was interrupted, or that could not remove a
    file, therefore continues when it is started again, although the rows that identified the tenant are gone.

    An active objection is kept, as the ids of objection and agreement: without it the next delivery would put the
    person back on a list.

    Raises
    ------
    ConfigurationError
        There are no data about this tenant, or the id is that of something else.
    WaakvlamError
        The portal is down and nothing was erased, or data remain afterwards.
    """
    erased = Counter[str]()
    with open_warehouse(workspace) as con:
        clean_scratch(workspace)
        attach_vault(con, workspace)
        tenants.refuse_others(con, huurder)
        person = _marked(con, huurder)
        person_rows.find(con, huurder, person, workspace)
        mentions = person_rows.mentions(con, person := person | person_rows.known_as(con, huurder))
        _mark(con, person)
        # If the portal is down, nothing is erased yet and a retry still finds the agreements.
        if number := removal.erase(workspace, *person_rows.theirs(con)):
            erased["portal"] = number
        removed, stuck = _remove_files(con, workspace, person)
        _remove_rows(con, erased, person, mentions)
        openings.account_for(workspace, con, "erasure", calendar.now())
        for store in STORES:
            rewrite(con, workspace, store)
        _verify(con, workspace, person, stuck)
        _unmark(con, workspace, huurder)
    return Erased(dict(erased), tuple(removed))


def _marked(con: duckdb.DuckDBPyConnection, huurder: str) -> Person:
    """Return what an earlier, interrupted erasure knew of this tenant."""
    rows = con.execute("SELECT person FROM vault.main.erasures WHERE huurder = ?", [huurder]).fetchall()
    return Person.from_json(rows[0][0]) if rows else Person(huurder)


def _mark(con: duckdb.DuckDBPyConnection, person: Person) -> None:
    con.execute("BEGIN")
    con.execute("DELETE FROM vault.main.erasures WHERE huurder = ?", [person.huurder])
    con.execute("INSERT INTO vault.main.erasures VALUES (?, ?)", [person.huurder, person.to_json()])
    con.execute("COMMIT")


def _unmark(con: duckdb.DuckDBPyConnection, workspace: Workspace, huurder: str) -> None:
    con.execute("DELETE FROM vault.main.erasures WHERE huurder = ?", [huurder])
    rewrite(con, workspace, "vault")


def _remove_files(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, person: Person
) -> tuple[list[Path], list[Path]]:
    """Remove every file about the person; return the files that are gone, and those that cannot be removed."""
    files = [folder / name for folder in person_rows.listed(con, workspace) for name in LIST_FILES]
    files += [*person_rows.delivered(con, workspace), *files_of(workspace, person)]
    removed, stuck = list[Path](), list[Path]()
    for path in dict.fromkeys(files):
        try:
            path.unlink()
            removed.append(path)
        except FileNotFoundError:
            continue
        except OSError:
            stuck.append(path)
    return removed, stuck


def _remove_rows(con: duckdb.DuckDBPyConnection, erased: Counter[str], person: Person, mentions: Sql) -> None:
    """Remove the rows about the person from both stores: the vault in one transaction, the warehouse in another."""
    tables = person_rows.tables_of_agreements(con)
    _keep_objections(con)
    con.execute("BEGIN")
    _delete(con, erased, "vault.main.quarantine", mentions)
    for store, schema_name, table in tables:
        if store == "vault":
            _delete(con, erased, f"vault.{schema_name}.{table}", person_rows.OWN)
    con.execute("COMMIT")
    con.execute("BEGIN")  # one transaction writes to one file only
    for store, schema_name, table in tables:
        if store == "warehouse":
            _delete(con, erased, f"{schema_name}.{table}", person_rows.OWN)
    for _corporation, id_ in person.agreements:
        con.execute(
            "UPDATE run.draws SET drawn = replace(drawn, ?, '\"erased\"') WHERE contains(drawn, ?)",
            [json.dumps(id_, ensure_ascii=False)] * 2,
        )
    # An objection that could not be read is kept like a standing one.
    apart = fill("{theirs} AND extract <> 'bezwaren'", theirs=_set_apart(person.huurder))
    _delete(con, erased, "run.set_apart", apart)
    _delete(con, erased, "run.co_tenants", fill("huurder_id = {huurder}", huurder=literal(person.huurder)))
    _erase_history(con, erased, person.huurder)
    unresolved.rebuild_assigned(con)
    con.execute("COMMIT")


def _set_apart(huurder: str) -> Sql:
    """Return the condition on rows set apart that name the tenant, or an agreement of the tenant (`person_rows.find`)."""
    return fill(
        "(agreement IN (SELECT overeenkomst_id FROM own) OR tenant = {huurder})", huurder=literal(huurder)
    )


def _verify(con: duckdb.DuckDBPyConnection, workspace: Workspace, person: Person, stuck: list[Path]) -> None:
    """Raise WaakvlamError if a table or a file still names the person."""
    left = [
        *person_rows.tables_left(con, person, _KEPT),
        *dict.fromkeys(map(str, [*stuck, *files_of(workspace, person)])),
    ]
    if left:
        raise WaakvlamError(
            f"Data remain after erasing, in {', '.join(left)}.",
            where=str(workspace.home),
            mend="Remove what holds these files, then run the command again: it continues from here.",
        )


def _keep_objections(con: duckdb.DuckDBPyConnection) -> None:
    """Exclude active objections from the rows to erase, and what an analyst answered about one.

    They are listed in the temporary tables `kept` and `kept_answers`.
    """
    query = fill(
        "CREATE OR REPLACE TEMP TABLE kept AS SELECT row_id FROM own_bezwaren JOIN versions.bezwaren b USING (row_id) "
        "WHERE {current} AND ingetrokken_op IS NULL",
        current=Sql(current_sql("b")),
    )
    con.execute(query)
    con.execute("DELETE FROM own_bezwaren WHERE row_id IN (SELECT row_id FROM kept)")
    con.execute(
        "INSERT INTO run.kept_objections SELECT DISTINCT key_hash FROM raw.bezwaren WHERE row_id IN (SELECT row_id FROM kept) "
        "AND key_hash NOT IN (SELECT key_hash FROM run.kept_objections)"
    )
    query = fill(
        "CREATE OR REPLACE TEMP TABLE kept_answers AS SELECT row_id, a.key_hash FROM own_toewijzingen "
        "JOIN versions.toewijzingen a USING (row_id) WHERE {current} "
        "AND rij IN (SELECT row_key FROM run.unreached WHERE meaning = 'objection')",
        current=Sql(current_sql("a")),
    )
    con.execute(query)
    con.execute("DELETE FROM own_toewijzingen WHERE row_id IN (SELECT row_id FROM kept_answers)")
    con.execute(
        "INSERT INTO run.kept_objections SELECT DISTINCT key_hash FROM kept_answers "
        "WHERE key_hash NOT IN (SELECT key_hash FROM run.kept_objections)"
    )


def _erase_history(con: duckdb.DuckDBPyConnection, erased: Counter[str], huurder: str) -> None:
    pseudonym = con.execute("SELECT left(sha256(? || ?), 32)", [read_pepper(con), huurder]).fetchall()[0][0]
    for name, contract in contracts().items():
        inside = person_rows.own_rows(name)
        if contract.is_resolved:
            _delete(con, erased, f"staged.{name}", inside)
        for table in (f"versions.{name}", f"raw.{name}_sightings", f"raw.{name}"):
            _delete(con, erased, table, inside)
        # Keep what this person reported about others, but remove the reporter.
        for column, rule in contract.columns.items():
            if rule.pseudonym:
                kept = [f"raw.{name}", f"versions.{name}"]
                if contract.is_resolved:
                    kept.append(f"staged.{name}")
                for table in kept:
                    query = "UPDATE {table} SET {column} = NULL WHERE {column} = ?"
                    con.execute(fill(query, table=join(table.split("."), "."), column=column), [pseudonym])


def _delete(con: duckdb.DuckDBPyConnection, erased: Counter[str], table: str, condition: Sql) -> None:
    query = "DELETE FROM {table} WHERE {condition}"
    ((number,),) = con.execute(fill(query, table=join(table.split("."), "."), condition=condition)).fetchall()
    if number:
        erased[table] += int(number)

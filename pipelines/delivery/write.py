"""Write one delivery that was read into the two stores.

The vault is written first, the warehouse last; the row in `run.deliveries` is the moment from which the delivery counts.
"""

from __future__ import annotations

import duckdb

from pipelines.delivery import refresh
from pipelines.gate.verdicts import Figure, Gate, Verdict
from pipelines.installation.contracts import REGISTER
from pipelines.installation.sql import Sql, fill, insert, literal, read_sql
from pipelines.parsing.batch import BROKEN, Batch
from pipelines.parsing.hidden import hides_sql
from pipelines.warehouse import schema, unresolved, versions
from pipelines.warehouse.addresses import keep_near_homes
from pipelines.warehouse.stores import read_pepper


def write_vault(con: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    """Write identities and quarantined rows to the vault under the delivery's hash; repeating it changes nothing."""
    delivery, sha = batch.delivery, batch.read.sha256
    con.execute("BEGIN")
    con.execute("DELETE FROM vault.main.quarantine WHERE sha256 = ? AND file_name = ?", [sha, delivery.name])
    # Do not quarantine what may never be stored: refused columns, rows with refused content, health codes.
    kept = {h: ("delivered", h) for h in batch.read.columns if h and h not in batch.refused}
    kept |= {
        header: ("typed", name)
        for name, header in batch.source.headers.items()
        if batch.contract.columns[name].replace
    }
    packed = [
        fill("{header} := {table}.{column}", header=header, table=table, column=column)
        for header, (table, column) in kept.items()
    ]
    query = fill(read_sql(__package__, "quarantine"), packed=packed, hides=hides_sql(batch.contract))
    con.execute(query, [sha, delivery.extract, delivery.name])
    # The fields of a broken row cannot be told apart, so its text is left out if one of them might be refused.
    refusable = any(column.replace or column.refuse for column in batch.contract.columns.values())
    for record in batch.read.broken:
        text = "" if batch.refused or refusable else record.text
        reasons = [f"{BROKEN}: {record.reason}"]
        con.execute(
            "INSERT INTO vault.main.quarantine VALUES (?, ?, ?, ?, ?, ?)",
            [sha, delivery.extract, delivery.name, record.line, reasons, text],
        )
    if batch.contract.identity:
        names = ("peildatum", "version", *batch.contract.identity)
        query = fill(
            read_sql(__package__, "identities"),
            names=batch.contract.identity,
            fresh=[fill("{name} = excluded.{name}", name=name) for name in names],
        )
        con.execute(query, [delivery.peildatum, delivery.version])
    con.execute("COMMIT")


def write_warehouse(con: duckdb.DuckDBPyConnection, batch: Batch, gate: Gate) -> None:
    """Append the rows and their sightings, and bring versions and staged tables up to date, in one transaction."""
    contract, delivery = batch.contract, batch.delivery
    name = contract.extract
    con.execute("BEGIN")
    ((delivery_id,),) = con.execute("SELECT coalesce(max(delivery_id), 0) + 1 FROM run.deliveries").fetchall()
    con.execute(
        fill(
            read_sql(__package__, "append"),
            extract=name,
            sightings=f"{name}_sightings",
            columns=list(schema.content_columns(contract)),
            date=contract.history.column,
            delivery_id=int(delivery_id),
        )
    )
    ((fresh,),) = con.execute("SELECT count(*) FROM fresh").fetchall()
    ((in_order,),) = con.execute(
        "SELECT count(*) = 0 FROM run.deliveries WHERE extract = ? AND source = ? AND (peildatum >= ?)",
        [name, delivery.source, delivery.peildatum],
    ).fetchall()
    con.execute(
        "INSERT INTO run.deliveries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [delivery_id, delivery.source, name, delivery.peildatum, delivery.version, delivery.name, batch.read.sha256,
         batch.read.size, batch.mapping, batch.read.encoding, batch.read.delimiter, batch.rows_read, fresh,
         batch.rows_valid - fresh, batch.rows_duplicate, batch.rows_quarantined],
    )  # fmt: skip
    if contract.rights:
        broken = [(record.line, record.text) for record in batch.read.broken]
        unresolved.set_apart(con, contract, int(delivery_id), batch.corporations, broken)
        keep_near_homes(con, "FROM near_homes")
    if contract.identity:
        con.execute(fill(read_sql(__package__, "persons"), pepper=literal(read_pepper(con))))
    if name == REGISTER:
        con.execute(
            "INSERT INTO run.co_tenants SELECT DISTINCT ?::INTEGER, corporatie_id, overeenkomst_id, huurder_id FROM co_tenants",
            [delivery_id],
        )
    _write_counts(con, batch, delivery_id)
    write_gate(con, batch, gate)
    if contract.snapshot:
        query = fill(
            "INSERT INTO run.snapshots SELECT DISTINCT ?::INTEGER, corporatie_id, {snapshot} "
            "FROM typed WHERE verdict <> 'quarantined'",
            snapshot=contract.snapshot,
        )
        con.execute(query, [delivery_id])
        versions.rebuild_peildata(con, contract)
    con.execute("DROP TABLE typed")  # all of it is stored now; the versions need its memory
    refresh.refresh_delivered(con, contract, in_order=bool(in_order))
    con.execute("COMMIT")


def _write_counts(con: duckdb.DuckDBPyConnection, batch: Batch, delivery_id: int) -> None:
    """Store the numbers of quarantined, unmapped, replaced, refused and ignored rows or columns, with reasons and first lines.

    A column of the contract that the delivery lacks is stored too: what needs it is unknown from this delivery on.
    """
    counts = [("quarantine", reason, shown_lines(batch, reason), n) for reason, n in batch.reasons.items()]
    counts += [("unmapped", u.column, u.value, u.rows) for u in batch.unmapped]
    counts += [("replaced", column, "", n) for column, n in batch.replaced.items()]
    counts += [("refused", header, why, batch.rows_read) for header, why in batch.refused.items()]
    counts += [("ignored", header, "", batch.rows_read) for header in batch.ignored]
    counts += [("lacking", name, "", batch.rows_read) for name in _lacking(con, batch)]
    insert(con, Sql("run.delivery_counts"), [(delivery_id, *count) for count in counts])


def shown_lines(batch: Batch, reason: str) -> str:
    """Return the first lines of a delivery that have a reason, as they are stored and shown."""
    return ", ".join(map(str, batch.reason_lines[reason]))


def _lacking(con: duckdb.DuckDBPyConnection, batch: Batch) -> list[str]:
    """Return the columns of the contract that are not in the file and got no value in another way."""
    names = [name for name in batch.contract.content if not batch.source.has(name)]
    if not names:
        return []
    counts = [fill("count({name})", name=name) for name in names]
    filled = con.execute(fill("SELECT {counts} FROM typed", counts=counts)).fetchall()[0]
    return [name for name, number in zip(names, filled, strict=True) if not number]


def write_gate(con: duckdb.DuckDBPyConnection, batch: Batch, gate: Gate) -> None:
    """Store every figure of the gate, also of refused deliveries, because the quality page shows their history."""
    con.execute(
        "DELETE FROM run.expectations WHERE sha256 = ? AND extract = ? AND peildatum = ?",
        [batch.read.sha256, gate.extract, gate.peildatum],
    )
    rows = [
        (batch.read.sha256, gate.extract, gate.peildatum, verdict.figure.name, verdict.expectation, verdict.figure.value,
         verdict.figure.least, verdict.figure.most, verdict.figure.severity, verdict.figure.meaning, verdict.success)
        for verdict in gate.verdicts
    ]  # fmt: skip
    insert(con, Sql("run.expectations"), rows)


def read_gate(con: duckdb.DuckDBPyConnection, batch: Batch) -> Gate | None:
    """Return the gate of a delivery as it was judged when it was loaded; None if it is not stored."""
    extract, peildatum = batch.delivery.extract, batch.delivery.peildatum
    rows = con.execute(
        "SELECT figure, value, least, most, severity, meaning, expectation, success FROM run.expectations "
        "WHERE sha256 = ? AND extract = ? AND peildatum = ?",
        [batch.read.sha256, extract, peildatum],
    ).fetchall()
    verdicts = (Verdict(Figure(*figure), expectation, success) for *figure, expectation, success in rows)
    return Gate(extract, peildatum, tuple(verdicts)) if rows else None

"""Load a delivery: whole or not at all, the same file twice changes nothing, order does not matter.

The vault is written first, the warehouse last; the row in `run.deliveries` is the moment from which it counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from pipelines import profile, schema, stage, versions
from pipelines.batch import Batch, read_batch
from pipelines.contracts import Contract, contracts
from pipelines.errors import DeliveryError
from pipelines.inbox import Delivery
from pipelines.quality import Gate, judge
from pipelines.rows import identifier
from pipelines.warehouse import attach, clean_scratch, derive, open_warehouse
from pipelines.workspace import Workspace


@dataclass(frozen=True)
class Outcome:
    """What became of one delivery: loaded, known already, or refused with the reason."""

    delivery: Delivery
    batch: Batch | None = None
    gate: Gate | None = None
    refusal: str = ""
    known: bool = False

    @property
    def loaded(self) -> bool:
        """Whether this run loaded it."""
        return not self.known and not self.refusal


def load_all(
    workspace: Workspace, deliveries: list[Delivery], progress: Callable[[Delivery], None] = lambda _: None
) -> list[Outcome]:
    """Load what is new, in the order given; see `load`."""
    outcomes = []
    clean_scratch(workspace)
    with open_warehouse(workspace) as con:
        attach(con, workspace, "vault")
        schema.create_vault(con)
        for delivery in deliveries:
            progress(delivery)
            outcomes.append(load(con, workspace, delivery))
    return outcomes


def load(con: duckdb.DuckDBPyConnection, workspace: Workspace, delivery: Delivery) -> Outcome:
    """Read, judge and, when it passes, load one delivery.

    Returns
    -------
    Outcome
        Never raises for what is wrong with the delivery itself: then `refusal` says it and the last good state stays.
    """
    try:
        if _is_known(con, delivery):
            return Outcome(delivery, known=True)
        batch = examine(con, workspace, delivery)
        gate = judge(
            delivery.extract, delivery.peildatum, profile.figures(con, batch, workspace.settings.gates)
        )
        if not gate.passed:
            _remember_gate(con, batch, gate)
            return Outcome(delivery, batch, gate, "; ".join(v.describe() for v in gate.failures))
        _write_vault(con, batch)
        _write_warehouse(con, batch, gate)
        return Outcome(delivery, batch, gate)
    except DeliveryError as error:
        return Outcome(delivery, refusal=str(error))


def examine(con: duckdb.DuckDBPyConnection, workspace: Workspace, delivery: Delivery) -> Batch:
    """Read and type a delivery into temporary tables, without loading it."""
    return read_batch(
        con,
        delivery,
        workspace.mapping(delivery.extract),
        corporatie_id=workspace.settings.corporatie_id,
        pepper=derive(workspace.key, "pseudonym"),
        scratch=workspace.stores / "scratch",
    )


def _is_known(con: duckdb.DuckDBPyConnection, delivery: Delivery) -> bool:
    """Whether this very file is loaded; another file of the same name and peildatum must call itself a new version."""
    found = con.execute(
        "SELECT sha256, file_name FROM run.deliveries WHERE source = ? AND extract = ? AND peildatum = ? AND version = ?",
        [delivery.source, delivery.extract, delivery.peildatum, delivery.version],
    ).fetchall()
    if not found:
        return False
    with delivery.path.open("rb") as file:
        if found[0][0] == hashlib.file_digest(file, "sha256").hexdigest():
            return True
    newer = f"{delivery.extract}_{delivery.peildatum}_v{delivery.version + 1}"
    raise DeliveryError(
        delivery.name,
        f"Another file of this extract and peildatum was loaded before, with other content ({found[0][1]}).",
        mend=f"If this one replaces a failed export, name it {newer}; if it is a later state, give it its own peildatum.",
    )


def _write_vault(con: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    """Put identities and rows that do not count into the vault, under the delivery's hash; again changes nothing."""
    delivery, sha = batch.delivery, batch.read.sha256
    con.execute("BEGIN")
    con.execute("DELETE FROM vault.main.quarantine WHERE sha256 = ?", [sha])
    # What may never be held is not kept in the quarantine either: refused columns, and rows of refused content.
    columns = [h for h in batch.read.columns if h and h not in batch.refused]
    packed = ", ".join(f"{identifier(h)} := delivered.{identifier(h)}" for h in columns)
    con.execute(
        f"""INSERT INTO vault.main.quarantine
            SELECT ?, ?, ?, line, reasons,
                CASE WHEN list_any_value([x FOR x IN reasons IF starts_with(x, 'forbidden')]) IS NULL
                     THEN CAST(to_json(struct_pack({packed})) AS VARCHAR) ELSE '' END
            FROM typed JOIN delivered USING (line) WHERE verdict = 'quarantined'""",
        [sha, delivery.extract, delivery.name],
    )
    for broken in batch.read.broken:
        con.execute(
            "INSERT INTO vault.main.quarantine VALUES (?, ?, ?, ?, ?, ?)",
            [
                sha,
                delivery.extract,
                delivery.name,
                broken.line,
                [f"wrong number of fields: {broken.reason}"],
                broken.text,
            ],
        )
    if batch.contract.identity:
        names = ", ".join(batch.contract.identity)
        newer = "(excluded.peildatum, excluded.version) >= (tenancies.peildatum, tenancies.version)"
        fresh = ", ".join(f"{n} = excluded.{n}" for n in ("peildatum", "version", *batch.contract.identity))
        con.execute(
            f"INSERT INTO vault.main.tenancies (corporatie_id, overeenkomst_id, peildatum, version, {names}) "
            f"SELECT corporatie_id, overeenkomst_id, DATE '{delivery.peildatum}', {delivery.version}, {names} "
            f"FROM typed WHERE verdict = 'new' ON CONFLICT DO UPDATE SET {fresh} WHERE {newer}"
        )
    con.execute("COMMIT")


def _write_warehouse(con: duckdb.DuckDBPyConnection, batch: Batch, gate: Gate) -> None:
    """Append the rows and their sightings, and bring versions and staged tables up to date, in one transaction."""
    contract, delivery = batch.contract, batch.delivery
    name = contract.extract
    con.execute("BEGIN")
    ((delivery_id,),) = con.execute("SELECT coalesce(max(delivery_id), 0) + 1 FROM run.deliveries").fetchall()
    ((last_row,),) = con.execute(f"SELECT coalesce(max(row_id), 0) FROM raw.{name}").fetchall()
    columns = ", ".join(schema.content_columns(contract))
    con.execute(
        "CREATE OR REPLACE TEMP TABLE fresh AS SELECT * FROM typed "
        f"WHERE verdict = 'new' AND row_hash NOT IN (SELECT row_hash FROM raw.{name})"
    )
    con.execute(
        f"INSERT INTO raw.{name} (row_id, row_hash, key_hash, delivery_id, line, {columns}) "
        f"SELECT {last_row} + row_number() OVER (ORDER BY line), row_hash, key_hash, {delivery_id}, line, {columns} FROM fresh"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE sighted AS SELECT r.row_id, r.key_hash "
        f"FROM raw.{name} r JOIN typed t USING (row_hash) WHERE t.verdict = 'new'"
    )
    con.execute(f"INSERT INTO raw.{name}_sightings SELECT {delivery_id}, row_id FROM sighted ORDER BY row_id")
    ((fresh,),) = con.execute("SELECT count(*) FROM fresh").fetchall()
    in_order = con.execute(
        "SELECT count(*) = 0 FROM run.deliveries WHERE extract = ? AND source = ? AND (peildatum >= ?)",
        [name, delivery.source, delivery.peildatum],
    ).fetchall()[0][0]
    con.execute(
        "INSERT INTO run.deliveries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [delivery_id, delivery.source, name, delivery.peildatum, delivery.version, delivery.name, batch.read.sha256,
         batch.read.size, batch.mapping, batch.read.encoding, batch.read.delimiter, batch.rows_read, fresh,
         batch.rows_valid - fresh, batch.rows_duplicate, batch.rows_quarantined],
    )  # fmt: skip
    _remember_counts(con, batch, delivery_id)
    _remember_gate(con, batch, gate)
    if contract.snapshot:
        con.execute(
            f"INSERT INTO run.snapshots SELECT DISTINCT {delivery_id}, corporatie_id, {contract.snapshot} "
            "FROM typed WHERE verdict <> 'quarantined'"
        )
        versions.rebuild_peildata(con, contract)
    _update_history(con, contract, in_order=bool(in_order))
    con.execute("COMMIT")


def _update_history(con: duckdb.DuckDBPyConnection, contract: Contract, *, in_order: bool) -> None:
    """Rebuild the versions of the keys that changed, and the agreement of every row that this concerns."""
    name = contract.extract
    if in_order:
        # A row that shows what was known already changes nothing; out of order, everything is looked at again.
        con.execute(
            f"""CREATE OR REPLACE TEMP TABLE touched AS SELECT DISTINCT key_hash FROM sighted s
                WHERE NOT EXISTS (FROM versions.{name} v WHERE v.row_id = s.row_id AND v.known_until IS NULL)"""
        )
    else:
        con.execute(f"CREATE OR REPLACE TEMP TABLE touched AS SELECT DISTINCT key_hash FROM raw.{name}")
    touched = f"FROM versions.{name} WHERE key_hash IN (SELECT key_hash FROM touched)"
    if name == "huurovereenkomsten":
        select = f"SELECT DISTINCT corporatie_id, overeenkomst_id, huurder_id, eenheid_id {touched}"
        con.execute(f"CREATE OR REPLACE TEMP TABLE register_changes AS {select}")
        versions.rebuild(con, contract)
        con.execute(f"INSERT INTO register_changes {select}")
        for other in contracts().values():
            if other.home or other.tenant:
                _resolve_changed(con, other)
    elif contract.home or contract.tenant:
        select = f"SELECT DISTINCT corporatie_id, {stage.place(contract, 'v')} AS place FROM (SELECT * {touched}) v"
        con.execute(f"CREATE OR REPLACE TEMP TABLE places AS {select}")
        versions.rebuild(con, contract)
        con.execute(f"INSERT INTO places {select}")
        stage.resolve(con, contract, "places")
    else:
        versions.rebuild(con, contract)


def _resolve_changed(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Resolve again the rows of an extract that the changes of the register concern."""
    links = (
        (contract.home, "eenheid_id"),
        (contract.tenant, "huurder_id"),
        (contract.agreement, "overeenkomst_id"),
    )
    concerned = " OR ".join(
        f"(v.corporatie_id, v.{own}) IN (SELECT (corporatie_id, {of}) FROM register_changes)"
        for own, of in links
        if own
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE places AS SELECT DISTINCT v.corporatie_id, {stage.place(contract, 'v')} AS place "
        f"FROM versions.{contract.extract} v WHERE {concerned}"
    )
    stage.resolve(con, contract, "places")


def _remember_counts(con: duckdb.DuckDBPyConnection, batch: Batch, delivery_id: int) -> None:
    counts = [("quarantine", reason, "", n) for reason, n in batch.reasons.items()]
    counts += [("unmapped", u.column, u.value, u.rows) for u in batch.unmapped]
    counts += [("replaced", column, "", n) for column, n in batch.replaced.items()]
    counts += [("refused", header, why, batch.rows_read) for header, why in batch.refused.items()]
    counts += [("ignored", header, "", batch.rows_read) for header in batch.ignored]
    for kind, name, value, n in counts:
        con.execute(
            "INSERT INTO run.delivery_counts VALUES (?, ?, ?, ?, ?)", [delivery_id, kind, name, value, n]
        )


def _remember_gate(con: duckdb.DuckDBPyConnection, batch: Batch, gate: Gate) -> None:
    """Keep every figure of the gate, of refused deliveries too: the quality page shows their history."""
    con.execute("DELETE FROM run.expectations WHERE sha256 = ?", [batch.read.sha256])
    for verdict in gate.verdicts:
        figure = verdict.figure
        con.execute(
            "INSERT INTO run.expectations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [batch.read.sha256, gate.extract, gate.peildatum, figure.name, verdict.expectation, figure.value, figure.least,
             figure.most, figure.severity, figure.meaning, verdict.success],
        )  # fmt: skip

"""Load a delivery: whole or not at all, the same file twice changes nothing, order does not matter.

The vault is written first, the warehouse last; the row in `run.deliveries` is the moment from which it counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from features.known import current_sql
from pipelines.delivery import profile
from pipelines.delivery.batch import Batch, read_batch
from pipelines.delivery.gate import Gate, judge
from pipelines.delivery.inbox import Delivery
from pipelines.installation.contracts import REGISTER, Contract, contracts
from pipelines.installation.errors import DeliveryError
from pipelines.installation.mapping import read_mapping
from pipelines.installation.places import DATA
from pipelines.installation.sql import Sql, fill, join, read_sql
from pipelines.installation.workspace import Workspace
from pipelines.warehouse import schema, staged, versions
from pipelines.warehouse.stores import attach_vault, clean_scratch, open_warehouse

PORTAL = "portal"
"""The folder of the inbox in which the portal's own deliveries lie; they are in canonical form whatever the settings say."""
CANONICAL = DATA / "presets" / "mappings" / "canoniek.toml"


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
    for extract in contracts():
        workspace.mapping(extract)  # a wrong mapping is told before any work
    with open_warehouse(workspace) as con:
        clean_scratch(workspace)  # only now: until the warehouse is ours another run may be working there
        attach_vault(con, workspace)
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
        if is_known(con, delivery):
            return Outcome(delivery, known=True)
        batch = examine(con, workspace, delivery, pepper=pepper(con))
        gate = judge(
            delivery.extract, delivery.peildatum, profile.figures(con, batch, workspace.settings.gates)
        )
        if not gate.passed:
            _remember_gate(con, batch, gate)
            return Outcome(delivery, batch, gate, str(_stopped(batch, gate)))
        _write_vault(con, batch)
        _write_warehouse(con, batch, gate)
        return Outcome(delivery, batch, gate)
    except DeliveryError as error:
        # The readers know the file only, not the corporation's folder in which it lies.
        folder = "" if str(error).startswith(delivery.name) else f"{delivery.source}/"
        return Outcome(delivery, refusal=f"{folder}{error}")
    except OSError as error:
        if error.filename != str(delivery.path):
            raise
        refusal = f"{delivery.name}: the file cannot be opened ({error.strerror}). Close it where it is open, then run again."
        return Outcome(delivery, refusal=refusal)


def examine(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, delivery: Delivery, *, pepper: str = "not kept"
) -> Batch:
    """Read and type a delivery into temporary tables, without loading it; `pepper` is the secret of its pseudonyms."""
    return read_batch(
        con,
        delivery,
        read_mapping(CANONICAL) if delivery.source == PORTAL else workspace.mapping(delivery.extract),
        corporatie_id=workspace.settings.corporatie_id,
        pepper=pepper,
        scratch=workspace.stores / "scratch",
    )


def pepper(con: duckdb.DuckDBPyConnection) -> str:
    """Read the secret of the pseudonyms from the attached vault."""
    query = "SELECT value FROM vault.main.secrets WHERE name = 'pseudonym'"
    return str(con.execute(query).fetchall()[0][0])


def is_known(con: duckdb.DuckDBPyConnection, delivery: Delivery) -> bool:
    """Whether this very file is loaded.

    Raises
    ------
    DeliveryError
        Another file of the same extract and peildatum is: this one must call itself a new version.
    """
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


def _stopped(batch: Batch, gate: Gate) -> DeliveryError:
    """Say which figures stopped a delivery, and where to look first."""
    lines = [found[0] for found in batch.reason_lines.values() if found]
    return DeliveryError(
        batch.delivery.name,
        "stopped at the gate: " + "; ".join(v.describe() for v in gate.failures),
        line=min(lines, default=None),
        mend="`waakvlam check` shows every row set apart; correct the export or the mapping, or the limit under [gates].",
    )


def _write_vault(con: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    """Put identities and rows that do not count into the vault, under the delivery's hash; again changes nothing."""
    delivery, sha = batch.delivery, batch.read.sha256
    con.execute("BEGIN")
    con.execute("DELETE FROM vault.main.quarantine WHERE sha256 = ? AND file_name = ?", [sha, delivery.name])
    # What may never be held is not kept in the quarantine either: refused columns, rows of refused content, health codes.
    kept = {h: ("delivered", h) for h in batch.read.columns if h and h not in batch.refused}
    kept |= {h: ("typed", name) for name, h in batch.headers.items() if batch.contract.columns[name].replace}
    packed = [
        fill("{header} := {table}.{column}", header=header, table=table, column=column)
        for header, (table, column) in kept.items()
    ]
    query = fill(
        """INSERT INTO vault.main.quarantine
            SELECT ?, ?, ?, line, typed.reasons,
                CASE WHEN list_any_value([x FOR x IN typed.reasons IF starts_with(x, 'forbidden')]) IS NULL
                     THEN CAST(to_json(struct_pack({packed})) AS VARCHAR) ELSE '' END
            FROM typed JOIN delivered USING (line) WHERE typed.verdict = 'quarantined'""",
        packed=packed,
    )
    con.execute(query, [sha, delivery.extract, delivery.name])
    # Where the fields of a broken row begin is not known: it is not kept where one of them might be refused.
    refusable = any(column.replace or column.refuse for column in batch.contract.columns.values())
    for broken in batch.read.broken:
        con.execute(
            "INSERT INTO vault.main.quarantine VALUES (?, ?, ?, ?, ?, ?)",
            [
                sha,
                delivery.extract,
                delivery.name,
                broken.line,
                [f"wrong number of fields: {broken.reason}"],
                "" if batch.refused or refusable else broken.text,
            ],
        )
    if batch.contract.identity:
        names = ("peildatum", "version", *batch.contract.identity)
        query = fill(
            "INSERT INTO vault.main.tenancies (corporatie_id, overeenkomst_id, peildatum, version, {names}) "
            "SELECT corporatie_id, overeenkomst_id, ?::DATE, ?::INTEGER, {names} FROM typed WHERE verdict = 'new' "
            "ON CONFLICT DO UPDATE SET {fresh} "
            "WHERE (excluded.peildatum, excluded.version) >= (tenancies.peildatum, tenancies.version)",
            names=batch.contract.identity,
            fresh=[fill("{name} = excluded.{name}", name=name) for name in names],
        )
        con.execute(query, [delivery.peildatum, delivery.version])
    con.execute("COMMIT")


def _write_warehouse(con: duckdb.DuckDBPyConnection, batch: Batch, gate: Gate) -> None:
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
        query = fill(
            "INSERT INTO run.snapshots SELECT DISTINCT ?::INTEGER, corporatie_id, {snapshot} "
            "FROM typed WHERE verdict <> 'quarantined'",
            snapshot=contract.snapshot,
        )
        con.execute(query, [delivery_id])
        versions.rebuild_peildata(con, contract)
    _update_history(con, contract, in_order=bool(in_order))
    con.execute("COMMIT")


def _update_history(con: duckdb.DuckDBPyConnection, contract: Contract, *, in_order: bool) -> None:
    """Find the keys that changed and bring their history up to date."""
    name = contract.extract
    if in_order:
        # A row that shows what was known already changes nothing; out of order, everything is looked at again.
        query = fill(
            """CREATE OR REPLACE TEMP TABLE touched AS SELECT DISTINCT key_hash FROM sighted s
            WHERE NOT EXISTS (FROM versions.{extract} v WHERE v.row_id = s.row_id AND {current})""",
            extract=name,
            current=Sql(current_sql("v")),
        )
    else:
        query = fill(
            "CREATE OR REPLACE TEMP TABLE touched AS SELECT DISTINCT key_hash FROM raw.{extract}",
            extract=name,
        )
    con.execute(query)
    refresh(con, contract)


def refresh(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Rebuild the versions of the keys in the temporary table `touched(key_hash)`, and whom their rows belong to."""
    name = contract.extract
    touched = fill("FROM versions.{extract} WHERE key_hash IN (SELECT key_hash FROM touched)", extract=name)
    if name == REGISTER:
        select = fill(
            "SELECT DISTINCT corporatie_id, overeenkomst_id, huurder_id, eenheid_id {touched}",
            touched=touched,
        )
        con.execute(fill("CREATE OR REPLACE TEMP TABLE register_changes AS {select}", select=select))
        versions.rebuild(con, contract)
        con.execute(fill("INSERT INTO register_changes {select}", select=select))
        for other in contracts().values():
            if other.is_resolved:
                _resolve_changed(con, other)
    elif contract.is_resolved:
        con.execute(fill("CREATE OR REPLACE TEMP TABLE changed AS SELECT row_id {touched}", touched=touched))
        versions.rebuild(con, contract)
        con.execute(fill("INSERT INTO changed SELECT row_id {touched}", touched=touched))
        staged.resolve(con, contract, Sql("row_id IN (SELECT row_id FROM changed)"))
    else:
        versions.rebuild(con, contract)


def _resolve_changed(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Resolve again the rows of an extract that the changes of the register concern."""
    links = (
        (contract.home, "eenheid_id"),
        (contract.tenant, "huurder_id"),
        (contract.agreement, "overeenkomst_id"),
    )
    concerned = [
        fill(
            "(v.corporatie_id, v.{own}) IN (SELECT (corporatie_id, {register}) FROM register_changes)",
            own=own,
            register=register,
        )
        for own, register in links
        if own
    ]
    con.execute(
        fill(
            "CREATE OR REPLACE TEMP TABLE places AS SELECT DISTINCT v.corporatie_id, {place} AS place "
            "FROM versions.{extract} v WHERE {concerned}",
            place=staged.place(contract, "v"),
            extract=contract.extract,
            concerned=join(concerned, " OR "),
        )
    )
    inside = Sql("(corporatie_id, place) IN (SELECT corporatie_id, place FROM places)")
    staged.resolve(con, contract, inside)


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
    con.execute(
        "DELETE FROM run.expectations WHERE sha256 = ? AND extract = ? AND peildatum = ?",
        [batch.read.sha256, gate.extract, gate.peildatum],
    )
    for verdict in gate.verdicts:
        figure = verdict.figure
        con.execute(
            "INSERT INTO run.expectations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [batch.read.sha256, gate.extract, gate.peildatum, figure.name, verdict.expectation, figure.value, figure.least,
             figure.most, figure.severity, figure.meaning, verdict.success],
        )  # fmt: skip

"""Load deliveries, each completely or not at all.

Loading the same file twice changes nothing, and the order of loading does not matter.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from pipelines.delivery import write
from pipelines.gate import profile
from pipelines.gate.expectations import judge
from pipelines.gate.verdicts import Gate
from pipelines.installation.contracts import REGISTER, contracts
from pipelines.installation.errors import ConfigurationError, DeliveryError
from pipelines.installation.mapping import read_mapping
from pipelines.installation.places import DATA
from pipelines.installation.sql import fill
from pipelines.installation.workspace import Workspace
from pipelines.parsing.batch import Batch, read_batch
from pipelines.reading.inbox import Delivery
from pipelines.warehouse import journal
from pipelines.warehouse.stores import attach_vault, clean_scratch, open_warehouse, read_pepper

PORTAL = "portal"
"""The inbox folder of the portal's own deliveries, which are always in canonical form."""
CANONICAL = DATA / "presets" / "mappings" / "canoniek.toml"
LOG = 16 * 2**20
"""Minimum size in bytes of the engine's log to write it into the store between two deliveries; the default of DuckDB."""


@dataclass(frozen=True)
class Outcome:
    """The outcome of one delivery: loaded, known before, or refused with the reason.

    ``line`` and ``column`` are where a file cannot be read, as far as that is known.
    """

    delivery: Delivery
    batch: Batch | None = None
    gate: Gate | None = None
    refusal: str = ""
    known: bool = False
    line: int | None = None
    column: str | int | None = None

    @property
    def loaded(self) -> bool:
        """Whether this run loaded it."""
        return not self.known and not self.refusal


def load_all(
    workspace: Workspace, deliveries: list[Delivery], progress: Callable[[Delivery], None] = lambda _: None
) -> list[Outcome]:
    """Load the new deliveries, in order but for the first register of each source, which goes first; see `load`."""
    outcomes = []
    for extract in contracts():
        workspace.mapping(extract)  # report a wrong mapping before any work
    with open_warehouse(workspace) as con:
        clean_scratch(workspace)  # only now: another run may use it until the warehouse is open
        attach_vault(con, workspace)
        refuse_renamed(con, workspace)
        for delivery in in_order(con, deliveries):
            progress(delivery)
            outcomes.append(load(con, workspace, delivery))
            journal.checkpoint(con, least=LOG)
    return outcomes


def refuse_renamed(con: duckdb.DuckDBPyConnection, workspace: Workspace) -> None:
    """Raise ConfigurationError if the register is of a corporation that the settings do not name.

    Under a new `corporatie_id`, the next register would hold every agreement a second time.
    """
    query = fill("SELECT DISTINCT corporatie_id FROM versions.{register} ORDER BY ALL", register=REGISTER)
    unnamed = {name for (name,) in con.execute(query).fetchall()} - set(workspace.settings.corporations)
    if unnamed:
        corporation = min(unnamed)
        raise ConfigurationError(
            f"The register that was loaded is of {corporation!r}, which the settings do not name.",
            where=str(workspace.home / "settings.toml"),
            mend=f"Put corporatie_id = {json.dumps(corporation)} back: under another id every agreement would count twice. "
            "If it is a second corporation, name it under `corporaties`.",
        )


def in_order(con: duckdb.DuckDBPyConnection, deliveries: list[Delivery]) -> list[Delivery]:
    """Return sorted deliveries with the first register of each source that has none loaded before everything else.

    Years of lists often come with one current register. Each list is judged by its agreements, which only the register knows.
    """
    query = "SELECT DISTINCT source FROM run.deliveries WHERE extract = ?"
    known = {source for (source,) in con.execute(query, [REGISTER]).fetchall()}
    first: dict[str, Delivery] = {}
    for delivery in deliveries:
        if delivery.extract == REGISTER and delivery.source not in known:
            first.setdefault(delivery.source, delivery)
    return [*first.values(), *(d for d in deliveries if d not in first.values())]


def load(con: duckdb.DuckDBPyConnection, workspace: Workspace, delivery: Delivery) -> Outcome:
    """Read and judge one delivery, and load it if it passes.

    Returns
    -------
    Outcome
        A fault of the delivery itself is never raised: `refusal` describes it, and the stores stay as they were.
    """
    try:
        if is_known(con, delivery):
            return Outcome(delivery, known=True)
        batch = examine(con, workspace, delivery, pepper=read_pepper(con))
        gate = judge(
            delivery.extract, delivery.peildatum, profile.figures(con, batch, workspace.settings.gates)
        )
        if not gate.passed and not is_accepted(con, batch, gate):
            write.write_gate(con, batch, gate)
            return Outcome(delivery, batch, gate, str(_stopped(batch, gate)))
        write.write_vault(con, batch)
        con.execute("DROP TABLE delivered; DROP TABLE texts")  # years of rows, where the versions need memory
        write.write_warehouse(con, batch, gate)
        return Outcome(delivery, batch, gate)
    except DeliveryError as error:
        # The readers know only the file, and not the corporation's folder that contains it.
        folder = "" if str(error).startswith(delivery.name) else f"{delivery.source}/"
        return Outcome(delivery, refusal=f"{folder}{error}", line=error.line, column=error.column)
    except OSError as error:
        if error.filename != str(delivery.path):
            raise
        refusal = f"{delivery.name}: the file cannot be opened ({error.strerror}). Close it where it is open, then run again."
        return Outcome(delivery, refusal=refusal)


def examine(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, delivery: Delivery, *, pepper: str = "not kept"
) -> Batch:
    """Read and type a delivery into temporary tables, without loading it; `pepper` is the secret of its pseudonyms.

    Raises
    ------
    DeliveryError
        The file cannot be read as the extract that its name says, or no setting names the folder in which it lies.
    """
    return read_batch(
        con,
        delivery,
        read_mapping(CANONICAL) if delivery.source == PORTAL else workspace.mapping(delivery.extract),
        corporations=_corporations(workspace, delivery),
        pepper=pepper,
        scratch=workspace.stores / "scratch",
    )


def _corporations(workspace: Workspace, delivery: Delivery) -> tuple[str, ...]:
    """Return the corporations whose rows a delivery may hold; see `ReadDelivery`.

    The portal's deliveries may hold rows of every corporation, because it knows only those that it was sent.
    """
    every = workspace.settings.corporations
    if delivery.source == PORTAL:
        return ()
    if not delivery.source:
        return every
    if delivery.source not in every:
        raise DeliveryError(
            delivery.name,
            f"No setting names the corporation of the folder {delivery.source!r}.",
            mend="Add it to `corporaties` in settings.toml, or move the folder out of the inbox if it is not a corporation.",
        )
    return (delivery.source,)


def is_known(con: duckdb.DuckDBPyConnection, delivery: Delivery) -> bool:
    """Return whether this file was loaded before, with the same content.

    Raises
    ------
    DeliveryError
        Another file of the same extract and peildatum was loaded: this one needs a new version in its name.
    """
    loaded = con.execute(
        "SELECT sha256, file_name FROM run.deliveries WHERE source = ? AND extract = ? AND peildatum = ? AND version = ?",
        [delivery.source, delivery.extract, delivery.peildatum, delivery.version],
    ).fetchall()
    if not loaded:
        return False
    with delivery.path.open("rb") as file:
        if loaded[0][0] == hashlib.file_digest(file, "sha256").hexdigest():
            return True
    newer = f"{delivery.extract}_{delivery.peildatum}_v{delivery.version + 1}"
    raise DeliveryError(
        delivery.name,
        f"Another file of this extract and peildatum was loaded before, with other content ({loaded[0][1]}).",
        mend=f"If this one replaces a failed export, name it {newer}; if it is a later state, give it its own peildatum.",
    )


def is_accepted(con: duckdb.DuckDBPyConnection, batch: Batch, gate: Gate) -> bool:
    """Return whether somebody accepted this very file, for every figure that its gate stops it for now."""
    # Files without a row are equal to the byte, and each is a week of its own.
    query = "SELECT figures FROM run.accepted WHERE sha256 = ? AND file_name = ?"
    accepted = {
        name
        for (names,) in con.execute(query, [batch.read.sha256, batch.delivery.name]).fetchall()
        for name in names
    }
    return {verdict.figure.name for verdict in gate.failures} <= accepted


def _stopped(batch: Batch, gate: Gate) -> DeliveryError:
    """Return an error that names the figures which stopped a delivery, and where to look first."""
    first_lines = [lines[0] for lines in batch.reason_lines.values() if lines]
    return DeliveryError(
        batch.delivery.name,
        "stopped at the gate: " + "; ".join(v.describe() for v in gate.failures),
        line=min(first_lines, default=None),
        mend="`waakvlam check` shows every row set apart; correct the export or the mapping, or the limit under "
        "[gates]. If this one delivery is right as it is, accept it with `waakvlam accept`.",
    )

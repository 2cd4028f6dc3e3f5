"""Accept one delivery against its gate: a named person decides, with a reason, for this file only.

Widening a limit in the settings would hold for every later delivery as well. An acceptance belongs to the content of one
file (its hash), so a file that is exported again is judged again. It is kept in `run.accepted`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from pipelines.delivery import ingest
from pipelines.delivery.ingest import Outcome
from pipelines.installation.errors import ConfigurationError, DeliveryError
from pipelines.installation.workspace import Workspace
from pipelines.reading import inbox
from pipelines.warehouse.stores import attach_vault, clean_scratch, open_warehouse

LEAST = 10
"""Minimum number of characters of a reason: "ok" does not explain later why a delivery was accepted."""


def accept(workspace: Workspace, path: Path, *, by: str, reason: str, at: datetime) -> Outcome:
    """Load a delivery that its gate stopped, and keep who accepted it, when and why.

    Parameters
    ----------
    workspace : Workspace
        The installation.
    path : Path
        The file, in the inbox: the weekly run must find it there again. A relative path may also start at the inbox, which is how
        reports and pages name a delivery.
    by, reason : str
        The person who decides, and why the delivery is right although the gate stopped it.
    at : datetime
        The current time, with its zone.

    Returns
    -------
    Outcome
        The loaded delivery, with the verdicts of its gate.

    Raises
    ------
    ConfigurationError
        The person or the reason is missing, or there is nothing to accept.
    DeliveryError
        The file cannot be read, lies outside the inbox, or still does not load. Nothing was accepted.
    """
    if not by.strip() or len(reason.strip()) < LEAST:
        raise ConfigurationError(
            "An acceptance needs a person and a reason.",
            mend=f'Give --by "your name" and --reason "why this delivery is right", with at least {LEAST} characters.',
        )
    places = (
        place
        for place in (path, workspace.inbox / path)
        if place.resolve().is_relative_to(workspace.inbox.resolve())
    )
    file = next((place for place in places if place.is_file()), None)
    if file is None:
        mend = f"The inbox is {workspace.inbox}. Move the file there, or correct its name."
        raise DeliveryError(path.name, "This file is not in the inbox.", mend=mend)
    delivery = inbox.locate(file, workspace.inbox)
    with open_warehouse(workspace) as con:
        clean_scratch(workspace)
        attach_vault(con, workspace)
        outcome = ingest.load(con, workspace, delivery)
        if outcome.known or outcome.loaded:
            raise ConfigurationError(
                "There is nothing to accept: this delivery passes its gate and is loaded.",
                where=delivery.name,
            )
        if outcome.batch is None or outcome.gate is None:
            raise DeliveryError(
                delivery.name, outcome.refusal, mend="A file that cannot be read cannot be accepted."
            )
        failures = [verdict.figure.name for verdict in outcome.gate.failures]
        con.execute(
            "INSERT INTO run.accepted VALUES (?, ?, ?, ?, ?, ?)",
            [
                outcome.batch.read.sha256,
                delivery.name,
                at.astimezone(UTC).replace(tzinfo=None),
                by.strip(),
                reason.strip(),
                failures,
            ],
        )
        accepted = ingest.load(con, workspace, delivery)
        if not accepted.loaded:
            con.execute(
                "DELETE FROM run.accepted WHERE sha256 = ? AND file_name = ?",
                [outcome.batch.read.sha256, delivery.name],
            )
            raise DeliveryError(delivery.name, accepted.refusal, mend="Nothing was accepted.")
        return accepted

"""Put a fetched file into the inbox as a delivery."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

from pipelines.installation.files import put_in_place, write_text
from pipelines.installation.source_settings import SourceExtract, SourceSettings
from pipelines.installation.workspace import Workspace
from pipelines.sources.arrivals import Arrived
from pipelines.sources.ledger import Kept, Ledger

SETTLED = 2
"""Age in seconds given to a kept file, so that the reader does not wait for a file that is already complete."""


def keep(
    workspace: Workspace, source: SourceSettings, part: SourceExtract, arrived: Arrived, ledger: Ledger
) -> str:
    """Put a file into the inbox as a delivery, unless the last one of its day has the same content.

    Other content for a day that was delivered before becomes the next version, which replaces the earlier one.
    """
    with arrived.path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    inbox = workspace.inbox / source.corporation
    inbox.mkdir(mode=0o700, parents=True, exist_ok=True)
    day = arrived.day.isoformat()
    before = ledger.of_day(part.extract, source.corporation, day)
    if before and before[-1].sha256 == digest:
        return ""
    version = max((kept.version for kept in before), default=0) + 1
    while _taken(inbox, stem := f"{part.extract}_{day}" + (f"_v{version}" if version > 1 else "")):
        version += 1
    name = stem + arrived.ending
    moment = datetime.now(UTC).timestamp() - SETTLED
    arrived.path.chmod(0o600)
    os.utime(arrived.path, (moment, moment))
    put_in_place(arrived.path, inbox / name)
    query = _keep_query(workspace, arrived.query)
    ledger.add(
        Kept(
            source=source.name,
            extract=part.extract,
            corporation=source.corporation,
            peildatum=day,
            version=version,
            file=name,
            sha256=digest,
            origin=arrived.origin,
            query_sha256=query,
            at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
    )
    ledger.save()
    return f"{source.corporation}/{name}".lstrip("/")


def _keep_query(workspace: Workspace, text: str) -> str:
    """Keep the text of a query in `queries/kept`, so that each delivery shows how it was made; return its hash."""
    if not text:
        return ""
    digest = hashlib.sha256(text.encode()).hexdigest()
    path = workspace.queries / "kept" / f"{digest[:16]}.sql"
    if not path.exists():
        write_text(path, text, private=True)
    return digest


def _taken(inbox: Path, stem: str) -> bool:
    return any(path.name.lower().startswith(f"{stem}.") for path in inbox.iterdir())

"""Record decisions: a private file with names and reasons, and a line in the chain with its hash.

The line shows when something was decided and that the file was not changed since. It shows no name and no reason, because
the file holds a secret number as well, without which its hash cannot be guessed.

What holds something back (a stop, a shadow period, advice against) is in the line itself. A file that is lost or altered takes
away names and reasons, and never the decision.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pipelines.installation.errors import ConfigurationError
from pipelines.installation.files import write_text
from pipelines.installation.workspace import Workspace
from pipelines.proof import chain
from pipelines.warehouse.stores import open_warehouse


def require_person(by: str) -> None:
    """Check that a decision names who took it.

    Raises
    ------
    ConfigurationError
        It names nobody.
    """
    if not by.strip():
        raise ConfigurationError("A decision needs a person.", mend='Give --by "your name".')


def require_sentence(text: str, kind: str = "reason") -> None:
    """Check that a reason or an advice is a sentence.

    Raises
    ------
    ConfigurationError
        It has fewer than three words.
    """
    if len(text.split()) < 3:
        raise ConfigurationError(f"Give the {kind} in a sentence: others must be able to judge it later.")


@dataclass(frozen=True)
class Record:
    """One recorded decision.

    Parameters
    ----------
    entry : chain.Link
        The line in the chain.
    content : mapping
        What the line and the file say.
    """

    entry: chain.Link
    content: Mapping[str, Any]

    @property
    def on(self) -> date:
        """The day on which it was recorded."""
        return datetime.fromisoformat(self.entry.at).date()


def write(
    workspace: Workspace,
    kind: str,
    content: Mapping[str, Any],
    at: datetime,
    public: Mapping[str, Any] | None = None,
) -> Record:
    """Record a decision on the chain of the installation's own corporation.

    Parameters
    ----------
    kind : str
        The kind of the line; see `chain.Link`.
    content : mapping
        Plain values for the private file.
    at : datetime
        The current time.
    public : mapping, optional
        Plain values without personal data that the line itself shows.
    """
    text = json.dumps({**content, "nonce": secrets.token_hex(32)}, indent=2, ensure_ascii=False) + "\n"
    record = chain.digest(text)
    write_text(path_of(workspace, record), text, private=True)
    with open_warehouse(workspace) as con:
        line = {**(public or {}), "record": record}
        entry = chain.append_plain(workspace, con, workspace.settings.corporatie_id, kind, line, at)
    return Record(entry, {**line, **content})


def path_of(workspace: Workspace, record: str) -> Path:
    """Return the file of a record."""
    return workspace.proof / "records" / f"{record}.json"


def of_kinds(workspace: Workspace, *kinds: str) -> list[Record]:
    """Read the records of some kinds, oldest first; of a record whose file is gone or altered only what its line says."""
    return [
        Record(entry, {**entry.content, **_file_of(workspace, entry)})
        for entry in chain.entries(workspace, workspace.settings.corporatie_id)
        if entry.kind in kinds and "record" in entry.content
    ]


def _file_of(workspace: Workspace, entry: chain.Link) -> dict[str, Any]:
    """Read the file of a line; empty if it is not the file that was recorded."""
    if damaged(workspace, entry):
        return {}
    content: dict[str, Any] = json.loads(
        path_of(workspace, entry.content["record"]).read_text(encoding="utf-8")
    )
    return content


def damaged(workspace: Workspace, entry: chain.Link) -> str:
    """Describe what is wrong with the file of a line, or return an empty string."""
    name = entry.content.get("record")
    if name is None:
        return ""
    path = path_of(workspace, name)
    if not path.exists():
        return f"line {entry.number}: the file of this {entry.kind} is gone."
    if chain.digest(path.read_bytes().decode("utf-8", errors="replace")) != name:
        return f"line {entry.number}: the file of this {entry.kind} was altered."
    return ""

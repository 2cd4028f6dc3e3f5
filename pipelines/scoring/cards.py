"""Choose and load the scorecard in use."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from models.as_json import OPTIONAL
from models.card.scorecard import Scorecard, load
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.places import SCORECARDS
from pipelines.installation.toml_models import nearest
from pipelines.installation.workspace import Workspace

POINTER = "installed.json"
"""Name of the file that records which card is installed."""


@dataclass(frozen=True)
class Promotion:
    """The record that a person installed a card.

    Parameters
    ----------
    scorecard : str
        Name and version of the card, such as ``learned-2026-07-06``.
    approved_by, on : str, optional
        The person, and the date as ISO 8601; None for the card of the settings, with which an installation begins.
    before : Promotion, optional
        The record that this one replaced, down to the first.
    """

    scorecard: str
    approved_by: str | None = field(default=None, metadata=OPTIONAL)
    on: str | None = field(default=None, metadata=OPTIONAL)
    before: Promotion | None = field(default=None, metadata=OPTIONAL)


def promoted(workspace: Workspace) -> Promotion | None:
    """Read the record of the card that a person installed with `waakvlam promote`; None if there is no record.

    Raises
    ------
    ConfigurationError
        The record is damaged.
    """
    path = workspace.artefacts / "scorecards" / POINTER
    if not path.exists():
        return None
    try:
        return _promotion(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError):
        raise ConfigurationError(
            "This record does not name the installed card.",
            where=str(path),
            mend="Run `waakvlam promote` to write it again.",
        ) from None


def _promotion(entry: Mapping[str, Any]) -> Promotion:
    """Build a record from its JSON."""
    before = entry.get("before")
    return Promotion(
        scorecard=str(entry["scorecard"]),
        approved_by=entry.get("approved_by"),
        on=entry.get("on"),
        before=_promotion(before) if before else None,
    )


def scorecard(workspace: Workspace) -> Scorecard:
    """Load the scorecard that a person promoted, or else the one named in the settings."""
    chosen = promoted(workspace)
    return named(workspace, chosen.scorecard) if chosen else peoples_card(workspace)


def approval(workspace: Workspace) -> dict[str, str | None]:
    """Return who installed the card in use (``by``) and when (``on``); both None for the card of the settings."""
    chosen = promoted(workspace)
    return {"by": chosen.approved_by if chosen else None, "on": chosen.on if chosen else None}


def better_rule(workspace: Workspace) -> str | None:
    """Return the sentence of the newest training on a simple rule that finds more than the card in use.

    Returns
    -------
    str or None
        None if no rule finds more, if nothing was trained yet, or if another card was installed since.
    """
    reports = (workspace.artefacts / "scorecards" / "reports").glob("*.json")
    read = [json.loads(path.read_text(encoding="utf-8")) for path in reports]
    if not read:
        return None
    newest = max(read, key=lambda report: (report["known_until"], report["version"]))
    card = scorecard(workspace)
    if not newest.get("kept_note") or newest.get("installed") != f"{card.name} {card.version}":
        return None
    return f"{newest['kept_note']} So found the training on what was known on {newest['known_until']}."


def peoples_card(workspace: Workspace) -> Scorecard:
    """Load the scorecard named in the settings: the one made by people, from which learning starts."""
    return named(workspace, workspace.settings.shortlist.scorecard)


def named(workspace: Workspace, name: str) -> Scorecard:
    """Load a card by name from the installation, or else from the program.

    Raises
    ------
    ConfigurationError
        Neither has a card with this name.
    """
    folders = (workspace.artefacts / "scorecards", SCORECARDS)
    for folder in folders:
        if (path := folder / f"{name}.json").exists():
            return load(path)
    names = [path.stem for folder in folders for path in sorted(folder.glob("*.json"))]
    raise ConfigurationError(
        f"[shortlist] scorecard: there is no {name}.json in artefacts/scorecards{nearest(name, names)}.",
        where=str(workspace.home / "settings.toml"),
    )

"""Which scorecard holds, and reading it."""

from __future__ import annotations

import json
from typing import Any

from models.card.scorecard import Scorecard, load
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.places import SCORECARDS
from pipelines.installation.toml_models import nearest
from pipelines.installation.workspace import Workspace


def promoted(workspace: Workspace) -> dict[str, Any] | None:
    """Read which card a person installed with `waakvlam promote`; None where nobody did."""
    path = workspace.artefacts / "scorecards" / "installed.json"
    if not path.exists():
        return None
    try:
        entry = json.loads(path.read_text(encoding="utf-8"))
        return {**entry, "scorecard": str(entry["scorecard"])}
    except (ValueError, KeyError, TypeError):
        raise ConfigurationError(
            "This does not say which card is installed.",
            where=str(path),
            mend="`waakvlam promote` writes it anew.",
        ) from None


def scorecard(workspace: Workspace) -> Scorecard:
    """Load the scorecard that a person promoted, else the one that the settings name."""
    chosen = promoted(workspace)
    return _card(workspace, chosen["scorecard"]) if chosen else peoples_card(workspace)


def peoples_card(workspace: Workspace) -> Scorecard:
    """Load the scorecard that the settings name: made by people, and where learning starts from."""
    return _card(workspace, workspace.settings.shortlist.scorecard)


def _card(workspace: Workspace, name: str) -> Scorecard:
    """Load a card of the installation, else one that comes with the program."""
    folders = (workspace.artefacts / "scorecards", SCORECARDS)
    for folder in folders:
        if (path := folder / f"{name}.json").exists():
            return load(path)
    there = [path.stem for folder in folders for path in sorted(folder.glob("*.json"))]
    raise ConfigurationError(
        f"[shortlist] scorecard: there is no {name}.json{nearest(name, there)}.",
        where=str(workspace.home / "settings.toml"),
    )

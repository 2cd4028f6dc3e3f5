"""Proposals, and installing one: the weekly run uses the card that a person promoted."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from models.card.scorecard import load
from pipelines.installation.errors import ConfigurationError, WaakvlamError
from pipelines.installation.files import write_text
from pipelines.installation.places import SCORECARDS
from pipelines.installation.toml_models import nearest
from pipelines.installation.workspace import Workspace
from pipelines.scoring import cards

POINTER = "installed.json"


def proposals(workspace: Workspace) -> dict[str, dict[str, Any]]:
    """List the reports of all proposals by version, oldest first."""
    folder = workspace.artefacts / "scorecards" / "reports"
    read = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    return {
        report["version"]: report for report in sorted(read, key=lambda r: (r["known_until"], r["version"]))
    }


def promote(
    workspace: Workspace,
    version: str | None,
    *,
    approved_by: str,
    today: date,
    accepted_falls: Collection[str] = (),
) -> dict[str, Any]:
    """Install a card: the weekly run uses it from then on.

    Parameters
    ----------
    workspace : Workspace
        The installation.
    version : str, optional
        Of a proposal, or `expert` to go back to the card that the program comes with; None is the latest proposal.
    approved_by : str
        Who decided so.
    today : date
        When.
    accepted_falls : collection of str
        Signals of which the person accepts that more of it gives fewer points beyond what people gave.

    Returns
    -------
    dict
        scorecard, approved_by, on, and `before`: the same of the one that was installed, down to the first.

    Raises
    ------
    ConfigurationError
        There is no such proposal.
    WaakvlamError
        It was refused: its report says why. Or a line falls and was not accepted by name.
    """
    known = proposals(workspace)
    if version is None:
        adopted = [name for name, report in known.items() if report["adopted"]]
        if not adopted:
            raise WaakvlamError("There is no proposal to install.", mend="`waakvlam train` makes one.")
        version = adopted[-1]
    if version in known and not known[version]["adopted"]:
        raise WaakvlamError(f"{version} was refused: {known[version]['verdict']}")
    _require_accepted(version, known.get(version, {}), accepted_falls)
    if version not in known and not (SCORECARDS / f"{version}.json").exists():
        there = nearest(version, [*known, "expert"])
        raise ConfigurationError(f"There is no proposal {version}{there}.")
    folder = workspace.artefacts / "scorecards"
    path = folder / f"{version}.json"
    load(path if path.exists() else SCORECARDS / path.name)
    before = installed(workspace)
    entry = {
        "scorecard": version,
        "approved_by": approved_by,
        "on": today.isoformat(),
        "before": before or {"scorecard": workspace.settings.shortlist.scorecard},
    }
    write_text(folder / POINTER, json.dumps(entry, indent=2, ensure_ascii=False) + "\n")
    return entry


def _require_accepted(version: str, report: Mapping[str, Any], accepted: Collection[str]) -> None:
    """Raise where a line falls and nobody accepted that by name: the extreme end of a signal often holds survivors."""
    open_falls = [fall for fall in report.get("falls", ()) if fall["signal"] not in accepted]
    if not open_falls:
        return
    listed = "; ".join(
        f"{fall['signal']} beyond {fall['beyond']:g}: {fall['rows']:,} cases, {fall['escalated']:,} escalated"
        for fall in open_falls
    )
    options = " ".join(f"--accept-fall {fall['signal']}" for fall in open_falls)
    raise WaakvlamError(
        f"{version} gives fewer points for more of a signal: {listed}.",
        mend=f"If that is right here, say so by name: waakvlam promote {version} {options} --by NAME",
    )


def installed(workspace: Workspace) -> dict[str, Any] | None:
    """Read which card a person installed; None: the one that the settings name."""
    return cards.promoted(workspace)

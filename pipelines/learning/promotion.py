"""List proposed scorecards and install one: the weekly run uses the card that a person promoted."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from models.as_json import as_json
from models.card.scorecard import load
from models.learning.changes import Fall
from pipelines.installation.errors import ConfigurationError, WaakvlamError
from pipelines.installation.files import write_text
from pipelines.installation.places import SCORECARDS
from pipelines.installation.toml_models import nearest
from pipelines.installation.workspace import Workspace
from pipelines.proof import advice
from pipelines.scoring import cards
from pipelines.scoring.cards import Promotion


@dataclass(frozen=True)
class Proposal:
    """The part of a training report on which a promotion depends; see `pipelines.learning.training_report.TrainingReport`."""

    version: str
    known_until: str
    adopted: bool
    verdict: str
    falls: tuple[Fall, ...]


def proposals(workspace: Workspace) -> dict[str, Proposal]:
    """List all proposals by version, oldest first."""
    folder = workspace.artefacts / "scorecards" / "reports"
    read = [_read(path) for path in sorted(folder.glob("*.json"))]
    return {
        proposal.version: proposal
        for proposal in sorted(read, key=lambda proposal: (proposal.known_until, proposal.version))
    }


def _read(path: Path) -> Proposal:
    report = json.loads(path.read_text(encoding="utf-8"))
    return Proposal(
        version=report["version"],
        known_until=report["known_until"],
        adopted=report["adopted"],
        verdict=report["verdict"],
        falls=tuple(Fall(**fall) for fall in report.get("falls", ())),
    )


def promote(
    workspace: Workspace,
    version: str | None,
    *,
    approved_by: str,
    today: date,
    accepted_falls: Collection[str] = (),
) -> Promotion:
    """Install a card: the weekly run uses it from then on.

    Parameters
    ----------
    workspace : Workspace
        The installation.
    version : str, optional
        A proposal, or `expert` to go back to the card that comes with the program; None is the latest proposal.
    approved_by : str
        The person who decided.
    today : date
        The date of the record.
    accepted_falls : collection of str
        Signals for which the person accepts that a larger value gives fewer points.

    Returns
    -------
    Promotion
        The record that was written.

    Raises
    ------
    ConfigurationError
        No proposal has this version.
    WaakvlamError
        The proposal was refused, one of its lines falls and was not accepted by name, or advice against it stands.
    """
    known = proposals(workspace)
    if version is None:
        adopted = [proposal.version for proposal in known.values() if proposal.adopted]
        if not adopted:
            raise WaakvlamError("There is no proposal to install.", mend="`waakvlam train` creates one.")
        version = adopted[-1]
    if version in known:
        if not known[version].adopted:
            raise WaakvlamError(f"{version} was refused: {known[version].verdict}")
        _require_accepted(known[version], accepted_falls)
    elif not (SCORECARDS / f"{version}.json").exists():
        hint = nearest(version, [*known, "expert"])
        raise ConfigurationError(f"There is no proposal {version}{hint}.")
    folder = workspace.artefacts / "scorecards"
    path = folder / f"{version}.json"
    card = load(path if path.exists() else SCORECARDS / path.name)
    advice.require_none_against(workspace, version, card)
    before = cards.promoted(workspace) or Promotion(workspace.settings.shortlist.scorecard)
    record = Promotion(version, approved_by, today.isoformat(), before)
    write_text(folder / cards.POINTER, json.dumps(as_json(record), indent=2, ensure_ascii=False) + "\n")
    return record


def _require_accepted(proposal: Proposal, accepted: Collection[str]) -> None:
    """Raise if a line falls and was not accepted by name: more of a signal then gives fewer points."""
    open_falls = [fall for fall in proposal.falls if fall.signal not in accepted]
    if not open_falls:
        return
    listed = " ".join(fall.text for fall in open_falls)
    options = " ".join(f"--accept-fall {fall.signal}" for fall in open_falls)
    raise WaakvlamError(
        f"{proposal.version} gives fewer points for more of a signal. {listed}",
        mend=f"To accept that, name each signal: waakvlam promote {proposal.version} {options} --by NAME",
    )

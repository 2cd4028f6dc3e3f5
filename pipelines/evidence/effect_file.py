"""Write the estimates of one installation to a file without personal data, and pool those of several."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from models.effect.estimate import CannotSay, Estimate, pool
from models.effect.words import BY_NAME, Reason, fill, why_not
from pipelines.evidence.effect import Effect, Found
from pipelines.installation.errors import ConfigurationError


def as_plain(effect: Effect) -> dict[str, object]:
    """Return the estimates without personal data, as `read` of another installation reads them."""
    return {
        "until": effect.until.isoformat(),
        "trial": effect.trial,
        "problems": [asdict(problem) | {"en": filled(problem).en} for problem in effect.problems],
        "by_lot": [_plain(estimate) for estimate in effect.by_lot],
        "at_cut": [_plain(estimate) for estimate in effect.at_cut],
        "arms": effect.arms.to_dict("records"),
        "power": [asdict(row) for row in effect.horizon],
        "confirmed_needs": [asdict(group) for group in effect.needs],
    }


def read(path: Path) -> list[Found]:
    """Read the estimates by lot from the ``effect.json`` of another installation.

    Raises
    ------
    ConfigurationError
        The file cannot be read, or is not an ``effect.json``.
    """
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["by_lot"]
        return [
            CannotSay(entry["outcome"], entry["cannot_say"]) if "cannot_say" in entry else Estimate(**entry)
            for entry in entries
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"This is not an effect.json of `waakvlam effect` ({type(error).__name__}: {error}).",
            where=str(path),
            mend="Ask for that file again.",
        ) from None


def pooled(effect: Effect, others: Sequence[Found]) -> tuple[Found, ...]:
    """Pool the estimates of this trial with those of other installations, per outcome.

    An outcome with one estimate keeps that estimate. An outcome that this installation could not estimate is taken from
    the others, if they could.
    """
    mine: dict[str, Found] = {estimate.outcome: estimate for estimate in effect.by_lot}
    chosen: list[Found] = []
    for name in BY_NAME:
        all_of_it = [e for e in (mine.get(name), *others) if isinstance(e, Estimate) and e.outcome == name]
        if all_of_it:
            chosen.append(pool(all_of_it) if len(all_of_it) > 1 else all_of_it[0])
        elif name in mine:
            chosen.append(mine[name])
    return tuple(chosen)


def _plain(finding: Found) -> dict[str, object]:
    """Return an estimate, or the reason why there is none, as plain values."""
    if isinstance(finding, Estimate):
        return asdict(finding)
    return {"outcome": finding.outcome, "cannot_say": finding.reason, "en": filled(finding).en}


def filled(cannot: CannotSay) -> Reason:
    """Return the reason why there is no estimate, with its figures filled in."""
    return (
        fill(cannot.reason, dict(cannot.figures))
        if cannot.figures or cannot.reason in ("no_lots", "no_contacts")
        else why_not(cannot)
    )

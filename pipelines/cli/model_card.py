"""`waakvlam model-card`: describe the installed scorecard, its performance here, and its limits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.cli import output
from pipelines.installation.files import write_text


def command(
    context: typer.Context,
    out: Annotated[
        Path | None, typer.Option("--out", help="Default: model-card.md in the output folder.")
    ] = None,
) -> None:
    """Write the card of the installed scorecard, with the figures of the last backtest and fairness report."""
    from pipelines.learning import model_card
    from pipelines.scoring import cards

    workspace = context.obj
    card = cards.scorecard(workspace)
    backtest = _read(workspace.output / "backtest" / "backtest.json")
    named = f"{card.name} {card.version}"
    figures = (
        [model_card.measured(workspace.settings.naam, card, backtest)]
        if backtest and backtest["model"] == named
        else []
    )
    groups = _read(workspace.output / "fairness" / "fairness.json")
    text = model_card.page(
        card,
        figures,
        approved=cards.promoted(workspace),
        source="`waakvlam backtest`",
        made_by="Made by `waakvlam model-card`.",
        groups=model_card.group_verdicts(groups) if groups and groups["model"] == named else None,
    )
    path = out or workspace.output / "model-card.md"
    write_text(path, text)
    output.say(f"The card of {named}: {path}")
    if not figures:
        output.say("! It has no figures: run `waakvlam backtest` with this scorecard.", "yellow")


def _read(path: Path) -> dict[str, Any] | None:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None

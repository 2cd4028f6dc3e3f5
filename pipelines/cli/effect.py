"""`waakvlam effect`: estimate the effect of visits with intervals, or report why that is not possible yet."""

from __future__ import annotations

import json as text_json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli import managers_page, output
from pipelines.installation import extras
from pipelines.installation.files import write_text


def command(
    context: typer.Context,
    since: Annotated[
        datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="Ignore lists before this day.")
    ] = None,
    trial: Annotated[
        str | None, typer.Option("--trial", help="Name of the trial; default: the last one.")
    ] = None,
    others: Annotated[
        list[Path] | None, typer.Option("--with", help="effect.json of another installation, to pool with.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Estimate the effect of a visit from the decision log and the contacts."""
    extras.require("effect", "`waakvlam effect`")
    from pipelines.evidence import effect, effect_file, effect_report
    from pipelines.publishing import paper
    from pipelines.warehouse.stores import open_warehouse

    workspace = context.obj
    theirs = [estimate for path in others or () for estimate in effect_file.read(path)]
    with open_warehouse(workspace, read_only=True) as con:
        measured = effect.measure(con, since.date() if since else effect.EPOCH, trial)
    folder = workspace.output / "effect"
    coaches = managers_page.coaches(workspace, measured.until)
    sections = effect_report.sections(measured, workspace.settings, theirs, coaches)
    write_text(folder / "effect.html", paper.page(effect_report.TITLE, sections))
    figures = effect_file.as_plain(measured)
    write_text(folder / "effect.json", text_json.dumps(figures, indent=2, default=str) + "\n")
    managers_page.send(
        workspace, measured.until, effect_report.answers(measured, workspace.settings, coaches)
    )
    if json:
        output.as_json(figures)
    else:
        for section in sections:
            if section.lang == "en":
                for text in section.texts:
                    output.say(text)
        output.say(f"The report: {folder / 'effect.html'}; to pool with others: {folder / 'effect.json'}")
    raise typer.Exit(0 if effect.estimates(measured.by_lot) else 1)

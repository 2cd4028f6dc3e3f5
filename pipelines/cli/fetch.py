"""`waakvlam fetch`: fetch deliveries from the sources of the settings into the inbox, without loading them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Annotated

import typer

from pipelines.cli import output
from pipelines.installation import calendar
from pipelines.installation.errors import ConfigurationError


def command(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="The name of one source; default: all of them.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Fetch deliveries from the sources of the settings into the inbox; `weekly` does this first."""
    from pipelines.installation import logs, notify  # both load the engine
    from pipelines.installation.toml_models import nearest
    from pipelines.sources import fetch

    workspace = context.obj
    names = [source.name for source in workspace.settings.sources]
    if not names:
        raise ConfigurationError(
            "The settings name no source.",
            where=str(workspace.home / "settings.toml"),
            mend="Add one under [[sources]]; docs/sources.md shows how.",
        )
    if source and source not in names:
        raise ConfigurationError(f"Unknown source {source!r}{nearest(source, names)}.")
    with notify.watching(workspace, "fetch") as problems, logs.run(workspace.logs, "fetch") as log:
        reports = fetch.fetch(workspace, calendar.today(), source)
        problems += [problem for report in reports for problem in report.problems]
        log.count(files=sum(len(report.files) for report in reports))
        log.fell_short(problems)
    if json:
        output.as_json(reports)
    else:
        for report in reports:
            for line in _summary(report.files):
                output.say(f"{report.source}: {line}")
        for problem in problems:
            output.say(f"! {problem}", "yellow")
    raise typer.Exit(1 if problems else 0)


def _summary(files: tuple[str, ...]) -> Iterator[str]:
    """Yield the names of a few files, else how many there are of each extract: a first time may fetch years of weeks."""
    if len(files) <= 10:
        yield ", ".join(files) or "nothing new"
        return
    for _, names in groupby(files, key=lambda name: re.split(r"_\d", name)[0]):
        several = list(names)
        yield f"{len(several)} files, {several[0]} to {several[-1]}" if len(several) > 1 else several[0]

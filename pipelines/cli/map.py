"""`waakvlam map FILE`: draft a mapping from a file that nobody has seen."""

from __future__ import annotations

import tempfile
import tomllib
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli import output
from pipelines.installation import calendar
from pipelines.installation.errors import ConfigurationError


def command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A file with any name.")],
    extract: Annotated[str, typer.Option(help="The extract; default: the one that fits best.")] = "",
    sheet: Annotated[str, typer.Option(help="The sheet, if a workbook holds several extracts.")] = "",
    name: Annotated[str, typer.Option(help="The mapping to write, or to add the extract to.")] = "eigen",
) -> None:
    """Draft a mapping: columns and codes with a confidence, questions as comments, and five rows as they would be read."""
    from pipelines.drafting.draft import draft
    from pipelines.installation.contracts import contracts
    from pipelines.installation.files import write_text
    from pipelines.installation.toml_models import nearest

    workspace = context.obj
    if extract and extract not in contracts():
        raise ConfigurationError(f"Unknown extract {extract!r}{nearest(extract, list(contracts()))}.")
    folder = workspace.stores / "scratch"
    workspace.settings  # noqa: B018 - raises where there is no workspace
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="mapping-", dir=folder) as scratch:
        drafted = draft(
            file, calendar.today(), workspace.settings.corporations, Path(scratch), extract, sheet
        )
    path = workspace.mappings / f"{name}.toml"
    write_text(path, _with(path, name, drafted.extract, drafted.text))
    output.say(f"{file.name} looks like {drafted.extract}; {path} has its mapping.", "bold")
    rows = [[match.column, match.header, f"{match.confidence:.2f}", match.basis] for match in drafted.matches]
    output.table("Columns; below 0.80 is a question", ["column", "header", "confidence", "by"], rows)
    if drafted.preview:
        most = max(len(column.values) for column in drafted.preview)
        lines = [[column.column, *column.values] for column in drafted.preview]
        title = "The first rows as the contract reads them, texts masked"
        output.table(title, ["column", *map(str, range(1, most + 1))], lines)
        output.say(f"{drafted.counted} of {drafted.rows} rows would count.")
    if drafted.problem:
        output.say(f"! {drafted.problem}", "yellow")
    output.say(f"Questions to answer in the mapping: {drafted.questions}.")
    chosen = workspace.settings.mapping.of(drafted.extract)
    if chosen != name:
        output.say(f'Put `{drafted.extract} = "{name}"` under [mapping] in settings.toml.')
    output.say(
        f"Then name the file {drafted.extract}_<yyyy-mm-dd> and run `waakvlam check` on it: it says what is left."
    )
    raise typer.Exit(1 if drafted.problem else 0)


def _with(path: Path, name: str, extract: str, text: str) -> str:
    """Return the content of a mapping file with a new extract; what a person wrote is never replaced.

    Raises
    ------
    ConfigurationError
        The mapping has this extract already.
    """
    if not path.exists():
        return (
            f'name = "{name}"\ndescription = "Drafted by `waakvlam map`: every line is a proposal"\n\n{text}'
        )
    before = path.read_text(encoding="utf-8")
    if extract in tomllib.loads(before).get("extracts", {}):
        raise ConfigurationError(
            f"The mapping has [extracts.{extract}] already.",
            where=str(path),
            mend="If the file is not that extract, name the right one with --extract; else remove that part, or choose another "
            "file with --name.",
        )
    return f"{before.rstrip()}\n\n{text}"

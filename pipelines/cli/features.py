"""`waakvlam features`: write the feature and score tables to Parquet, with DuckDB or Spark."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli import output
from pipelines.installation.files import refuse_existing

if TYPE_CHECKING:
    from pipelines.installation.workspace import Workspace
    from pipelines.scoring import export, tables


class EngineName(StrEnum):
    """The engines that can compute the tables, with the same definitions."""

    DUCKDB = "duckdb"
    SPARK = "spark"


def command(
    context: typer.Context,
    as_of: Annotated[
        list[datetime],
        typer.Option(
            "--as-of", formats=["%Y-%m-%d"], help="Use what was known on this day at 00:00; may be repeated."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="The folder to create, with features/ and scores/.")],
    engine: Annotated[EngineName, typer.Option("--engine")] = EngineName.DUCKDB,
    master: Annotated[
        str, typer.Option("--master", help="For Spark: local[n], or spark://host:port of a cluster.")
    ] = "local[2]",
    exported: Annotated[
        Path | None,
        typer.Option("--history", help="Read a history that `waakvlam history` wrote, not the warehouse."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print what was written as JSON.")] = False,
) -> None:
    """Write signals, facts, points and scores of every known agreement as Parquet."""
    from pipelines.scoring import cards, tables

    workspace: Workspace = context.obj
    refuse_existing(out)
    card = cards.scorecard(workspace)
    cooldown = workspace.settings.shortlist.cooldown_days
    with _engine(workspace, engine, master, exported, out) as (chosen, available):
        written = tables.write(chosen, available, [day.date() for day in as_of], card, cooldown, out)
    if json:
        output.as_json({"folder": str(out), **vars(written)})
    else:
        days = ", ".join(map(str, written.as_of))
        output.say(
            f"{written.rows} agreements as of {days}, on {written.engine} ({written.scorecard}): {out}"
        )


@contextmanager
def _engine(
    workspace: Workspace, name: EngineName, master: str, exported: Path | None, out: Path
) -> Iterator[tuple[tables.Engine, frozenset[str]]]:
    """Open the requested engine and yield it with the delivered extracts.

    For Spark without an exported history, export one and remove it afterwards.
    """
    from pipelines.scoring import export, history, spark, tables
    from pipelines.warehouse import stores

    if name is EngineName.SPARK:
        with stores.memory_connection(workspace) as con:
            limit = con.execute("SELECT parse_formatted_bytes(current_setting('memory_limit'))").fetchall()[
                0
            ][0]
        scratch, memory = workspace.stores / "scratch", f"{limit >> 20}m"
        with (
            spark.session(master, scratch=scratch, memory=memory) as session,
            _exported(workspace, exported, out) as read,
        ):
            yield spark.Spark(session, read), read.available
    elif exported is not None:
        with stores.memory_connection(workspace) as con:
            read = export.read(exported)
            yield tables.DuckDB(con, export.attach(con, read)), read.available
    else:
        with stores.open_warehouse(workspace, read_only=True) as con:
            yield tables.DuckDB(con, history.without_objectors(history.staged(con))), history.available(con)


@contextmanager
def _exported(workspace: Workspace, folder: Path | None, out: Path) -> Iterator[export.History]:
    """Read an exported history, or write a temporary one next to the output, which cluster workers can also read."""
    from pipelines.scoring import export, history
    from pipelines.warehouse import stores

    if folder is not None:
        yield export.read(folder)
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as temporary:
        with stores.open_warehouse(workspace, read_only=True) as con:
            written = export.write(con, history.available(con), Path(temporary) / "history")
        yield written

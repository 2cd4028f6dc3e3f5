"""Make a workspace in which lists of the past are rehearsed, and carry the log of decisions from one to the next."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date

import pyarrow as pa

from pipelines.delivery import ingest
from pipelines.exchange import collect
from pipelines.installation.workspace import Workspace
from pipelines.reading import inbox
from pipelines.sample.world import World
from pipelines.sample.write import deliver
from pipelines.warehouse.stores import open_warehouse

DECIDED = ("lists", "decisions", "list_coaches", "draws")
Log = Mapping[str, pa.Table]
"""The tables of decisions by name."""


@contextmanager
def of(
    workspace: Workspace, world: World, until: date, seed: int, progress: Callable[[str], None]
) -> Iterator[Workspace]:
    """Make a workspace within a demo, for as long as it is needed: the history of a world, and the worries of the portal until a day."""
    stage = Workspace(workspace.home / "rehearsal")
    stage.home.mkdir(mode=0o700)
    try:
        shutil.copy(workspace.home / "settings.toml", stage.home)
        for name in ("keys", "mappings"):
            shutil.copytree(workspace.home / name, stage.home / name)
        for folder in (stage.inbox, stage.stores, stage.output, stage.artefacts, stage.logs):
            folder.mkdir(mode=0o700)
        deliver(world, stage.inbox, seed=seed, deliveries=1, without=frozenset({"contacten"}))
        collect.write_worries(stage, until)
        history, _misnamed = inbox.find(stage.inbox)
        ingest.load_all(stage, history, lambda delivery: progress(f"rehearsal: {delivery.name}"))
        yield stage
    finally:
        shutil.rmtree(stage.home)


def read(stage: Workspace) -> Log:
    """Return the log of decisions of a workspace."""
    with open_warehouse(stage, read_only=True) as con:
        return {name: con.execute(f"SELECT * FROM run.{name}").to_arrow_table() for name in DECIDED}  # noqa: S608 - fixed names


def write(stage: Workspace, log: Log) -> None:
    """Add a log of decisions to that of a workspace."""
    with open_warehouse(stage) as con:
        for name, rows in log.items():
            con.register("rows", rows)
            con.execute(f"INSERT INTO run.{name} SELECT * FROM rows")  # noqa: S608 - fixed names
            con.unregister("rows")

"""Judge a delivery after those that the week would load before it: they may wait in the inbox beside it.

They are loaded into copies of the two stores, which are removed afterwards.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.delivery import ingest
from pipelines.installation.contracts import REGISTER
from pipelines.installation.errors import DeliveryError
from pipelines.installation.workspace import STORES, Workspace
from pipelines.reading import inbox
from pipelines.reading.inbox import Delivery
from pipelines.warehouse.stores import open_warehouse, path_of

MOST = 6
"""Earlier deliveries of the same extract that are loaded: the gate looks five weeks back."""


@dataclass(frozen=True)
class _Copy(Workspace):
    """The same workspace with other stores."""

    folder: Path

    @property
    def stores(self) -> Path:
        """The folder of the copies."""
        return self.folder


@contextmanager
def loaded_beside(workspace: Workspace, delivery: Delivery) -> Iterator[tuple[Workspace, tuple[str, ...]]]:
    """Yield a workspace as it would be when the week comes to `delivery`, and notes on what was loaded for that.

    Parameters
    ----------
    workspace : Workspace
        The installation; its stores do not change.
    delivery : Delivery
        The delivery to judge, in the inbox or elsewhere.
    """
    with open_warehouse(workspace) as con:
        earlier = _earlier(con, workspace, delivery)
    if not earlier:
        yield workspace, ()
        return
    with tempfile.TemporaryDirectory(prefix="beside-", dir=workspace.stores / "scratch") as folder:
        copy = _Copy(workspace.home, Path(folder))
        for store in STORES:
            for path in path_of(workspace, store).parent.glob(f"{store}.duckdb*"):
                shutil.copyfile(path, copy.folder / path.name)
        outcomes = ingest.load_all(copy, earlier)
        loaded = [outcome.delivery.name for outcome in outcomes if outcome.loaded]
        notes = [f"Judged as if {', '.join(loaded)} were loaded first, from the inbox."] if loaded else []
        notes += [
            f"{outcome.delivery.name} comes first and would be refused; check it first."
            for outcome in outcomes
            if outcome.refusal
        ]
        yield copy, tuple(notes)


def _earlier(con: duckdb.DuckDBPyConnection, workspace: Workspace, delivery: Delivery) -> list[Delivery]:
    """Return the deliveries of the inbox that the week loads before this one and that its verdict depends on.

    These are the newest of its own extract, and the registers of its corporation: the first, and those by which each of the
    others is judged.
    """
    waiting, _ = inbox.find(workspace.inbox)
    others = [other for other in waiting if other.path.resolve() != delivery.path.resolve()]
    order = ingest.in_order(con, inbox.sort([*others, delivery]))
    before = [
        other
        for other in order[: order.index(delivery)]
        if other.source == delivery.source and _is_new(con, other)
    ]
    registers = [other for other in before if other.extract == REGISTER]
    own = [other for other in before if other.extract == delivery.extract][-MOST:]
    since = before.index(own[0]) if own else len(before)
    known = [other for other in before[:since] if other.extract == REGISTER]
    chosen = {
        *registers[:1],
        *known[-1:],
        *(other for other in registers if before.index(other) > since),
        *own,
    }
    return [other for other in before if other in chosen]


def _is_new(con: duckdb.DuckDBPyConnection, delivery: Delivery) -> bool:
    try:
        return not ingest.is_known(con, delivery)
    except DeliveryError:  # refused under this name, so the week would not load it either
        return False

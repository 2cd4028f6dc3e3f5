"""Doubts about one delivery, which is judged beside the deliveries that were loaded and is not loaded itself."""

from __future__ import annotations

import duckdb

from pipelines.delivery import ingest
from pipelines.gate import doubts
from pipelines.installation.workspace import Workspace
from pipelines.reading import inbox
from tests.support.deliveries import deliver
from tests.support.ordinary import Row


def doubted(
    con: duckdb.DuckDBPyConnection, place: Workspace, extract: str, day: object, rows: list[Row]
) -> dict[str, str]:
    """Return the doubts about a delivery: their names and what they mean."""
    path = deliver(place, extract, str(day), rows)
    batch = ingest.examine(con, place, inbox.locate(path, place.inbox))
    path.unlink()
    return {figure.name: figure.meaning for figure in doubts.figures(con, batch, place.settings.gates)}

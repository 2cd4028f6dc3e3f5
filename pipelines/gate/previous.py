"""Find the deliveries before one, of the same extract and source, and their rows."""

from __future__ import annotations

import duckdb

from pipelines.installation.sql import Sql, fill
from pipelines.parsing.batch import Batch


def find(con: duckdb.DuckDBPyConnection, batch: Batch) -> list[int]:
    """Return the ids of the last two deliveries of an earlier day, the last one first."""
    delivery = batch.delivery
    found = con.execute(
        "SELECT delivery_id FROM run.deliveries WHERE extract = ? AND source = ? AND peildatum < ? "
        "ORDER BY peildatum DESC, version DESC LIMIT 2",
        [delivery.extract, delivery.source, delivery.peildatum],
    ).fetchall()
    return [int(id_) for (id_,) in found]


def rows(batch: Batch, delivery: int) -> Sql:
    """Return the rows that a delivery brought or showed again."""
    return fill(
        "(SELECT r.* FROM raw.{extract} r WHERE row_id IN (SELECT row_id FROM raw.{sightings} WHERE delivery_id = {delivery}))",
        extract=batch.contract.extract,
        sightings=f"{batch.contract.extract}_sightings",
        delivery=delivery,
    )

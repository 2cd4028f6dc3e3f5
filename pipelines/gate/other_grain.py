"""Judge whether rows are parts of what a row should be: a figure for the gate where many rows differ in their number only."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from pipelines.gate.verdicts import Figure
from pipelines.installation.contracts import REGISTER
from pipelines.installation.settings import Gates
from pipelines.installation.sql import fill
from pipelines.parsing.batch import Batch
from pipelines.warehouse import schema

MOST = 0.2
"""Share of the rows that may be equal to another row in all but their own number."""


def figures(con: duckdb.DuckDBPyConnection, batch: Batch, gates: Gates) -> Iterator[Figure]:
    """Yield the share of rows that repeat another one under another number, from the temporary table `typed`.

    The sign of an amount does not matter, because a ledger has a counterpart for each entry.
    """
    contract = batch.contract
    if contract.snapshot or contract.extract == REGISTER or contract.answers:
        return
    own = {contract.own_id, contract.whole}
    names = [name for name in schema.content_columns(contract) if name not in own and batch.source.has(name)]
    moment = contract.history.column
    parts = [
        fill("abs({name})" if contract.columns[name].type == "euro" else "{name}", name=name)
        for name in names
        if name in contract.columns
    ]
    query = fill(
        "SELECT coalesce(sum(n - 1), 0), coalesce(sum(n), 0) FROM (SELECT count(DISTINCT {own}) AS n FROM typed "
        "WHERE verdict = 'new' AND {moment} IS NOT NULL GROUP BY {parts})",
        own=contract.own_id,
        moment=moment,
        parts=parts,
    )
    again, rows = con.execute(query).fetchall()[0]
    if again > gates.tolerated_rows and again > MOST * rows:
        meaning = (
            f"Share of the rows that repeat another one in all but {contract.own_id}: perhaps one row per order, step or ledger line. "
            f"Name the column that identifies the whole as {contract.own_id} under [extracts.{contract.extract}.columns] in the mapping."
        )
        yield Figure(
            f"{contract.own_id}.repeated.share", float(again) / float(rows), None, MOST, "warning", meaning
        )

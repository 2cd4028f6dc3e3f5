"""Every doubt of the gate: what shows that well-formed rows may mean something else than they seem.

Each module below yields figures that are out of their bounds, and nothing for a good delivery.

=================  =====================================================================================================
module             asks whether
=================  =====================================================================================================
`contradictions`   the columns of a row contradict each other, or the register
`changed`          a column holds something else than in the delivery before: a unit, a sign, a code, another column
`known_rows`       known rows changed as time changes none: an end undone, another home, every rent
`changed_rights`   objections, flags, contacts and worries passed to somebody else, or are gone
`changed_numbers`  rows are numbered otherwise, or a list that held all rows holds others
`ledger`           the entries of a ledger are those of its agreements
`lists`            a list of positions is the list of its day and of everybody
`nothing_new`      what is new is in it
`other_forms`      values are written in a form that shows a cut, a lost sign or another zone
`other_grain`      rows are parts or sums of what a row should be
`identities`       names and addresses are others than in the vault, or damaged
=================  =====================================================================================================

What a statement reads is counted for all questions at once (`questions.py`); shares are counted in a sample first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import duckdb

from pipelines.gate import (
    changed,
    changed_numbers,
    changed_rights,
    contradictions,
    identities,
    known_rows,
    ledger,
    lists,
    nothing_new,
    other_forms,
    other_grain,
)
from pipelines.gate.verdicts import Figure
from pipelines.installation.settings import Gates
from pipelines.parsing.batch import Batch

Doubt = Callable[[duckdb.DuckDBPyConnection, Batch, Gates], Iterator[Figure]]
DOUBTS: Mapping[str, Doubt] = {
    module.__name__.rsplit(".", 1)[1]: module.figures
    for module in (
        contradictions,
        changed,
        known_rows,
        changed_rights,
        changed_numbers,
        ledger,
        lists,
        nothing_new,
        other_forms,
        other_grain,
        identities,
    )
}


def figures(con: duckdb.DuckDBPyConnection, batch: Batch, gates: Gates) -> Iterator[Figure]:
    """Yield every doubt about a delivery; none stops rights, which are judged row by row."""
    lists.keep_recent(con, batch)
    for doubt in DOUBTS.values():
        for figure in doubt(con, batch, gates):
            yield replace(
                figure, doubt=True, severity="warning" if batch.contract.rights else figure.severity
            )
    con.execute("DROP TABLE IF EXISTS recent_lists")

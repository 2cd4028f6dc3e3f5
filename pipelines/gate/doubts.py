"""Every doubt of the gate: what shows that well-formed rows may mean something else than they seem.

`doubt.py` gives the shape of a doubt. Each module below yields figures that are out of their bounds, and nothing for a good delivery.

================  ======================================================================================================
module            asks whether
================  ======================================================================================================
`contradictions`  the columns of a row contradict each other, or the register
`forms`           values are written in a form that shows a cut, a lost sign or another zone
`grain`           rows are parts of what a row should be
`known_rows`      known rows changed as time changes none: an end undone, another home, every rent, names (`identities`)
`before`          rows of the delivery before come again as they should, and what is new is in it
`numbers`         rows are numbered otherwise
`compared`        a column holds something else than before (`columns`, `signs`, `codes`), or than in its row (`common`)
`ledger`          the entries of a ledger are those of its agreements
`lists`           a list of positions is that of its day and of everybody, and moved as a week moves it (`list_changes`)
`rights`          objections, flags, contacts and worries passed to somebody else, or are gone
================  ======================================================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import duckdb

from pipelines.gate import (
    before,
    compared,
    contradictions,
    forms,
    grain,
    known_rows,
    ledger,
    lists,
    numbers,
    rights,
)
from pipelines.gate.doubt import Examined, examined
from pipelines.gate.verdicts import Figure
from pipelines.installation.settings import Gates
from pipelines.parsing.batch import Batch

MODULES = (contradictions, forms, grain, known_rows, before, numbers, compared, ledger, lists, rights)
DOUBTS: Mapping[str, Callable[[Examined], Iterator[Figure]]] = {
    module.__name__.rsplit(".", 1)[1]: module.figures for module in MODULES
}


def figures(con: duckdb.DuckDBPyConnection, batch: Batch, gates: Gates) -> Iterator[Figure]:
    """Yield every doubt about a delivery, each name once; none stops rights, which are judged row by row."""
    it, said = examined(con, batch, gates), set[str]()
    with lists.kept(it):
        for doubt in DOUBTS.values():
            for figure in doubt(it):
                if figure.name not in said:  # two doubts of one name seldom have two causes
                    said.add(figure.name)
                    severity = "warning" if batch.contract.rights else figure.severity
                    yield replace(figure, doubt=True, severity=severity)

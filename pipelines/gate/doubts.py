"""Yield every doubt about a delivery: signs that well-formed rows do not mean what they seem to mean.

`doubt.py` defines a doubt. Each module below yields the figures that are out of bounds, so none for a good delivery.

================  ======================================================================================================
module            asks whether
================  ======================================================================================================
`contradictions`  the columns of a row contradict each other, or the register
`forms`           the form of the values shows that they were cut off, lost their sign or are in another time zone
`grain`           several rows are parts of one
`known_rows`      known rows changed in a way that time does not explain: an end is gone, all rents differ (names: `identities`)
`before`          rows that should come again are absent, or no row is new
`numbers`         the ids of the rows have another form
`compared`        the content of a column differs from earlier deliveries (`columns`, `signs`, `codes`, `common`)
`ledger`          the entries of a ledger are not the rent of their agreements
`lists`           a list of positions is old, incomplete or mixed, or changed more or less than in a week (`list_changes`)
`rights`          objections, flags, contacts and worries are gone or belong to somebody else
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
    """Yield every doubt about a delivery, one per name. Doubts only warn about rights, which are judged row by row."""
    it, names = examined(con, batch, gates), set[str]()
    with lists.kept(it):
        for doubt in DOUBTS.values():
            for figure in doubt(it):
                if figure.name not in names:  # two doubts of one name seldom have two causes
                    names.add(figure.name)
                    severity = "warning" if batch.contract.rights else figure.severity
                    yield replace(figure, doubt=True, severity=severity)

"""Doubt a delivery in which the content of a column differs from that in the delivery before.

An export that changes from euros to cents, turns its signs or filters its rows stays well-formed. A list of positions varies within
the month, so it is doubtful only if it differs from the list before and from those of four and five weeks before. Deliveries of
changes vary too, so one is doubtful only if it differs from each of the last five. The very first delivery holds years, so
nothing is compared with it.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.gate import columns, common, signs
from pipelines.gate.doubt import Examined, one_in, sampled
from pipelines.gate.verdicts import Figure
from pipelines.installation.contracts import REGISTER
from pipelines.installation.sql import Sql, day_literal, fill

MONTH = 5
"""Number of earlier deliveries to compare a delivery of changes with: a ledger has its claims only in the first week of a month."""


def figures(it: Examined) -> Iterator[Figure]:
    """Yield a figure for each column whose content differs from that in every delivery it is compared with."""
    lasting: dict[str, Figure] = {}
    of_rows: dict[str, Figure] = {}
    for place, before in enumerate(_earlier(it)):
        _keep(it, before)
        doubted = {f.name: f for f in (*signs.figures(it), *columns.figures(it))}
        if it.contract.snapshot:
            doubted |= {f.name: f for f in common.figures(it)}
        elif place == 0:
            # Rows that come again leave the deliveries of changes one by one, so only the delivery before has them all.
            of_rows = {f.name: f for f in common.figures(it)}
        lasting = {name: figure for name, figure in (lasting or doubted).items() if name in doubted}
        if not lasting:
            break
    it.con.execute("DROP TABLE IF EXISTS compared")
    yield from (of_rows | lasting).values()


def _keep(it: Examined, before: Sql) -> None:
    """Put a sample of the rows to judge (`now`) and of earlier rows, by the same ids, into the table `compared`."""
    own = "overeenkomst_id" if it.contract.snapshot else it.contract.own_id
    rows = Sql("newest_list" if it.contract.snapshot else "(FROM typed WHERE verdict = 'new')")
    query = fill(
        "CREATE OR REPLACE TEMP TABLE compared AS SELECT true AS now, key_hash, {columns} FROM {rows} WHERE {some} "
        "UNION ALL SELECT false, key_hash, {columns} FROM {before} WHERE {some}",
        columns=it.contract.content,
        rows=rows,
        before=before,
        some=Sql(sampled(own, one_in(it))),
    )
    it.con.execute(query)


def _earlier(it: Examined) -> list[Sql]:
    """Return the earlier rows to compare with, from the newest delivery to the oldest; none if too little is known."""
    day = it.contract.snapshot
    if day:
        query = fill(
            "SELECT DISTINCT {day}, (SELECT max({day}) FROM newest_list) - {day} FROM recent_lists ORDER BY ALL DESC",
            day=day,
        )
        days = it.con.execute(query).fetchall()
        month = [before for before, age in days if 27 <= age <= 36]
        lists = dict.fromkeys([days[0][0], *month]) if month else ()
        return [
            fill("(FROM recent_lists WHERE {day} = {before})", day=day, before=day_literal(d)) for d in lists
        ]
    if it.contract.extract == REGISTER:
        return [it.rows_of(before) for before in it.earlier[:1]]
    # With nothing but the first delivery there is nothing to compare.
    return [it.rows_of(before) for before in it.earlier[:MONTH]] if len(it.earlier) > 1 else []

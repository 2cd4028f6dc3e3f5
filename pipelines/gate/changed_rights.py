"""Judge whether rights still stand for the people they stood for: a figure for the gate where they do not.

A number that starts again, one that is issued to somebody else, or a list that lacks what stood on it, would take a right away
without a fault in any row. A figure is only judged when something was found.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from features.known import current_sql, known_sql
from pipelines.gate.verdicts import Figure
from pipelines.installation.contracts import REGISTER, Contract, contracts
from pipelines.installation.settings import Gates
from pipelines.installation.sql import Sql, fill, join, literal, read_sql
from pipelines.parsing.batch import Batch

ENDED, ENDED_FROM = 0.5, 3
"""Share of the objections or safety flags that stand which may end in one delivery, and the number from which it is judged."""
LINKS = {"agreement": "overeenkomst_id", "home": "eenheid_id", "tenant": "huurder_id"}
"""What a row of a right names, with the column of the register."""
_ENDS = {"objection": "ingetrokken_op", "safety": "einddatum"}


def figures(con: duckdb.DuckDBPyConnection, batch: Batch, _: Gates) -> Iterator[Figure]:
    """Yield the figures about rights that seem to have passed to somebody else, from the temporary table `typed`."""
    if batch.contract.extract == REGISTER:
        yield from _issued(con)
    if batch.contract.rights:
        yield from _about_another(con, batch)
        yield from _gone(con, batch)
        yield from _ended(con, batch)


def _issued(con: duckdb.DuckDBPyConnection) -> Iterator[Figure]:
    """Yield the number of rights that matched nobody, were corrected or answered, and whose number the register issues now."""
    for contract in contracts().values():
        end = _ENDS.get(contract.rights or "")
        if not end or not _unmatched(con, contract, end):
            continue
        numbers = [
            fill(
                "(SELECT {part} AS part, corporatie_id, {name} AS id FROM typed WHERE verdict = 'new' "
                "EXCEPT SELECT {part}, corporatie_id, {name} FROM versions.{register})",
                part=literal(part),
                name=name,
                register=REGISTER,
            )
            for part, name in LINKS.items()
        ]
        query = fill(
            read_sql(__package__, "issued"),
            issued=join(numbers, " UNION ALL "),
            extract=contract.extract,
            current=Sql(current_sql("v")),
            waits=Sql(known_sql("u", "(SELECT max(peildatum) FROM run.deliveries)")),
            end=end,
        )
        rows = con.execute(query).fetchall()
        if rows:
            file_name, line = rows[0]
            meaning = (
                f"Rows of {contract.extract} that matched nobody and were corrected or answered, of which this register names the number "
                f"now; they count for this person too ({file_name}, line {line}). If they are about somebody else, deliver a next version "
                f"of that file without the row, or the row with a day in {end}."
            )
            yield Figure(f"{contract.own_id}.issued.rows", float(len(rows)), None, 0, "warning", meaning)


def _unmatched(con: duckdb.DuckDBPyConnection, contract: Contract, end: str) -> bool:
    """Return whether the register lacks a number that a right names which stands: looking further is dear."""
    names = {"agreement": contract.agreement, "home": contract.home, "tenant": contract.tenant}
    for part, name in names.items():
        query = fill(
            "SELECT count(*) FROM versions.{extract} v LEFT JOIN versions.{register} r ON r.corporatie_id = v.corporatie_id "
            "AND r.{link} = v.{name} WHERE {current} AND v.{end} IS NULL AND v.{name} IS NOT NULL AND r.{link} IS NULL",
            extract=contract.extract,
            register=REGISTER,
            link=LINKS[part],
            name=name or "",
            current=Sql(current_sql("v")),
            end=end,
        )
        if name and con.execute(query).fetchall()[0][0]:
            return True
    return False


def _about_another(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Figure]:
    """Yield the number of new rows of a right with the id of an earlier row about somebody else.

    Both rights stand. An earlier row that matches nobody is not counted: `warehouse/unresolved.py` follows it.
    """
    contract = batch.contract
    own = contract.own_id
    # Which rows match nobody is dear to plan, and hardly ever asked.
    for matched in ("", " AND row_id NOT IN (SELECT row_id FROM run.unreached WHERE row_id IS NOT NULL)"):
        query = fill(
            "SELECT count(DISTINCT key_hash) FROM typed WHERE verdict = 'new' "
            "AND key_hash NOT IN (SELECT key_hash FROM versions.{extract}) "
            "AND (corporatie_id, {own}) IN (SELECT (corporatie_id, {own}) FROM versions.{extract} v WHERE {current}{matched})",
            extract=contract.extract,
            own=own,
            current=Sql(current_sql("v")),
            matched=Sql(matched),
        )
        ((rows,),) = con.execute(query).fetchall()
        if not rows:
            return
    end = _ENDS.get(contract.rights or "")
    withdraw = f", or the earlier row with a day in {end}" if end else ""
    meaning = (
        f"New rows with the {own} of an earlier row about somebody else. Both count. If the new row corrects the earlier one, "
        f"deliver a `_v2` of that file without it{withdraw}."
    )
    yield Figure(f"{own}.reused.rows", float(rows), None, 0, "warning", meaning)


def _gone(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Figure]:
    """Yield the number of rights that end because this version of a delivery lacks the row, and no other delivery has it.

    A row that the version before set apart is found again by its own id, or by whom it names.
    """
    contract, delivery = batch.contract, batch.delivery
    links = {"agreement": contract.agreement, "home": contract.home, "tenant": contract.tenant}
    same = [("record", contract.own_id), *((part, name) for part, name in links.items() if name)]
    before = fill(
        "d.source = {source} AND d.peildatum = {peildatum} AND d.version < {version}",
        source=literal(delivery.source),
        peildatum=literal(delivery.peildatum.isoformat()),
        version=delivery.version,
    )
    query = fill(
        read_sql(__package__, "gone"),
        extract=contract.extract,
        sightings=f"{contract.extract}_sightings",
        literal=literal(contract.extract),
        current=Sql(current_sql("v")),
        before=before,
        same=join([fill("t.{name} = a.{part}", name=name, part=part) for part, name in same], " OR "),
    )
    ((rows,),) = con.execute(query).fetchall() if delivery.version > 1 else ((0,),)
    if rows:
        meaning = (
            "Rows of the version before that this version lacks. They count no longer. If they still hold, deliver a next version "
            "with them."
        )
        yield Figure(f"{contract.own_id}.gone.rows", float(rows), None, 0, "warning", meaning)


def _ended(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Figure]:
    """Yield the share of the objections or safety flags that stand, if most of them end in this delivery."""
    contract = batch.contract
    end = _ENDS.get(contract.rights or "")
    if not end or not batch.source.has(end):
        return
    query = fill(
        "SELECT count(*), count(t.key_hash) FROM versions.{extract} v LEFT JOIN (SELECT DISTINCT key_hash FROM typed "
        "WHERE verdict = 'new' AND {end} IS NOT NULL) t USING (key_hash) "
        "WHERE {current} AND v.{end} IS NULL AND v.corporatie_id IN (SELECT corporatie_id FROM typed)",
        end=end,
        extract=contract.extract,
        current=Sql(current_sql("v")),
    )
    standing, ended = con.execute(query).fetchall()[0]
    if ended >= ENDED_FROM and ended > ENDED * standing:
        meaning = f"Rows that stood before and have a day in {end} now. Ask whether they really ended."
        yield Figure(f"{end}.ended.share", ended / standing, None, ENDED, "warning", meaning)

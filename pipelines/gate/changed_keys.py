"""Judge whether the ids of a delivery still stand for what they stood for: a figure for the gate where they do not.

Ids that were sorted without their columns, a number that starts again, another corporation or a test environment give rows that are
well-formed, and history would pass to other people. A figure is only judged when something was found.
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

LEAST_ROWS = 20
"""Number of known rows from which a register is compared with what is known."""
CHANGED = 0.2
"""Share of the known rows that may have another value in a column that seldom changes."""
FRESH, FRESH_FROM = 0.5, 50
"""Share of the agreements that may be unknown, in a register of as many rows as this."""
ENDED, ENDED_FROM = 0.5, 3
"""Share of the objections or safety flags that stand which may end in one delivery, and the number from which it is judged."""
LINKS = {"agreement": "overeenkomst_id", "home": "eenheid_id", "tenant": "huurder_id"}
"""What a row of a right names, with the column of the register."""
_ENDS = {"objection": "ingetrokken_op", "safety": "einddatum"}


def figures(con: duckdb.DuckDBPyConnection, batch: Batch, gates: Gates) -> Iterator[Figure]:
    """Yield the figures about ids that seem to have passed to something else, from the temporary table `typed`."""
    if batch.contract.extract == REGISTER:
        yield from _register(con, batch)
        yield from _kinds(con, gates)
        yield from _identities(con, batch)
        yield from _fresh(con)
        yield from _issued(con)
    elif not batch.contract.snapshot:
        if batch.contract.rights:
            yield from _about_another(con, batch)
            yield from _gone(con, batch)
        else:
            yield from _reused(con, batch, gates)
        yield from _ended(con, batch)


def _changed(name: str, compared: int, changed: int) -> Iterator[Figure]:
    if compared >= LEAST_ROWS and changed > CHANGED * compared:
        meaning = f"Known agreements with another {name} than before: perhaps a column was sorted or shifted without the others."
        yield Figure(f"{name}.changed.share", changed / compared, None, CHANGED, "warning", meaning)


def _register(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Figure]:
    names = [
        name
        for name in ("huurder_id", "eenheid_id", "begindatum", "einddatum", "wijk")
        if batch.source.has(name)
    ]
    counts = [
        fill("count(*) FILTER (t.{name} = v.{name}), count(*) FILTER (t.{name} <> v.{name})", name=name)
        for name in names
    ]
    query = fill(
        "SELECT {counts} FROM typed t JOIN versions.{register} v USING (corporatie_id, overeenkomst_id) "
        "WHERE t.verdict = 'new' AND {current}",
        counts=counts,
        register=REGISTER,
        current=Sql(current_sql("v")),
    )
    found = con.execute(query).fetchall()[0] if names else ()
    for place, name in enumerate(names):
        same, changed = found[2 * place : 2 * place + 2]
        yield from _changed(name, same + changed, changed)


def _kinds(con: duckdb.DuckDBPyConnection, gates: Gates) -> Iterator[Figure]:
    """Yield the number of homes that are of another kind than before: a garage does not become a home."""
    query = fill(
        "SELECT count(DISTINCT t.eenheid_id) FROM typed t JOIN versions.{register} v USING (corporatie_id, overeenkomst_id, eenheid_id) "
        "WHERE t.verdict = 'new' AND {current} AND t.eenheidsoort_code <> v.eenheidsoort_code",
        register=REGISTER,
        current=Sql(current_sql("v")),
    )
    ((homes,),) = con.execute(query).fetchall()
    if homes > gates.tolerated_rows:
        meaning = "Homes with another eenheidsoort_code than before, which decides what can be listed. Ask whether its codes changed."
        yield Figure(
            "eenheidsoort_code.changed.rows", float(homes), None, gates.tolerated_rows, "warning", meaning
        )


def _identities(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Figure]:
    """Compare names and addresses with those in the vault: they are others if a column has no word or number in common."""
    for name, columns in {"naam": ("naam",), "adres": ("straatnaam", "huisnummer")}.items():
        if not all(batch.source.has(column) for column in columns):
            continue
        query = fill(
            """WITH known AS (SELECT {both} FROM typed t JOIN vault.main.tenancies v USING (corporatie_id, overeenkomst_id)
                WHERE t.verdict = 'new' AND t.{first} IS NOT NULL AND v.{first} IS NOT NULL)
            SELECT (SELECT count(*) FROM known), count(*) FILTER ({other}) FROM (SELECT {words} FROM known WHERE {differs})""",
            both=[
                fill("{table}.{column} AS {of}", table=table, column=column, of=f"{table}_{column}")
                for column in columns
                for table in ("t", "v")
            ],
            differs=join(
                [fill("{t} <> {v}", t=f"t_{column}", v=f"v_{column}") for column in columns], " OR "
            ),
            first=columns[0],
            words=[
                fill(
                    r"regexp_extract_all(strip_accents(lower({of})), '[a-z]{3,}|\d+') AS {of}",
                    of=f"{table}_{column}",
                )
                for column in columns
                for table in ("t", "v")
            ],
            other=Sql(
                " OR ".join(
                    f"(len(t_{c}) > 0 AND len(v_{c}) > 0 AND NOT list_has_any(t_{c}, v_{c}))" for c in columns
                )
            ),
        )
        compared, changed = con.execute(query).fetchall()[0]
        yield from _changed(name, compared, changed)


def _fresh(con: duckdb.DuckDBPyConnection) -> Iterator[Figure]:
    query = fill(
        """SELECT count(*), count(*) FILTER (NOT EXISTS (FROM versions.{register} v
            WHERE v.corporatie_id = t.corporatie_id AND v.overeenkomst_id = t.overeenkomst_id)),
            (SELECT count(DISTINCT overeenkomst_id) FROM versions.{register} WHERE corporatie_id IN (SELECT corporatie_id FROM typed))
            FROM typed t WHERE verdict = 'new'""",
        register=REGISTER,
    )
    rows, fresh, known = con.execute(query).fetchall()[0]
    if known >= FRESH_FROM and rows >= max(FRESH_FROM, known / 2) and fresh > FRESH * rows:
        meaning = "Agreements that no register named before: perhaps the numbers changed, or it is of another corporation."
        yield Figure("overeenkomst_id.fresh.share", fresh / rows, None, FRESH, "warning", meaning)


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


def _reused(con: duckdb.DuckDBPyConnection, batch: Batch, gates: Gates) -> Iterator[Figure]:
    """Yield the number of rows with the id of an earlier row and another date: the earlier row would be overwritten."""
    contract = batch.contract
    own, day = contract.own_id, contract.history.column
    query = fill(
        "SELECT count(*), count(*) FILTER (CAST(t.{day} AS DATE) <> CAST(v.{day} AS DATE)) "
        "FROM typed t JOIN versions.{extract} v USING (corporatie_id, {own}) WHERE t.verdict = 'new' AND {current}",
        day=day,
        extract=contract.extract,
        own=own,
        current=Sql(current_sql("v")),
    )
    known, reused = con.execute(query).fetchall()[0]
    if reused > gates.tolerated_rows and reused > CHANGED * known:
        meaning = (
            f"Rows with the {own} of an earlier row, and another {day}: perhaps the numbers start again, and the "
            "earlier rows would be overwritten. Deliver numbers that are used once."
        )
        yield Figure(f"{own}.reused.rows", float(reused), None, gates.tolerated_rows, "warning", meaning)


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

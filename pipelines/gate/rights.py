"""Doubt rights that may have passed to somebody else or disappeared.

If ids start again, are issued to somebody else, or a list lacks earlier rights, people lose a right although each row is correct.
"""

from __future__ import annotations

from collections.abc import Iterator

from features.known import current_sql, known_sql
from pipelines.gate.doubt import Examined, warn
from pipelines.gate.verdicts import Figure
from pipelines.installation.contracts import REGISTER, Contract, contracts
from pipelines.installation.sql import Sql, fill, join, literal, read_sql

ENDED, ENDED_FROM = 0.5, 3
"""Maximum share of active objections or safety flags that may end in one delivery, and minimum number of them to judge it."""
LINKS = {"agreement": "overeenkomst_id", "home": "eenheid_id", "tenant": "huurder_id"}
"""The links that a row of a right can have, with the column of the register for each."""
ENDS = {"objection": "ingetrokken_op", "safety": "einddatum"}
"""The column with the day on which a right ends."""


def figures(it: Examined) -> Iterator[Figure]:
    """Yield the figures about rights that seem to have passed to somebody else."""
    if it.contract.extract == REGISTER:
        yield from _issued(it)
    if it.contract.rights:
        yield from _about_another(it)
        yield from _gone(it)
        yield from _ended(it)


def _named(contract: Contract) -> dict[str, str]:
    """Return the columns that link a right to a person, by the kind of link."""
    names = {"agreement": contract.agreement, "home": contract.home, "tenant": contract.tenant}
    return {part: name for part, name in names.items() if name}


def _issued(it: Examined) -> Iterator[Figure]:
    """Yield the number of corrected or answered rights whose id, which matched nobody, the register now issues to somebody."""
    current = Sql(current_sql("v"))
    for contract in contracts().values():
        end = ENDS.get(contract.rights or "")
        # Looking up issued ids is slow, and hardly any right has an id that the register lacks.
        if not end or not any(it.row("SELECT {lacking}", lacking=_lacking(contract, end))):
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
            current=current,
            waits=Sql(known_sql("u", "(SELECT max(peildatum) FROM run.deliveries)")),
            end=end,
        )
        rows = it.con.execute(query).fetchall()
        if rows:
            file_name, line = rows[0]
            meaning = (
                f"Rows of {contract.extract} that matched nobody and were corrected or answered, of which this register names the number "
                f"now; they count for this person too ({file_name}, line {line}). If they are about somebody else, deliver a next version "
                f"of that file without the row, or the row with a day in {end}."
            )
            yield warn(f"{contract.own_id}.issued.rows", len(rows), meaning, most=0)


def _lacking(contract: Contract, end: str) -> list[Sql]:
    """Return the conditions that the register lacks an agreement, home or tenant of an active right."""
    return [
        fill(
            "EXISTS (FROM versions.{extract} v LEFT JOIN versions.{register} r ON r.corporatie_id = v.corporatie_id "
            "AND r.{link} = v.{name} WHERE {current} AND v.{end} IS NULL AND v.{name} IS NOT NULL AND r.{link} IS NULL)",
            extract=contract.extract,
            register=REGISTER,
            link=LINKS[part],
            name=name,
            current=Sql(current_sql("v")),
            end=end,
        )
        for part, name in _named(contract).items()
    ]


def _about_another(it: Examined) -> Iterator[Figure]:
    """Yield the number of new rows of a right with the id of an earlier row about somebody else.

    Both rights stand. An earlier row that matches nobody is not counted: `warehouse/unresolved.py` follows it.
    """
    own = it.contract.own_id
    # Which rows match nobody is dear to plan, and hardly ever asked.
    for matched in ("", " AND row_id NOT IN (SELECT row_id FROM run.unreached WHERE row_id IS NOT NULL)"):
        (rows,) = it.row(
            "SELECT count(DISTINCT key_hash) FROM typed WHERE verdict = 'new' "
            "AND key_hash NOT IN (SELECT key_hash FROM versions.{extract}) "
            "AND (corporatie_id, {own}) IN (SELECT (corporatie_id, {own}) FROM versions.{extract} v WHERE {current}{matched})",
            extract=it.contract.extract,
            own=own,
            current=Sql(current_sql("v")),
            matched=Sql(matched),
        )
        if not rows:
            return
    end = ENDS.get(it.contract.rights or "")
    withdraw = f", or the earlier row with a day in {end}" if end else ""
    meaning = (
        f"New rows with the {own} of an earlier row about somebody else. Both count. If the new row corrects the earlier one, "
        f"deliver a `_v2` of that file without it{withdraw}."
    )
    yield warn(f"{own}.reused.rows", rows, meaning, most=0)


def _gone(it: Examined) -> Iterator[Figure]:
    """Yield the number of rights that end because this version of a delivery lacks the row, and no other delivery has it.

    A row that the version before set apart is found again by its own id, or by whom it names.
    """
    contract, delivery = it.contract, it.batch.delivery
    if delivery.version == 1:
        return
    same = {"record": contract.own_id, **_named(contract)}
    before = fill(
        "d.source = {source} AND d.peildatum = {peildatum} AND d.version < {version}",
        source=literal(delivery.source),
        peildatum=literal(delivery.peildatum.isoformat()),
        version=delivery.version,
    )
    (rows,) = it.row(
        read_sql(__package__, "gone"),
        extract=contract.extract,
        sightings=f"{contract.extract}_sightings",
        literal=literal(contract.extract),
        current=Sql(current_sql("v")),
        before=before,
        same=join([fill("t.{name} = a.{part}", name=name, part=part) for part, name in same.items()], " OR "),
    )
    if rows:
        meaning = (
            "Rows of the version before that this version lacks. They count no longer. If they still hold, deliver a next version "
            "with them."
        )
        yield warn(f"{contract.own_id}.gone.rows", rows, meaning, most=0)


def _ended(it: Examined) -> Iterator[Figure]:
    """Yield the share of the objections or safety flags that stand, if most of them end in this delivery."""
    end = ENDS.get(it.contract.rights or "")
    if not end or not it.has(end):
        return
    standing, ended = it.row(
        "SELECT count(*), count(t.key_hash) FROM versions.{extract} v LEFT JOIN (SELECT DISTINCT key_hash FROM typed "
        "WHERE verdict = 'new' AND {end} IS NOT NULL) t USING (key_hash) "
        "WHERE {current} AND v.{end} IS NULL AND v.corporatie_id IN (SELECT corporatie_id FROM typed)",
        end=end,
        extract=it.contract.extract,
        current=Sql(current_sql("v")),
    )
    if ended >= ENDED_FROM and ended > ENDED * standing:
        meaning = f"Rows that stood before and have a day in {end} now. Ask whether they really ended."
        yield warn(f"{end}.ended.share", ended / standing, meaning, most=ENDED)

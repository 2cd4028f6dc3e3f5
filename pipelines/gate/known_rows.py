"""Judge what a delivery says of known rows that time cannot change: a figure for the gate where it says so all the same.

An end that was known and is gone shows an old copy. Ids that were sorted without their columns, or a number that starts again, would
pass history to other people. Rents that all change at once are another rent. All of it is counted in one join of the delivery with
what was known of its rows. A figure is only judged when something was found.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from features.known import current_sql
from pipelines.gate import identities
from pipelines.gate.questions import Question, ask
from pipelines.gate.verdicts import Figure
from pipelines.installation.contracts import REGISTER
from pipelines.installation.settings import Gates
from pipelines.installation.sql import Sql, fill
from pipelines.parsing.batch import Batch

LEAST_ROWS = 20
"""Number of known agreements from which their rents are compared."""
REUSED = 0.2
"""Share of the known rows that may be of another day."""
SELDOM = ("huurder_id", "eenheid_id", "begindatum", "einddatum", "wijk")
"""The columns of the register that seldom change."""
PASSED, LEAST_PASSED = 0.2, 10
"""Share of the known rows that may be about somebody else, and the number of them from which it is judged."""
RENTS = (0.98, 1.08)
"""The rents of most agreements may become so many times what they were: a yearly rise is less, and rents seldom fall."""
GONE = 0.02
"""Share of the agreements that may lose their rent."""
CROWD = 20
"""Number of homes that a tenant may have more than in the register before."""
FRESH, FRESH_FROM = 0.5, 50
"""Share of the agreements that may be unknown, in a register of as many rows as this."""


def figures(con: duckdb.DuckDBPyConnection, batch: Batch, gates: Gates) -> Iterator[Figure]:
    """Yield the figures about known rows, from the temporary table `typed` t and what was known of them, v."""
    contract = batch.contract
    if contract.snapshot or contract.answers:
        return
    questions = [_undone(batch, gates, name) for name in _days_and_codes(batch)]
    if contract.extract == REGISTER:
        questions += [_changed(name) for name in SELDOM if batch.source.has(name)]
        questions += [_kinds(gates), _rents(gates), _crowd(con, batch), _fresh(con), _nobody(con)]
        questions += identities.of_wijken(batch, gates)
    elif not contract.rights:
        links = (contract.agreement, contract.home, contract.tenant)
        questions += [_passed(name) for name in links if name and batch.source.has(name)]
        questions.append(_reused(batch, gates))
    yield from ask(con, known(batch), questions)


def known(batch: Batch) -> Sql:
    """Return the rows that count, t, each beside the one that was known with its number, v, if there is one."""
    contract = batch.contract
    # The hash of the key is quicker than its texts, but of some extracts the key holds more than the number.
    by_hash = contract.key == ("corporatie_id", contract.own_id)
    same = "t.key_hash = v.key_hash" if by_hash else "t.corporatie_id = v.corporatie_id AND t.{own} = v.{own}"
    return fill(
        f"typed t LEFT JOIN versions.{{extract}} v ON {same} AND {{current}} WHERE t.verdict = 'new'",
        extract=contract.extract,
        current=Sql(current_sql("v")),
        **({} if by_hash else {"own": contract.own_id}),
    )


def _count(condition: str, **parts: str) -> Sql:
    return fill(f"count(*) FILTER ({condition})", **parts)


def _days_and_codes(batch: Batch) -> list[str]:
    columns = batch.contract.columns
    return [
        name
        for name in batch.contract.content
        if batch.source.has(name)
        and (columns[name].codes or columns[name].type in ("date", "timestamp", "dates"))
    ]


def _undone(batch: Batch, gates: Gates, name: str) -> Question:
    """Count the known rows that lost a day or a code, if more lost it than gained it: an end is seldom taken back."""
    ends = {reveal.on for reveal in batch.contract.history.reveals}

    def answer(had: int, lost: int, gained: int) -> Iterator[Figure]:
        least = 0.0 if name in ends else gates.bad_value_share * had
        if lost > max(gates.tolerated_rows, gained, least):
            meaning = f"Known rows that had a {name} and have none now: perhaps it is an old copy, or the export lost them. Ask."
            yield Figure(f"{name}.undone.rows", float(lost), None, gates.tolerated_rows, "warning", meaning)

    same = "t.key_hash = v.key_hash AND"
    return Question(
        (
            _count(f"{same} v.{{name}} IS NOT NULL", name=name),
            _count(f"{same} t.{{name}} IS NULL AND v.{{name}} IS NOT NULL", name=name),
            _count(f"{same} t.{{name}} IS NOT NULL AND v.{{name}} IS NULL", name=name),
        ),
        answer,
    )


def _changed(name: str) -> Question:
    def answer(same: int, other: int) -> Iterator[Figure]:
        yield from identities.changed(name, same + other, other)

    return Question(
        (_count("t.{name} = v.{name}", name=name), _count("t.{name} <> v.{name}", name=name)), answer
    )


def _passed(name: str) -> Question:
    """Count the known rows that are about another home, agreement or tenant than they were."""

    def answer(same: int, other: int) -> Iterator[Figure]:
        rows = same + other
        if rows >= LEAST_PASSED and other > PASSED * rows:
            meaning = f"Share of the known rows with another {name} than before: perhaps a column was sorted or shifted without the others."
            yield Figure(f"{name}.passed.share", other / rows, None, PASSED, "warning", meaning)

    return Question(
        (_count("t.{name} = v.{name}", name=name), _count("t.{name} <> v.{name}", name=name)), answer
    )


def _reused(batch: Batch, gates: Gates) -> Question:
    """Count the rows with the id of an earlier row and another date: the earlier row would be overwritten."""
    own, day = batch.contract.own_id, batch.contract.history.column

    def answer(rows: int, reused: int) -> Iterator[Figure]:
        if reused > gates.tolerated_rows and reused > REUSED * rows:
            meaning = (
                f"Rows with the {own} of an earlier row, and another {day}: perhaps the numbers start again, and the "
                "earlier rows would be overwritten. Deliver numbers that are used once."
            )
            yield Figure(f"{own}.reused.rows", float(reused), None, gates.tolerated_rows, "warning", meaning)

    other = _count("CAST(t.{day} AS DATE) <> CAST(v.{day} AS DATE)", day=day)
    return Question((Sql("count(v.key_hash)"), other), answer)


def _kinds(gates: Gates) -> Question:
    """Count the homes that are of another kind than before: a garage does not become a home."""

    def answer(homes: int) -> Iterator[Figure]:
        if homes > gates.tolerated_rows:
            meaning = "Homes with another eenheidsoort_code than before, which decides what can be listed. Ask whether its codes changed."
            yield Figure(
                "eenheidsoort_code.changed.rows", float(homes), None, gates.tolerated_rows, "warning", meaning
            )

    other = "t.eenheid_id = v.eenheid_id AND t.eenheidsoort_code <> v.eenheidsoort_code"
    return Question((Sql(f"count(DISTINCT t.eenheid_id) FILTER ({other})"),), answer)


def _rents(gates: Gates) -> Question:
    """Count by how much the rents of known agreements changed, and those that became nothing."""

    def answer(rows: int, times: float | None, nothing: int) -> Iterator[Figure]:
        if rows >= LEAST_ROWS and times is not None and not RENTS[0] <= times <= RENTS[1]:
            meaning = "Half of the agreements have so many times the brutohuur of before: perhaps it is the net rent, or with tax."
            yield Figure("brutohuur.times.median", float(times), *RENTS, "warning", meaning)
        if nothing > max(gates.tolerated_rows, GONE * rows):
            meaning = "Known agreements that had a brutohuur and have 0 now: their arrears would count as no months of rent."
            yield Figure(
                "brutohuur.nothing.rows", float(nothing), None, gates.tolerated_rows, "warning", meaning
            )

    return Question(
        (
            Sql("count(*) FILTER (v.brutohuur > 0)"),
            Sql("quantile_disc(t.brutohuur / v.brutohuur, 0.5) FILTER (v.brutohuur > 0)"),
            Sql("count(*) FILTER (v.brutohuur > 0 AND t.brutohuur = 0)"),
        ),
        answer,
    )


def _crowd(con: duckdb.DuckDBPyConnection, batch: Batch) -> Question:
    """Look for the tenant to whom most known homes passed at once, if more than one tenant rents passed at all."""
    passed = "t.huurder_id <> v.huurder_id"

    def answer(rows: int) -> Iterator[Figure]:
        if rows < CROWD:
            return
        query = fill(
            "SELECT coalesce(max(n), 0) FROM (SELECT count(DISTINCT t.eenheid_id) AS n FROM {known} AND {passed} "
            "GROUP BY t.corporatie_id, t.huurder_id)",
            known=known(batch),
            passed=Sql(passed),
        )
        ((homes,),) = con.execute(query).fetchall()
        if homes >= CROWD:
            meaning = "Agreements that passed to one tenant number at once: if it stands for nobody, add it to nobody under [reading]."
            yield Figure("huurder_id.crowd.rows", float(homes), None, CROWD - 1, "warning", meaning)

    return Question((_count(passed),), answer)


def _fresh(con: duckdb.DuckDBPyConnection) -> Question:
    """Count the agreements that no register named before."""

    def answer(rows: int, before: int) -> Iterator[Figure]:
        fresh = rows - before
        if rows < FRESH_FROM or fresh <= FRESH * rows:
            return
        query = fill(
            "SELECT count(DISTINCT overeenkomst_id) FROM versions.{register} WHERE corporatie_id IN (SELECT corporatie_id FROM typed)",
            register=REGISTER,
        )
        ((ever,),) = con.execute(query).fetchall()
        if ever >= FRESH_FROM and rows >= ever / 2:
            meaning = "Agreements that no register named before: perhaps the numbers changed, or it is of another corporation."
            yield Figure("overeenkomst_id.fresh.share", fresh / rows, None, FRESH, "warning", meaning)

    return Question((Sql("count(*)"), Sql("count(v.key_hash)")), answer)


def _nobody(con: duckdb.DuckDBPyConnection) -> Question:
    """Count the agreements that are new and have a tenant number that stands for nobody, such as LEEGSTAND."""

    def answer(rows: int) -> Iterator[Figure]:
        register = fill("SELECT count(*) FROM versions.{register}", register=REGISTER)
        if rows >= CROWD and con.execute(register).fetchall()[0][0]:
            meaning = "New agreements with a tenant number that stands for nobody: perhaps empty homes. Leave them out with skip."
            yield Figure("huurder_id.nobody_new.rows", float(rows), None, CROWD - 1, "warning", meaning)

    return Question(
        (_count("v.key_hash IS NULL AND ends_with(t.huurder_id, ' ' || t.overeenkomst_id)"),), answer
    )

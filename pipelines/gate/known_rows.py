"""Doubt what a delivery says of known rows that time cannot change.

An end that was known and is gone shows an old copy. Ids that were sorted without their columns, or a number that starts again, would
pass history to other people. Rents that all change at once are another rent. All of it is counted in one join of the delivery with
what was known of its rows.
"""

from __future__ import annotations

from collections.abc import Iterator

from features.known import current_sql
from pipelines.gate import identities
from pipelines.gate.doubt import SOME, Doubt, Examined, ask_some, bounded, count, share
from pipelines.gate.verdicts import Figure
from pipelines.installation.contracts import REGISTER
from pipelines.installation.sql import Sql, fill

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


def figures(it: Examined) -> Iterator[Figure]:
    """Yield the figures about the rows of a delivery t, beside those that were known with their number v and those of the vault i."""
    contract = it.contract
    if contract.snapshot or contract.answers:
        return
    doubts = [_undone(it, name) for name in _days_and_codes(it)]
    if contract.extract == REGISTER:
        doubts += [identities.changed(name, *_same_or_other(name)) for name in SELDOM if it.has(name)]
        doubts += [_kinds(it), *_rents(it), _crowd(it), _fresh(it), _nobody(it), *identities.doubts(it)]
        doubts += identities.damaged(it, "wijk", beside="v") if it.has("wijk") else ()
    elif not contract.rights:
        doubts += [
            _passed(name)
            for name in (contract.agreement, contract.home, contract.tenant)
            if name and it.has(name)
        ]
        doubts.append(_reused(it))
    yield from ask_some(it, known(it), doubts, "key_hash" if _by_hash(it) else contract.own_id)


def known(it: Examined) -> str:
    """Return the rows that count, t, each beside the one that was known with its number, v, and that of the vault, i, if there are any."""
    contract, own = it.contract, it.contract.own_id
    same = "key_hash" if _by_hash(it) or contract.extract == REGISTER else f"corporatie_id, {own}"
    versions = "LEFT JOIN (FROM versions.{extract} v WHERE {current} AND {some}) v USING ({same})"
    vault = "LEFT JOIN (FROM vault.main.tenancies WHERE {some}) i USING (corporatie_id, overeenkomst_id)"
    return fill(
        f"(FROM typed WHERE verdict = 'new' AND {{some}}) t {vault if contract.extract == REGISTER else ''} {versions}",
        extract=contract.extract,
        current=Sql(current_sql("v")),
        same=Sql(same),
        some=SOME,
    )


def _by_hash(it: Examined) -> bool:
    """Return whether the hash of the key tells the number, which is quicker than its text; the vault has the number only."""
    return it.contract.extract != REGISTER and it.contract.key == ("corporatie_id", it.contract.own_id)


def _days_and_codes(it: Examined) -> list[str]:
    columns = it.contract.columns
    names = [name for name in it.contract.content if it.has(name)]
    return [
        name for name in names if columns[name].codes or columns[name].type in ("date", "timestamp", "dates")
    ]


def _same_or_other(name: str) -> tuple[str, str]:
    """Return the conditions that a column is filled in both rows, and that it has another value."""
    return f"t.{name} IS NOT NULL AND v.{name} IS NOT NULL", f"t.{name} <> v.{name}"


def _undone(it: Examined, name: str) -> Doubt:
    """Doubt known rows that lost a day or a code, if more lost it than gained it: an end is seldom taken back."""
    tolerated = (
        0.0 if name in {reveal.on for reveal in it.contract.history.reveals} else it.gates.bad_value_share
    )
    had, has = f"t.key_hash = v.key_hash AND v.{name} IS NOT NULL", f"t.{name} IS NOT NULL"
    gained = f"t.key_hash = v.key_hash AND v.{name} IS NULL AND {has}"
    return bounded(
        f"{name}.undone.rows",
        (count(had), count(f"{had} AND NOT {has}"), count(gained)),
        lambda had, lost, gained: lost if lost > max(gained, tolerated * had) else None,
        f"Known rows that had a {name} and have none now: perhaps it is an old copy, or the export lost them. Ask.",
        most=it.gates.tolerated_rows,
    )


def _passed(name: str) -> Doubt:
    """Doubt known rows that are about another home, agreement or tenant than they were."""
    meaning = f"Share of the known rows with another {name} than before: perhaps a column was sorted or shifted without the others."
    return share(f"{name}.passed.share", *_same_or_other(name), meaning, most=PASSED, least=LEAST_PASSED)


def _reused(it: Examined) -> Doubt:
    """Doubt rows with the id of an earlier row and another date: the earlier row would be overwritten."""
    own, day = it.contract.own_id, it.day
    meaning = (
        f"Rows with the {own} of an earlier row, and another {day}: perhaps the numbers start again, and the "
        "earlier rows would be overwritten. Deliver numbers that are used once."
    )
    other = f"CAST(t.{day} AS DATE) <> CAST(v.{day} AS DATE)"
    return share(
        f"{own}.reused.rows",
        "v.key_hash IS NOT NULL",
        other,
        meaning,
        most=REUSED,
        few=it.gates.tolerated_rows,
    )


def _kinds(it: Examined) -> Doubt:
    """Doubt homes that are of another kind than before: a garage does not become a home."""
    other = "t.eenheid_id = v.eenheid_id AND t.eenheidsoort_code <> v.eenheidsoort_code"
    return bounded(
        "eenheidsoort_code.changed.rows",
        (f"count(DISTINCT t.eenheid_id) FILTER ({other})",),
        lambda homes: homes,
        "Homes with another eenheidsoort_code than before, which decides what can be listed. Ask whether its codes changed.",
        most=it.gates.tolerated_rows,
    )


def _rents(it: Examined) -> Iterator[Doubt]:
    """Doubt rents of known agreements that changed by more than a rise, and those that became nothing."""
    had = "v.brutohuur > 0"
    yield bounded(
        "brutohuur.times.median",
        (count(had), f"quantile_disc(t.brutohuur / v.brutohuur, 0.5) FILTER ({had})"),
        lambda rows, times: times if rows >= LEAST_ROWS else None,
        "Half of the agreements have so many times the brutohuur of before: perhaps it is the net rent, or with tax.",
        least=RENTS[0],
        most=RENTS[1],
    )
    meaning = "Known agreements that had a brutohuur and have 0 now: their arrears would count as no months of rent."
    yield share(
        "brutohuur.nothing.rows", had, "t.brutohuur = 0", meaning, most=GONE, few=it.gates.tolerated_rows
    )


def _crowd(it: Examined) -> Doubt:
    """Doubt the tenant to whom most known homes passed at once, if more than one tenant rents passed at all."""
    passed = "t.huurder_id <> v.huurder_id"

    def homes(rows: int) -> int | None:
        query = (
            "SELECT coalesce(max(n), 0) FROM (SELECT count(DISTINCT t.eenheid_id) AS n FROM {known} WHERE {passed} "
            "GROUP BY t.corporatie_id, t.huurder_id)"
        )
        known_rows = Sql(known(it).replace(SOME, "true"))
        return it.row(query, known=known_rows, passed=Sql(passed))[0] if rows >= CROWD else None

    meaning = "Agreements that passed to one tenant number at once: if it stands for nobody, add it to nobody under [reading]."
    return bounded("huurder_id.crowd.rows", (count(passed),), homes, meaning, most=CROWD - 1)


def _fresh(it: Examined) -> Doubt:
    """Doubt agreements that no register named before, if they are most of a register."""

    def fresh(rows: int, known: int) -> float | None:
        if rows < FRESH_FROM or rows - known <= FRESH * rows:
            return None
        query = "SELECT count(DISTINCT overeenkomst_id) FROM versions.{register} WHERE corporatie_id IN (SELECT corporatie_id FROM typed)"
        (ever,) = it.row(query, register=REGISTER)
        return (rows - known) / rows if ever >= FRESH_FROM and rows >= ever / 2 else None

    meaning = "Agreements that no register named before: perhaps the numbers changed, or it is of another corporation."
    return bounded(
        "overeenkomst_id.fresh.share", ("count(*)", "count(v.key_hash)"), fresh, meaning, most=FRESH
    )


def _nobody(it: Examined) -> Doubt:
    """Doubt agreements that are new and have a tenant number that stands for nobody, such as LEEGSTAND."""
    new = "v.key_hash IS NULL AND ends_with(t.huurder_id, ' ' || t.overeenkomst_id)"
    meaning = "New agreements with a tenant number that stands for nobody: perhaps empty homes. Leave them out with skip."
    return bounded(
        "huurder_id.nobody_new.rows",
        (count(new),),
        lambda rows: rows if it.earlier else None,
        meaning,
        most=CROWD - 1,
    )

"""Doubt changes of known rows that time does not explain.

If a known end is gone, the delivery is an old copy. If ids were sorted without their columns, or start again at 1, history would
pass to other people. If all rents change at once, the column holds another kind of rent. One join of the delivery with the known
rows counts all of this.
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
"""Minimum number of known agreements to compare their rents."""
REUSED = 0.2
"""Maximum share of known rows that may have another day."""
SELDOM = ("huurder_id", "eenheid_id", "begindatum", "einddatum", "wijk")
"""The columns of the register that seldom change."""
PASSED, LEAST_PASSED = 0.2, 10
"""Maximum share of known rows that may be about somebody else, and minimum number of them to judge it."""
RENTS = (0.98, 1.08)
"""Range of the median rent divided by what it was: a yearly rise is smaller, and rents seldom fall."""
GONE = 0.02
"""Maximum share of agreements that may lose their rent."""
CROWD = 20
"""Homes that pass to one tenant at once are doubtful from this number."""
FRESH, FRESH_FROM = 0.5, 50
"""Maximum share of unknown agreements in a register, and minimum number of its rows to judge it."""


def figures(it: Examined) -> Iterator[Figure]:
    """Yield the figures about the rows of a delivery, t, joined with their known versions, v, and those in the vault, i."""
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
    """Return the FROM clause that joins the valid rows, t, with their known versions, v, and those in the vault, i."""
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
    """Return whether rows can be joined by the hash of their key, which is faster than by their id; the vault has only the id."""
    return it.contract.extract != REGISTER and it.contract.key == ("corporatie_id", it.contract.own_id)


def _days_and_codes(it: Examined) -> list[str]:
    columns = it.contract.columns
    names = [name for name in it.contract.content if it.has(name)]
    return [
        name for name in names if columns[name].codes or columns[name].type in ("date", "timestamp", "dates")
    ]


def _same_or_other(name: str) -> tuple[str, str]:
    """Return two conditions: a column is filled in both rows, and its values differ."""
    return f"t.{name} IS NOT NULL AND v.{name} IS NOT NULL", f"t.{name} <> v.{name}"


def _undone(it: Examined, name: str) -> Doubt:
    """Doubt known rows that lost a day or a code, if more rows lost than gained one: an end is seldom undone."""
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
    """Doubt known rows that are now about another home, agreement or tenant."""
    meaning = f"Share of the known rows with another {name} than before: perhaps a column was sorted or shifted without the others."
    return share(f"{name}.passed.share", *_same_or_other(name), meaning, most=PASSED, least=LEAST_PASSED)


def _reused(it: Examined) -> Doubt:
    """Doubt rows with the id of an earlier row but another date: they would overwrite it."""
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
    """Doubt homes whose kind changed: a garage does not become a home."""
    other = "t.eenheid_id = v.eenheid_id AND t.eenheidsoort_code <> v.eenheidsoort_code"
    return bounded(
        "eenheidsoort_code.changed.rows",
        (f"count(DISTINCT t.eenheid_id) FILTER ({other})",),
        lambda homes: homes,
        "Homes with another eenheidsoort_code than before, which decides what can be listed. Ask whether its codes changed.",
        most=it.gates.tolerated_rows,
    )


def _rents(it: Examined) -> Iterator[Doubt]:
    """Doubt rents of known agreements that changed by more than a yearly rise, and those that became 0."""
    had = "v.brutohuur > 0"
    yield bounded(
        "brutohuur.times.median",
        (count(had), f"quantile_disc(t.brutohuur / v.brutohuur, 0.5) FILTER ({had})"),
        lambda rows, times: times if rows >= LEAST_ROWS else None,
        "Median of brutohuur divided by what it was, over known agreements: perhaps it is the net rent, or with tax.",
        least=RENTS[0],
        most=RENTS[1],
    )
    meaning = "Known agreements that had a brutohuur and have 0 now: their arrears would count as no months of rent."
    yield share(
        "brutohuur.nothing.rows", had, "t.brutohuur = 0", meaning, most=GONE, few=it.gates.tolerated_rows
    )


def _crowd(it: Examined) -> Doubt:
    """Doubt the tenant number to which most homes passed at once."""
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
    """Doubt a register in which most agreements were never in a register before."""

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
    """Doubt new agreements whose tenant number stands for nobody, such as LEEGSTAND."""
    new = "v.key_hash IS NULL AND ends_with(t.huurder_id, ' ' || t.overeenkomst_id)"
    meaning = "New agreements with a tenant number that stands for nobody: perhaps empty homes. Leave them out with skip."
    return bounded(
        "huurder_id.nobody_new.rows",
        (count(new),),
        lambda rows: rows if it.earlier else None,
        meaning,
        most=CROWD - 1,
    )

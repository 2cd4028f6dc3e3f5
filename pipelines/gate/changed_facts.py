"""Judge what a delivery says of known rows that time cannot change: a figure for the gate where it says so all the same.

An end that was known and is gone shows an old copy. Rents that all change at once, or become nothing, are another rent. A tenant who
has many homes at once stands for nobody. A figure is only judged when something was found.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from features.known import current_sql
from pipelines.gate.verdicts import Figure
from pipelines.installation.contracts import REGISTER
from pipelines.installation.settings import Gates
from pipelines.installation.sql import Sql, fill
from pipelines.parsing.batch import Batch

LEAST_ROWS = 20
"""Number of known agreements from which their rents are compared."""
RENTS = (0.98, 1.08)
"""The rents of most agreements may become so many times what they were: a yearly rise is less, and rents seldom fall."""
PASSED, LEAST_PASSED = 0.2, 10
"""Share of the known rows that may be about somebody else, and the number of them from which it is judged."""
GONE = 0.02
"""Share of the running agreements that a register which used to hold all of them may lack."""
CROWD = 20
"""Number of homes that a tenant may have more than in the register before."""


def figures(con: duckdb.DuckDBPyConnection, batch: Batch, gates: Gates) -> Iterator[Figure]:
    """Yield the figures about known rows, from the temporary table `typed`."""
    contract = batch.contract
    if contract.snapshot or contract.answers:
        return
    yield from _undone(con, batch, gates)
    if contract.extract != REGISTER:
        yield from _passed(con, batch)
    if contract.extract == "boekingen":
        yield from _not_of_their_rent(con, batch)
    if contract.extract == REGISTER:
        yield from _rents(con, gates)
        yield from _running_gone(con, batch, gates)
        yield from _crowd(con, batch)
        yield from _nobody(con)


def _known(batch: Batch) -> Sql:
    """Return the join of the rows with what was known of them."""
    return fill(
        "typed t JOIN versions.{extract} v ON v.key_hash = t.key_hash AND t.verdict = 'new' AND {current}",
        extract=batch.contract.extract,
        current=Sql(current_sql("v")),
    )


def _undone(con: duckdb.DuckDBPyConnection, batch: Batch, gates: Gates) -> Iterator[Figure]:
    """Yield the number of known rows that lost a day or a code, if more lost it than gained it: an end is seldom taken back."""
    columns, ends = batch.contract.columns, {reveal.on for reveal in batch.contract.history.reveals}
    names = [
        name
        for name in batch.contract.content
        if batch.source.has(name)
        and (columns[name].codes or columns[name].type in ("date", "timestamp", "dates"))
    ]
    counts = [
        fill(
            "count(v.{name}), count(*) FILTER (t.{name} IS NULL AND v.{name} IS NOT NULL), "
            "count(*) FILTER (t.{name} IS NOT NULL AND v.{name} IS NULL)",
            name=name,
        )
        for name in names
    ]
    if not counts:
        return
    found = con.execute(fill("SELECT {counts} FROM {known}", counts=counts, known=_known(batch))).fetchall()[
        0
    ]
    for place, name in enumerate(names):
        had, lost, gained = found[3 * place : 3 * place + 3]
        least = 0.0 if name in ends else gates.bad_value_share * had
        if lost > max(gates.tolerated_rows, gained, least):
            meaning = f"Known rows that had a {name} and have none now: perhaps it is an old copy, or the export lost them. Ask."
            yield Figure(f"{name}.undone.rows", float(lost), None, gates.tolerated_rows, "warning", meaning)


def _passed(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Figure]:
    """Yield the share of the known rows that are about another home, agreement or tenant than they were."""
    contract = batch.contract
    names = [
        name
        for name in (contract.agreement, contract.home, contract.tenant)
        if name and batch.source.has(name)
    ]
    for name in names:
        query = fill(
            "SELECT count(*), count(*) FILTER (t.{name} <> v.{name}) FROM typed t JOIN versions.{extract} v USING (corporatie_id, {own}) "
            "WHERE t.verdict = 'new' AND {current} AND t.{name} IS NOT NULL AND v.{name} IS NOT NULL",
            name=name,
            own=contract.own_id,
            extract=contract.extract,
            current=Sql(current_sql("v")),
        )
        rows, other = con.execute(query).fetchall()[0]
        if rows >= LEAST_PASSED and other > PASSED * rows and not contract.rights:
            meaning = f"Share of the known rows with another {name} than before: perhaps a column was sorted or shifted without the others."
            yield Figure(f"{name}.passed.share", other / rows, None, PASSED, "warning", meaning)


def _rents(con: duckdb.DuckDBPyConnection, gates: Gates) -> Iterator[Figure]:
    """Yield by how much the rents of known agreements changed, if most did by more than a yearly rise, or became nothing."""
    query = fill(
        "SELECT count(*), quantile_disc(t.brutohuur / v.brutohuur, 0.5), count(*) FILTER (t.brutohuur = 0) "
        "FROM typed t JOIN versions.{register} v ON v.key_hash = t.key_hash AND t.verdict = 'new' AND {current} WHERE v.brutohuur > 0",
        register=REGISTER,
        current=Sql(current_sql("v")),
    )
    rows, times, nothing = con.execute(query).fetchall()[0]
    if rows >= LEAST_ROWS and not RENTS[0] <= times <= RENTS[1]:
        meaning = "Half of the agreements have so many times the brutohuur of the register before: perhaps it is the net rent, or with tax."
        yield Figure("brutohuur.times.median", float(times), *RENTS, "warning", meaning)
    if nothing > max(gates.tolerated_rows, GONE * rows):
        meaning = "Known agreements that had a brutohuur and have 0 now: their arrears would count as no months of rent."
        yield Figure("brutohuur.nothing.rows", float(nothing), None, gates.tolerated_rows, "warning", meaning)


def _not_of_their_rent(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Figure]:
    """Yield the share of the entries of a ledger that are of the rent of their agreement, if it fell to a part of what it was."""
    share = """(SELECT count(*) AS entries, avg((abs(e.bedrag) BETWEEN 0.9 * r.brutohuur AND 1.1 * r.brutohuur)::INT) AS share
        FROM {entries} e JOIN versions.{register} r USING (corporatie_id, overeenkomst_id) WHERE {current} AND r.brutohuur > 0
            AND coalesce(e.detailsoort_code, 'PRO') IN ('PRO', 'BAN', 'STO'))"""
    earlier = fill(
        "(FROM raw.{extract} WHERE delivery_id IN (SELECT delivery_id FROM run.deliveries WHERE extract = $extract AND source = $source "
        "AND peildatum < $peildatum ORDER BY peildatum DESC, version DESC LIMIT 2))",
        extract=batch.contract.extract,
    )
    now, before = (
        fill(share, entries=entries, register=REGISTER, current=Sql(current_sql("r")))
        for entries in (Sql("(FROM typed WHERE verdict = 'new')"), earlier)
    )
    query = fill("SELECT n.*, b.* FROM {now} n, {before} b", now=now, before=before)
    delivery = batch.delivery
    values = {"extract": delivery.extract, "source": delivery.source, "peildatum": delivery.peildatum}
    rows, part, rows_before, usual = con.execute(query, values).fetchall()[0]
    if min(rows, rows_before) >= LEAST_ROWS and usual > 0.5 and part < usual / 2:
        meaning = (
            f"Share of the entries that are about the rent of their agreement; before it was {usual:.0%}. Perhaps a column was sorted or "
            "shifted without the others, or the amounts are others. Ask whether the export changed."
        )
        yield Figure("bedrag.of_rent.share", part, usual / 2, None, "warning", meaning)


def _running_gone(con: duckdb.DuckDBPyConnection, batch: Batch, gates: Gates) -> Iterator[Figure]:
    """Yield the share of the running agreements of the register before that this one lacks: they would end first."""
    earlier = con.execute(
        "SELECT delivery_id FROM run.deliveries WHERE extract = ? AND source = ? AND peildatum < ? "
        "ORDER BY peildatum DESC, version DESC LIMIT 2",
        [REGISTER, batch.delivery.source, batch.delivery.peildatum],
    ).fetchall()
    if len(earlier) < 2:
        return
    query = fill(
        """
        WITH running AS (SELECT s.delivery_id, r.key_hash FROM raw.{sightings} s JOIN raw.{register} r USING (row_id)
            WHERE s.delivery_id IN ({last}, {first}) AND r.einddatum IS NULL),
        last AS (FROM running WHERE delivery_id = {last}), first AS (FROM running WHERE delivery_id = {first})
        SELECT (SELECT count(*) FROM last), (SELECT count(*) FROM last ANTI JOIN typed USING (key_hash)),
            (SELECT count(*) FROM first), (SELECT count(*) FROM first ANTI JOIN (SELECT r.key_hash FROM raw.{sightings} s
                JOIN raw.{register} r USING (row_id) WHERE s.delivery_id = {last}) USING (key_hash))""",
        sightings=f"{REGISTER}_sightings",
        register=REGISTER,
        last=int(earlier[0][0]),
        first=int(earlier[-1][0]),
    )
    rows, gone, rows_before, gone_before = con.execute(query).fetchall()[0]
    # A source that delivers changes only lacks most of them each time.
    used_to_be_whole = gone_before <= GONE * rows_before
    if used_to_be_whole and gone > max(gates.tolerated_rows, GONE * rows):
        meaning = (
            "Share of the running agreements of the register before that are not in this one, and did not end: perhaps it is cut off, "
            "filtered, or an old copy. Ask for the whole register."
        )
        yield Figure("overeenkomst_id.running_gone.share", gone / rows, None, GONE, "warning", meaning)


def _nobody(con: duckdb.DuckDBPyConnection) -> Iterator[Figure]:
    """Yield the number of agreements that are new and have a tenant number that stands for nobody, such as LEEGSTAND."""
    query = fill(
        "SELECT count(*) FROM typed t WHERE verdict = 'new' AND ends_with(huurder_id, ' ' || overeenkomst_id) "
        "AND NOT EXISTS (FROM versions.{register} v WHERE v.key_hash = t.key_hash)",
        register=REGISTER,
    )
    ((rows,),) = con.execute(query).fetchall()
    if (
        rows >= CROWD
        and con.execute(fill("SELECT count(*) FROM versions.{register}", register=REGISTER)).fetchall()[0][0]
    ):
        meaning = "New agreements with a tenant number that stands for nobody: perhaps empty homes. Leave them out with skip."
        yield Figure("huurder_id.nobody_new.rows", float(rows), None, CROWD - 1, "warning", meaning)


def _crowd(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Figure]:
    """Yield the largest number of known homes that passed to one tenant, if it is more than one tenant rents at once."""
    query = fill(
        "SELECT coalesce(max(n), 0) FROM (SELECT count(DISTINCT t.eenheid_id) AS n FROM {known} "
        "WHERE t.huurder_id <> v.huurder_id GROUP BY t.corporatie_id, t.huurder_id)",
        known=_known(batch),
    )
    ((homes,),) = con.execute(query).fetchall()
    if homes >= CROWD:
        meaning = "Agreements that passed to one tenant number at once: if it stands for nobody, add it to nobody under [reading]."
        yield Figure("huurder_id.crowd.rows", float(homes), None, CROWD - 1, "warning", meaning)

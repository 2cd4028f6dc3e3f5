"""Compute the profile of a delivery: the figures that the gate judges, with their bounds from contract and settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import duckdb

from features.known import current_sql
from pipelines.gate import doubts, lost_columns
from pipelines.gate.register_profile import key_figures
from pipelines.gate.verdicts import Figure, Severity
from pipelines.installation.settings import Gates
from pipelines.installation.sql import Sql, fill, literals, read_sql
from pipelines.parsing.batch import Batch
from pipelines.warehouse import staged

QUARTER = 13
"""Number of deliveries around an empty one to compare it with: a quarter of weeks."""
HALF_YEAR, SEVERAL = 182, 8
"""Number of days that show how often rows come, and minimum number of rows expected to doubt that there are none."""


def figures(
    con: duckdb.DuckDBPyConnection, batch: Batch, gates: Gates, *, compare_with_register: bool = True
) -> list[Figure]:
    """Compute the figures of one delivery from the temporary table `typed` and from earlier deliveries.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        With the batch in its temporary tables and the warehouse open.
    batch : Batch
        What was read.
    gates : Gates
        The thresholds.
    compare_with_register : bool
        Whether to compute the share of rows whose agreement or home is not in the register. False leaves that
        figure without a value, so that the gate does not judge it.

    Returns
    -------
    list of Figure
        Shares lie between 0 and 1; a ratio compares with the previous delivery of the same extract.
    """
    rows = _rows(con, batch, gates)
    if not batch.rows_read:
        return [rows]
    computed = [
        rows,
        Figure("rows.valid", float(batch.rows_valid), 1, None, "critical", "Rows that count."),
        *_shares(batch, gates),
        *_unmapped(con, batch, gates),
        *_unknown_agreements(con, batch, gates, compare_with_register),
        *_against_previous(con, batch, gates),
        *_freshness(con, batch),
        *_stray_days(con, batch, gates),
        *key_figures(con, batch, gates),
        *lost_columns.figures(con, batch),
    ]
    return [*(_row_by_row(figure, batch) for figure in computed), *doubts.figures(con, batch, gates)]


def _rows(con: duckdb.DuckDBPyConnection, batch: Batch, gates: Gates) -> Figure:
    """Return the number of rows; none passes where that is ordinary: a week in which nothing was reported.

    It is ordinary where one of the deliveries around it held hardly more, and where an extract that nobody has to deliver begins.
    Elsewhere the export may have failed, and somebody who asked may accept the file. Of an extract that has to come, a file that was
    accepted makes the next one no more ordinary: an export that stays broken is stopped each week.
    """
    rows = Figure("rows", float(batch.rows_read), 1, None, "critical", "Rows in the file.")
    if batch.rows_read:
        return rows
    contract, delivery = batch.contract, batch.delivery
    query = """SELECT min(rows_read), max(rows_read) FROM (SELECT rows_read FROM run.deliveries
                   WHERE extract = ? AND source = ? AND (peildatum, version) <> (?::DATE, ?) AND rows_read >= ?
                   ORDER BY abs(peildatum - ?::DATE), version DESC LIMIT ?)"""
    day = delivery.peildatum
    filled = int(contract.required)
    which = [delivery.extract, delivery.source, day, delivery.version, filled, day, QUARTER]
    ((least, most),) = con.execute(query, which).fetchall()
    ordinary = not contract.required if least is None else least <= gates.tolerated_rows
    if not ordinary:
        return rows
    if batch.read.records and not most:
        meaning = f"Rows in the file: the mapping leaves out all {batch.read.records}, and no other file had one. Is that right?"
        return replace(rows, severity="warning", meaning=meaning)
    return replace(rows, least=0)


def _row_by_row(figure: Figure, batch: Batch) -> Figure:
    """Turn a stop into a warning where the contract judges row by row: stopped, the good rows would lose their rights as well."""
    codes = [f"{name}.unmapped.share" for name in batch.contract.rights_when]
    judged = figure.name in ("rows.valid", "unknown_agreement.share", *codes) or figure.name in _apart(batch)
    within = figure.value is None or (
        (figure.least is None or figure.value >= figure.least)
        and (figure.most is None or figure.value <= figure.most)
    )
    return replace(figure, severity="warning") if batch.contract.rights and judged and not within else figure


def _apart(batch: Batch) -> set[str]:
    """Return the names of the figures about rows set apart."""
    return {"quarantined.share", *(f"{reason.replace(' ', '_')}.share" for reason in batch.reasons)}


def _limit(share: float, batch: Batch, gates: Gates) -> float:
    """Bound a share; in a file of few rows a handful is tolerated, or one typing error would stop a week's complaints."""
    return max(share, gates.tolerated_rows / batch.rows_read)


def _share(
    name: str,
    rows: int,
    most: float,
    meaning: str,
    *,
    batch: Batch,
    gates: Gates,
    severity: Severity = "critical",
) -> Figure:
    """Return the share of the rows of the file, and its bound."""
    return Figure(name, rows / batch.rows_read, None, _limit(most, batch, gates), severity, meaning)


def _shares(batch: Batch, gates: Gates) -> Iterator[Figure]:
    share = partial(_share, batch=batch, gates=gates)
    yield share(
        "quarantined.share", batch.rows_quarantined, gates.quarantined_share, "Rows that cannot count."
    )
    for reason, rows in batch.reasons.items():
        name = f"{reason.replace(' ', '_')}.share"
        yield share(name, rows, gates.bad_value_share, f"Rows set apart for: {reason}.")
    meaning = "Rows that occur twice in the file."
    # In a list of positions equal rows may be open items, and then each amount would count once.
    severity: Severity = "critical" if batch.contract.snapshot else "warning"
    yield share(
        "duplicates.share",
        batch.rows_duplicate - batch.co_tenants,
        gates.bad_value_share,
        meaning,
        severity=severity,
    )


def _unmapped(con: duckdb.DuckDBPyConnection, batch: Batch, gates: Gates) -> Iterator[Figure]:
    for name, column in batch.contract.columns.items():
        if column.codes and column.unknown == "keep":
            # Not the sum of batch.unmapped, which lists the most frequent values only.
            query = fill(
                "SELECT count(*) FROM typed WHERE {name} NOT IN ({codes})",
                name=name,
                codes=literals(column.codes),
            )
            ((n,),) = con.execute(query).fetchall()
            meaning = f"Values of {name} that neither the code list nor the mapping knows."
            figure = _share(
                f"{name}.unmapped.share", n, gates.unmapped_share, meaning, batch=batch, gates=gates
            )
            # Of a column that is not in the file there is nothing to judge.
            yield figure if n or batch.source.has(name) else replace(figure, value=None)


def _unknown_agreements(
    con: duckdb.DuckDBPyConnection, batch: Batch, gates: Gates, compare: bool
) -> Iterator[Figure]:
    known = staged.in_register(batch.contract, Sql("versions.huurovereenkomsten"))
    if not known or not batch.rows_valid or batch.contract.answers:
        return
    share = None
    if compare:
        query = fill(
            "SELECT avg((NOT coalesce({known}, false))::INT) FROM typed WHERE verdict = 'new'",
            known=known,
        )
        ((share,),) = con.execute(query).fetchall()
    meaning = "Rows whose agreement or home is not in the register; they wait until it is."
    yield Figure(
        "unknown_agreement.share",
        share,
        None,
        _limit(gates.unknown_agreement_share, batch, gates),
        "critical",
        meaning,
    )


def _against_previous(con: duckdb.DuckDBPyConnection, batch: Batch, gates: Gates) -> Iterator[Figure]:
    """Compare with the delivery before.

    On the arrears list an agreement that is absent has no arrears, so half a list would look like a wave of payments.
    It breathes with the month (rent falls due on the 1st), so it is compared with the list before and with those of
    four and five weeks before, whichever is nearest. Other extracts may deliver changes only: theirs is a warning.
    """
    contract, delivery = batch.contract, batch.delivery
    if contract.snapshot and contract.control_total:
        total = contract.control_total
        query = fill(
            read_sql(__package__, "lists_before"),
            extract=contract.extract,
            day=contract.snapshot,
            total=total,
            current=Sql(current_sql("v")),
        )
        lists = con.execute(query).fetchall()
        (rows, amount), before = lists[0], [b for b in lists[1:] if b[1]]
        if all(b[0] < gates.volume_from_rows for b in before):  # a few rows breathe by more than half
            before = []
        yield Figure("rows.ratio_to_previous", _nearest(rows, [b[0] for b in before]), gates.volume_least, gates.volume_most,
                     "critical", "Rows of the newest peildatum against the list before, or that of a month before.")  # fmt: skip
        yield Figure(f"{total}.ratio_to_previous", _nearest(amount, [b[1] for b in before]), gates.total_least,
                     gates.total_most, "critical", f"Sum of {total} against the list before, or a month before.")  # fmt: skip
        return
    previous = con.execute(
        "SELECT rows_read FROM run.deliveries WHERE extract = ? AND source = ? AND peildatum < ? "
        "ORDER BY peildatum DESC, version DESC LIMIT 2",
        [contract.extract, delivery.source, delivery.peildatum],
    ).fetchall()
    # The first delivery holds years of history: what comes after it is not to be compared with that.
    ratio = (
        batch.rows_read / previous[0][0]
        if len(previous) == 2 and previous[0][0] >= gates.volume_from_rows
        else None
    )
    yield Figure("rows.ratio_to_previous", ratio, gates.volume_least, gates.volume_most, "warning",
                 "Rows against the delivery before; changes only are fewer than a full delivery.")  # fmt: skip


def _nearest(value: float, earlier: list[float]) -> float | None:
    """Return the ratio to the nearest of earlier figures; None where there is none to compare with."""
    ratios = [value / before for before in earlier]
    return min(ratios, key=lambda ratio: max(ratio, 1 / ratio) if ratio else float("inf"), default=None)


def _freshness(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Figure]:
    """Judge the age of the newest row, if the contract bounds it: an old export under a new name has only old rows.

    Where few rows come, as complaints at a small corporation, it may be as old as the days in which several usually come.
    """
    contract, most = batch.contract, batch.contract.newest_row_days
    if most is None:
        return
    names, day = {"day": contract.history.column}, {"peildatum": batch.delivery.peildatum}
    query = "SELECT $peildatum::DATE - max(CAST({day} AS DATE)) FROM typed WHERE verdict = 'new'"
    ((age,),) = con.execute(fill(query, **names), day).fetchall()
    if age is not None and age > most and not contract.snapshot:
        query = "SELECT count(DISTINCT key_hash) FROM versions.{extract} WHERE CAST({day} AS DATE) >= $peildatum::DATE - {days}"
        ((rows,),) = con.execute(
            fill(query, extract=contract.extract, days=HALF_YEAR, **names), day
        ).fetchall()
        most = max(most, SEVERAL * HALF_YEAR // rows) if rows else most
    yield Figure(
        "newest_row.age_days",
        None if age is None else float(age),
        0,
        most,
        "critical" if contract.snapshot else "warning",
        f"Days between the peildatum in the file's name and the newest {contract.history.column} in it.",
    )


def _stray_days(con: duckdb.DuckDBPyConnection, batch: Batch, gates: Gates) -> Iterator[Figure]:
    """Yield the number of rows whose day differs from that of their list, if there are any.

    Their agreements would seem to have paid. A few may be corrections of an earlier list, so `tolerated_rows` may pass.
    """
    if not batch.contract.snapshot:
        return
    day = batch.contract.snapshot
    ((rows,),) = con.execute(fill(read_sql(__package__, "stray_days"), day=day)).fetchall()
    if rows:
        meaning = (
            f"Rows with another {day} than the list they stand in; their agreements would seem to have paid."
        )
        yield Figure(f"{day}.stray.rows", float(rows), None, gates.tolerated_rows, "critical", meaning)

"""Doubt a list of positions that is not the list of its day, or not of everybody.

An agreement that is absent from the list counts as free of arrears. So last week's list under a new name, or a filtered list, is
wrong although each of its rows is correct.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from features.known import current_sql
from pipelines.gate import list_changes
from pipelines.gate.doubt import Doubt, Examined, ask, bounded, count, warn
from pipelines.gate.verdicts import Figure
from pipelines.installation.contracts import REGISTER
from pipelines.installation.sql import Sql, day_literal, fill, literal, read_sql
from pipelines.warehouse import schema

RECENT_DAYS = 70
"""Lists of this many days back are compared."""
LEAST_ROWS = 20
"""Minimum number of rows to compare a list with earlier ones."""
CHANCE = 1e-4
"""A series of agreements without any change is doubtful if its probability by chance is below this."""
WIJK_ROWS = 10
"""A wijk with at least this many rows on the list before cannot be without any now."""
FEWER = 0.1
"""Maximum share of the list before that lies outside the range of this list."""
ALIKE, ALIKE_FROM = 0.3, 30
"""Minimum correlation of the order of the amounts with that on the list before, and minimum number of agreements to judge it."""
CENT = 0.015
"""An amount is the total of others if it differs from their sum by less than this."""
TOTAL_ROWS = 4
"""Minimum number of rows whose sum does not match by chance."""
AT_MOST = 0.1
"""Maximum share of rows with exactly the largest amount."""


@contextmanager
def kept(it: Examined) -> Iterator[None]:
    """Create the tables of lists to compare: `newest_list` to judge, `recent_lists` of the ten weeks before it, and `list_before`."""
    if (day := it.contract.snapshot) is None:
        yield
        return
    (newest,) = it.row("SELECT max({day}) FROM typed WHERE verdict = 'new'", day=day)
    first, last = (day_literal((newest or date.max) - timedelta(days=days)) for days in (RECENT_DAYS, 1))
    current, lists = Sql(current_sql("v")), read_sql(__package__, "recent_lists")
    it.con.execute(fill(lists, extract=it.contract.extract, day=day, current=current, first=first, last=last))
    yield
    it.con.execute("DROP TABLE list_before; DROP VIEW recent_lists; DROP TABLE newest_list")


def figures(it: Examined) -> Iterator[Figure]:
    """Yield the figures of a list that seems to be another one, from the newest list, n, joined with the list before it, b."""
    day, total = it.contract.snapshot, it.contract.control_total
    if not day or not total:
        return
    (rows,) = it.row("SELECT count(*) FROM newest_list")
    if rows >= LEAST_ROWS:
        yield from _repeated(it, day, total, rows)
        yield from _old(it, day)
        yield from _partly_old(it, day)
        yield from _sum(it, day, total)
        yield from _shuffled(it, total)
        doubts = [
            _without_wijk(it),
            _filtered(total),
            _capped(total, rows),
            _cut(it, day),
            *list_changes.doubts(it, day, total),
        ]
        yield from ask(
            it, "newest_list n FULL JOIN list_before b USING (corporatie_id, overeenkomst_id)", doubts
        )


def _equal(it: Examined, day: str) -> Sql:
    """Return the condition that two rows n and b are equal in all but the day."""
    names = [name for name in schema.content_columns(it.contract) if name != day and it.has(name)]
    return Sql(" AND ".join(f"n.{name} IS NOT DISTINCT FROM b.{name}" for name in names))


def _repeated(it: Examined, day: str, total: str, rows: int) -> Iterator[Figure]:
    """Yield a figure if every row is equal to that of one earlier list, apart from its day."""
    days = (
        "SELECT max(day) FROM (SELECT b.{day} AS day FROM newest_list n JOIN recent_lists b USING (corporatie_id, overeenkomst_id) "
        "WHERE {equal} GROUP BY b.{day} HAVING count(*) = {rows})"
    )
    # Hardly ever are all amounts equal, so the other columns of ten weeks are seldom read.
    if not it.row(days, day=day, rows=rows, equal=fill("n.{total} = b.{total}", total=total))[0]:
        return
    if earlier := it.row(days, day=day, rows=rows, equal=_equal(it, day))[0]:
        meaning = f"Rows that are equal to the list of {earlier} in all but the day: perhaps it is that list. Ask for the list of today."
        yield warn(f"{day}.repeated.rows", rows, meaning, most=0)


def _partly_old(it: Examined, day: str) -> Iterator[Figure]:
    """Yield the number of agreements in succession that are as on the list before, if chance and the weeks before explain no such number.

    Somebody pays, comes or leaves among the others: a part of the list seems to be that of last week.
    """
    rows, same, longest = _succession(it, day, "newest_list", "list_before")
    others = rows - longest
    if min(longest, others) < LEAST_ROWS or rows * ((same - longest) / others) ** longest >= CHANCE:
        return
    last, first = (
        f"(FROM recent_lists QUALIFY dense_rank() OVER (ORDER BY {day} DESC) = {place})" for place in (1, 2)
    )
    before, _, usual = _succession(it, day, last, first)
    if before and longest > 2 * usual:
        meaning = (
            f"Agreements in succession that are exactly as on the list before, {usual} at most on that one, while others changed: perhaps "
            "a part of it is the old list. Ask for the list of today."
        )
        yield warn(f"{day}.partly_old.rows", longest, meaning, most=2.0 * usual)


def _succession(it: Examined, day: str, now: str, before: str) -> tuple[int, int, int]:
    """Count the agreements on either of two lists, those that are the same on both, and the longest series of these."""
    rows, same, longest = it.row(
        read_sql(__package__, "succession"),
        equal=_equal(it, day),
        now=Sql(now),
        before=Sql(before),
    )
    return rows, same, longest


def _old(it: Examined, day: str) -> Iterator[Figure]:
    """Yield the age of the newest list in a file if that list was delivered before, although the file is newer than all others."""
    newest, known, last = it.row(
        "SELECT max({day}), (SELECT max(peildatum) FROM versions.peildata WHERE corporatie_id IN (SELECT corporatie_id FROM newest_list)), "
        "(SELECT max(peildatum) FROM run.deliveries WHERE extract = {extract}) FROM newest_list",
        day=day,
        extract=literal(it.contract.extract),
    )
    peildatum = it.batch.delivery.peildatum
    if known and newest <= known and peildatum > last:
        meaning = f"Days between the file's name and its newest list, which was delivered before ({newest}): nothing new is in it."
        yield warn(f"{day}.known.age_days", (peildatum - newest).days, meaning, most=0)


def _without_wijk(it: Examined) -> Doubt:
    """Doubt a list without any row of some wijken that had rows on the list before."""

    def says(gone: int) -> Iterator[Figure]:
        if gone < WIJK_ROWS:
            return
        rows, wijken = it.row(
            read_sql(__package__, "wijken_gone"),
            register=REGISTER,
            current=Sql(current_sql("r")),
            least=WIJK_ROWS,
        )
        if wijken:
            meaning = f"Rows that {wijken} wijken had on the list before, of which none is left: perhaps the export was filtered."
            yield warn("wijk.gone.rows", rows, meaning, most=0)

    return Doubt(("count(b.key_hash) FILTER (n.key_hash IS NULL)",), says)


def _filtered(total: str) -> Doubt:
    """Doubt a list whose smallest amount is above many amounts of the list before."""

    def says(rows: int, under: int, least: float | None) -> Iterator[Figure]:
        if rows >= LEAST_ROWS and under > FEWER * rows and least is not None and least > 0:
            meaning = f"Share of the list before under {least:.2f}, the smallest {total} of this list: perhaps smaller ones were left out."
            yield warn(f"{total}.least.share", under / rows, meaning, most=FEWER)

    under = fill("b.{total} > 0 AND b.{total} < (SELECT min({total}) FROM newest_list)", total=total)
    return Doubt((count(f"b.{total} > 0"), count(under), f"min(n.{total})"), says)


def _capped(total: str, rows: int) -> Doubt:
    """Doubt a list in which many amounts are exactly the largest one."""

    def says(capped: int, most: float | None) -> Iterator[Figure]:
        if capped > AT_MOST * rows:
            meaning = f"Share of the rows whose {total} is exactly the largest, {most:.2f}: perhaps larger ones were cut off."
            yield warn(f"{total}.largest.share", capped / rows, meaning, most=AT_MOST)

    largest = fill("n.{total} = (SELECT max({total}) FROM newest_list)", total=total)
    return Doubt((count(largest), f"max(n.{total})"), says)


def _sum(it: Examined, day: str, total: str) -> Iterator[Figure]:
    """Yield the number of amounts that are the sum of all others, or of all above them, to the cent: these are totals.

    A total with the number of an agreement contradicts the row of that agreement, so rows that were set apart for that are included.
    """
    (rows,) = it.row(
        read_sql(__package__, "list_totals"),
        total=total,
        day=day,
        cent=CENT,
        rows=TOTAL_ROWS,
    )
    if rows:
        meaning = f"Rows whose {total} is the sum of others: a total, which is nobody's debt. Export the rows without it."
        yield Figure(f"{total}.total.rows", float(rows), None, 0, "critical", meaning)


def _shuffled(it: Examined, total: str) -> Iterator[Figure]:
    """Yield the correlation of the order of the amounts with that on the list before, if it is low."""
    agreements, alike = it.row(
        """SELECT count(*), corr(now, before) FROM (
            SELECT rank() OVER (ORDER BY n.{total}) AS now, rank() OVER (ORDER BY b.{total}) AS before
            FROM newest_list n JOIN list_before b USING (corporatie_id, overeenkomst_id))""",
        total=total,
    )
    if agreements >= ALIKE_FROM and alike is not None and alike < ALIKE:
        meaning = (
            f"Correlation of the order of {total} with the list before: who owed most should still owe much. "
            "Perhaps a column was sorted or shifted without the others."
        )
        yield warn(f"{total}.order.correlation", alike, meaning, least=ALIKE)


def _cut(it: Examined, day: str) -> Doubt:
    """Doubt a list, in the order of its agreements, that ends before many agreements of the list before."""

    def after(rows: int, behind: int) -> float | None:
        if rows < LEAST_ROWS or behind <= FEWER * rows:
            return None
        (in_order,) = it.row(
            "SELECT bool_and(overeenkomst_id > before) FROM "
            "(SELECT overeenkomst_id, coalesce(lag(overeenkomst_id) OVER (ORDER BY line), '') AS before FROM newest_list)"
        )
        return behind / rows if in_order else None

    counts = (
        "count(b.key_hash)",
        "count(b.key_hash) FILTER (overeenkomst_id > (SELECT max(overeenkomst_id) FROM newest_list))",
    )
    meaning = "Share of the list before with agreements after the last one of this list, which is in their order: it seems cut off."
    return bounded(f"{day}.cut.share", counts, after, meaning, most=FEWER)

"""Compare the rows that two deliveries have in common, and doubt a column that now holds the values of another one.

Two swapped columns of dates still hold dates, and amounts that all doubled are still amounts. Only the earlier values of the same
agreement or case show the difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations

from pipelines.gate import codes
from pipelines.gate.doubt import Doubt, Examined, ask, bounded, count, warn
from pipelines.gate.verdicts import Figure
from pipelines.installation.sql import fill

LEAST_ROWS = 20
"""Minimum number of rows in common to compare their columns."""
MOVED, LEFT = 0.5, 0.1
"""A column seems moved if another one holds its values in this share of the rows, and it kept its own in at most the second share."""
KEPT = 0.95
"""A column that keeps its value in this share of the rows did not move."""
TIMES = 1.5
LEAST_CREDITS = 3
"""Of at least this many agreements on both lists that had a credit, one should still have a credit."""
CHANCE = 0.05
"""A list without any credit is doubtful if its probability by chance is below this."""
TWINS, TWINS_BEFORE = 0.9, 0.5
"""Doubt two columns that are equal in the first share of the rows if they were equal in less than the second share before."""
OLDER, OLDER_FROM = 0.2, 5
"""Maximum share and number of rows that were never delivered and are older than every row of the delivery before."""


def figures(it: Examined) -> Iterator[Figure]:
    """Yield the figures about rows that come again: those to judge n beside earlier ones b, both from the table `compared`."""
    contract, columns = it.contract, it.contract.columns
    own = "overeenkomst_id" if contract.snapshot else contract.own_id
    rows = f"compared n JOIN compared b USING (corporatie_id, {own}) WHERE n.now AND NOT b.now"
    names = [name for name in contract.content if name != contract.snapshot]
    coded = [name for name in names if codes.has_codes(columns[name])]
    changing: list[str] = []
    doubts = [_changing(name, changing) for name in names if name not in coded]
    doubts += [doubt for name in coded if it.has(name) for doubt in codes.of_known_rows(it, name)]
    if contract.snapshot and contract.control_total:
        doubts += [_times(contract.control_total), _no_credits(it, contract.control_total)]
    answers = list(ask(it, rows, doubts))
    yield from ask(it, rows, _moved(it, changing))
    yield from answers
    pairs = combinations([name for name in names if name not in coded and it.has(name)], 2)
    doubts = [
        _twins(one, other) for one, other in pairs if columns[one].type == columns[other].type != "text"
    ]
    if contract.accumulates and not contract.rights:
        doubts.append(_older(it))
    yield from ask(it, "compared", doubts)


def _changing(name: str, changing: list[str]) -> Doubt:
    """Find the columns with another value in some of the rows: seldom more than a few, where all pairs would be hundreds."""

    def says(rows: int, kept: int) -> Iterator[Figure]:
        if rows >= LEAST_ROWS and kept < KEPT * rows:
            changing.append(name)
        yield from ()

    return Doubt(("count(*)", count(f"n.{name} IS NOT DISTINCT FROM b.{name}")), says)


def _moved(it: Examined, changing: list[str]) -> Iterator[Doubt]:
    """Doubt each pair of changing columns of which one holds what the other one of its type held before."""
    columns = it.contract.columns
    for held, holds in permutations(changing, 2):
        if columns[held].type == columns[holds].type and it.has(holds):
            yield _is_moved(holds, held)


def _is_moved(holds: str, held: str) -> Doubt:
    meaning = f"Rows in which {holds} holds what {held} held in the delivery before: perhaps the columns are swapped."
    among = (f"b.{held} IS NOT NULL", f"n.{holds} = b.{held}", f"n.{held} = b.{held}")
    return bounded(
        f"{holds}.moved.share",
        tuple(count(f"b.{held} IS DISTINCT FROM b.{holds} AND {rows}") for rows in among),
        lambda rows, moved, kept: moved / rows if rows >= LEAST_ROWS and kept <= LEFT * rows else None,
        meaning,
        most=MOVED,
    )


def _times(total: str) -> Doubt:
    """Doubt amounts whose median over the agreements on both lists changed by more than the factor `TIMES`."""
    owed = f"n.{total} > 0 AND b.{total} > 0"
    return bounded(
        f"{total}.times.median",
        (count(owed), f"quantile_disc(n.{total} / b.{total}, 0.5) FILTER ({owed})"),
        lambda rows, times: times if rows >= LEAST_ROWS else None,
        f"Median of {total} divided by that on the list before, over the agreements on both. Ask whether the export counts something else, "
        "as one item of a debt, or twice the same.",
        least=1 / TIMES,
        most=TIMES,
    )


def _no_credits(it: Examined, total: str) -> Doubt:
    """Doubt a list without any credit if agreements that had one now owe: the export lost the signs."""

    def says(owing: int) -> Iterator[Figure]:
        if owing < LEAST_CREDITS:
            return
        rows, credits, share = it.row(
            "SELECT count(*) FILTER (now), count(*) FILTER (now AND {total} < 0), avg(({total} < 0)::INT) FILTER (NOT now) FROM compared",
            total=total,
        )
        if not credits and (1 - share) ** rows < CHANCE:
            meaning = (
                f"Agreements whose {total} was below 0 on the list before and is above 0 on this one, on which nobody has a credit: "
                "perhaps the signs were lost. Ask how the export writes a credit."
            )
            yield warn(f"{total}.credits_gone.rows", owing, meaning, most=0)

    return Doubt((count(f"b.{total} < 0 AND n.{total} > 0"),), says)


def _twins(one: str, other: str) -> Doubt:
    """Doubt two columns that are equal in nearly every row, and seldom were: one of them seems to have been exported twice."""

    def says(rows: int, same: int, rows_before: int, same_before: int) -> Iterator[Figure]:
        if (
            min(rows, rows_before) >= LEAST_ROWS
            and same >= TWINS * rows
            and same_before < TWINS_BEFORE * rows_before
        ):
            meaning = (
                f"Rows in which {other} is what {one} is; in the delivery before {same_before / rows_before:.0%}. "
                "Perhaps one column was exported twice: ask."
            )
            yield warn(f"{other}.moved.share", same / rows, meaning, most=TWINS_BEFORE)

    filled, same = f"{one} IS NOT NULL AND {other} IS NOT NULL", f"{one} = {other}"
    rows = (f"now AND {filled}", f"now AND {same}", f"NOT now AND {filled}", f"NOT now AND {same}")
    return Doubt(tuple(map(count, rows)), says)


def _older(it: Examined) -> Doubt:
    """Doubt rows of an earlier time than the delivery before, if many of them are new, as opening balances are."""
    older = fill(
        "now AND CAST({day} AS DATE) < (SELECT min(CAST({day} AS DATE)) FROM compared WHERE NOT now)",
        day=it.day,
    )

    def says(rows: int, earlier: int) -> Iterator[Figure]:
        if earlier < OLDER_FROM or earlier <= OLDER * rows:
            return
        query = "SELECT count(*) FROM compared WHERE {older} AND key_hash NOT IN (SELECT key_hash FROM raw.{extract})"
        (new,) = it.row(query, older=older, extract=it.contract.extract)
        if new >= OLDER_FROM and new > OLDER * rows:
            meaning = (
                f"Share of the rows that are new, with a {it.day} before every row of the delivery before: perhaps opening balances or "
                "sums. If they belong here, nothing needs to be done; else leave them out with skip in the mapping."
            )
            yield warn(f"{it.day}.older.share", new / rows, meaning, most=OLDER)

    return Doubt((count("now"), count(older)), says)

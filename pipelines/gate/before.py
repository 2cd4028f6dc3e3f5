"""Doubt a delivery that lacks rows which should come again, or the rows that should be new.

A list that used to hold all rows each time and suddenly holds other rows is cut off, filtered or another list. If last week's ledger
comes again under a new name, each of its rows is correct, but everything that happened since is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pipelines.gate.doubt import DELIVERIES, SOME, Doubt, Examined, ask_some, count, ids, warn
from pipelines.gate.verdicts import Figure
from pipelines.installation.contracts import REGISTER
from pipelines.installation.sql import Sql, fill, read_sql

AGAIN, AGAIN_REGISTER, AGAIN_BEFORE, AGAIN_FROM, AGAIN_STANDING = 0.5, 0.8, 0.95, 20, 3
"""If nearly all rows (`AGAIN_BEFORE`) came again until now, at least the share `AGAIN` of them must come again, of a register
`AGAIN_REGISTER`. This is judged from `AGAIN_FROM` rows, because a few may come twice by chance, but from `AGAIN_STANDING` rights that
still hold: they come each time."""
GONE = 0.02
"""Maximum share of running agreements that may be absent from a register which used to hold all of them."""
LEAST = 3
"""Minimum number of earlier deliveries that show how new rows usually are, and minimum number of rows to judge a delivery."""
DAYS = 3
"""Age in days of the newest row that is never doubtful."""
FEW, FEW_FROM = 0.4, 20
"""A delivery is doubtful if it has less than this share of the rows of the smallest one before, and that one had `FEW_FROM` rows."""
ROWS = 8
"""Minimum number of rows expected in the days without any: chance explains their absence less than once in a thousand times."""
ASK = "Perhaps it is an earlier delivery under a new name, or the newest rows are missing. Ask for the one of today."


def figures(it: Examined) -> Iterator[Figure]:
    """Yield the figures of a delivery that lacks earlier or new rows; `lists` judges lists of positions."""
    contract = it.contract
    if contract.snapshot:
        return
    changes = contract.extract != REGISTER and not contract.answers
    if len(it.earlier) < 2:
        return
    doubts = [_again(it), *([_back(it)] if changes else [])]
    # A coach may be away for a week.
    if changes and contract.rights != "contact":
        doubts.append(_old(it))
        yield from _few(it)
    yield from ask_some(it, f"{it.rows_of(it.earlier[0])} b WHERE {SOME}", doubts, "key_hash")


def _come(it: Examined, later: str) -> tuple[str, ...]:
    """Return the aggregates that count rows, rows that come again in `later`, running agreements, and those that are gone there."""
    running = "einddatum IS NULL" if it.contract.extract == REGISTER else "false"
    come = fill("key_hash IN (SELECT key_hash FROM {later})", later=Sql(later))
    return "count(*)", count(come), count(running), count(f"{running} AND NOT {come}")


def _again(it: Examined) -> Doubt:
    """Doubt a delivery that lacks many rows or running agreements of the delivery before, if such rows used to come again.

    The delivery before that one is only read if rows are absent.
    """
    own, register = it.contract.own_id, it.contract.extract == REGISTER
    enough = AGAIN_STANDING if it.contract.rights in ("objection", "safety") else AGAIN_FROM
    least = AGAIN_REGISTER if register else AGAIN

    def says(rows: int, come: int, running: int, lost: int) -> Iterator[Figure]:
        fewer = rows >= enough and come < least * rows
        gone = register and lost > max(it.gates.tolerated_rows, GONE * running)
        if not fewer and not gone:
            return
        query, counts = "SELECT {counts} FROM {rows}", map(Sql, _come(it, it.rows_of(it.earlier[0])))
        rows_before, come_before, running_before, lost_before = it.row(
            query, counts=list(counts), rows=it.rows_of(it.earlier[1])
        )
        if fewer and rows_before >= enough and come_before >= AGAIN_BEFORE * rows_before:
            meaning = (
                "Share of the rows of the delivery before that come again; of the one before that, nearly all did. Perhaps the export is "
                "cut off or filtered, or it is another list."
            )
            yield warn(f"{own}.again.share", come / rows, meaning, least=least)
        # A source that delivers changes only lacks most of them each time.
        if gone and lost_before <= GONE * running_before:
            meaning = (
                "Share of the running agreements of the register before that are not in this one, and did not end: perhaps it is cut off, "
                "filtered, or an old copy. Ask for the whole register."
            )
            yield warn(f"{own}.running_gone.share", lost / running, meaning, most=GONE)

    return Doubt(_come(it, "typed"), says)


def _back(it: Examined) -> Doubt:
    """Doubt a delivery whose rows end earlier than those of the delivery before, or were all in it, if that never happened.

    A delivery reaches to its own day, even if few rows come in a week.
    """
    day = it.day

    def says(rows: int, newer: int, fresh: int) -> Iterator[Figure]:
        if rows < LEAST or (newer < LEAST and fresh):
            return
        deliveries, back, same = it.row(
            read_sql(__package__, "newest_rows"),
            extract=it.contract.extract,
            sightings=f"{it.contract.extract}_sightings",
            day=day,
            deliveries=ids(it.usual),
        )
        if deliveries < LEAST:
            return
        if newer >= LEAST and not back:
            each = f"each of the {deliveries} deliveries before went on"
            meaning = f"Rows of the delivery before with a later {day} than all of this one; {each}. {ASK}"
            yield warn(f"{day}.back.rows", newer, meaning, most=LEAST - 1)
        elif not fresh and not same:
            each = f"each of the {deliveries} deliveries before held other rows only"
            meaning = (
                f"Rows that were all in the delivery before; {each}. Perhaps it is that delivery under a new name. "
                "Ask for the one of today."
            )
            yield warn(f"{it.contract.own_id}.known.rows", rows, meaning, most=0)

    newer = "CAST({day} AS DATE) > (SELECT max(CAST({day} AS DATE)) FROM typed WHERE verdict = 'new')"
    fresh = "(SELECT count(*) FROM typed WHERE verdict = 'new' AND row_hash NOT IN (SELECT row_hash FROM {before}))"
    return Doubt(
        (
            "(SELECT count(*) FROM typed WHERE verdict = 'new')",
            count(fill(newer, day=day)),
            fill(fresh, before=it.rows_of(it.earlier[0])),
        ),
        says,
    )


def _old(it: Examined) -> Doubt:
    """Doubt a newest row that is twice as old as it ever was in this and earlier deliveries, if rows should have come since."""
    day, peildatum = it.day, it.batch.delivery.peildatum

    def says(newest: date | None) -> Iterator[Figure]:
        if newest and (peildatum - newest).days <= DAYS:
            return
        deliveries, oldest, rows, days, known = it.row(
            read_sql(__package__, "ages"),
            deliveries=ids(it.earlier),
            most=DELIVERIES,
            extract=it.contract.extract,
            day=day,
        )
        if deliveries < LEAST or oldest is None or not days:
            return
        age, most = (peildatum - max(known, newest or known)).days, max(DAYS, 2 * oldest)
        if age > most and (rows or 0) / days * age >= ROWS:
            before = f"in the {deliveries} deliveries before at most {oldest}"
            meaning = f"Days between the file's name and the newest known {day}; {before}. {ASK}"
            yield warn(f"{day}.nothing_new.age_days", age, meaning, most=most)

    newest = "(SELECT max(CAST({day} AS DATE)) FROM typed WHERE verdict = 'new')"
    return Doubt((fill(newest, day=day),), says)


def _few(it: Examined) -> Iterator[Figure]:
    """Yield the number of rows, if it is far below that of each earlier delivery but the first, which holds years."""
    least = min((before.rows for before in it.usual), default=0)
    if len(it.usual) >= LEAST and least >= FEW_FROM and it.batch.rows_read < FEW * least:
        meaning = f"Rows of the file; each of the {len(it.usual)} deliveries before had {least} or more. Perhaps it is cut off."
        yield warn("rows.few.rows", it.batch.rows_read, meaning, least=FEW * least)

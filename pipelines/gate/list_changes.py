"""Judge how a list of positions follows the one before: a figure for the gate where debts move as no week moves them.

Somebody always pays and somebody else falls behind, and who owes for months seldom pays all at once. A list on which nobody came or went
is an old one, and a list without many of those who owe longest was filtered. A figure is only judged when something was found.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from pipelines.gate.questions import Question
from pipelines.gate.verdicts import Figure
from pipelines.installation.sql import Sql, fill

LEAST_ROWS, LEAST_OLD, LEAST_PAID = 20, 10, 5
"""Number of rows from which lists are compared, of old debts from which it is judged whether they are gone, and of payments."""
LEAST_LISTS = 3
"""Number of earlier lists that show how many agreements leave from one to the next."""
SAME, CHANCE = 0.5, 1e-3
"""Share of the payments that may have another amount or none, and how often chance may explain that nobody left a list."""
OLD_DAYS, GONE = 60, 0.33
"""Age in days of a debt that is old, and the share of the old debts that may be gone from one list to the next."""
ASK = "Ask whether it is the list of this day, and of everybody."


def questions(con: duckdb.DuckDBPyConnection, day: str, total: str) -> list[Question]:
    """Return the questions about a list n beside the list before b; the lists before that are looked at where something is odd."""
    return [_nobody_left(con, day), _old_debts_gone(con, day), _other_amounts(), _unpaid(con, day, total)]


def _nobody_left(con: duckdb.DuckDBPyConnection, day: str) -> Question:
    """Ask whether the agreements of a list are all those of the list before, though some came or left each time before."""

    def answer(rows: int, moved: int) -> Iterator[Figure]:
        if moved or rows < LEAST_ROWS:
            return
        query = fill(
            """
            WITH lists AS (SELECT DISTINCT {day} AS day, corporatie_id, overeenkomst_id FROM recent_lists),
            days AS (SELECT day, lag(day) OVER (ORDER BY day) AS before FROM (SELECT DISTINCT day FROM lists)),
            pairs AS (SELECT d.day, corporatie_id, overeenkomst_id FROM days d JOIN lists l ON l.day = d.day OR l.day = d.before
                WHERE d.before IS NOT NULL),
            moves AS (SELECT day, count(*) = 1 AS moved FROM pairs GROUP BY day, corporatie_id, overeenkomst_id),
            shares AS (SELECT day, avg(moved::INT) AS share FROM moves GROUP BY day)
            SELECT count(*) + 1, min(share) FROM shares""",
            day=day,
        )
        lists, share = con.execute(query).fetchall()[0]
        if lists > LEAST_LISTS and (1 - share) ** rows < CHANCE:
            meaning = f"Agreements on the list, all as on the one before; at least {share:.0%} came or left each time until now. {ASK}"
            yield Figure(f"{day}.nobody_left.rows", float(rows), None, 0, "warning", meaning)

    moved = Sql("count(*) FILTER (n.key_hash IS NULL OR b.key_hash IS NULL)")
    return Question((Sql("count(n.key_hash)"), moved), answer)


def _old_debts_gone(con: duckdb.DuckDBPyConnection, day: str) -> Question:
    """Ask how many of the debts that were old on the list before are not on this one: too many if it never were so many."""

    def answer(old: int, gone: int) -> Iterator[Figure]:
        if old < LEAST_OLD or gone <= GONE * old:
            return
        query = fill(
            """
            WITH lists AS (SELECT {day} AS day, corporatie_id, overeenkomst_id, max({day} - oudste_vervaldatum) AS age
                FROM recent_lists GROUP BY ALL),
            pairs AS (SELECT day, lag(day) OVER (ORDER BY day) AS before FROM (SELECT DISTINCT day FROM lists)),
            gone AS (SELECT p.day, avg((n.day IS NULL)::INT) AS share FROM pairs p
                JOIN lists b ON b.day = p.before AND b.age > {old}
                LEFT JOIN lists n ON n.day = p.day AND n.corporatie_id = b.corporatie_id AND n.overeenkomst_id = b.overeenkomst_id
                GROUP BY ALL)
            SELECT count(*) + 1, max(share) FROM gone""",
            day=day,
            old=OLD_DAYS,
        )
        lists, most = con.execute(query).fetchall()[0]
        if lists > LEAST_LISTS and gone > 2 * most * old:
            meaning = (
                f"Share of the debts older than {OLD_DAYS} days on the list before that are not on this one; at most {most:.0%} until now. "
                f"Whoever is missing counts as free of arrears. {ASK}"
            )
            yield Figure(f"{day}.old_debts_gone.share", gone / old, None, GONE, "warning", meaning)

    old = fill("b.{day} - b.oudste_vervaldatum > {old}", day=day, old=OLD_DAYS)
    return Question(
        (
            fill("count(*) FILTER ({old})", old=old),
            fill("count(*) FILTER ({old} AND n.key_hash IS NULL)", old=old),
        ),
        answer,
    )


def _other_amounts() -> Question:
    """Ask which payments of the list before have another amount now."""

    def answer(same: int, other: int) -> Iterator[Figure]:
        if other >= LEAST_PAID and other > SAME * same:
            meaning = "Share of the payments with another amount than on the list before: perhaps a sum, or another unit. Ask what it is."
            yield Figure("laatste_betaling.changed.share", other / same, None, SAME, "warning", meaning)

    same = "n.laatste_betaaldatum = b.laatste_betaaldatum"
    other = f"{same} AND n.laatste_betaling <> b.laatste_betaling"
    return Question((Sql(f"count(*) FILTER ({same})"), Sql(f"count(*) FILTER ({other})")), answer)


def _unpaid(con: duckdb.DuckDBPyConnection, day: str, total: str) -> Question:
    """Ask which new payments paid nothing: not even the oldest item, or more of them than in any week before.

    In the week of the first a rent comes with its payment, and the amount stays what it was.
    """

    def answer(newer: int, nothing: int, oldest: int, nothing_of_oldest: int) -> Iterator[Figure]:
        if nothing < LEAST_PAID or nothing <= SAME * newer:
            return
        lists, most = con.execute(history).fetchall()[0]
        known = lists >= LEAST_LISTS
        of_oldest = nothing_of_oldest >= LEAST_PAID and nothing_of_oldest > SAME * oldest
        if (known and nothing > 2 * most * newer) or (not known and of_oldest):
            meaning = (
                f"Share of the newer payments that did not change {total}: perhaps {total} is old. {ASK}"
            )
            yield Figure(f"{total}.unpaid.share", nothing / newer, None, SAME, "warning", meaning)

    newer = fill(
        "n.laatste_betaaldatum > b.laatste_betaaldatum AND month(n.{day} - 1) = month(b.{day} - 1)", day=day
    )
    oldest = Sql(f"{newer} AND n.oudste_vervaldatum = b.oudste_vervaldatum")
    paid = fill("n.{total} = b.{total}", total=total)
    history = fill(
        """
        WITH days AS (SELECT day, lag(day) OVER (ORDER BY day) AS before FROM (SELECT DISTINCT {day} AS day FROM recent_lists)),
        shares AS (SELECT day, avg(({paid})::INT) AS share FROM days JOIN recent_lists n ON n.{day} = day
            JOIN recent_lists b ON b.{day} = before AND b.corporatie_id = n.corporatie_id AND b.overeenkomst_id = n.overeenkomst_id
            WHERE {newer} GROUP BY day)
        SELECT count(*), max(share) FROM shares""",
        day=day,
        paid=paid,
        newer=newer,
    )
    among = (
        newer,
        fill("{newer} AND {paid}", newer=newer, paid=paid),
        oldest,
        fill("{oldest} AND {paid}", oldest=oldest, paid=paid),
    )
    return Question(tuple(fill("count(*) FILTER ({rows})", rows=rows) for rows in among), answer)

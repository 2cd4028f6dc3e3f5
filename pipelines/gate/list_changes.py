"""Judge how a list of positions follows the one before: a figure for the gate where debts move as no week moves them.

Somebody always pays and somebody else falls behind, and who owes for months seldom pays all at once. A list on which nobody came or went
is an old one, and a list without many of those who owe longest was filtered. A figure is only judged when something was found.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

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


def figures(con: duckdb.DuckDBPyConnection, day: str, total: str) -> Iterator[Figure]:
    """Yield the figures of a list against those before, from the temporary tables `newest_list`, `list_before` and `recent_lists`."""
    yield from _nobody_left(con, day)
    yield from _old_debts_gone(con, day)
    yield from _payments(con, total)


def _nobody_left(con: duckdb.DuckDBPyConnection, day: str) -> Iterator[Figure]:
    """Yield the number of agreements of a list that are all those of the list before, if some came or left each time before."""
    query = fill(
        """
        WITH lists AS (SELECT DISTINCT {day} AS day, corporatie_id, overeenkomst_id FROM
            (SELECT {day}, corporatie_id, overeenkomst_id FROM recent_lists
            UNION ALL SELECT {day}, corporatie_id, overeenkomst_id FROM newest_list)),
        days AS (SELECT day, lag(day) OVER (ORDER BY day) AS before FROM (SELECT DISTINCT day FROM lists)),
        pairs AS (SELECT d.day, corporatie_id, overeenkomst_id FROM days d JOIN lists l ON l.day = d.day OR l.day = d.before
            WHERE d.before IS NOT NULL),
        moves AS (SELECT day, n = 1 AS moved FROM (SELECT day, count(*) AS n FROM pairs GROUP BY day, corporatie_id, overeenkomst_id)),
        shares AS (SELECT day, count(*) AS rows, avg(moved::INT) AS share FROM moves GROUP BY day)
        SELECT arg_max(rows, day), arg_max(share, day), count(*) - 1, min(share) FILTER (day < (SELECT max(day) FROM shares))
        FROM shares""",
        day=day,
    )
    rows, moved, lists, share = con.execute(query).fetchall()[0]
    if moved == 0 and rows >= LEAST_ROWS and lists >= LEAST_LISTS and (1 - share) ** rows < CHANCE:
        meaning = f"Agreements on the list, exactly those of the list before; at least {share:.0%} came or left each time until now. {ASK}"
        yield Figure(f"{day}.nobody_left.rows", float(rows), None, 0, "warning", meaning)


def _old_debts_gone(con: duckdb.DuckDBPyConnection, day: str) -> Iterator[Figure]:
    """Yield the share of the debts that were old on the list before and are not on this one, if it never was so high."""
    query = fill(
        """
        WITH lists AS (SELECT {day} AS day, corporatie_id, overeenkomst_id, max({day} - oudste_vervaldatum) AS age FROM
            (FROM recent_lists UNION ALL BY NAME FROM newest_list) GROUP BY ALL),
        pairs AS (SELECT day, lag(day) OVER (ORDER BY day) AS before FROM (SELECT DISTINCT day FROM lists)),
        gone AS (SELECT p.day, count(*) AS old, avg((n.day IS NULL)::INT) AS share FROM pairs p
            JOIN lists b ON b.day = p.before AND b.age > {old}
            LEFT JOIN lists n ON n.day = p.day AND n.corporatie_id = b.corporatie_id AND n.overeenkomst_id = b.overeenkomst_id GROUP BY ALL)
        SELECT arg_max(old, day), arg_max(share, day), (SELECT max(share) FROM gone WHERE day < (SELECT max(day) FROM gone)), count(*)
        FROM gone""",
        day=day,
        old=OLD_DAYS,
    )
    old, share, most, lists = con.execute(query).fetchall()[0]
    if lists > LEAST_LISTS and old >= LEAST_OLD and share > max(GONE, 2 * most):
        meaning = (
            f"Share of the debts older than {OLD_DAYS} days on the list before that are not on this one; at most {most:.0%} until now. "
            f"Whoever is missing counts as free of arrears. {ASK}"
        )
        yield Figure(f"{day}.old_debts_gone.share", float(share), None, GONE, "warning", meaning)


def _payments(con: duckdb.DuckDBPyConnection, total: str) -> Iterator[Figure]:
    """Yield the shares of the payments of the list before that have another amount now, and of new payments that paid nothing."""
    both = Sql(
        "newest_list n JOIN list_before b USING (corporatie_id, overeenkomst_id) WHERE n.laatste_betaaldatum IS NOT NULL "
        "AND b.laatste_betaaldatum IS NOT NULL"
    )
    query = fill(
        "SELECT count(*) FILTER (same), count(*) FILTER (same AND n.laatste_betaling <> b.laatste_betaling), "
        "count(*) FILTER (newer), count(*) FILTER (newer AND n.{total} = b.{total}) FROM (SELECT n, b, "
        "n.laatste_betaaldatum = b.laatste_betaaldatum AS same, n.laatste_betaaldatum > b.laatste_betaaldatum "
        "AND n.oudste_vervaldatum = b.oudste_vervaldatum AS newer FROM {both})",
        total=total,
        both=both,
    )
    same, other, newer, nothing = con.execute(query).fetchall()[0]
    if other >= LEAST_PAID and other > SAME * same:
        meaning = "Share of the payments that had another amount on the list before: perhaps it is a sum, or another unit. Ask what it is."
        yield Figure("laatste_betaling.changed.share", other / same, None, SAME, "warning", meaning)
    if nothing >= LEAST_PAID and nothing > SAME * newer:
        meaning = f"Share of the newer payments that changed neither {total} nor its oldest due date: perhaps {total} is old. {ASK}"
        yield Figure(f"{total}.unpaid.share", nothing / newer, None, SAME, "warning", meaning)

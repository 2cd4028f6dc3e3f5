"""Keep a sample of the rows that teach little, so that a panel to learn from is small and the learned card stays the same.

Most rows of a panel are of agreements that do not escalate and have no signal that matters. Every other row is kept:
those with a signal that gives or takes `POINTS`, and those that escalate, are on hold or were contacted. Of the rows that
may be left out, each as-of date keeps the households that a lot draws, one in `SHARE`. The column ``stands_for`` says how
many rows a drawn row stands for: the number of such rows on its date divided by the number drawn, the inverse of its
chance. These weights add up to the number of rows of the date (case-control sampling with known chances; Horvitz and
Thompson 1952, doi:10.1080/01621459.1952.10483446). The lot is a hash of date and household, so the same deliveries give
the same panel on every machine.

Which statistics need which rows:

- Points, chances and other sums over rows need only the weights.
- Precision at capacity needs the whole top of each date. It is there: no row that was left out has a signal that gives
  `POINTS`, so all of them come far below the places of a list. If a list does reach rows that stand for others, because a
  population has few signals, such a row takes as many places as it stands for, and the precision is an estimate.
- The backtest, fairness and the monitor compare rankings that may put any row first, so they read whole panels.
"""

from __future__ import annotations

import duckdb
import ibis

from models.card.scorecard import Scorecard
from pipelines.installation.sql import Sql, fill
from pipelines.scoring.history import temporary

WHOLE = 100_000
"""Maximum number of rows of a panel that is kept whole: learning from it takes a few seconds."""
POINTS = 2
"""A row in which no signal gives or takes this many points may be left out. A list begins at some fifty points."""
SHARE = 5
"""One in this many households is drawn."""
LEAST = 1000
"""Minimum number of rows that may be left out on a date; with fewer the date is kept whole."""


def sampled_sql(con: duckdb.DuckDBPyConnection, card: Scorecard, dates: int) -> Sql:
    """Return the query for the rows of the temporary table `part` that are kept, with ``stands_for`` (DOUBLE).

    It reads the temporary table `sizes`, which this function creates.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        With whole as-of dates of a panel in `part`, with the signals of the card.
    card : Scorecard
        The card from which learning starts.
    dates : int
        Number of as-of dates of the whole panel.
    """
    part = temporary(con, "part")
    rows = Sql(ibis.to_sql(part.mutate(matters=card.matters(part, POINTS)), dialect="duckdb"))
    judged = fill(
        """SELECT * EXCLUDE (matters),
            coalesce(matters OR escalated = 1 OR hold IS NOT NULL OR contacted, true) AS certain,
            certain OR md5_number_upper(concat_ws('|', as_of, household)) % {share} = 0 AS drawn
        FROM ({rows})""",
        share=SHARE,
        rows=rows,
    )
    # As a table of its own, because in one query the engine carries all columns through the count.
    con.execute(
        fill(
            """CREATE OR REPLACE TEMP TABLE sizes AS
            SELECT as_of, count(*) FILTER (NOT certain) AS others, count(*) FILTER (NOT certain AND drawn) AS drawn_others,
                count(*) * {dates} > {whole} AND others >= {least} AS thin
            FROM ({judged}) GROUP BY as_of""",
            dates=dates,
            whole=WHOLE,
            least=LEAST,
            judged=judged,
        )
    )
    return fill(
        """SELECT judged.* EXCLUDE (certain, drawn),
            CASE WHEN certain OR NOT thin THEN 1.0 ELSE others / drawn_others END AS stands_for
        FROM ({judged}) judged JOIN sizes USING (as_of) WHERE drawn OR NOT thin""",
        judged=judged,
    )

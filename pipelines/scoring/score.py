"""Score agreements: compile signals, scope and points to queries on the staged history and run them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from features.compile import COLUMNS, features
from features.known import KEY, known_sql
from models.card.scorecard import Scorecard
from models.selection.ranking import rank
from models.selection.scope import scope
from models.words.reasons import reasons
from pipelines.installation.files import new_file
from pipelines.installation.sql import Sql, fill
from pipelines.installation.workspace import Workspace
from pipelines.scoring.cards import scorecard
from pipelines.scoring.history import available, staged, temporary
from pipelines.warehouse import unresolved

SIGNALLING = Sql("score > 0")
OF_LISTS = frozenset({"arrears_euro", "collection_phase", "fact_safety_pair"})
"""The columns besides those of a card that a list needs: to sort by, for the phase, and for the safety warning."""


def score(
    con: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    as_of: date | Sequence[date],
    card: Scorecard,
    tables: Mapping[str, Any] | None = None,
    *,
    corporations: Mapping[str, Any] | None = None,
    wanted: Collection[str] = COLUMNS,
) -> None:
    """Create the temporary table `scored`: per agreement and as-of date scope, hold, signals, facts, points and score.

    Agreements out of scope have an `exclusion` and no score, so nothing computed from points includes them. Pass
    `tables` to score a hypothetical history instead of the staged one (`pipelines.learning.changes`), `corporations`
    with the whole tables if `tables` hold some agreements only, and `for_list` as `wanted` to leave out the signals and
    facts that only words need.
    """
    tables = staged(con) if tables is None else tables
    cooldown = workspace.settings.shortlist.cooldown_days
    _keep(con, "reach", scope(tables, as_of, cooldown))
    _keep(con, "signals", features(tables, as_of, available(con), wanted, corporations=corporations))
    _warn_of_possible_flags(con)
    hidden = [
        fill("CASE WHEN exclusion IS NULL THEN {name} END AS {name}", name=name) for name in card.columns
    ]
    query = fill(
        "CREATE OR REPLACE TEMP TABLE scored AS SELECT * REPLACE ({hidden}) FROM reach JOIN ({points}) USING ({key})",
        hidden=hidden,
        points=Sql(ibis.to_sql(points_of(con, card), dialect="duckdb")),
        key=KEY,
    )
    con.execute(query)


def for_list(card: Scorecard) -> frozenset[str]:
    """Return the columns of the features from which points are computed and a list is chosen, but no words."""
    return frozenset({term.signal for term in card.terms} | OF_LISTS)


def points_of(con: duckdb.DuckDBPyConnection, card: Scorecard) -> ir.Table:
    """Return the query for the temporary table `signals` with the points of a card, in one pass over its rows."""
    return card.added(temporary(con, "signals"))


def _warn_of_possible_flags(con: duckdb.DuckDBPyConnection) -> None:
    """Set the safety warning for agreements to which an unresolved flag may refer."""
    if unresolved.possible(con):
        query = fill(
            "UPDATE signals SET fact_safety_pair = true FROM staged.{possible} p WHERE p.meaning = 'safety' AND {known} "
            "AND p.corporatie_id = signals.corporatie_id AND p.overeenkomst_id = signals.overeenkomst_id",
            possible=unresolved.POSSIBLE,
            known=Sql(known_sql("p", "signals.as_of")),
        )
        con.execute(query)


def score_few(
    con: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    keys: Iterable[tuple[str, str]],
    days: Sequence[date],
) -> None:
    """Score a few agreements for many dates, with the same result as `score`.

    Their tenants' other agreements are scored as well, because an objection belongs to the tenant.
    """
    wanted = pd.DataFrame(sorted(keys), columns=["corporatie_id", "overeenkomst_id"], dtype="str")
    con.register("wanted", wanted)
    con.execute(
        """CREATE OR REPLACE TEMP TABLE few AS
           SELECT DISTINCT o.corporatie_id, o.overeenkomst_id FROM wanted a
           JOIN versions.huurovereenkomsten h USING (corporatie_id, overeenkomst_id)
           JOIN versions.huurovereenkomsten o ON o.corporatie_id = h.corporatie_id
               AND (o.overeenkomst_id = h.overeenkomst_id OR o.huurder_id = h.huurder_id)"""
    )
    con.unregister("wanted")
    whole, few = staged(con), temporary(con, "few")
    tables = {
        name: table.semi_join(few, ["corporatie_id", "overeenkomst_id"])
        if "overeenkomst_id" in table.columns
        else table
        for name, table in whole.items()
    }
    score(con, workspace, days, scorecard(workspace), tables, corporations=whole)


def _keep(con: duckdb.DuckDBPyConnection, name: str, expression: ir.Table) -> None:
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {ibis.to_sql(expression, dialect='duckdb')}")


def candidates(con: duckdb.DuckDBPyConnection, as_of: date, *, least: int | None = None) -> pd.DataFrame:
    """Read the agreements in scope with at least `least` points (None: all), as input of `models.selection.shortlist.select`.

    Agreements on hold are included whatever their points, because the hold keeps the whole household off the list.
    """
    return con.execute(
        """SELECT corporatie_id, overeenkomst_id, huurder_id, eenheid_id, adres_key, wijk, score, score_exact, hold
           FROM scored WHERE as_of = ? AND exclusion IS NULL AND (? IS NULL OR score >= ? OR hold IS NOT NULL)
           ORDER BY corporatie_id, overeenkomst_id""",
        [as_of, least, least],
    ).df()


def rows(
    con: duckdb.DuckDBPyConnection, as_of: date, where: Sql = SIGNALLING, values: Sequence[Any] = ()
) -> dict[tuple[str, str], dict[str, Any]]:
    """Read whole rows of `scored` as plain values, by corporation and agreement."""
    query = fill("SELECT * FROM scored WHERE as_of = ? AND {where}", where=where)
    table = con.execute(query, [as_of, *values]).to_arrow_table()
    return {(row["corporatie_id"], row["overeenkomst_id"]): row for row in table.to_pylist()}


def ranked(con: duckdb.DuckDBPyConnection, workspace: Workspace, as_of: date) -> pd.DataFrame:
    """Rank every agreement in scope: corporatie_id, overeenkomst_id, score, rank (1 is first; no two are equal)."""
    people = candidates(con, as_of)
    people["rank"] = rank(people, as_of=as_of, seed=workspace.settings.shortlist.seed)
    return people[["corporatie_id", "overeenkomst_id", "score", "rank"]].sort_values("rank")


def write_scores(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, as_of: date, card: Scorecard, out: Path
) -> int:
    """Write every scored agreement to a Parquet file, atomically.

    Returns
    -------
    int
        Number of agreements. Columns: corporatie_id, overeenkomst_id, score (int), rank (int, 1 is first), reasons
        (list of Dutch sentences; empty if no signal gave points).
    """
    score(con, workspace, as_of, card)
    people = ranked(con, workspace, as_of)
    reasons_by_key = {key: reasons(row) for key, row in rows(con, as_of).items()}
    texts = [
        reasons_by_key.get(key, [])
        for key in zip(people["corporatie_id"], people["overeenkomst_id"], strict=True)
    ]
    table = pa.table(
        {
            "corporatie_id": pa.array(people["corporatie_id"], pa.string()),
            "overeenkomst_id": pa.array(people["overeenkomst_id"], pa.string()),
            "score": pa.array(people["score"], pa.int64()),
            "rank": pa.array(people["rank"], pa.int64()),
            "reasons": pa.array(texts, pa.list_(pa.string())),
        }
    )
    with new_file(out, private=True) as part:
        pq.write_table(table, part)
    return table.num_rows

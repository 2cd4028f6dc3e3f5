"""Keep the decision about every agreement in every week, with its grounds and its probability.

Rows are only appended. A list is a pure function of deliveries, model and settings: a rerun of a date with the same
three adds nothing. Any other rerun adds a version to the earlier ones; the last version counts (`run.decided`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import duckdb

from models.card.scorecard import Scorecard
from models.selection.shortlist import Selection
from pipelines.installation.settings import Settings
from pipelines.installation.sql import read_sql


@dataclass(frozen=True)
class LastList:
    """The day of the last list before a date, and the agreements on it, with their corporation."""

    as_of: date
    keys: frozenset[tuple[str, str]]


def day_of_last_list(con: duckdb.DuckDBPyConnection, as_of: date) -> date | None:
    """Return the day of the last list before a date that a coach could read; None if there is none."""
    day: date | None = con.execute("SELECT max(as_of) FROM run.lists WHERE as_of < ?", [as_of]).fetchall()[0][
        0
    ]
    return day


def last_list(con: duckdb.DuckDBPyConnection, as_of: date) -> LastList | None:
    """Return the last list before a date that a coach could read; None if there is none.

    A list that was held back, a backfilled one and that of a skipped week are not kept, so none of them is the last.
    """
    last = day_of_last_list(con, as_of)
    if last is None:
        return None
    listed = con.execute(
        "SELECT corporatie_id, overeenkomst_id FROM run.decided "
        "WHERE as_of = ? AND outcome IN ('top', 'exploration')",
        [last],
    ).fetchall()
    return LastList(last, frozenset(listed))


def remember(
    con: duckdb.DuckDBPyConnection, settings: Settings, as_of: date, chosen: Selection, card: Scorecard
) -> int:
    """Keep the decision about each agreement of the temporary table `scored`, and the lots that were drawn.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        An open warehouse in which `pipelines.scoring.score` ran for `as_of`.
    settings : Settings
        The settings of the list.
    as_of : date
        The as-of date of the list.
    chosen : Selection
        The lists of all coaches.
    card : Scorecard
        The model.

    Returns
    -------
    int
        The version of the list of this date, 1 for the first.
    """
    grounds = _grounds(con, settings, as_of, card)
    last = con.execute(
        "SELECT * FROM run.lists WHERE as_of = ? ORDER BY version DESC LIMIT 1", [as_of]
    ).fetchone()
    if last and list(last[2:]) == grounds:
        return int(last[1])
    version = int(last[1]) + 1 if last else 1
    con.execute("BEGIN")
    con.execute("INSERT INTO run.lists VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [as_of, version, *grounds])
    _insert_decisions(con, as_of, version, chosen)
    _insert_coaches(con, as_of, version, settings, chosen)
    _insert_draws(con, as_of, version, chosen)
    con.execute("COMMIT")
    return version


def _grounds(
    con: duckdb.DuckDBPyConnection, settings: Settings, as_of: date, card: Scorecard
) -> list[object]:
    """Return what the list depends on: the columns of `run.lists` after the version."""
    rules, trial = settings.shortlist, settings.trial.on(as_of)
    return [
        f"{card.name} {card.version}",
        _digest(card.model_dump_json()),
        data_version(con),
        _digest(settings_of_lists(settings)),
        rules.seed,
        rules.exploration,
        rules.minimum_points,
        trial.name if trial else None,
        trial.share if trial else None,
    ]


def _insert_decisions(con: duckdb.DuckDBPyConnection, as_of: date, version: int, chosen: Selection) -> None:
    log = chosen.log.astype({"outcome": "str"}).fillna({"coach": "", "arm": "", "place": 0})
    con.register("log", log.astype({"coach": "str", "arm": "str", "place": "int64"}))
    con.execute(read_sql(__package__, "decisions"), {"version": version, "as_of": as_of})
    con.unregister("log")


def _insert_coaches(
    con: duckdb.DuckDBPyConnection, as_of: date, version: int, settings: Settings, chosen: Selection
) -> None:
    for coach in settings.list_coaches():
        outcomes = chosen.log.loc[chosen.log["coach"] == coach.name, "outcome"]
        listed = int(outcomes.isin(["top", "exploration"]).sum())
        ranked = coach.ranked_places(settings.shortlist.exploration)
        con.execute(
            "INSERT INTO run.list_coaches VALUES (?, ?, ?, ?, ?, ?, ?)",
            [as_of, version, coach.name, coach.capacity, ranked, len(outcomes), listed],
        )


def _insert_draws(con: duckdb.DuckDBPyConnection, as_of: date, version: int, chosen: Selection) -> None:
    for draw in chosen.draws:
        drawn = json.dumps(draw.drawn)
        con.execute(
            "INSERT INTO run.draws VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [as_of, version, draw.coach, draw.kind, draw.seed, draw.pool, drawn, draw.probability],
        )


def replaced(con: duckdb.DuckDBPyConnection, as_of: date, version: int) -> tuple[int, int]:
    """Return how many addresses came onto the list of a date and how many left it, compared with the version before."""
    query = """
        WITH listed AS (FROM run.decisions WHERE as_of = $as_of AND outcome IN ('top', 'exploration')),
        now AS (SELECT corporatie_id, overeenkomst_id FROM listed WHERE version = $version),
        before AS (SELECT corporatie_id, overeenkomst_id FROM listed WHERE version = $version - 1)
        SELECT (SELECT count(*) FROM (FROM now EXCEPT FROM before)), (SELECT count(*) FROM (FROM before EXCEPT FROM now))"""
    if version == 1:
        return 0, 0
    added, removed = con.execute(query, {"as_of": as_of, "version": version}).fetchall()[0]
    return int(added), int(removed)


def data_version(con: duckdb.DuckDBPyConnection) -> str:
    """Return one digest of all deliveries that count, whatever the order they were loaded in."""
    digests = con.execute("SELECT DISTINCT sha256 FROM run.deliveries ORDER BY 1").fetchall()
    return _digest("\n".join(digest for (digest,) in digests))


def settings_of_lists(settings: Settings) -> str:
    """Return the settings that decide which agreements are listed, as JSON."""
    return settings.model_dump_json(
        include={"shortlist", "coaches", "trial"}, exclude={"shortlist": {"show_contact"}}
    )


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()

"""The log of decisions: for every agreement and week what was decided, on what grounds and with what chance.

Append only. A rerun for a date that rests on the same deliveries, model and settings decides the same (a list is a
pure function of them) and adds nothing; any other rerun adds a version beside the earlier ones, and the last version
is the list that holds (`run.decided`).
"""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256

import duckdb

from models.card.scorecard import Scorecard
from models.selection.shortlist import Selection
from pipelines.installation.settings import Settings

# Ranks of all in scope, equal ones alike: only who could be listed has drawn a lot. Sorted, so that it compresses well.
_EVERYONE = """
    INSERT INTO run.decisions
    SELECT s.as_of, $version, s.corporatie_id, s.overeenkomst_id, s.score,
        CASE WHEN s.exclusion IS NULL THEN rank() OVER (
            PARTITION BY s.as_of, s.exclusion IS NULL
            ORDER BY s.score DESC, coalesce(date_diff('day', s.fact_first_signal_on, s.as_of), 0) DESC,
                round(coalesce(s.arrears_euro, 0), 2) DESC) END,
        coalesce(l.outcome, s.exclusion, 'below_minimum'), nullif(l.coach, ''), nullif(l.place, 0), nullif(l.arm, ''),
        coalesce(l.propensity, 0)
    FROM scored s LEFT JOIN log l USING (corporatie_id, overeenkomst_id)
    WHERE s.as_of = $as_of ORDER BY s.corporatie_id, s.overeenkomst_id"""


def remember(
    con: duckdb.DuckDBPyConnection, settings: Settings, as_of: date, chosen: Selection, card: Scorecard
) -> int:
    """Keep what was decided about everybody in the temporary table `scored`, and by which lots.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        An open warehouse in which `pipelines.scoring.score` ran for `as_of`.
    settings : Settings
        Those of the list.
    as_of : date
        The as-of date of the list.
    chosen : Selection
        The lists.
    card : Scorecard
        The model.

    Returns
    -------
    int
        The version of the list of this date, 1 for the first.
    """
    rules, trial = settings.shortlist, settings.trial.on(as_of)
    grounds = [
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
    last = con.execute(
        "SELECT * FROM run.lists WHERE as_of = ? ORDER BY version DESC LIMIT 1", [as_of]
    ).fetchone()
    if last and list(last[2:]) == grounds:
        return int(last[1])
    version = int(last[1]) + 1 if last else 1
    con.execute("BEGIN")
    con.execute("INSERT INTO run.lists VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [as_of, version, *grounds])
    log = chosen.log.astype({"outcome": "str"}).fillna({"coach": "", "arm": "", "place": 0})
    con.register("log", log.astype({"coach": "str", "arm": "str", "place": "int64"}))
    con.execute(_EVERYONE, {"version": version, "as_of": as_of})
    con.unregister("log")
    for coach in settings.list_coaches():
        mine = chosen.log.loc[chosen.log["coach"] == coach.name, "outcome"]
        listed = int(mine.isin(["top", "exploration"]).sum())
        con.execute(
            "INSERT INTO run.list_coaches VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                as_of,
                version,
                coach.name,
                coach.capacity,
                coach.ranked_places(rules.exploration),
                len(mine),
                listed,
            ],
        )
    for draw in chosen.draws:
        con.execute(
            "INSERT INTO run.draws VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                as_of,
                version,
                draw.coach,
                draw.kind,
                draw.seed,
                draw.pool,
                json.dumps(draw.drawn),
                draw.probability,
            ],
        )
    con.execute("COMMIT")
    return version


def data_version(con: duckdb.DuckDBPyConnection) -> str:
    """Give one digest of all deliveries that count, whatever the order they were loaded in."""
    found = con.execute("SELECT DISTINCT sha256 FROM run.deliveries ORDER BY 1").fetchall()
    return _digest("\n".join(digest for (digest,) in found))


def settings_of_lists(settings: Settings) -> str:
    """Give the settings that decide who is on a list, as JSON."""
    return settings.model_dump_json(
        include={"shortlist", "coaches", "trial"}, exclude={"shortlist": {"show_contact"}}
    )


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()

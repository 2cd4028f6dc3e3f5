"""Select, count and describe the addresses of one weekly list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import pandas as pd

from models.selection.scope import EXCEPTIONAL, EXCLUSIONS
from models.selection.shortlist import Selection, select
from models.words.reasons import news, reasons, safety, since
from pipelines.installation.calendar import WEEK
from pipelines.installation.settings import Settings
from pipelines.installation.sql import Sql
from pipelines.installation.workspace import Workspace
from pipelines.scoring import score
from pipelines.shortlist.decisions import LastList
from pipelines.shortlist.weekly_list import ListedAddress
from pipelines.warehouse.vault import Identity, identities


@dataclass(frozen=True)
class Counts:
    """Every agreement, counted once.

    Parameters
    ----------
    agreements, scored, listed : int
        All agreements, those with a score, and those on the list.
    excluded, not_listed : mapping of str to int
        Agreements out of scope and agreements that were considered but not listed, by reason.
    """

    agreements: int
    scored: int
    excluded: Mapping[str, int]
    not_listed: Mapping[str, int]
    listed: int


def choose(con: duckdb.DuckDBPyConnection, settings: Settings, as_of: date) -> Selection:
    """Choose the lists of all coaches for one as-of date from the temporary table `scored`."""
    rules = settings.shortlist
    people = score.candidates(con, as_of, least=rules.minimum_points)
    return select(
        people,
        settings.list_coaches(),
        as_of=as_of,
        exploration=rules.exploration,
        minimum_score=rules.minimum_points,
        seed=rules.seed,
        trial=settings.trial.on(as_of),
    )


def scope_counts(
    con: duckdb.DuckDBPyConnection, as_of: date, settings: Settings, chosen: Selection
) -> Counts:
    """Count every agreement once: out of scope, scored but not listed, or listed; each with its reason."""
    total, scored, below = con.execute(
        "SELECT count(*), count(score), count(*) FILTER (score < ? AND hold IS NULL) FROM scored WHERE as_of = ?",
        [settings.shortlist.minimum_points, as_of],
    ).fetchall()[0]
    excluded = dict(
        con.execute(
            "SELECT exclusion, count(*) FROM scored WHERE as_of = ? AND exclusion IS NOT NULL GROUP BY 1 ORDER BY 1",
            [as_of],
        ).fetchall()
    )
    not_listed = dict(chosen.counts) | {"below_minimum": chosen.counts["below_minimum"] + below}
    listed = len(chosen.listed)
    assert total == sum(excluded.values()) + sum(not_listed.values()) + listed, (
        "an agreement is counted twice or not at all"
    )
    every = {code: 0 for code in EXCLUSIONS if code not in EXCEPTIONAL} | excluded
    return Counts(total, scored, every, not_listed, listed)


def entries(
    con: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    as_of: date,
    chosen: Selection,
    last: LastList | None,
) -> list[ListedAddress]:
    """Put the chosen agreements into words; the only step that reads names and addresses.

    The temporary table `scored` has the date of the list and the day it is `compared` with.
    """
    listed: list[Any] = list(chosen.listed.itertuples())
    keys = [(str(row.corporatie_id), str(row.overeenkomst_id)) for row in listed]
    before_renewal = _predecessors(con, keys)
    to_read = [*keys, *(key for earlier in before_renewal.values() for key in earlier)]
    con.register("listed", pd.DataFrame(to_read, columns=["corporatie_id", "overeenkomst_id"], dtype="str"))
    inside = Sql("(corporatie_id, overeenkomst_id) IN (SELECT (corporatie_id, overeenkomst_id) FROM listed)")
    now = score.rows(con, as_of, inside)
    earlier_day, last_day = compared(as_of, last), last.as_of if last else None
    earlier = score.rows(con, earlier_day, inside)
    listed_on = _listed_on(con, as_of)
    con.unregister("listed")
    people = identities(workspace, keys)
    show_contact = workspace.settings.shortlist.show_contact
    # Without a delivery of that day, nothing can be called new since then.
    query = "SELECT count(*) > 0 FROM run.deliveries WHERE peildatum <= ?"
    has_history = bool(con.execute(query, [earlier_day]).fetchall()[0][0])
    addresses = []
    for row, key in zip(listed, keys, strict=True):
        # On the last list a renewed contract had the id of the one before it.
        same = [key, *before_renewal.get(key, [])]
        previous = next((earlier[agreement] for agreement in same if agreement in earlier), None)
        person = people.get(key, Identity())
        stays = last is not None and not last.keys.isdisjoint(same)
        came_back = max((listed_on[agreement] for agreement in same if agreement in listed_on), default=None)
        what_is_new = news(now[key], previous, last_day, listed=stays, listed_on=came_back)
        addresses.append(
            ListedAddress(
                coach=str(row.coach),
                position=int(row.position),
                corporatie_id=key[0],
                overeenkomst_id=key[1],
                address=person.street_line,
                postcode_town=person.town_line,
                name=person.naam if show_contact else "",
                phone=person.telefoon if show_contact else "",
                wijk=str(row.wijk) if isinstance(row.wijk, str) else "",
                location=person.location,
                reasons=tuple(reasons(now[key])),
                since=since(now[key]),
                news=tuple(what_is_new) if has_history else (),
                safety=safety(now[key]),
                listed_before=_listed_before(as_of, last, listed=stays),
            )
        )
    return addresses


def _listed_on(con: duckdb.DuckDBPyConnection, as_of: date) -> dict[tuple[str, str], date]:
    """Return the day of the newest earlier list that each agreement of the temporary table `listed` was on."""
    rows = con.execute(
        "SELECT corporatie_id, overeenkomst_id, max(as_of) FROM run.decided "
        "SEMI JOIN listed USING (corporatie_id, overeenkomst_id) "
        "WHERE as_of < ? AND outcome IN ('top', 'exploration') GROUP BY ALL",
        [as_of],
    ).fetchall()
    return {(corporation, agreement): day for corporation, agreement, day in rows}


def compared(as_of: date, last: LastList | None) -> date:
    """Return the day since which a list tells what is new: that of the last list, or a week ago on a first list."""
    return last.as_of if last else as_of - WEEK


def _listed_before(as_of: date, last: LastList | None, *, listed: bool) -> bool | None:
    """Return whether an address was on the list of last week; None if that list was not made and it is not new."""
    if last is None or (listed and last.as_of != as_of - WEEK):
        return None
    return listed


def _predecessors(
    con: duckdb.DuckDBPyConnection, keys: list[tuple[str, str]]
) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Return the agreements that each agreement continues: of the same tenant in the same home."""
    predecessors: dict[tuple[str, str], list[tuple[str, str]]] = {}
    rows = con.execute(
        "SELECT corporatie_id, successor, predecessor FROM versions.renewals ORDER BY ALL"
    ).fetchall()
    for corporation, successor, predecessor in rows:
        if (corporation, successor) in keys:
            predecessors.setdefault((corporation, successor), []).append((corporation, predecessor))
    return predecessors

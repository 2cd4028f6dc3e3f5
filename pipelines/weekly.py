"""The weekly run: from the inbox to the list on Monday morning.

Every step is a plain function of a workspace and a date; `pipelines.flows` runs the same steps as Prefect tasks.
The list is a pure function of the deliveries, the settings and the as-of date: no earlier list and no clock enters
it, so the same input gives the same bytes, also after a run that was killed halfway.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar

import duckdb
import pandas as pd

from models.reasons import news, reasons, safety, since
from models.scope import EXCLUSIONS, HOLDS
from models.shortlist import Coach, Selection, select
from pipelines import inbox, ingest, quality_report, report, scoring
from pipelines.errors import DeliveryError
from pipelines.publish import Entry, WeeklyList, publish
from pipelines.settings import Settings
from pipelines.vault import Identity, identities
from pipelines.warehouse import open_warehouse
from pipelines.workspace import Workspace

WEEK = timedelta(days=7)
NOT_LISTED = {
    "below_minimum": "geen of weinig signalen",
    "no_coach": "wijk zonder wooncoach",
    "same_household": "zelfde huishouden of adres als een ander",
    "beyond_capacity": "past deze week niet binnen de capaciteit",
}
Result = TypeVar("Result")


class Step(Protocol):
    """How a step is run: called as it is, or as a task of a flow."""

    def __call__(self, name: str, function: Callable[..., Result], *arguments: Any) -> Result:
        """Run one named step."""
        ...


def directly(name: str, function: Callable[..., Result], *arguments: Any) -> Result:  # noqa: ARG001
    """Run a step by calling it."""
    return function(*arguments)


@dataclass(frozen=True)
class Run:
    """What a weekly run made.

    `fell_short` holds, in English for the analyst, every reason why the run is not wholly good (exit code 1).
    """

    as_of: date
    folder: Path
    weekly: WeeklyList
    report: dict[str, Any]
    fell_short: tuple[str, ...]


def last_monday(today: date) -> date:
    """Return the Monday on or before a day."""
    return today - timedelta(days=today.weekday())


def run(workspace: Workspace, as_of: date, step: Step = directly, progress: Callable[[inbox.Delivery], None] = lambda _: None) -> Run:
    """Run the whole week: load, judge, score, select, publish, report.

    Parameters
    ----------
    workspace : Workspace
        The installation.
    as_of : date
        The moment 00:00 of this day; only what was known before it counts.
    step : Step
        How each step is run.
    progress : callable
        Told of each delivery before it is read.

    Returns
    -------
    Run
        A refused, missing or stale delivery does not stop the list: it is made from what is there and says so.
    """
    deliveries, wrong = step("find deliveries", inbox.find, workspace.inbox)
    outcomes = step("load deliveries", ingest.load_all, workspace, deliveries, progress)
    weekly, made = step("score and select", make_list, workspace, as_of, outcomes, wrong)
    folder = workspace.output / as_of.isoformat()
    step("publish", publish, folder, weekly)
    step("report", write_reports, workspace, folder, made, outcomes)
    return Run(as_of, folder, weekly, made, tuple(made["fell_short"]))


def make_list(
    workspace: Workspace, as_of: date, outcomes: list[ingest.Outcome], wrong: list[DeliveryError]
) -> tuple[WeeklyList, dict[str, Any]]:
    """Score this week and last week from the same history, choose both lists, and write this week's in words."""
    settings = workspace.settings
    card = scoring.scorecard(workspace)
    model = f"{card.name} {card.version}"
    with open_warehouse(workspace) as con:
        scoring.score(con, workspace, [as_of, as_of - WEEK], card)
        chosen, before = (choose(con, settings, day) for day in (as_of, as_of - WEEK))
        fresh = report.freshness(con, settings, as_of)
        _remember(con, as_of, chosen, model)
        entries = _entries(con, workspace, as_of, chosen, before)
        counts = scope_counts(con, as_of, settings, chosen)
        made = {
            "as_of": as_of.isoformat(),
            "corporation": settings.corporatie_id,
            "model": model,
            "deliveries": report.accounting(con, outcomes),
            "not_deliveries": [str(error) for error in wrong],
            "freshness": [vars(item) | {"newest": item.newest and item.newest.isoformat()} for item in fresh],
            "counts": counts,
            "listed": dict(Counter(e.coach for e in entries)),
            "draws": [{"coach": d.coach, "kind": d.kind, "seed": d.seed, "pool": d.pool, "probability": d.probability} for d in chosen.draws],
        }
    made["fell_short"] = _fell_short(made, wrong)
    said = (*report.notices(fresh, outcomes),)
    labels = {**EXCLUSIONS, **HOLDS, **NOT_LISTED}
    shown = {labels.get(code, code): n for code, n in counts["excluded"].items() | counts["not_listed"].items() if n}
    ordered = {label: shown[label] for label in labels.values() if label in shown}
    weekly = WeeklyList(
        as_of=as_of, corporation=settings.naam, entries=tuple(entries), notices=said, counts=ordered, model=model, scored=counts["scored"]
    )
    return weekly, made


def choose(con: duckdb.DuckDBPyConnection, settings: Settings, as_of: date) -> Selection:
    """Choose the lists of all coaches for one as-of date from the temporary table `scored`."""
    rules = settings.shortlist
    coaches = [
        Coach(c.name, frozenset(c.wijken) or None, frozenset(c.corporaties) or None, c.capacity or rules.capacity)
        for c in settings.coaches
    ]
    people = scoring.candidates(con, as_of, least=rules.minimum_points)
    return select(people, coaches, as_of=as_of, exploration=rules.exploration, minimum_score=rules.minimum_points, seed=rules.seed)


def scope_counts(con: duckdb.DuckDBPyConnection, as_of: date, settings: Settings, chosen: Selection) -> dict[str, Any]:
    """Count every agreement once: out of scope, scored but not listed, or listed; each with its reason."""
    total, scored, below = con.execute(
        "SELECT count(*), count(score), count(*) FILTER (score < ?) FROM scored WHERE as_of = ?",
        [settings.shortlist.minimum_points, as_of],
    ).fetchall()[0]
    excluded = dict(
        con.execute(
            "SELECT exclusion, count(*) FROM scored WHERE as_of = ? AND exclusion IS NOT NULL GROUP BY 1 ORDER BY 1", [as_of]
        ).fetchall()
    )
    not_listed = dict(chosen.counts) | {"below_minimum": below}
    listed = len(chosen.listed)
    assert total == sum(excluded.values()) + sum(not_listed.values()) + listed, "an agreement is counted twice or not at all"
    every = dict.fromkeys(EXCLUSIONS, 0) | excluded
    return {"agreements": total, "scored": scored, "excluded": every, "not_listed": not_listed, "listed": listed}


def _entries(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, as_of: date, chosen: Selection, before: Selection
) -> list[Entry]:
    """Put the chosen agreements into words; the only step that reads names and addresses."""
    keys = [(row.corporatie_id, row.overeenkomst_id) for row in chosen.listed.itertuples()]
    con.register("listed", pd.DataFrame(keys, columns=["corporatie_id", "overeenkomst_id"], dtype="str"))
    inside = "(corporatie_id, overeenkomst_id) IN (SELECT (corporatie_id, overeenkomst_id) FROM listed)"
    now = scoring.rows(con, as_of, inside)
    earlier = scoring.rows(con, as_of - WEEK, inside)
    con.unregister("listed")
    people = identities(workspace, keys)
    stood = {(row.corporatie_id, row.overeenkomst_id) for row in before.listed.itertuples()}
    shown = workspace.settings.shortlist.show_contact
    entries = []
    for row, key in zip(chosen.listed.itertuples(), keys, strict=True):
        person = people.get(key, Identity())
        entries.append(
            Entry(
                coach=str(row.coach), position=int(row.position), corporatie_id=key[0], overeenkomst_id=key[1],
                address=person.street_line, postcode_town=person.town_line,
                name=person.naam if shown else "", phone=person.telefoon if shown else "",
                wijk=str(row.wijk) if isinstance(row.wijk, str) else "",
                reasons=tuple(reasons(now[key])), since=since(now[key]),
                news=tuple(news(now[key], earlier.get(key), key in stood)), safety=safety(now[key]),
            )  # fmt: skip
        )
    return entries


def _remember(con: duckdb.DuckDBPyConnection, as_of: date, chosen: Selection, model: str) -> None:
    """Keep what was decided and by which lot; a run for the same date replaces its own."""
    log = chosen.log.assign(as_of=as_of, model=model)
    con.execute("BEGIN")
    con.execute("DELETE FROM run.decisions WHERE as_of = ?", [as_of])
    con.execute("DELETE FROM run.draws WHERE as_of = ?", [as_of])
    if len(log):
        con.register("log", log.astype({"coach": "str", "outcome": "str"}))
        con.execute(
            "INSERT INTO run.decisions SELECT l.as_of, l.corporatie_id, l.overeenkomst_id, s.score, nullif(l.coach, 'None'), "
            "l.outcome, l.propensity, l.model FROM log l JOIN scored s USING (corporatie_id, overeenkomst_id) WHERE s.as_of = ?",
            [as_of],
        )
        con.unregister("log")
    for draw in chosen.draws:
        drawn = json.dumps(draw.drawn)
        con.execute("INSERT INTO run.draws VALUES (?, ?, ?, ?, ?, ?, ?)", [as_of, draw.coach, draw.kind, draw.seed, draw.pool, drawn, draw.probability])
    con.execute("COMMIT")


def _fell_short(made: dict[str, Any], wrong: list[DeliveryError]) -> list[str]:
    said = [str(error) for error in wrong]
    said += [f"{d['file']}: {d['refusal']}" if d["file"] not in d["refusal"] else d["refusal"] for d in made["deliveries"] if d["state"] == "refused"]
    for item in made["freshness"]:
        if item["stale"]:
            age = "nothing was delivered" if item["newest"] is None else f"the newest is of {item['newest']}, {item['age_days']} days old"
            said.append(f"{item['extract']} is expected and stale: {age}.")
    return said


def write_reports(workspace: Workspace, folder: Path, made: dict[str, Any], outcomes: list[ingest.Outcome]) -> None:
    """Write `run_report.json` and the quality page beside the list."""
    write_text(folder / "run_report.json", json.dumps(made, indent=2, ensure_ascii=False, default=str) + "\n")
    with open_warehouse(workspace, read_only=True) as con:
        write_text(folder / "quality.html", quality_report.page(con, made, outcomes))


def write_text(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".new")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    os.replace(temporary, path)

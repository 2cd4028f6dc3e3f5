"""Measure how fresh each extract is, and describe what is missing from a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

import duckdb

from features.known import known_before_sql
from models.as_json import INTERNAL
from models.words.dutch import counted, listing, on
from pipelines.delivery import inbox, rhythm
from pipelines.installation import calendar
from pipelines.installation.contracts import contracts
from pipelines.installation.errors import WaakvlamError
from pipelines.installation.settings import Settings
from pipelines.installation.sql import Sql, fill
from pipelines.installation.workspace import Workspace
from pipelines.warehouse.stores import open_warehouse, path_of

if TYPE_CHECKING:
    from pipelines.delivery.ingest import Outcome


FAR_AHEAD = timedelta(days=184)
"""A clock that is further ahead of the newest delivery than half a year is doubted: what it removes is gone, and by its date
nothing is fresh."""


@dataclass(frozen=True)
class Freshness:
    """How fresh an extract is on the as-of date; `newest` is None if no delivery is known by then.

    It is `stale` beyond the limit of the settings, and `late` if it is older than it usually is when a list is made.
    """

    extract: str
    expected: bool
    delivered: bool
    newest: date | None
    age_days: int | None
    stale: bool
    late: bool = field(default=False, metadata=INTERNAL)


def freshness(con: duckdb.DuckDBPyConnection, settings: Settings, as_of: date) -> list[Freshness]:
    """Measure how fresh every extract is on a date.

    A first delivery contains the earlier history, so nothing is stale on an as-of date within that history. The queries
    have no parameters, because for those DuckDB imports pandas, which takes most of a second.
    """
    deliveries = con.execute("SELECT extract, peildatum FROM run.deliveries").fetchall()
    day = f"DATE '{as_of}'"
    result = []
    for extract, contract in contracts().items():
        delivered = [peildatum for name, peildatum in deliveries if name == extract]
        peildata = delivered
        if contract.snapshot:
            query = "SELECT DISTINCT peildatum FROM versions.peildata p WHERE {known_before}"
            query = fill(query, known_before=Sql(known_before_sql("p", day)))
            peildata = [peildatum for (peildatum,) in con.execute(query).fetchall()]
        newest = max((d for d in peildata if d <= as_of), default=None)
        if newest is None and delivered and not contract.snapshot:
            query = "SELECT count(*) FROM versions.{extract} v WHERE {known_before}"
            query = fill(query, extract=extract, known_before=Sql(known_before_sql("v", day)))
            newest = as_of if con.execute(query).fetchall()[0][0] else None
        age = None if newest is None else (as_of - newest).days
        expected = extract in settings.expected
        stale = expected and (age is None or age > settings.freshness.of(extract))
        usual = rhythm.usual_age(peildata, as_of) if expected and age is not None else None
        late = not stale and usual is not None and age is not None and age > usual
        result.append(Freshness(extract, expected, bool(delivered), newest, age, stale, late))
    return result


def doubted(workspace: Workspace, today: date) -> date | None:
    """Return the peildatum of the newest loaded delivery if the clock is far ahead of it, else None."""
    if not path_of(workspace, "warehouse").exists():
        return None
    with open_warehouse(workspace, read_only=True) as con:
        newest: date | None = con.execute("SELECT max(peildatum) FROM run.deliveries").fetchall()[0][0]
    return newest if newest is not None and today - newest > FAR_AHEAD else None


def check_clock(workspace: Workspace, today: date) -> None:
    """Refuse to make the list of today's week if the clock is far ahead of every delivery, loaded or waiting (WaakvlamError)."""
    newest = doubted(workspace, today)
    waiting, _ = inbox.find(workspace.inbox)
    if newest is None or any(today - delivery.peildatum <= FAR_AHEAD for delivery in waiting):
        return
    monday = calendar.last_monday(today)
    raise WaakvlamError(
        f"No list was made: the clock says {today}, and the newest delivery is of {newest}.",
        where=str(workspace.home),
        mend=f"Set the clock. If it is right, deliver first, or confirm the day with `--as-of {monday}`.",
    )


def late(fresh: Sequence[Freshness], outcomes: Sequence[Outcome]) -> list[tuple[date, list[str]]]:
    """Return the late extracts by the day of their newest delivery; one that came and was refused is not late."""
    refused = {outcome.delivery.extract for outcome in outcomes if outcome.refusal}
    extracts: dict[date, list[str]] = {}
    for item in fresh:
        if item.late and item.newest and item.extract not in refused:
            extracts.setdefault(item.newest, []).append(item.extract)
    return sorted(extracts.items())


def notices(fresh: list[Freshness], outcomes: list[Outcome], unknown: int = 0) -> list[str]:
    """Say in Dutch, above the list, what is missing from it; `unknown` is the number of unrecognised files."""
    sentences = []
    refused = {outcome.delivery.extract for outcome in outcomes if outcome.refusal}
    for item in fresh:
        name = contracts()[item.extract].dutch_name
        if item.stale and item.newest is None:
            sentences.append(f"Let op: {name} ontbreken. Deze lijst is gemaakt zonder.")
        elif item.stale and item.newest:
            sentences.append(
                f"Let op: {name} van deze week ontbreken. Gebruikt is de stand van {on(item.newest)}."
            )
    for day, extracts in late(fresh, outcomes):
        names = listing([contracts()[extract].dutch_name for extract in extracts])
        sentences.append(f"Let op: {names} zijn niet vernieuwd. Gebruikt is de stand van {on(day)}.")
    seen = [
        contracts()[item.extract].dutch_name
        for item in fresh
        if not item.expected and not item.delivered and contracts()[item.extract].required
    ]
    if seen:
        sentences.append(f"Niet meegewogen, want niet geleverd: {listing(seen)}.")
    if refused:
        refused_names = sorted(contracts()[extract].dutch_name for extract in refused)
        sentences.append(f"Let op: een levering van {listing(refused_names)} is afgekeurd en telt niet mee.")
    if unknown:
        files = counted(unknown, "bestand in de inbox is", "bestanden in de inbox zijn")
        sentences.append(f"Let op: {files} niet herkend en {'telt' if unknown == 1 else 'tellen'} niet mee.")
    return sentences

"""Measure how fresh each extract is, and describe what is missing from a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import duckdb

from features.known import LACKING, known_before_sql, known_sql
from models.as_json import INTERNAL, OPTIONAL
from models.words.dutch import counted, listing, on
from pipelines.delivery import rhythm
from pipelines.installation import calendar
from pipelines.installation.contracts import REGISTER, Contract, contracts
from pipelines.installation.errors import WaakvlamError
from pipelines.installation.settings import Settings
from pipelines.installation.sql import Sql, day_literal, fill, literal
from pipelines.installation.workspace import Workspace
from pipelines.reading import inbox
from pipelines.warehouse.staged import corporations_sql
from pipelines.warehouse.stores import open_warehouse, path_of

if TYPE_CHECKING:
    from pipelines.delivery.ingest import Outcome


FAR_AHEAD = timedelta(days=184)
"""A clock that is further ahead of the newest delivery than half a year is doubted: what it removes is gone, and by its date
nothing is fresh."""


@dataclass(frozen=True)
class Freshness:
    """How fresh an extract is on the as-of date; `newest` is None if no delivery is known by then.

    It is `stale` beyond the limit of the settings, and `late` if it is older than it usually is when a list is made. Where
    several corporations deliver an extract there is one for each: `source` is the folder of the corporation.
    """

    extract: str
    expected: bool
    delivered: bool
    newest: date | None
    age_days: int | None
    stale: bool
    late: bool = field(default=False, metadata=INTERNAL)
    source: str | None = field(default=None, metadata=OPTIONAL)

    @property
    def name(self) -> str:
        """The extract, and whose."""
        return (
            self.extract if self.source is None else f"{self.extract} of {self.source or 'the inbox itself'}"
        )

    @property
    def dutch_name(self) -> str:
        """The extract in Dutch, with its article, and whose."""
        name = contracts()[self.extract].dutch_name
        return name if not self.source else f"{name} van {self.source}"


def freshness(con: duckdb.DuckDBPyConnection, settings: Settings, as_of: date) -> list[Freshness]:
    """Measure how fresh every extract is on a date, for each corporation that delivers it.

    One corporation's delivery says nothing about another's. One that never delivered an extract which others do deliver is
    not stale: the settings expect extracts of the installation as a whole. A first delivery contains the earlier history,
    so nothing is stale on an as-of date within that history.
    """
    # The queries have no parameters, because for those DuckDB imports pandas, which takes most of a second.
    deliveries = con.execute("SELECT extract, source, peildatum FROM run.deliveries").fetchall()
    corporations = {source for extract, source, _ in deliveries if extract == REGISTER}
    result = []
    for extract, contract in contracts().items():
        by_source: dict[str, list[date]] = {}
        for name, source, peildatum in deliveries:
            if name == extract:
                by_source.setdefault(source, []).append(peildatum)
        if len(by_source) < 2 and not (by_source and corporations - by_source.keys() and contract.required):
            pooled = [day for days in by_source.values() for day in days]
            result.append(_of(con, settings, as_of, contract, pooled, None))
            continue
        for source in sorted(by_source.keys() | (corporations if contract.required else set())):
            days = by_source.get(source, [])
            fresh = _of(con, settings, as_of, contract, days, source)
            result.append(fresh if days else replace(fresh, expected=False, stale=False))
    return result


def _of(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    as_of: date,
    contract: Contract,
    delivered: list[date],
    source: str | None,
) -> Freshness:
    """Measure how fresh an extract is, of all corporations (source None) or of one."""
    peildata = delivered
    known = fill(
        "{known_before} AND {inside}",
        known_before=Sql(known_before_sql("v", day_literal(as_of))),
        inside=_inside(source),
    )
    if contract.snapshot:
        query = fill("SELECT DISTINCT peildatum FROM versions.peildata v WHERE {known}", known=known)
        peildata = [peildatum for (peildatum,) in con.execute(query).fetchall()] if delivered else []
    newest = max((d for d in peildata if d <= as_of), default=None)
    if newest is None and delivered and not contract.snapshot:
        query = fill(
            "SELECT count(*) FROM versions.{extract} v WHERE {known}", extract=contract.extract, known=known
        )
        newest = as_of if con.execute(query).fetchall()[0][0] else None
    age = None if newest is None else (as_of - newest).days
    expected = contract.extract in settings.expected
    stale = expected and (age is None or age > settings.freshness.of(contract.extract))
    usual = rhythm.usual_age(peildata, as_of) if expected and age is not None else None
    late = not stale and usual is not None and age is not None and age > usual
    return Freshness(contract.extract, expected, bool(delivered), newest, age, stale, late, source)


def _inside(source: str | None) -> Sql:
    """Return the condition on the rows `v` of one source of deliveries, or of all (None)."""
    if source is None:
        return Sql("true")
    query = "v.corporatie_id IN (SELECT corporatie_id FROM ({corporations}) WHERE source = {source})"
    return fill(query, corporations=corporations_sql(), source=literal(source))


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


def late(fresh: Sequence[Freshness], outcomes: Sequence[Outcome]) -> list[tuple[date, list[Freshness]]]:
    """Return the late extracts by the day of their newest delivery; one that came and was refused is not late."""
    refused = {(outcome.delivery.extract, outcome.delivery.source) for outcome in outcomes if outcome.refusal}
    by_day: dict[date, list[Freshness]] = {}
    for item in fresh:
        refused_sources = {source for extract, source in refused if extract == item.extract}
        if (
            item.late
            and item.newest
            and not (refused_sources if item.source is None else item.source in refused_sources)
        ):
            by_day.setdefault(item.newest, []).append(item)
    return sorted(by_day.items(), key=lambda day: day[0])


def unseen(con: duckdb.DuckDBPyConnection, as_of: date) -> list[str]:
    """Return in Dutch who may be on a list although they should not, because a column that decides it was not delivered."""
    known = known_sql("l", day_literal(as_of))
    query = fill(
        "SELECT DISTINCT extract, name FROM staged.{lacking} l WHERE {known}",
        lacking=LACKING,
        known=Sql(known),
    )
    lacking = set(con.execute(query).fetchall())
    return [
        column.decides_scope
        for extract, contract in contracts().items()
        for name, column in contract.columns.items()
        if column.decides_scope and (extract, name) in lacking
    ]


def notices(
    fresh: list[Freshness], outcomes: list[Outcome], unknown: int = 0, unseen: Sequence[str] = ()
) -> list[str]:
    """Say in Dutch, above the list, what is missing from it.

    `unknown` is the number of unrecognised files, and `unseen` who cannot be left out (see the function of that name).
    """
    sentences = []
    if unseen:
        sentences.append(f"Let op: op deze lijst kan staan {listing(list(unseen))}. Dat is niet geleverd.")
    refused = {outcome.delivery.extract for outcome in outcomes if outcome.refusal}
    for item in fresh:
        name = item.dutch_name
        if item.stale and item.newest is None:
            sentences.append(f"Let op: {name} ontbreken. Deze lijst is gemaakt zonder.")
        elif item.stale and item.newest:
            sentences.append(
                f"Let op: {name} van deze week ontbreken. Gebruikt is de stand van {on(item.newest)}."
            )
    for day, items in late(fresh, outcomes):
        names = listing([item.dutch_name for item in items])
        sentences.append(f"Let op: {names} zijn niet vernieuwd. Gebruikt is de stand van {on(day)}.")
    seen = [
        item.dutch_name
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

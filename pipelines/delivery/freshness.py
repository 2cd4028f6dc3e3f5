"""Measure how fresh each extract is, and describe what is missing from a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import duckdb

from features.known import known_before_sql
from models.words.dutch import counted, listing, on
from pipelines.installation.contracts import contracts
from pipelines.installation.settings import Settings
from pipelines.installation.sql import Sql, fill

if TYPE_CHECKING:
    from pipelines.delivery.ingest import Outcome


@dataclass(frozen=True)
class Freshness:
    """How fresh an extract is on the as-of date; `newest` is None if no delivery is known by then."""

    extract: str
    expected: bool
    delivered: bool
    newest: date | None
    age_days: int | None
    stale: bool


def freshness(con: duckdb.DuckDBPyConnection, settings: Settings, as_of: date) -> list[Freshness]:
    """Measure how fresh every extract is on a date.

    A first delivery contains the earlier history, so nothing is stale on an as-of date within that history. The queries
    have no parameters, because for those DuckDB imports pandas, which takes most of a second.
    """
    deliveries = con.execute("SELECT extract, peildatum FROM run.deliveries").fetchall()
    day = f"DATE '{as_of}'"
    result = []
    for extract, contract in contracts().items():
        peildata = [peildatum for name, peildatum in deliveries if name == extract]
        newest = max((d for d in peildata if d <= as_of), default=None)
        if contract.snapshot:
            query = "SELECT max(peildatum) FROM versions.peildata p WHERE {known_before}"
            query = fill(query, known_before=Sql(known_before_sql("p", day)))
            newest = con.execute(query).fetchall()[0][0]
        elif newest is None and peildata:
            query = "SELECT count(*) FROM versions.{extract} v WHERE {known_before}"
            query = fill(query, extract=extract, known_before=Sql(known_before_sql("v", day)))
            newest = as_of if con.execute(query).fetchall()[0][0] else None
        age = None if newest is None else (as_of - newest).days
        expected = extract in settings.expected
        stale = expected and (age is None or age > settings.freshness.of(extract))
        result.append(Freshness(extract, expected, bool(peildata), newest, age, stale))
    return result


def notices(fresh: list[Freshness], outcomes: list[Outcome], unknown: int = 0) -> list[str]:
    """Say in Dutch, above the list, what is missing from it; `unknown` is the number of unrecognised files."""
    sentences = []
    for item in fresh:
        name = contracts()[item.extract].dutch_name
        if item.stale and item.newest is None:
            sentences.append(f"Let op: {name} ontbreken. Deze lijst is gemaakt zonder.")
        elif item.stale and item.newest:
            sentences.append(
                f"Let op: {name} van deze week ontbreken. Gebruikt is de stand van {on(item.newest)}."
            )
    seen = [
        contracts()[item.extract].dutch_name
        for item in fresh
        if not item.expected and not item.delivered and contracts()[item.extract].required
    ]
    if seen:
        sentences.append(f"Niet meegewogen, want niet geleverd: {listing(seen)}.")
    refused = sorted({contracts()[o.delivery.extract].dutch_name for o in outcomes if o.refusal})
    if refused:
        sentences.append(f"Let op: een levering van {listing(refused)} is afgekeurd en telt niet mee.")
    if unknown:
        files = counted(unknown, "bestand in de inbox is", "bestanden in de inbox zijn")
        sentences.append(f"Let op: {files} niet herkend en {'telt' if unknown == 1 else 'tellen'} niet mee.")
    return sentences

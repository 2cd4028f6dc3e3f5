"""Publish a week to the portal: the list and the data for the pages around it.

It depends only on deliveries, settings, as-of date and cases in care, not on the clock: sending a week again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import duckdb

from features.catalogue import BY_FAMILY
from models.as_json import INTERNAL, as_json
from models.words.facts import Facts
from pipelines.delivery.ingest import Outcome
from pipelines.exchange.collect import Collected
from pipelines.exchange.connection import PortalError, reach
from pipelines.exchange.figures import fired, first_week, week_figures
from pipelines.exchange.run_data import run_data
from pipelines.exchange.shown_settings import shown_settings
from pipelines.installation.calendar import WEEK
from pipelines.installation.settings import Settings
from pipelines.installation.sql import Sql
from pipelines.installation.workspace import Workspace
from pipelines.scoring import cards, history, score
from pipelines.shortlist.make import ListReport
from pipelines.shortlist.weekly_list import ListedAddress, WeeklyList
from pipelines.warehouse import unresolved
from pipelines.warehouse.stores import open_warehouse
from portal.exchange.payload import Entry, Figure, Key, Publication, Signals, Unmatched

UNREACHABLE = (
    "Let op: het portaal was niet bereikbaar. Wat daar sinds vorige week is vastgelegd telt nog niet mee."
)
Scored = Mapping[Key, Mapping[str, Any]]
"""The signals and the score of each agreement in one week."""
TIMELINE = 26
"""Number of weeks of signals that an address page shows."""
ROWS_AT_ONCE = 200_000
"""Maximum number of agreements times weeks to score together when computing figures of past weeks."""


@dataclass(frozen=True)
class Published:
    """Counts of a publication, or the problem that prevented it.

    ``unchanged`` means that the portal had this week already; ``filled`` is the number of earlier weeks with added figures.
    """

    listed: int = 0
    left: int = 0
    edition: int = 0
    unchanged: bool = False
    flared_up: int = 0
    filled: int = 0
    problem: str = field(default="", metadata=INTERNAL)


@dataclass(frozen=True)
class Cared:
    """Data from the portal that a publication depends on."""

    in_care: frozenset[Key]
    watched: Mapping[Key, date]
    weeks: frozenset[date]


def publish(
    workspace: Workspace,
    weekly: WeeklyList,
    report: ListReport,
    drift: Mapping[str, float],
    outcomes: Iterable[Outcome],
    stop: str = "",
) -> Published:
    """Publish a weekly list.

    Parameters
    ----------
    workspace : Workspace
        The installation, with its deliveries already loaded.
    weekly, report : WeeklyList, ListReport
        The list in words, and its counts.
    drift : mapping of str to float
        Population stability index of each signal; empty if no reference is pinned.
    outcomes : iterable of Outcome
        The outcome of each delivery of this run; the portal shows those that were refused.
    stop : str
        Where the stop rule stands (`pipelines.proof.hold.stop_rule`).

    Returns
    -------
    Published
        If the portal is down, `problem` is set; the list in the files does not depend on it.
    """
    try:
        cared = reach(workspace, _ask)
        with open_warehouse(workspace, read_only=True) as con:
            sent = replace(publication(con, workspace, weekly, report, drift, outcomes, cared), stop=stop)
            receipt = reach(workspace, lambda: _send(sent))
            # Figures that the portal has stay, also after an objection: a difference would describe that household.
            filled = _fill(con, workspace, sent, {weekly.as_of} | cared.weeks)
    except PortalError as error:
        return Published(problem=str(error))
    return Published(
        len(sent.entries), receipt.left, receipt.edition, receipt.unchanged, len(sent.flared_up), filled
    )


def with_notice(weekly: WeeklyList, collected: Collected) -> WeeklyList:
    """Return the list with a notice above it if the portal could not be reached when it was read back."""
    if not collected.problem:
        return weekly
    return replace(weekly, notices=(*weekly.notices, UNREACHABLE))


def publication(
    con: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    weekly: WeeklyList,
    report: ListReport,
    drift: Mapping[str, float],
    outcomes: Iterable[Outcome],
    cared: Cared,
) -> Publication:
    """Build the publication of a week."""
    settings, as_of = workspace.settings, weekly.as_of
    listed = {(entry.corporatie_id, entry.overeenkomst_id) for entry in weekly.entries}
    days = [as_of - back * WEEK for back in range(TIMELINE)]
    score.score_few(con, workspace, listed | cared.in_care | cared.watched.keys(), days)
    by_week = {day: score.rows(con, day, Sql("true")) for day in days}
    score.score(con, workspace, as_of, cards.scorecard(workspace))
    data = run_data(con, as_of, report.freshness, outcomes)
    return Publication(
        as_of=as_of,
        corporatie_id=settings.corporatie_id,
        corporations=_corporations(con, settings),
        model=weekly.model,
        approval=cards.approval(workspace),
        decides=tuple(settings.stop.decides),
        limits={"harm": settings.stop.harm, "complaint": settings.stop.complaints},
        kept=settings.retention.in_portal(as_of),
        settings=shown_settings(settings),
        entries=tuple(_entries(weekly, by_week[as_of], show_score=settings.portal.show_score)),
        signals=tuple(_signals(by_week, listed | cared.in_care)),
        flared_up=_flared_up(by_week, cared.watched, as_of, settings.shortlist.minimum_points),
        figures=week_figures(con, as_of, settings.figures.least_homes_per_wijk),
        objectors=history.objectors(con),
        unmatched=tuple(_unmatched(con, settings)),
        counts=as_json(report.counts) | {"by_coach": as_json(report.listed)},
        notices=weekly.notices,
        drift=drift,
        sources=tuple(as_json(data.sources)),
        fired=tuple(as_json(fired(con, as_of))),
        deliveries=tuple(as_json(data.deliveries)),
        gates=tuple(as_json(data.gates)),
        quarantine=tuple(as_json(data.quarantine)),
        unmapped=tuple(as_json(data.unmapped)),
    )


def _unmatched(con: duckdb.DuckDBPyConnection, settings: Settings) -> Iterable[Unmatched]:
    """Yield the rows that match nobody, with the ids that they name and the agreements to which they may refer."""
    rows = {row.key: row for row in unresolved.unresolved(con)}  # a row in several files is one question
    named = unresolved.named(con) if rows else {}
    meant = unresolved.candidates(con) if rows else {}
    for key, row in sorted(rows.items()):
        yield Unmatched(
            key=key,
            corporatie_id=row.corporation or settings.corporatie_id,
            extract=row.extract,
            meaning=row.meaning,
            file=row.file_name,
            line=row.line,
            reason=row.reason,
            named=tuple(named.get(key, ())),
            candidates=tuple(meant.get((row.file_name, row.line), ())),
            answerable=row.answerable,
        )


def _ask() -> Cared:
    from portal.exchange import give

    return Cared(give.in_care(), give.watched(), give.weeks())


def _send(sent: Publication) -> Any:
    from portal.exchange import receive

    return receive.publish(sent)


def _fill(
    con: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    sent: Publication,
    weeks_in_portal: AbstractSet[date],
) -> int:
    """Send the figures of earlier weeks that the portal lacks, back to the start of the history; return their number."""
    from_week = first_week(con)
    sent_weeks = {day.isocalendar()[:2] for day in weeks_in_portal}
    wanted = [sent.as_of - back * WEEK for back in range(1, workspace.settings.portal.weeks)]
    missing = [
        day
        for day in wanted
        if day.isocalendar()[:2] not in sent_weeks and from_week is not None and day > from_week
    ]
    at_once = max(1, ROWS_AT_ONCE // max(1, int(sent.counts["agreements"])))
    for start in range(0, len(missing), at_once):
        days = missing[start : start + at_once]
        score.score(con, workspace, days, cards.scorecard(workspace))
        least = workspace.settings.figures.least_homes_per_wijk
        figures = tuple(figure for day in days for figure in week_figures(con, day, least))
        reach(workspace, lambda figures=figures: _add(figures, sent.corporations))  # type: ignore[misc]
    return len(missing)


def _add(figures: tuple[Figure, ...], corporations: Mapping[str, str]) -> None:
    from portal.exchange import receive

    receive.fill(figures, corporations)


def _corporations(con: duckdb.DuckDBPyConnection, settings: Settings) -> dict[str, str]:
    """Return the name of each corporation in the register: its id, except for the installation's own, which has a name."""
    ids = con.execute("SELECT DISTINCT corporatie_id FROM versions.huurovereenkomsten ORDER BY 1").fetchall()
    return {id_: id_ for (id_,) in ids} | {settings.corporatie_id: settings.naam}


def _entries(weekly: WeeklyList, rows: Scored, *, show_score: bool) -> Iterable[Entry]:
    for listed in weekly.entries:
        key = (listed.corporatie_id, listed.overeenkomst_id)
        yield entry(listed, rows[key]["score"] if show_score else None)


def entry(listed: ListedAddress, score: int | None) -> Entry:
    """Return a listed address as the portal receives it."""
    return Entry(
        listed.corporatie_id,
        listed.overeenkomst_id,
        coach=listed.coach,
        position=listed.position,
        address=listed.address,
        town=listed.postcode_town,
        name=listed.name or "",
        phone=listed.phone or "",
        wijk=listed.wijk or "",
        reasons=listed.reasons,
        since=listed.since,
        news=listed.news,
        safety=listed.safety or "",
        score=score,
        listed_before=listed.listed_before,
        location=listed.location,
    )


def _signals(by_week: Mapping[date, Scored], keys: Iterable[Key]) -> Iterable[Signals]:
    """Yield one `Signals` per week in which the agreement was in scope; skip the other weeks."""
    wanted = sorted(keys)
    for as_of in sorted(by_week):
        for key in wanted:
            row = by_week[as_of].get(key)
            if row is None or row["score"] is None:
                continue
            facts = Facts(row)
            points = {family: facts.points(*signals) for family, signals in BY_FAMILY.items()}
            owed = facts.number("arrears_euro")
            yield Signals(
                *key,
                as_of=as_of,
                points={family: n for family, n in points.items() if n},
                figures={} if owed is None else {"arrears_euro": round(owed, 2)},
            )


def _flared_up(
    by_week: Mapping[date, Scored], watched: Mapping[Key, date], as_of: date, minimum: int
) -> frozenset[Key]:
    """Return the watched cases that flared up since the coach last changed them.

    A case flares up if its score is at least `minimum` points above its lowest score of those weeks, or if it went to
    the bailiff or to court.
    """
    flared_up = set()
    for key, touched in watched.items():
        weeks = [rows[key] for day, rows in by_week.items() if touched - WEEK < day < as_of and key in rows]
        now = by_week[as_of].get(key)
        scores = [row["score"] for row in weeks if row["score"] is not None]
        if now is None or not weeks:
            continue
        late = now["exclusion"] == "too_late" and any(row["exclusion"] != "too_late" for row in weeks)
        if late or (now["score"] is not None and scores and now["score"] >= min(scores) + minimum):
            flared_up.add(key)
    return frozenset(flared_up)

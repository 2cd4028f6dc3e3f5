"""Train: learn a scorecard from the history in the warehouse, and write it as a proposal with its report.

Training installs nothing. A proposal is a JSON file with a report beside it for a person to read. `promote` then
chooses the card in use, and keeps the earlier ones.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta

import duckdb
import pandas as pd

from models.as_json import as_json
from models.card.lined import lined
from models.card.scorecard import Calibration, Scorecard, dump, load
from models.errors import TrainingError
from models.evaluate.ahead import SOONER_COUNTS, at_least
from models.evaluate.ground import as_days, standing_for
from models.evaluate.rankings import READ
from models.learning import families
from models.learning.adoption import Judged, judge
from models.learning.chance import calibrate
from models.learning.changes import Move, falls, moves
from models.learning.horizon import HORIZON_WEEKS
from models.learning.needs import LEAST_FOR_CHALLENGER, LEAST_NEEDS, Needs, learn_needs
from models.learning.rows import thinned, usable
from pipelines.installation import extras
from pipelines.installation.files import write_text
from pipelines.installation.sql import fill
from pipelines.installation.workspace import Workspace
from pipelines.learning.training_report import Chance, LookBack, NeedsReport, TrainingReport
from pipelines.scoring import cards, follow_up, panel
from pipelines.warehouse.stores import open_warehouse

EVERY_WEEKS = 4
"""Weeks between as-of dates to learn from; lists of two weeks in a row are nearly the same."""
FIRST_WEEKS = 13
"""Weeks of history needed before the first as-of date: a quarter, to compare with."""


def propose(
    workspace: Workspace,
    as_of: date,
    *,
    horizon_weeks: int = HORIZON_WEEKS,
    most_terms: int | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[Scorecard, TrainingReport]:
    """Learn a card from what was known on a day, and write it with its report.

    Parameters
    ----------
    workspace : Workspace
        The installation, with deliveries loaded.
    as_of : date
        Rows that became known on or after this day are not used.
    horizon_weeks : int
        Number of weeks within which an escalation counts.
    most_terms : int, optional
        Maximum number of terms of the card; default: no maximum.
    progress : callable
        Called with a description of each step, to show progress.

    Returns
    -------
    (Scorecard, TrainingReport)
        The proposal and its report, as written to `artefacts/scorecards`.

    Raises
    ------
    TrainingError
        Nothing can be learned, because no outcome is complete yet or nobody escalated.
    ConfigurationError
        There are enough confirmed needs for the challenger, and the extra `learn` is not installed.
    """
    settings = workspace.settings
    lead = settings.shortlist.lead_weeks
    plan = {"horizon_weeks": horizon_weeks, "capacity": settings.capacity}
    card, in_use = cards.peoples_card(workspace), cards.scorecard(workspace)
    progress("the history of every agreement")
    history = _history(workspace, as_of, card, horizon_weeks)
    progress("looking back: what the list would have been")
    few = usable(thinned(history.rows), card)
    learned = families.learn(card, at_least(few, lead, SOONER_COUNTS), most_terms=most_terms)
    judged = judge(history.rows, card, **plan, lead_weeks=lead, most_terms=most_terms, installed=in_use)
    start = learned.card if judged.adopted else card
    needs = learn_needs(start, history.visits)
    progress("the chance that a score stands for")
    chance = calibrate(needs.card, usable(history.rows, card), horizon_weeks=horizon_weeks)
    proposal = needs.card.model_copy(
        update={
            "name": "learned",
            "version": as_of.isoformat(),
            "about": f"Learned from {card.name} {card.version} on what was known on {history.until.isoformat()}.",
            "calibration": chance,
        }
    )
    done = _Learning(card, in_use, history, learned, judged, needs, proposal, chance)
    return _write(workspace, proposal, _report(done, horizon_weeks, lead))


@dataclass(frozen=True)
class _History:
    """What a card is learned from: rows of the panel, visits, and the day before which everything is known."""

    rows: pd.DataFrame
    visits: pd.DataFrame
    until: date


def _history(workspace: Workspace, as_of: date, card: Scorecard, horizon_weeks: int) -> _History:
    """Build the panel and read its rows and the visits; refuse if the challenger needs an extra that is not installed."""
    cooldown = workspace.settings.shortlist.cooldown_days
    with open_warehouse(workspace, read_only=True) as con:
        until = min(as_of, panel.complete_until(con))
        dates = _dates(con, until, horizon_weeks)
        panel.build(
            con,
            dates,
            horizon_weeks=horizon_weeks,
            until=until,
            cooldown_days=cooldown,
            card=lined(card),
            also=READ,
            sampled=True,
        )
        rows = _read(con, lined(card))
        visits = visited(con, lined(card), until, cooldown_days=cooldown)
    if len(visits) and visits["need"].sum() >= LEAST_FOR_CHALLENGER:
        extras.require("learn", f"A card that learns from {LEAST_FOR_CHALLENGER} confirmed needs or more")
    return _History(rows, visits, until)


@dataclass(frozen=True)
class _Learning:
    """Everything that a report on a proposal reads: the card of people, the card in use, and what each step gave."""

    card: Scorecard
    in_use: Scorecard
    history: _History
    learned: families.Learned
    judged: Judged
    needs: Needs
    proposal: Scorecard
    chance: Calibration


def _report(of: _Learning, horizon_weeks: int, lead_weeks: int) -> TrainingReport:
    """Write down how a proposal was learned and judged."""
    rows, learned, judged, chance = of.history.rows, of.learned, of.judged, of.chance
    start = learned.card if judged.adopted else of.card
    adopted, verdict = _verdict(moves(lined(of.card), learned.card), judged, of.needs, start)
    return TrainingReport(
        version="",
        start=f"{of.card.name} {of.card.version}",
        installed=f"{of.in_use.name} {of.in_use.version}",
        adopted=adopted,
        verdict=verdict,
        kept_note=judged.kept_note,
        known_until=of.history.until.isoformat(),
        horizon_weeks=horizon_weeks,
        lead_weeks=lead_weeks,
        as_of_dates=[day.isoformat() for day in sorted(set(rows["as_of"].dt.date))],
        rows=round(float(standing_for(rows).sum())),
        rows_read=len(rows),
        escalations=chance.escalations,
        contacted_rows=int(rows["contacted"].astype(bool).sum()),
        families=learned.families,
        holds=[str(hold) for hold in learned.holds],
        rates=learned.rates,
        same_for_everyone=learned.unused,
        falls=falls(of.proposal, usable(rows, of.card)),
        dropped=learned.dropped,
        looking_back=LookBack(
            judged.dates,
            judged.outcomes,
            judged.rules,
            judged.ahead,
            judged.lead_time,
            judged.all_terms,
            judged.untried,
        ),
        needs=NeedsReport(**{item.name: getattr(of.needs, item.name) for item in fields(NeedsReport)}),
        moves=moves(lined(of.card) if judged.adopted else of.card, of.proposal),
        calibration=chance.model_dump(mode="json"),
        chances=[Chance(s, [round(v, 4) for v in chance.chance(s)]) for s in range(0, 121, 20)],
    )


def _verdict(moved: list[Move], judged: Judged, needs: Needs, start: Scorecard) -> tuple[bool, str]:
    """Decide whether the proposal may be installed; return the decision and its reason."""
    if needs.card != start:
        return True, f"{judged.verdict} {needs.note}"
    if not moved:
        return False, "Refused: no point moved, so the card stays as it is."
    return judged.adopted, judged.verdict


def _dates(con: duckdb.DuckDBPyConnection, until: date, horizon_weeks: int) -> list[date]:
    """List the as-of dates to learn from: a quarter of history precedes each, and a whole horizon follows it."""
    first = panel.history_begins(con)
    start = first + timedelta(weeks=FIRST_WEEKS)
    dates = panel.mature_dates(until, start, every_weeks=EVERY_WEEKS, horizon_weeks=horizon_weeks)
    if not dates:
        raise TrainingError(
            f"The horizon of {horizon_weeks} weeks runs past the data, which go from {first} to {until}, and "
            f"{FIRST_WEEKS} weeks before and {horizon_weeks} after an as-of date are needed."
        )
    return dates


def _read(con: duckdb.DuckDBPyConnection, card: Scorecard) -> pd.DataFrame:
    """Read the columns of the panel that training and the simple rankings need, in a fixed order, where the outcome is known."""
    own = [
        "corporatie_id",
        "overeenkomst_id",
        "as_of",
        "household",
        "hold",
        "mature",
        "escalated_on",
        "stands_for",
    ]
    names = dict.fromkeys([*own, *panel.OUTCOME, *(term.signal for term in card.terms), *READ])
    query = "SELECT {names} FROM panel WHERE mature ORDER BY as_of, corporatie_id, overeenkomst_id"
    rows = con.execute(fill(query, names=list(names))).df()
    return rows.assign(as_of=as_days(rows["as_of"]))


def visited(
    con: duckdb.DuckDBPyConnection, card: Scorecard, until: date, *, cooldown_days: int
) -> pd.DataFrame:
    """Read what the coach found at listed addresses, with the signals as of the list.

    `pipelines.scoring.follow_up.visits` defines what a visit found.

    Returns
    -------
    pandas.DataFrame
        need (1 or 0), propensity, household, as_of and the signals of the card; too few visits have no signals.
    """
    visits = follow_up.visits(con, until)
    visits = visits.loc[visits["need"].notna()].drop(columns="outcome").reset_index(drop=True)
    if visits["need"].sum() < LEAST_NEEDS:
        return visits
    con.register("visits", visits)
    dates = sorted({day.date() for day in pd.to_datetime(visits["as_of"])})
    panel.build(con, dates, cooldown_days=cooldown_days, until=until, card=card)
    query = fill(
        "SELECT v.*, p.household, {signals} FROM visits v JOIN panel p "
        "USING (corporatie_id, overeenkomst_id, as_of) ORDER BY as_of, corporatie_id, overeenkomst_id",
        signals=[fill("p.{signal}", signal=term.signal) for term in card.terms],
    )
    rows = con.execute(query).df()
    con.unregister("visits")
    return rows


def _write(
    workspace: Workspace, proposal: Scorecard, report: TrainingReport
) -> tuple[Scorecard, TrainingReport]:
    """Write the card and its report. If another card of the same day exists, this one gets a number."""
    folder = workspace.artefacts / "scorecards"
    day, number = proposal.version, 1
    while (path := folder / f"{proposal.name}-{proposal.version}.json").exists():
        if path.read_text(encoding="utf-8") == dump(proposal):
            break
        number += 1
        proposal = proposal.model_copy(update={"version": f"{day}.{number}"})
    report = replace(report, version=f"{proposal.name}-{proposal.version}")
    write_text(path, dump(proposal))
    load(path)  # the weekly run must be able to read a card that a person may install
    write_text(
        folder / "reports" / path.name, json.dumps(as_json(report), indent=2, ensure_ascii=False) + "\n"
    )
    return proposal, report

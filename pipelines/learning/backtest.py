"""`waakvlam backtest`: measure how good the list would have been on past dates with known outcomes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb
import pandas as pd

from features.catalogue import SIGNALS
from models.as_json import as_json
from models.card.scorecard import EXPERT, load
from models.evaluate import rankings
from models.evaluate.ahead import EARLY_WEEKS
from models.evaluate.at_capacity import places
from models.evaluate.backtest import Evaluation, Plan, evaluate
from models.evaluate.bootstrap import Rounded
from models.evaluate.calibration import Calibrated
from models.evaluate.comparison import Comparison, compare
from models.evaluate.found import LeadTime, lead_time
from models.evaluate.ground import ground
from models.evaluate.rankings import Ranking
from models.evaluate.stability import CAUSES
from models.learning.families import ranking
from models.learning.horizon import HORIZON_WEEKS
from models.learning.trade import Trade, trade
from models.words import charts
from models.words.columns import columns
from pipelines.installation.errors import WaakvlamError
from pipelines.installation.files import write_text
from pipelines.installation.workspace import Workspace
from pipelines.learning.changes import WeekChanges, weekly_changes
from pipelines.publishing import pages
from pipelines.scoring import cards, panel, shared
from pipelines.warehouse.stores import open_warehouse

WEEKS_EXPLAINED = 8
"""Number of lists whose entries and exits get a cause; each list is scored twice."""


@dataclass(frozen=True)
class BacktestReport:
    """The result of a backtest.

    Parameters
    ----------
    model, corporation : str
        Name and version of the card in use; name of the corporation.
    every_weeks : int
        Weeks between as-of dates.
    evaluation : Evaluation
        The figures.
    changes : sequence of WeekChanges
        Counts of why addresses entered and left the newest lists.
    trade : sequence of Trade
        Cards learned with several lead times; empty unless asked for.
    """

    model: str
    corporation: str
    every_weeks: int
    evaluation: Evaluation
    changes: Sequence[WeekChanges]
    trade: Sequence[Trade]


def plain(report: BacktestReport) -> dict[str, object]:
    """Return the content of ``backtest.json``, with the fields of the evaluation at the top level."""
    return {
        "model": report.model,
        "corporation": report.corporation,
        "every_weeks": report.every_weeks,
        **as_json(report.evaluation),
        "changes": as_json(report.changes),
        "trade": as_json(report.trade),
    }


def expert_only(
    workspace: Workspace, *, every_weeks: int = 4, horizon_weeks: int = HORIZON_WEEKS
) -> tuple[Comparison, LeadTime]:
    """Compare the expert card with the simple rankings and nothing else: `run` spends nearly all of its time on learning.

    Returns
    -------
    (Comparison, LeadTime)
        The comparison, and how early the card lists what escalates.

    Raises
    ------
    WaakvlamError
        The history is shorter than the horizon.
    """
    with open_warehouse(workspace, read_only=True) as con:
        rows = mature_panel(con, workspace, every_weeks=every_weeks, horizon_weeks=horizon_weeks)
    expert = Ranking("expert", "expert card", rankings.card(rows, load(EXPERT)), "card")
    on, capacity = ground(rows), workspace.settings.capacity
    early = lead_time(on, places(on, on.of(expert.scores)), capacity)
    return compare(on, [expert, *rankings.simple(rows)], capacity), early


def run(
    workspace: Workspace,
    *,
    every_weeks: int = 4,
    horizon_weeks: int = HORIZON_WEEKS,
    capacity: int | None = None,
    compare_leads: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> BacktestReport:
    """Evaluate the card in use over the history, and write ``backtest.html`` and ``backtest.json``.

    Parameters
    ----------
    workspace : Workspace
        The installation; its deliveries must be loaded.
    every_weeks : int
        Weeks between as-of dates: 1 weekly, 4 about monthly.
    horizon_weeks : int
        Weeks within which an escalation counts.
    capacity : int, optional
        Addresses per date; default: the capacity of all coaches together.
    compare_leads : bool
        Also learn cards with several lead times, to show what an earlier list costs. This takes three times as long.
    progress : callable
        Called with a description of each step, to show progress.

    Raises
    ------
    WaakvlamError
        The history is shorter than the horizon.
    """
    rules = workspace.settings.shortlist
    card = cards.scorecard(workspace)
    chosen = capacity or workspace.settings.capacity
    plan = Plan(chosen, horizon_weeks, tuple(s.name for s in SIGNALS), seed=rules.seed)
    with open_warehouse(workspace, read_only=True) as con:
        progress("signals and outcomes through time")
        rows = mature_panel(con, workspace, every_weeks=every_weeks, horizon_weeks=horizon_weeks)
        expert = load(EXPERT)
        compared = [("in_use", f"card in use ({card.name} {card.version})", card)]
        if card.name != "expert":
            compared.append(("expert", "expert card", expert))
        learn = ranking(expert, lead_weeks=rules.lead_weeks)
        evaluation = evaluate(rows, compared, plan, learn=learn, progress=progress)
        if compare_leads:
            progress("likely or early: cards learned with several lead times")
        traded = trade(rows, expert, capacity=chosen, horizon_weeks=horizon_weeks) if compare_leads else []
        progress("why addresses came and went")
        newest = pd.Timestamp(rows["as_of"].max()).date()
        dates = [newest - timedelta(weeks=n) for n in range(WEEKS_EXPLAINED, -1, -1)]
        changes = weekly_changes(con, workspace, dates, card)
    report = BacktestReport(
        f"{card.name} {card.version}", workspace.settings.naam, every_weeks, evaluation, changes, traded
    )
    target = folder(workspace)
    write_text(target / "backtest.json", json.dumps(plain(report), indent=2, ensure_ascii=False) + "\n")
    write_text(target / "backtest.html", page(report))
    return report


def folder(workspace: Workspace) -> Path:
    """Return the folder of the report."""
    return workspace.output / "backtest"


def mature_panel(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, *, every_weeks: int, horizon_weeks: int
) -> pd.DataFrame:
    """Read the panel of all as-of dates whose outcomes are complete; see `pipelines.scoring.shared`.

    Raises
    ------
    WaakvlamError
        No outcome is complete, because the history is shorter than the horizon.
    """
    until = panel.complete_until(con)
    first = panel.history_begins(con)
    dates = panel.mature_dates(until, first, every_weeks=every_weeks, horizon_weeks=horizon_weeks)
    if not dates:
        raise WaakvlamError(
            f"The history runs from {first} to {until}: no outcome of {horizon_weeks} weeks is complete.",
            mend="Take a shorter --horizon, or deliver earlier weeks as well.",
        )
    rows = shared.read(con, workspace, dates, horizon_weeks=horizon_weeks)
    return rows.loc[rows["mature"]].reset_index(drop=True)


def page(report: BacktestReport) -> str:
    """Render the report of a backtest."""
    result = report.evaluation
    k = str(result.capacities[0])
    ordered = sorted(result.rankings, key=lambda row: -(row.at[k].precision[0] or 0))
    rows = result.by_name()
    labels = {name: row.label for name, row in rows.items()}
    best = result.best_simple
    drawn = {
        "precision": charts.intervals(
            [_bar(row.label, row.at[k].precision, strong=row.kind == "card") for row in ordered],
            axis=f"share of the first {k} that escalated",
            title="Precision of every ranking with its interval",
            reference=rows[best].at[k].precision[0] if best else None,
            percent=True,
        ),
        "per_date": charts.lines(
            {
                labels[name]: [(counts.as_of, counts.hits / counts.listed) for counts in dates]
                for name, dates in result.per_date.items()
            },
            axis="share that escalated",
            title="Precision per as-of date",
            percent=True,
        ),
        "overlap": charts.lines(
            {
                labels[name]: [(shared.as_of, shared.overlap) for shared in dates]
                for name, dates in result.overlap.items()
            },
            axis="overlap with the list before",
            title="Overlap of each list with the one before",
            percent=True,
        ),
        "calibration": _calibration(result.calibration),
        "trade": _trade(report.trade),
    }
    return pages.render(
        "backtest.html",
        report=report,
        r=result,
        ordered=ordered,
        labels=labels,
        causes=CAUSES,
        charts={name: pages.drawn(svg) for name, svg in drawn.items()},
    )


def _bar(label: str, values: Rounded, *, strong: bool = False) -> charts.Bar:
    estimate, low, high = values
    return charts.Bar(label, estimate or 0.0, low, high, strong)


def _trade(traded: Sequence[Trade]) -> str:
    if not traded:
        return ""
    late = f"escalates {EARLY_WEEKS} weeks later or more"
    return columns(
        [
            (f"{t.lead_weeks} weeks", {"escalates": round(100 * t.all, 1), late: round(100 * t.early, 1)})
            for t in traded
        ],
        axis="% of the places",
        title="What the list finds, by the lead time with which the card learned",
    )


def _calibration(result: Calibrated | None) -> str:
    if result is None:
        return ""
    return charts.calibration(
        [_bar("", tenth.found) for tenth in result.deciles],
        predicted=[tenth.told for tenth in result.deciles],
        axes=("predicted chance", "share that escalated"),
        title="Observed shares against predicted chances, per tenth",
    )

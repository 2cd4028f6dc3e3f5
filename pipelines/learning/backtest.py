"""`waakvlam backtest`: how good the list would have been, on dates whose outcomes are known by now."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from features.catalogue import SIGNALS
from models.card.scorecard import EXPERT, load
from models.evaluate import comparison
from models.evaluate.backtest import Plan, evaluate
from models.evaluate.stability import CAUSES
from models.learning.families import ranking
from models.learning.horizon import HORIZON_WEEKS
from models.words import charts
from pipelines.installation.errors import WaakvlamError
from pipelines.installation.files import write_text
from pipelines.installation.workspace import Workspace
from pipelines.learning.changes import weekly_changes
from pipelines.publishing import pages
from pipelines.scoring import cards, panel
from pipelines.warehouse.stores import open_warehouse

WEEKS_EXPLAINED = 8
"""Lists of which every entry and exit gets its cause; each is scored five times."""


@dataclass(frozen=True)
class Backtest:
    """What a backtest made."""

    result: dict[str, Any]
    folder: Path


def run(
    workspace: Workspace,
    *,
    every_weeks: int = 4,
    horizon_weeks: int = HORIZON_WEEKS,
    capacity: int | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Backtest:
    """Evaluate the card in use over the history of the workspace and write the report.

    Parameters
    ----------
    workspace : Workspace
        The installation; its deliveries must be loaded.
    every_weeks : int
        Weeks between as-of dates: 1 weekly, 4 about monthly.
    horizon_weeks : int
        Within which an escalation counts.
    capacity : int, optional
        Addresses per date; default what the coaches of the settings take together.
    tell : callable
        Told what is being done.

    Returns
    -------
    Backtest
        The figures, and the folder with ``backtest.html`` and ``backtest.json``.

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
        tell("signals and outcomes through time")
        rows = mature_panel(
            con, every_weeks=every_weeks, horizon_weeks=horizon_weeks, cooldown_days=rules.cooldown_days
        )
        expert = load(EXPERT)
        compared = [("in_use", f"card in use ({card.name} {card.version})", card)]
        if card.name != "expert":
            compared.append(("expert", "expert card", expert))
        learn = ranking(expert, horizon_weeks=horizon_weeks, capacity=chosen)
        result = evaluate(rows, compared, plan, learn=learn, tell=tell)
        tell("why addresses came and went")
        newest = pd.Timestamp(rows["as_of"].max()).date()
        dates = [newest - timedelta(weeks=n) for n in range(WEEKS_EXPLAINED, -1, -1)]
        result["changes"] = weekly_changes(con, workspace, dates, card)
    result = {
        "model": f"{card.name} {card.version}",
        "corporation": workspace.settings.naam,
        "every_weeks": every_weeks,
        **result,
    }
    folder = workspace.output / "backtest"
    write_text(folder / "backtest.json", json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    write_text(folder / "backtest.html", page(result))
    return Backtest(result, folder)


def mature_panel(
    con: duckdb.DuckDBPyConnection, *, every_weeks: int, horizon_weeks: int, cooldown_days: int
) -> pd.DataFrame:
    """Build the panel of all as-of dates whose outcomes are complete, and read it.

    Raises
    ------
    WaakvlamError
        There is no such date: the history is shorter than the horizon.
    """
    until = panel.complete_until(con)
    first = con.execute("SELECT min(peildatum) FROM staged.peildata").fetchall()[0][0]
    dates = panel.mature_dates(until, first, every_weeks=every_weeks, horizon_weeks=horizon_weeks)
    if not dates:
        raise WaakvlamError(
            f"The history runs from {first} to {until}: no outcome of {horizon_weeks} weeks is complete.",
            mend="Take a shorter --horizon, or deliver the arrears lists of earlier weeks as well.",
        )
    panel.build(con, dates, cooldown_days=cooldown_days, horizon_weeks=horizon_weeks)
    return con.execute("SELECT * FROM panel ORDER BY as_of, corporatie_id, overeenkomst_id").df()


def page(result: dict[str, Any]) -> str:
    """Render the report of a backtest."""
    k = str(result["capacities"][0])
    ordered = sorted(result["rankings"], key=lambda row: -(row["at"][k]["precision"][0] or 0))
    rows = comparison.by_name(result)
    labels = {name: row["label"] for name, row in rows.items()}
    best = result["best_simple"]
    bars = [_bar(row["label"], row["at"][k]["precision"], strong=row["kind"] == "card") for row in ordered]
    level = rows[best]["at"][k]["precision"][0] if best else None
    drawn = {
        "precision": charts.intervals(
            bars,
            axis=f"share of the first {k} that escalated",
            title="Precision of every ranking with its interval",
            reference=level,
            percent=True,
        ),
        "per_date": charts.lines(
            {
                labels[name]: [(date.fromisoformat(d["as_of"]), d["hits"] / d["listed"]) for d in dates]
                for name, dates in result["per_date"].items()
            },
            axis="share that escalated",
            title="Precision per as-of date",
            percent=True,
        ),
        "overlap": charts.lines(
            {
                labels[name]: [(date.fromisoformat(d["as_of"]), d["overlap"]) for d in dates]
                for name, dates in result["overlap"].items()
            },
            axis="overlap with the list before",
            title="Overlap of each list with the one before",
            percent=True,
        ),
        "calibration": _calibration(result["calibration"]),
    }
    return pages.render(
        "backtest.html",
        r=result,
        ordered=ordered,
        labels=labels,
        causes=CAUSES,
        charts={name: pages.drawn(svg) for name, svg in drawn.items()},
    )


def _bar(label: str, values: list[float | None], *, strong: bool = False) -> charts.Bar:
    estimate, low, high = values
    return charts.Bar(label, estimate or 0.0, low, high, strong)


def _calibration(result: dict[str, Any] | None) -> str:
    if result is None:
        return ""
    points = [_bar("", tenth["found"]) for tenth in result["deciles"]]
    return charts.calibration(
        points,
        predicted=[tenth["told"] for tenth in result["deciles"]],
        axes=("predicted chance", "share that escalated"),
        title="Observed shares against predicted chances, per tenth",
    )

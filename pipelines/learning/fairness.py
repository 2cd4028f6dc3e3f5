"""Audit whether the list serves groups of tenants equally, and whether signals are proxies for a group."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from features.known import AGREEMENT
from models.as_json import as_json
from models.card.on_panel import in_order
from models.card.scorecard import Scorecard
from models.evaluate.at_capacity import places
from models.evaluate.fairness import (
    LEAST_POSITIVES,
    GroupFigures,
    Proxy,
    audit,
    proxies,
    proxy_verdict,
    rent,
    tenure,
)
from models.evaluate.ground import Ground, ground
from models.learning.horizon import HORIZON_WEEKS
from models.words import charts
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.files import write_text
from pipelines.installation.workspace import Workspace
from pipelines.learning import backtest
from pipelines.publishing import pages
from pipelines.reading.by_agreement import read_by_agreement
from pipelines.scoring import cards
from pipelines.warehouse import wijken
from pipelines.warehouse.stores import open_warehouse

COLUMNS = ("overeenkomst_id", "groep")


@dataclass(frozen=True)
class Dimension:
    """The audit of one dimension, such as the length of the tenancy.

    Parameters
    ----------
    name : str
        Name of the dimension.
    groups : tuple of GroupFigures
        Figures per group; small groups without their numbers of tenants.
    flags : tuple of str
        Differences that ask for a look.
    verdict : str
        The comparison of the groups in words.
    proxies : tuple of Proxy
        How well the signals predict each group.
    proxy_verdict : str
        The same in words.
    """

    name: str
    groups: tuple[GroupFigures, ...]
    flags: tuple[str, ...]
    verdict: str
    proxies: tuple[Proxy, ...]
    proxy_verdict: str


@dataclass(frozen=True)
class FairnessReport:
    """The content of ``fairness.json``.

    Parameters
    ----------
    model, corporation : str
        Name and version of the card; name of the corporation.
    capacity : int
        Length of the list per date.
    horizon_weeks : int
        Weeks within which an escalation counts.
    dates : tuple of date
        The as-of dates that were compared.
    least : int
        Minimum number of escalated households in a group with figures.
    dimensions : tuple of Dimension
        The results.
    """

    model: str
    corporation: str
    capacity: int
    horizon_weeks: int
    dates: tuple[date, ...]
    least: int
    dimensions: tuple[Dimension, ...]


def run(
    workspace: Workspace,
    *,
    groups: Path | None = None,
    every_weeks: int = 4,
    horizon_weeks: int = HORIZON_WEEKS,
    progress: Callable[[str], None] = lambda _: None,
) -> FairnessReport:
    """Compare wijken, lengths of tenancy, rents and the groups of a file; write ``fairness.html`` and ``fairness.json``.

    Parameters
    ----------
    workspace : Workspace
        The installation.
    groups : Path, optional
        A CSV with overeenkomst_id and groep (and corporatie_id if several corporations share the workspace) that the
        analyst lawfully keeps separately. It is not stored: only figures per group are written, and none for groups
        with fewer than ``LEAST_POSITIVES`` escalations.
    every_weeks, horizon_weeks : int
        The same as for the backtest, in weeks.
    progress : callable
        Called with a description of each step, to show progress.

    Raises
    ------
    ConfigurationError
        The group file cannot be read.
    WaakvlamError
        No outcome is complete yet.
    """
    group_of = None if groups is None else read_groups(groups)
    settings = workspace.settings
    card = cards.scorecard(workspace)
    with open_warehouse(workspace, read_only=True) as con:
        progress("signals and outcomes through time")
        rows = backtest.mature_panel(con, workspace, every_weeks=every_weeks, horizon_weeks=horizon_weeks)
    now = rows[rows["as_of"] == rows["as_of"].max()]
    signals = [term.signal for term in card.terms if term.signal in rows]
    on, place = _ranked(card, rows)
    audited = []
    for name, group in _divisions(workspace, rows, group_of).items():
        progress(name)
        audited.append(_dimension(name, on, place, settings.capacity, group, proxies(now, group, signals)))
    report = FairnessReport(
        model=f"{card.name} {card.version}",
        corporation=settings.naam,
        capacity=settings.capacity,
        horizon_weeks=horizon_weeks,
        dates=on.dates,
        least=LEAST_POSITIVES,
        dimensions=tuple(audited),
    )
    target = folder(workspace)
    text = json.dumps(as_json(report), indent=2, ensure_ascii=False)
    write_text(target / "fairness.json", f"{text}\n")
    write_text(target / "fairness.html", page(report))
    return report


def without_proxies(
    workspace: Workspace, *, every_weeks: int = 4, horizon_weeks: int = HORIZON_WEEKS
) -> tuple[Dimension, ...]:
    """Compare the groups and nothing else: `run` spends half of its time on the search for proxies.

    Raises
    ------
    WaakvlamError
        The history is shorter than the horizon.
    """
    with open_warehouse(workspace, read_only=True) as con:
        rows = backtest.mature_panel(con, workspace, every_weeks=every_weeks, horizon_weeks=horizon_weeks)
    on, place = _ranked(cards.scorecard(workspace), rows)
    return tuple(
        _dimension(name, on, place, workspace.settings.capacity, group, ())
        for name, group in _divisions(workspace, rows, None).items()
    )


def _ranked(card: Scorecard, rows: pd.DataFrame) -> tuple[Ground, np.ndarray]:
    """Return the ground of a panel, and the place of each row by a card."""
    on = ground(rows)
    return on, places(on, in_order(card, on.rows))


def _divisions(
    workspace: Workspace, rows: pd.DataFrame, group_of: pd.DataFrame | None
) -> dict[str, pd.Series]:
    """Return the group of each row in each dimension, those of the analyst's file last."""
    dimensions = {
        "Wijk": wijken.grouped(rows, ["household"], workspace.settings.figures.least_homes_per_wijk),
        "Length of the tenancy": tenure(rows),
        "Rent": rent(rows),
    }
    if group_of is not None:
        dimensions["Groups of the file"] = _joined(rows, group_of)
    return dimensions


def folder(workspace: Workspace) -> Path:
    """Return the folder of the report."""
    return workspace.output / "fairness"


def read_groups(path: Path) -> pd.DataFrame:
    """Read the group file: overeenkomst_id, groep and optionally corporatie_id, separated by ``;`` or ``,``.

    Raises
    ------
    ConfigurationError
        The file does not exist, is not UTF-8 text, lacks a column, or has an agreement twice.
    """
    table = read_by_agreement(path)
    if absent := [name for name in COLUMNS if name not in table]:
        raise ConfigurationError(
            f"The group file lacks the column {' and '.join(absent)}.", where=str(path), mend="Columns: overeenkomst_id;groep."
        )  # fmt: skip
    return table[[name for name in (*AGREEMENT, "groep") if name in table]]


def _joined(rows: pd.DataFrame, group_of: pd.DataFrame) -> pd.Series:
    key = [name for name in group_of if name != "groep"]
    named = group_of.set_index(key)["groep"].replace("", None)
    where = pd.MultiIndex.from_frame(rows[key]) if len(key) > 1 else pd.Index(rows[key[0]])
    return pd.Series(named.reindex(where).to_numpy(), index=rows.index)


def _dimension(
    name: str, on: Ground, place: np.ndarray, k: int, group: pd.Series, measured: tuple[Proxy, ...]
) -> Dimension:
    """Audit one dimension, without the small numbers that could identify a person in combination with the group file."""
    result = audit(on, place, k, group)
    groups = [
        replace(figures, rows=None, households=None, escalated=None) if figures.too_few else figures
        for figures in result.groups
    ]
    return Dimension(name, tuple(groups), result.flags, result.verdict, measured, proxy_verdict(measured))


def page(report: FairnessReport) -> str:
    """Render the report."""
    drawn = {dimension.name: pages.drawn(_chart(dimension)) for dimension in report.dimensions}
    return pages.render("fairness.html", r=report, charts=drawn)


def _chart(dimension: Dimension) -> str:
    """Draw the share of the escalations of each group that were listed; no chart without figures."""
    bars = [
        charts.Bar(group.group, group.recall[0] or 0.0, group.recall[1], group.recall[2])
        for group in dimension.groups
        if group.recall is not None
    ]
    title = f"Share of the escalations that stood on a list, per group: {dimension.name}"
    return (
        charts.intervals(bars, axis="of the escalations, on a list", title=title, percent=True)
        if bars
        else ""
    )

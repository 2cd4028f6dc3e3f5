"""Audit whether the list serves groups of tenants equally, and whether signals are proxies for a group."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from models.card.on_panel import scores
from models.evaluate.at_capacity import places
from models.evaluate.fairness import LEAST_POSITIVES, audit, proxies, proxy_verdict, rent, tenure
from models.evaluate.ground import ground
from models.learning.horizon import HORIZON_WEEKS
from models.words import charts
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.files import write_text
from pipelines.installation.workspace import Workspace
from pipelines.learning import backtest
from pipelines.publishing import pages
from pipelines.scoring import cards
from pipelines.warehouse.stores import open_warehouse

COLUMNS = ("overeenkomst_id", "groep")


@dataclass(frozen=True)
class Fairness:
    """The result of the audit, and the folder with ``fairness.html`` and ``fairness.json``."""

    result: dict[str, Any]
    folder: Path


def run(
    workspace: Workspace,
    *,
    groups: Path | None = None,
    every_weeks: int = 4,
    horizon_weeks: int = HORIZON_WEEKS,
    tell: Callable[[str], None] = lambda _: None,
) -> Fairness:
    """Compare wijken, lengths of tenancy, rents and the groups of a file.

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
    tell : callable
        Called with a description of each step, to show progress.

    Raises
    ------
    ConfigurationError
        The group file cannot be read.
    WaakvlamError
        No outcome is complete yet.
    """
    given = None if groups is None else read_groups(groups)
    settings = workspace.settings
    card = cards.scorecard(workspace)
    k = settings.capacity
    with open_warehouse(workspace, read_only=True) as con:
        tell("signals and outcomes through time")
        rows = backtest.mature_panel(
            con,
            every_weeks=every_weeks,
            horizon_weeks=horizon_weeks,
            cooldown_days=settings.shortlist.cooldown_days,
        )
    on = ground(rows)
    place = places(on, on.of(pd.Series(scores(card, rows), index=rows.index)))
    now = rows[rows["as_of"] == rows["as_of"].max()]
    signals = [term.signal for term in card.terms if term.signal in rows]
    dimensions = {"Wijk": rows["wijk"], "Length of the tenancy": tenure(rows), "Rent": rent(rows)}
    if given is not None:
        dimensions["Groups of the file"] = _joined(rows, given)
    audits = []
    for name, group in dimensions.items():
        tell(name)
        proxy_figures = proxies(now, group, signals)
        audits.append(
            {
                "name": name,
                **audit(on, place, k, group),
                "proxies": proxy_figures,
                "proxy_verdict": proxy_verdict(proxy_figures),
            }
        )
    result = {
        "model": f"{card.name} {card.version}",
        "corporation": settings.naam,
        "capacity": k,
        "horizon_weeks": horizon_weeks,
        "dates": [day.isoformat() for day in on.dates],
        "least": LEAST_POSITIVES,
        "dimensions": [_covered(one) for one in audits],
    }
    folder = workspace.output / "fairness"
    write_text(folder / "fairness.json", json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    write_text(folder / "fairness.html", page(result))
    return Fairness(result, folder)


def read_groups(path: Path) -> pd.DataFrame:
    """Read the group file: overeenkomst_id, groep and optionally corporatie_id, separated by ``;`` or ``,``.

    Raises
    ------
    ConfigurationError
        The file does not exist, is not UTF-8 text, lacks a column, or has an agreement twice.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"The group file cannot be read as UTF-8 text ({type(error).__name__}).", where=str(path)
        ) from None
    head = text.split("\n", 1)[0]
    lines = list(csv.DictReader(text.splitlines(), delimiter=";" if ";" in head else ","))
    table = pd.DataFrame(lines, dtype=str)
    if absent := [name for name in COLUMNS if name not in table]:
        raise ConfigurationError(
            f"The group file lacks the column {' and '.join(absent)}.", where=str(path), mend="Columns: overeenkomst_id;groep."
        )  # fmt: skip
    key = [name for name in ("corporatie_id", "overeenkomst_id") if name in table]
    twice = table.index[table.duplicated(key)]
    if len(twice):
        raise ConfigurationError(
            f"Line {twice[0] + 2} names an agreement for the second time.", where=str(path)
        )
    return table[[*key, "groep"]]


def _joined(rows: pd.DataFrame, given: pd.DataFrame) -> pd.Series:
    key = [name for name in given if name != "groep"]
    named = given.set_index(key)["groep"].replace("", None)
    where = pd.MultiIndex.from_frame(rows[key]) if len(key) > 1 else pd.Index(rows[key[0]])
    return pd.Series(named.reindex(where).to_numpy(), index=rows.index)


def _covered(dimension: dict[str, Any]) -> dict[str, Any]:
    """Remove small numbers, which could identify a person in combination with the group file."""
    small = {"escalated": None, "rows": None, "households": None}
    groups = [one | small if one["too_few"] else one for one in dimension["groups"]]
    return dimension | {"groups": groups}


def page(result: dict[str, Any]) -> str:
    """Render the report."""
    drawn = {one["name"]: pages.drawn(_chart(one)) for one in result["dimensions"]}
    return pages.render("fairness.html", r=result, charts=drawn)


def _chart(dimension: dict[str, Any]) -> str:
    judged = [one for one in dimension["groups"] if not one["too_few"]]
    bars = [charts.Bar(one["group"], one["recall"][0] or 0.0, *one["recall"][1:]) for one in judged]
    title = f"Share of the escalations that stood on a list, per group: {dimension['name']}"
    return (
        charts.intervals(bars, axis="of the escalations, on a list", title=title, percent=True)
        if bars
        else ""
    )

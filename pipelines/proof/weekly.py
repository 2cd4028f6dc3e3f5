"""Make, seal and publish or hold back the list of a week."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Sequence
from datetime import date

import duckdb

from models.card.scorecard import Scorecard
from models.selection.shortlist import Selection
from pipelines.delivery.ingest import Outcome
from pipelines.installation import calendar
from pipelines.installation.errors import DeliveryError
from pipelines.installation.workspace import Workspace
from pipelines.proof import chain, hold, register, rivals, seal
from pipelines.scoring import cards
from pipelines.shortlist.decisions import data_version, settings_of_lists
from pipelines.shortlist.make import ListReport, make_list
from pipelines.shortlist.weekly_list import WeeklyList
from pipelines.warehouse.stores import open_warehouse


def sealed_list(
    workspace: Workspace,
    as_of: date,
    outcomes: list[Outcome],
    misnamed: list[DeliveryError],
    drifted: Sequence[str] = (),
) -> tuple[WeeklyList, ListReport]:
    """Check the limits, make the list, seal it with its rivals, and hold it back if it must not be published.

    The other parameters and the results are those of `pipelines.shortlist.make.make_list`. A list that is held back has
    no addresses, and its decisions are not kept, because nobody could act on them.

    Parameters
    ----------
    drifted : sequence of str
        This week's warnings about signals that drifted.
    """
    with open_warehouse(workspace) as con:
        chain.require_whole(workspace, con, workspace.settings.corporatie_id)
    newly_broken(workspace, as_of, drifted)
    hold_reason = hold.held(workspace, as_of)

    def seals(con: duckdb.DuckDBPyConnection, chosen: Selection, card: Scorecard) -> None:
        period = register.covering(workspace, as_of)
        candidate = (
            cards.named(workspace, period.plan.candidate) if period and period.plan.candidate else None
        )
        lists = rivals.lists(con, workspace.settings, as_of, chosen, card, candidate)
        seal.seal_week(
            con,
            workspace,
            as_of,
            lists,
            inputs(con, workspace),
            calendar.now(),
            hold_reason.period if hold_reason else "",
        )

    weekly, report = make_list(workspace, as_of, outcomes, misnamed, decided=hold_reason is None, seal=seals)
    return hold.withheld(weekly, report, hold_reason) if hold_reason else (weekly, report)


def inputs(con: duckdb.DuckDBPyConnection, workspace: Workspace) -> dict[str, str]:
    """Return digests of the deliveries, settings and limits behind a list, and the program's version, by name."""
    settings = workspace.settings
    return {
        "deliveries": data_version(con),
        "settings of the list": chain.digest(settings_of_lists(settings)),
        "limits": chain.digest(settings.stop.model_dump_json()),
        "program": importlib.metadata.version("waakvlam"),
    }


def newly_broken(workspace: Workspace, as_of: date, drifted: Sequence[str] = ()) -> None:
    """Check the limits for this week's list, and record a stop if one is broken and publication is not paused yet."""
    rules = workspace.settings.stop
    if not rules.enabled or as_of < calendar.this_monday() or hold.paused(workspace):
        return
    with open_warehouse(workspace, read_only=True) as con:
        limits = hold.watch(con, workspace, as_of)
    if not register.covering(workspace, as_of):  # in a shadow period nobody sees the list anyway
        limits.append(hold.drift_rule(workspace, drifted))
    broken = [rule for rule in limits if rule.breached]
    if broken:
        hold.stop(workspace, broken, calendar.now())

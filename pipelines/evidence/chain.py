"""Follow tenants along the whole chain of one quarter or year, and find the steps at which a group falls behind.

The chain comes from the log of decisions, the coach's contacts and later deliveries, so it shows what happened, not only
what the list would have done. Every step counts agreements once. Groups that only the audit may use come from the vault.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import duckdb
import numpy as np
import pandas as pd

from features.contact import is_contact_sql
from features.known import AGREEMENT, current_sql
from models.evaluate.alike import Step
from models.evaluate.chain import Chain, Finding, Group, StepFigures, examine
from models.evaluate.chain_causes import Cause, causes
from models.selection.scope import EXCLUSIONS
from pipelines.evidence import audit_groups, quarter
from pipelines.evidence.helped import helped_sql
from pipelines.installation.audit_contract import contract
from pipelines.installation.contracts import contracts
from pipelines.installation.evidence_settings import LEAST_HOMES
from pipelines.installation.sql import Sql, fill, literals, read_sql
from pipelines.installation.workspace import Workspace
from pipelines.scoring.follow_up import VISIT_DAYS
from pipelines.scoring.panel import complete_until
from pipelines.warehouse import wijken
from pipelines.warehouse.stores import attach_vault, open_warehouse

NO_HOME = ("not_a_home", "not_started", "ended")
"""Exclusions of agreements that are not those of a home in use: they are not in the chain at all."""
KEPT_DAYS = 182
"""Days after the list within which a lost home counts."""
LATE_DAYS = 14
"""A row is known in time within this many days of its registration: a weekly delivery and one that was missed."""
TENANCIES = (
    (1, "korter dan 1 jaar"),
    (5, "1 tot 5 jaar"),
    (10, "5 tot 10 jaar"),
    (np.inf, "10 jaar of langer"),
)
ARREARS = (0.0, 1.0, 2.0, 3.0)
"""Bounds in months of rent between agreements that are alike in arrears."""
BANDS = 10
"""Number of groups of equal size into which points are divided to compare agreements that are alike."""
STEPS = (
    Step("known", reason="late_extract", explained_by=("corporatie_id",)),
    Step("in_scope", reason="excluded_by", explained_by=("corporatie_id",)),
    Step("ranked", alike=("need",), explained_by=("corporatie_id",)),
    Step("listed", alike=("band",), reason="not_listed_because", explained_by=("coach", "corporatie_id")),
    Step("visited", explained_by=("coach", "corporatie_id")),
    Step("reached", explained_by=("coach", "corporatie_id")),
    Step("helped", explained_by=("coach", "corporatie_id")),
    Step("kept", explained_by=("coach", "corporatie_id")),
)


@dataclass(frozen=True)
class Explained:
    """A finding with what can explain it."""

    finding: Finding
    causes: tuple[Cause, ...]


@dataclass(frozen=True)
class ChainReport:
    """The chain of one period; the content of ``chain_<period>.json``.

    Parameters
    ----------
    period : str
        A quarter such as "2026Q4", or a year such as "2026".
    corporation : str
        Name of the corporation.
    since, until, known : date
        First day, the day after the last, and the end of the data.
    dimensions : tuple of str
        The ways in which tenants were divided into groups.
    audit_groups : bool
        Whether groups that only the audit may use were among them.
    chain : Chain
        The figures.
    findings : tuple of Explained
        The findings with their explanations.
    """

    period: str
    corporation: str
    since: date
    until: date
    known: date
    dimensions: tuple[str, ...]
    audit_groups: bool
    chain: Chain
    findings: tuple[Explained, ...]


def borders(period: str) -> tuple[date, date]:
    """Return the first day of a quarter or year, and the first day after it.

    Raises
    ------
    ValueError
        `period` is neither.
    """
    if period.isdigit() and len(period) == 4:
        return date(int(period), 1, 1), date(int(period) + 1, 1, 1)
    return quarter.borders(period)


def run(workspace: Workspace, period: str) -> ChainReport:
    """Examine the chain of one period; read the groups for auditing if any are stored."""
    since, until = borders(period)
    with open_warehouse(workspace) as con:
        attach_vault(con, workspace)
        groups = audit_groups.read(con)
        name, least = workspace.settings.naam, workspace.settings.figures.least_homes_per_wijk
        return measure(con, since, until, groups, period=period, corporation=name, least_homes=least)


def measure(
    con: duckdb.DuckDBPyConnection,
    since: date,
    until: date,
    groups: pd.DataFrame | None = None,
    *,
    period: str = "",
    corporation: str = "",
    least_homes: int = LEAST_HOMES,
) -> ChainReport:
    """Examine the chain of the lists from `since` up to, but not including, `until`.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        An open warehouse; read-only is enough.
    since, until : date
        The period.
    groups : pandas.DataFrame, optional
        Groups that only the audit may use, by agreement; each further column is a dimension.
    period, corporation : str
        For the report.
    least_homes : int
        Wijken with fewer homes are compared together (`pipelines.warehouse.wijken`).
    """
    table = rows(con, since, until)
    table["wijk"] = wijken.grouped(table, AGREEMENT, least_homes)
    given = groups if groups is not None and len(groups) else audit_groups.empty()[AGREEMENT]
    table = table.merge(given, on=AGREEMENT, how="left", validate="many_to_one")
    titles = {name: column.title for name, column in contract().columns.items() if name in given}
    table = table.rename(columns=titles)
    dimensions = ("wijk", "huurduur", *titles.values())
    chain = examine(table, STEPS, dimensions)
    steps = {step.name: step for step in STEPS}
    findings = tuple(
        Explained(finding, causes(table, steps[finding.step], finding, dimensions))
        for finding in chain.findings
    )
    return ChainReport(
        period, corporation, since, until, complete_until(con), dimensions, bool(titles), chain, findings
    )


def rows(con: duckdb.DuckDBPyConnection, since: date, until: date) -> pd.DataFrame:
    """Return one row per agreement with the columns of `STEPS`, of the dimensions, and of what makes agreements alike.

    A home is kept or lost in the half year after the list. For that step alone, the agreements are those that were first
    listed half a year earlier, so that a quarter has an answer as soon as it ends; they are rows of their own.
    """
    table = _followed(con, since, until).assign(kept=np.nan)
    half = timedelta(days=KEPT_DAYS)
    earlier = _followed(con, since - half, until - half)
    earlier = earlier.loc[earlier["kept"].notna()]
    earlier = earlier.assign(**{step.name: np.nan for step in STEPS if step.name != "kept"})
    return pd.concat([table, earlier], ignore_index=True)


def _followed(con: duckdb.DuckDBPyConnection, since: date, until: date) -> pd.DataFrame:
    """Follow the lists of one period; a step is missing for agreements that did not come to it, or not yet."""
    query = fill(
        read_sql(__package__, "chain_rows"),
        exclusions=literals(EXCLUSIONS),
        no_home=literals(NO_HOME),
        helped=helped_sql(Sql("c.resultaat")),
        current=Sql(current_sql("c")),
        is_contact=Sql(is_contact_sql("c")),
        arrears_current=Sql(current_sql("a")),
        complaints_current=Sql(current_sql("o")),
    )
    values = {
        "since": since,
        "until": until,
        "known": complete_until(con),
        "days": VISIT_DAYS,
        "keep": KEPT_DAYS,
    }
    table = con.execute(query, values).df()
    years = (pd.Timestamp(until) - pd.to_datetime(table["begindatum"])).dt.days / 365.25
    bounds = [-np.inf, *(bound for bound, _ in TENANCIES)]
    table["huurduur"] = pd.cut(years, bounds, right=False, labels=[label for _, label in TENANCIES]).astype(
        object
    )
    table["need"] = _need(table)
    table["band"] = _bands(table["points"])
    passed = table["in_scope"].astype(bool)
    table["in_scope"] = passed.astype(float)
    followed = table.pop("followed").fillna(False).astype(bool)
    for name, at_risk in (
        ("ranked", passed),
        ("listed", passed & table["ranked"].astype(bool)),
        ("visited", followed),
        ("reached", followed & table["visited"].astype(bool)),
        ("helped", followed & table["reached"].astype(bool)),
        ("kept", table.pop("kept_known").fillna(False).astype(bool) & table["helped"].astype(bool)),
    ):
        now = table["listed_on"].notna() if name == "listed" else table[name].astype(bool)
        table[name] = now.astype(float).where(at_risk)
    return table.merge(_in_time(con, since, until), on=AGREEMENT, how="left")


def _need(table: pd.DataFrame) -> pd.Series:
    """Return the arrears and complaints as they are known now: late rows count, so a late delivery does not hide a need."""
    owed = np.searchsorted(ARREARS, table["months"].fillna(0.0), side="left")
    complaints = table["complaints"].clip(upper=2).astype(int)
    return pd.Series(owed, table.index).astype(str) + "/" + complaints.astype(str)


def _bands(points: pd.Series) -> pd.Series:
    """Divide agreements by points: as whole points where few differ, otherwise in groups of about equal size."""
    if points.nunique() <= BANDS:
        return points
    return pd.qcut(points.rank(method="dense"), BANDS, labels=False, duplicates="drop")


def _in_time(con: duckdb.DuckDBPyConnection, since: date, until: date) -> pd.DataFrame:
    """Return per agreement whether every row that was registered in the period was known in time, and the latest extract."""
    parts = []
    for name in _registered():
        registered = fill("CAST({column} AS DATE)", column=contracts()[name].history.column)
        query = fill(read_sql(__package__, "chain_known"), extract=name, registered=registered)
        parts.append(
            con.execute(query, {"since": since, "until": until})
            .df()
            .assign(late_extract=contracts()[name].title)
        )
    table = pd.concat(parts, ignore_index=True).sort_values("days", kind="stable")
    table = table.drop_duplicates(AGREEMENT, keep="last")
    table["known"] = (table["days"] <= LATE_DAYS).astype(float)
    return table[[*AGREEMENT, "known", "late_extract"]]


def _registered() -> Sequence[str]:
    """Return the extracts whose rows have a day of registration from which a delay can be measured."""
    return [
        name
        for name, contract in contracts().items()
        if contract.monitored and not contract.snapshot and contract.history.kind == "registration"
    ]


def without_people(report: ChainReport) -> ChainReport:
    """Return the report for the JSON file, as the page shows it: numbers rounded, and no share from which one can be worked out."""

    def shown(step: StepFigures) -> StepFigures:
        groups = tuple(map(_without_people, step.groups))
        return replace(step, at_risk=_rounded(step.at_risk), passed=_rounded(step.passed), groups=groups)

    steps = tuple(map(shown, report.chain.steps))
    findings = tuple(map(_finding_without_people, report.chain.findings))
    explained = tuple(replace(e, finding=_finding_without_people(e.finding)) for e in report.findings)
    return replace(report, chain=replace(report.chain, steps=steps, findings=findings), findings=explained)


def _finding_without_people(finding: Finding) -> Finding:
    return replace(finding, figures=_without_people(finding.figures))


def _without_people(group: Group) -> Group:
    """Round the figures of a group as the page does; if a number is hidden, so are the share and the odds ratio."""
    shown = group.passed is not None
    return replace(
        group,
        at_risk=_rounded(group.at_risk),
        passed=_rounded(group.passed),
        share=[None if v is None else round(v, 2) for v in group.share] if shown and group.share else None,
        expected=None if group.expected is None else round(group.expected, 2),
        odds=[None if v is None else round(v, 2) for v in group.odds] if shown and group.odds else None,
    )


def _rounded(number: int | None) -> int | None:
    return None if number is None else quarter.STEP * round(number / quarter.STEP)

"""Estimate the effect of visits, or report why it cannot be estimated yet.

Three kinds of figures are kept apart. The trial assigns visits by lot, so a difference between its arms is an effect.
The cut of the list gives a second estimate, if its checks hold. The description of visited addresses is never an effect.
A problem with the data prevents an estimate, because readers would remember the figure longer than its caveat.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import duckdb
import pandas as pd
from scipy.stats import binomtest

from features.contact import is_contact_sql
from features.known import current_sql
from models.effect import discontinuity, needs, power
from models.effect.estimate import CannotSay, Estimate, compare
from models.effect.words import OUTCOMES
from models.selection.trial import NOW, WAIT
from pipelines.evidence.helped import in_a_year, visits_in_a_year
from pipelines.installation.sql import Sql, fill
from pipelines.scoring import follow_up
from pipelines.scoring.panel import complete_until

LEAST_WEEKS = 8
LEAST_WORKED = 0.5
"""Minimum share of lists with at least one contact; below it most of the compared visits never took place."""
LEAST_CONTRAST = 0.10
"""Minimum difference in contact rate between the "now" and "wait" arms."""
UNEVEN = 0.001
COVARIATES = ("score", "owed")
EPOCH = date(2000, 1, 1)
Found = Estimate | CannotSay


@dataclass(frozen=True)
class Effect:
    """Estimates of the effect of visits, and the reasons for missing ones.

    Parameters
    ----------
    until : date
        Only data that became known before this day count.
    trial : str or None
        Name of the trial.
    weeks : pandas.DataFrame
        The rows that `pipelines.scoring.follow_up.lists` returns.
    problems : tuple of CannotSay
        Reasons why the trial allows no estimate at all; `by_lot` is then empty.
    by_lot, at_cut : tuple of Estimate or CannotSay
        One per outcome, from the trial and from the cut.
    checks : discontinuity.Checks or None
        The results of the checks at the cut.
    arms : pandas.DataFrame
        Per arm: households, share contacted and share reached within 26 weeks.
    horizon : tuple of power.Horizon
        The power table; empty if level or pace is unknown.
    visible : float or None
        Level to which the main outcome must fall to be detectable with 24 residents per group.
    described : pandas.DataFrame
        Outcomes per group of listed addresses; not an effect.
    below_cut : tuple of int
        Among addresses just below the cut that were never listed: the number that escalated within 26 weeks, and the
        total.
    needs : tuple of needs.Group
        Findings of the coach at addresses listed by rank and by lot, once the time for a visit has passed; not an effect.
    helped : int
        Addresses that got advice, help or a referral in the last 52 weeks.
    visits : int
        Visits to homes in the same weeks.
    """

    until: date
    trial: str | None
    weeks: pd.DataFrame
    problems: tuple[CannotSay, ...] = ()
    by_lot: tuple[Found, ...] = ()
    at_cut: tuple[Found, ...] = ()
    checks: discontinuity.Checks | None = None
    arms: pd.DataFrame = field(default_factory=pd.DataFrame)
    horizon: tuple[power.Horizon, ...] = ()
    visible: float | None = None
    described: pd.DataFrame = field(default_factory=pd.DataFrame)
    below_cut: tuple[int, int] = (0, 0)
    needs: tuple[needs.Group, needs.Group] = field(default_factory=lambda: needs.groups([], []))
    helped: int = 0
    visits: int = 0


def measure(con: duckdb.DuckDBPyConnection, since: date = EPOCH, trial: str | None = None) -> Effect:
    """Estimate the effect from the decision log and the deliveries since.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        An open warehouse; read-only is enough.
    since : date
        Ignore lists before this date.
    trial : str, optional
        Name of the trial; default: the last one in the log.
    """
    until = complete_until(con)
    weeks = follow_up.lists(con, since, until)
    names = weeks.loc[weeks["trial"].notna(), "trial"]
    name = trial if trial is not None else (str(names.iloc[-1]) if len(names) else None)
    units = follow_up.of_trial(con, name, since, until) if name is not None else pd.DataFrame()
    problems = tuple(_problems(con, weeks, units, name, until))
    by_lot: tuple[Found, ...] = ()
    if not problems:
        by_lot = tuple(
            compare(units, o.name, covariates=COVARIATES, binary=o.unit == "share") for o in OUTCOMES
        )
    cut = follow_up.at_cut(con, since, until)
    checks, at_cut = _at_cut(cut, weeks)
    arms = _arms(units)
    level, horizon = _horizon(units, cut, arms)
    return Effect(
        until, name, weeks, problems, by_lot, at_cut, checks, arms, horizon,
        power.visible_with(level) if level else None, _described(con, since, until), _below_cut(cut), _needs(con, since, until),
        in_a_year(con, until), visits_in_a_year(con, until),
    )  # fmt: skip


def _problems(
    con: duckdb.DuckDBPyConnection, weeks: pd.DataFrame, units: pd.DataFrame, name: str | None, until: date
) -> list[CannotSay]:
    """List all reasons that forbid an estimate from the trial, so that they can be fixed in one go."""
    mine = weeks.loc[weeks["trial"] == name] if name is not None else weeks.iloc[:0]
    if mine.empty:
        return [_cannot("no_lots")]
    reasons = []
    number = mine["as_of"].nunique()
    if number < LEAST_WEEKS:
        reasons.append(_cannot("few_weeks", weeks=number, least=LEAST_WEEKS))
    reasons += _changes(mine)
    ripe = units.loc[units["escalated_26"].notna()]
    if ripe.empty:
        first = pd.Timestamp(mine["as_of"].min()).date() + timedelta(days=182)
        return [*reasons, _cannot("not_ripe", weeks=26, date=first)]
    drew = int((units["arm"] == NOW).sum())
    share = float(units["share"].iloc[0])
    if binomtest(drew, len(units), share).pvalue < UNEVEN:
        reasons.append(_cannot("lots_uneven", now=drew, wait=len(units) - drew, share=round(100 * share)))
    query = fill(
        "SELECT count(*) FROM staged.contacten c ANTI JOIN staged.objectors USING (corporatie_id, overeenkomst_id) "
        "WHERE {current} AND {is_contact} AND datum >= ?",
        current=Sql(current_sql("c")),
        is_contact=Sql(is_contact_sql("c")),
    )
    logged = con.execute(query, [pd.Timestamp(mine["as_of"].min()).date()]).fetchall()[0][0]
    if not logged:
        return [*reasons, _cannot("no_contacts")]
    closed = mine.loc[pd.to_datetime(mine["as_of"]).dt.date <= until - timedelta(days=follow_up.WORKED_DAYS)]
    worked = closed.loc[closed["listed"] > 0, "worked"].mean()
    if worked < LEAST_WORKED:
        reasons.append(_cannot("not_worked", share=round(100 * worked)))
    contacted = ripe.groupby("arm")["contacted"].mean()
    if contacted.get(NOW, 0) - contacted.get(WAIT, 0) < LEAST_CONTRAST:
        figures = {name: round(100 * float(contacted.get(name, 0))) for name in (NOW, WAIT)}
        reasons.append(_cannot("no_contrast", **figures))
    return reasons


def _changes(mine: pd.DataFrame) -> list[CannotSay]:
    """List the settings that changed within the trial, with the dates of the changes."""
    rules = pd.DataFrame(
        {
            "as_of": sorted(mine["as_of"].unique()),
            "capacity_changed": [
                tuple(zip(m["coach"], m["capacity"], strict=True)) for _, m in mine.groupby("as_of")
            ],
            "model_changed": [m["model_sha256"].iloc[0] for _, m in mine.groupby("as_of")],
            "lots_changed": [(m["seed"].iloc[0], m["trial_share"].iloc[0]) for _, m in mine.groupby("as_of")],
        }
    )
    changes = []
    for reason in ("capacity_changed", "model_changed", "lots_changed"):
        turned = (rules[reason] != rules[reason].shift()).iloc[1:]
        if turned.any():
            days = [f"{pd.Timestamp(day):%Y-%m-%d}" for day in rules["as_of"].iloc[1:][turned]]
            changes.append(_cannot(reason, dates=", ".join(days[:5])))
    return changes


def _at_cut(cut: pd.DataFrame, weeks: pd.DataFrame) -> tuple[discontinuity.Checks | None, tuple[Found, ...]]:
    """Estimate at the cut if its weeks are comparable and the checks hold; else return the reason, once."""
    free = weeks.loc[weeks["trial"].isna()]
    if free.empty:
        return None, (_cannot("in_trial"),)
    changed = [c for c in _changes(free) if c.reason != "lots_changed"]
    if changed:
        return None, tuple(changed)
    units = cut.assign(margin=discontinuity.margins(cut).astype(float))
    first = discontinuity.jump(units, OUTCOMES[0].name)
    if isinstance(first, CannotSay):
        return None, (first,)
    checks = discontinuity.check(units, ["owed"])
    if checks.failed:
        return checks, (_cannot("cut_bent", what=", ".join(checks.failed)),)
    rest = [discontinuity.jump(units, o.name, binary=o.unit == "share") for o in OUTCOMES[1:]]
    return checks, (first, *rest)


def _arms(units: pd.DataFrame) -> pd.DataFrame:
    if units.empty:
        return pd.DataFrame(columns=["arm", "households", "contacted", "reached"])
    ripe = units.loc[units["escalated_26"].notna()]
    return ripe.groupby("arm", as_index=False).agg(
        households=("arm", "size"), contacted=("contacted", "mean"), reached=("reached", "mean")
    )


def _horizon(
    units: pd.DataFrame, cut: pd.DataFrame, arms: pd.DataFrame
) -> tuple[float | None, tuple[power.Horizon, ...]]:
    """Compute the power table from the trial, or before a trial from the addresses around the cut."""
    source = units if len(units) else cut.loc[cut["place"] <= 3 * cut["capacity"]] if len(cut) else cut
    ripe = source.loc[source["escalated_26"].notna()] if len(source) else source
    if len(ripe) < LEAST_WEEKS:
        return None, ()
    base = ripe.loc[ripe["arm"] == WAIT] if "arm" in ripe else ripe
    level = float(base["escalated_26"].mean()) if len(base) else 0.0
    if not 0 < level < 1:
        return None, ()
    span = (pd.to_datetime(source["entered"]).max() - pd.to_datetime(source["entered"]).min()).days / 7 + 1
    reached = arms.set_index("arm")["reached"] if len(arms) else pd.Series(dtype=float)
    contrast = float(reached.get(NOW, 0.5) - reached.get(WAIT, 0.0))
    if contrast <= 0:
        return level, ()
    return level, power.table(level, len(source) / span, contrast)


def _described(con: duckdb.DuckDBPyConnection, since: date, until: date) -> pd.DataFrame:
    """Describe listed addresses by contact outcome.

    Descriptive only: people who open the door differ from those who do not.
    """
    listed = follow_up.listed(con, since, until)
    ripe = listed.loc[listed["escalated_26"].notna()]
    group = pd.Series("not contacted", index=ripe.index).mask(ripe["contacted"], "contacted, not reached")
    ripe = ripe.assign(group=group.mask(ripe["reached"], "reached"))
    return ripe.groupby("group", as_index=False).agg(
        addresses=("group", "size"),
        escalated=("escalated_26", "mean"),
        owed=("owed", "mean"),
        later=("arrears_6", "mean"),
    )


def _needs(con: duckdb.DuckDBPyConnection, since: date, until: date) -> tuple[needs.Group, needs.Group]:
    """Count confirmed needs by how an address was listed; skip recent lists, whose outcome is not known yet."""
    results = follow_up.visits(con, until, since)
    ripe = results.loc[
        pd.to_datetime(results["as_of"]).dt.date <= until - timedelta(days=follow_up.VISIT_DAYS)
    ]
    return needs.groups(ripe["outcome"], ripe["need"])


def _below_cut(cut: pd.DataFrame) -> tuple[int, int]:
    if cut.empty:
        return 0, 0
    near = cut.loc[
        (cut["place"] > cut["capacity"]) & (cut["place"] <= cut["capacity"] + 3) & ~cut["contacted"]
    ]
    known = near["escalated_26"].dropna()
    return int(known.sum()), len(known)


def _cannot(reason: str, **figures: object) -> CannotSay:
    return CannotSay("", reason, tuple(figures.items()))


def estimates(outcomes: Sequence[Found]) -> dict[str, Estimate]:
    """Return the estimates by outcome, without the outcomes that could not be estimated."""
    return {estimate.outcome: estimate for estimate in outcomes if isinstance(estimate, Estimate)}

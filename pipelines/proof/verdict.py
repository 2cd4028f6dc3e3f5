"""Open the seals of a shadow period after its horizon, and say yes, no or not yet.

The list is compared with each registered rival on the households that only one of the two chose. These are two separate
groups, so their counts can be compared, and pooled with those of other corporations. A household that both chose says
nothing about which is better.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import ibis
import pandas as pd

from models.evaluate.pooling import LEAST_HOUSEHOLDS, Counted, Group, Pooled, pool
from models.learning.label import escalations
from pipelines.installation.errors import WaakvlamError
from pipelines.installation.sql import Sql, fill
from pipelines.installation.workspace import Workspace
from pipelines.proof import chain, openings, verify
from pipelines.proof.chain import LIST
from pipelines.proof.register import Period
from pipelines.proof.rivals import CANDIDATE, EXPERT_CARD, IN_USE
from pipelines.scoring import history
from pipelines.scoring.panel import complete_until
from pipelines.warehouse.stores import open_warehouse

YES, NO, NOT_YET = "yes", "no", "not yet"


@dataclass(frozen=True)
class Found:
    """Distinct households on one sealed list, and those that escalated within the horizon of their first listing."""

    households: int
    escalated: int


@dataclass(frozen=True)
class Against:
    """The comparison of the list with one rival.

    Parameters
    ----------
    rival : str
        Name of the sealed list.
    counts : Counted
        Households that only one of the two chose.
    pooled : Pooled or None
        The odds ratio with its interval; None if there are too few households or nobody escalated.
    """

    rival: str
    counts: Counted
    pooled: Pooled | None


@dataclass(frozen=True)
class Verdict:
    """The verdict on a shadow period.

    Parameters
    ----------
    period : str
        Name of the period.
    answer : str
        `YES`, `NO` or `NOT_YET`.
    why : str
        The reason, in one sentence.
    found : mapping of str to Found
        Figures of every sealed list.
    against : tuple of Against
        Comparisons with the registered rivals, and for information with the other cards.
    places, openable : int
        Sealed places of all lists, and those that can still be opened.
    """

    period: str
    answer: str
    why: str
    found: Mapping[str, Found]
    against: tuple[Against, ...]
    places: int
    openable: int


def judge(workspace: Workspace, period: Period) -> Verdict:
    """Check the seals of a period, open them, and judge its lists as registered.

    Raises
    ------
    WaakvlamError
        The horizon has not passed, a seal is broken, or a week has no seal in time.
    """
    with open_warehouse(workspace, read_only=True) as con:
        return decide(con, workspace, period)


def decide(con: duckdb.DuckDBPyConnection, workspace: Workspace, period: Period) -> Verdict:
    """Judge a period with an open warehouse; see `judge`."""
    plan, until = period.plan, complete_until(con)
    if until < plan.known_on:
        raise WaakvlamError(
            f"The verdict is not due: the outcome of the last list is known on {plan.known_on}, and deliveries run to {until}.",
            mend="Nothing was opened. Run this again after that day.",
        )
    # A Monday without a list after the period takes nothing from its seals; one within it is reported by `_open`.
    if altered := verify.examine(con, workspace).altered:
        raise WaakvlamError(
            f"The seals are broken, so there is no verdict: {altered[0]}",
            mend="`waakvlam seals verify` names every problem.",
        )
    listed, places = _open(con, workspace, period)
    outcomes = _escalated(con, listed, until, plan.horizon_weeks)
    outcomes_of = {
        str(name): Found(len(rows), int(rows["escalated"].sum()))
        for name, rows in outcomes.groupby("list", sort=False)
    }
    others = [name for name in (EXPERT_CARD, CANDIDATE) if name in outcomes_of]
    error = plan.error
    against = tuple(_against(outcomes, rival, error) for rival in (*plan.rivals, *others))
    answer, why = answer_of(against[: len(plan.rivals)], plan.least_ratio)
    if len(listed) < plan.least_openable * places:
        answer, why = NOT_YET, f"Only {len(listed)} of {places} sealed places can still be opened."
    return Verdict(plan.name, answer, why, outcomes_of, against, places, len(listed))


def answer_of(against: Sequence[Against], least: float) -> tuple[str, str]:
    """Return the verdict and its reason: yes if the list beats every rival, no if one rival beats the list.

    A yes needs no correction for the number of rivals, because every one of them must be beaten.
    """
    for comparison in against:
        if comparison.pooled and comparison.pooled.high < least:
            return NO, f"The list does worse than {comparison.rival}: {in_words(comparison)}."
    weak = [comparison for comparison in against if not comparison.pooled or comparison.pooled.low <= least]
    if not weak:
        return YES, "The list beats every registered ranking."
    return NOT_YET, f"It is not shown that the list beats {weak[0].rival}: {in_words(weak[0])}."


def in_words(comparison: Against) -> str:
    """Describe a comparison: the odds ratio with its interval, or why there is none."""
    if comparison.pooled is None:
        return (
            f"fewer than {LEAST_HOUSEHOLDS} households on only one of the two, or nobody escalated on either"
        )
    result = comparison.pooled
    return f"odds ratio {result.ratio:.2f} ({result.low:.2f} to {result.high:.2f})"


def _open(con: duckdb.DuckDBPyConnection, workspace: Workspace, period: Period) -> tuple[pd.DataFrame, int]:
    """Read the opened places of a period and count the sealed ones; the first seal of each week counts."""
    rows, places = [], 0
    for corporation in verify.corporations(workspace):
        entries = [e for e in map(chain.parse, chain.lines(workspace, corporation)) if e and e.kind == LIST]
        weeks: dict[str, chain.Link] = {}
        for entry in entries:
            if entry.content["period"] == period.plan.name:
                weeks.setdefault(entry.content["as_of"], entry)
        if len(weeks) < period.plan.weeks:
            raise WaakvlamError(
                f"{len(weeks)} of {period.plan.weeks} weeks of {period.plan.name} were sealed, so there is no verdict."
            )
        if late := verify.afterwards(list(weeks.values())):
            raise WaakvlamError(f"There is no verdict: {late[0]}")
        held = openings.stored(con, corporation)
        for as_of, entry in weeks.items():
            for name in entry.content["lists"]:
                agreements = held.agreements(entry.number, name)
                rows += [(name, corporation, agreement, as_of) for agreement in agreements]
                places += len(agreements)
            places += held.missing(entry.number)
    return pd.DataFrame(
        rows, columns=["list", "corporatie_id", "overeenkomst_id", "as_of"], dtype="str"
    ), places


def _escalated(
    con: duckdb.DuckDBPyConnection, listed: pd.DataFrame, until: date, horizon_weeks: int
) -> pd.DataFrame:
    """Return each agreement once per list, with its first date and whether it escalated within the horizon."""
    first = listed.groupby(["list", "corporatie_id", "overeenkomst_id"], as_index=False)["as_of"].min()
    events = ibis.to_sql(escalations(history.staged(con), until), dialect="duckdb")
    con.register("first", first)
    query = fill(
        "SELECT f.list, f.corporatie_id, f.overeenkomst_id, count(e.kind) > 0 AS escalated FROM first f LEFT JOIN ({events}) e "
        "ON e.corporatie_id = f.corporatie_id AND e.overeenkomst_id = f.overeenkomst_id "
        "AND e.happened_on >= f.as_of::DATE AND e.happened_on < f.as_of::DATE + {days} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        events=Sql(events),
        days=7 * horizon_weeks,
    )
    outcomes = con.execute(query).df()
    con.unregister("first")
    return outcomes


def _against(outcomes: pd.DataFrame, rival: str, error: float) -> Against:
    keys = ["corporatie_id", "overeenkomst_id"]
    ours, theirs = (
        outcomes.loc[outcomes["list"] == name].set_index(keys)["escalated"] for name in (IN_USE, rival)
    )
    own, other = ours.loc[~ours.index.isin(theirs.index)], theirs.loc[~theirs.index.isin(ours.index)]
    counts = Counted(Group(len(own), int(own.sum())), Group(len(other), int(other.sum())))
    return Against(rival, counts, pool([counts], error=error))

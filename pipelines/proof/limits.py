"""Check the registered limits of an installation against what coaches met, every week.

Each rule yields an e-value (`models.evaluate.sequential`), and all rules share the allowed chance of a false stop. Each
household counts once, from its first list, after the time for a visit has passed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import pandas as pd

from features.contact import is_contact_sql
from features.known import known_sql
from models.evaluate.sequential import Block, above, below
from pipelines.installation.settings import Stop
from pipelines.installation.sql import Sql, fill, read_sql
from pipelines.scoring.follow_up import WORKED_DAYS

DECLINED = "Inwoner regelt het zelf/hoeft geen hulp vanuit vroegsignalering"
"""The result of a contact in which a resident wants no help."""
LEAST_SHARE = 0.05
"""A wijk with a smaller share of the listed households is counted with the other small ones."""
SMALL_WIJKEN = "small wijken together"
SHARES: Mapping[str, float] = {
    "refusals": 0.1, "harm": 0.1, "complaints": 0.1, "needs": 0.3, "visited": 0.2, "helped": 0.2,
}  # fmt: skip
"""The part of the allowed chance of a false stop that each rule gets; rules with less data to see harm in get more."""


@dataclass(frozen=True)
class Rule:
    """One limit and the evidence against it.

    Parameters
    ----------
    name : str
        ``"refusals"``, ``"harm"``, ``"complaints"``, ``"needs"``, ``"visited"``, ``"helped"`` or ``"drift"``.
    group : str
        The wijk that the rule is about; empty for the whole list.
    evidence, needed : float
        The e-value, and the e-value at which publication stops.
    found : str
        What was counted, in English.
    """

    name: str
    group: str
    evidence: float
    needed: float
    found: str

    @property
    def breached(self) -> bool:
        """Whether the evidence suffices to stop."""
        return self.evidence >= self.needed

    @property
    def sentence(self) -> str:
        """What the rule found, in one sentence for the analyst."""
        where = f" in {self.group}" if self.group else ""
        return f"{NAMES[self.name]}{where}: {self.found}."


NAMES: Mapping[str, str] = {
    "refusals": "More residents refuse than the limit allows",
    "harm": "More harm was reported than the limit allows",
    "complaints": "More complaints about the approach were reported than the limit allows",
    "needs": "The list finds fewer needs than addresses drawn by lot",
    "visited": "Markedly fewer listed households are visited",
    "helped": "Markedly fewer listed households are helped",
    "drift": "The data no longer look like those on which the card was made",
}


def rows(con: duckdb.DuckDBPyConnection, since: date, until: date) -> pd.DataFrame:
    """Read every household from its first list since a day, and what the coach met within four weeks.

    Returns
    -------
    pandas.DataFrame
        as_of, corporatie_id, overeenkomst_id, outcome (``top`` or ``exploration``), wijk, visited, reached, refused (bool)
        and need (1, 0 or missing).
    """
    query = fill(
        read_sql(__package__, "listed_since"),
        is_contact=Sql(is_contact_sql("c")),
        contact_known=Sql(known_sql("c", "$until")),
    )
    values = {"since": since, "until": until, "days": WORKED_DAYS, "declined": DECLINED}
    return con.execute(query, values).df().astype({"need": float})


def check(listed: pd.DataFrame, reports: Mapping[str, int], limits: Stop) -> list[Rule]:
    """Weigh the evidence against each limit.

    Parameters
    ----------
    listed : pandas.DataFrame
        The result of `rows`.
    reports : mapping of str to int
        Number of recorded reports of ``harm`` and ``complaint`` since the same day.
    limits : Stop
        The limits of the installation.

    Returns
    -------
    list of Rule
        One per limit, and one per wijk for the two that compare wijken.
    """
    visited = int(listed["visited"].sum())
    spoken = listed.loc[listed["reached"]]
    known = listed.loc[listed["need"].notna()]
    top = (known["outcome"] == "top").map({True: "top", False: "lot"})

    def needed(name: str, groups: int = 1) -> float:
        return groups / (SHARES[name] * limits.false_stops)

    rules = [
        _above("refusals", int(spoken["refused"].sum()), len(spoken), limits.refusals, needed("refusals")),
        _above("harm", reports.get("harm", 0), visited, limits.harm, needed("harm")),
        _above("complaints", reports.get("complaint", 0), visited, limits.complaints, needed("complaints")),
    ]
    weekly = _weekly(known["as_of"], top, known["need"] == 1)
    if "top" in weekly:
        rules.append(_below("needs", "", weekly["top"], limits.needs_ratio, needed("needs")))
    wijk = _large(listed["wijk"])
    for name, rows_, hit, ratio in (
        ("visited", listed, listed["visited"], limits.visited_ratio),
        ("helped", known, known["need"] == 1, limits.helped_ratio),
    ):
        weekly = _weekly(rows_["as_of"], wijk.loc[rows_.index], hit)
        if len(weekly) > 1:
            rules += [
                _below(name, group, own, ratio, needed(name, len(weekly))) for group, own in weekly.items()
            ]
    return rules


def _large(wijk: pd.Series) -> pd.Series:
    """Return the wijk of each row, with the small ones together."""
    share = wijk.map(wijk.value_counts(normalize=True))
    return wijk.where((share >= LEAST_SHARE) & (wijk != ""), SMALL_WIJKEN)


def _above(name: str, successes: int, trials: int, limit: float, needed: float) -> Rule:
    trials = max(trials, successes)
    counted = f"{successes} of {trials}, the limit is {100 * limit:g}%"
    return Rule(name, "", float(above(limit, successes, trials)), needed, counted)


def _below(name: str, group: str, weeks: Sequence[Block], ratio: float, needed: float) -> Rule:
    own, trials = sum(week.successes for week in weeks), sum(week.trials for week in weeks)
    other, rest = sum(week.other_successes for week in weeks), sum(week.other_trials for week in weeks)
    where = "by lot" if name == "needs" else "elsewhere"
    counted = f"{own} of {trials}, {where} {other} of {rest}"
    return Rule(name, group, max(below(weeks, ratio)), needed, counted)


def _weekly(as_of: pd.Series, group: pd.Series, hit: pd.Series) -> dict[str, list[Block]]:
    """Count trials and successes of each group and of all others per week, oldest first, by group."""
    table = pd.crosstab(as_of, group), pd.crosstab(as_of, group, values=hit.astype(int), aggfunc="sum")
    trials, successes = (one.fillna(0).astype(int) for one in table)
    return {
        str(name): [
            Block(int(n), int(s), int(m - n), int(t - s))
            for n, s, m, t in zip(
                trials[name], successes[name], trials.sum(axis=1), successes.sum(axis=1), strict=True
            )
        ]
        for name in trials.columns
    }

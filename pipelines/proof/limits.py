"""Check every week the registered limits of an installation against what coaches found.

Each rule weighs everything since the start, the first quarter, what changed since (`models.evaluate.sequential`), and what followed a
change that was noticed (`models.evaluate.noticed`). All rules share
the allowed chance of a false stop within two years. Each household counts once. Refusals, harm, complaints and needs count from
the day of a visit; whether a household was visited is known once the time for a visit has passed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

import duckdb
import numpy as np
import pandas as pd

from features.contact import is_contact_sql
from features.known import known_sql
from models.evaluate.noticed import changes, evidence_after
from models.evaluate.sequential import (
    Block,
    above,
    above_lately,
    above_since_change,
    below,
    below_lately,
    chance_above,
    evidence,
    last,
    scanned,
    together,
)
from pipelines.installation.settings import Stop
from pipelines.installation.sql import Sql, fill, read_sql
from pipelines.scoring.follow_up import WORKED_DAYS

DECLINED = "Inwoner regelt het zelf/hoeft geen hulp vanuit vroegsignalering"
"""The result of a contact in which a resident wants no help."""
QUARTER = 13
"""Number of weeks that are also weighed separately."""
REPORTED = QUARTER - 1
"""Reports arrive a week late, so those of this number of weeks are complete after a quarter."""
LATEST = WORKED_DAYS // 7 - 1
"""The last week of the time for a visit, counted from 0."""
MONDAY = 4
"""A Monday, in days since 1 January 1970."""
LEAST_SHARE = 0.05
"""A wijk with a smaller share of the listed households is counted with the other small ones."""
Days: TypeAlias = "Sequence[date] | pd.Series"
SMALL_WIJKEN = "small wijken together"
SHARES: Mapping[str, float] = {
    "refusals": 0.08, "harm": 0.2, "complaints": 0.1, "needs": 0.35, "visited": 0.07, "helped": 0.2,
}  # fmt: skip
"""The part of the allowed chance of a false stop that each rule gets; rules with less data in which to see harm get a larger part."""


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
        The highest evidence of a weekly look so far, and the evidence at which publication stops.
    counted : str
        What was counted, in English.
    """

    name: str
    group: str
    evidence: float
    needed: float
    counted: str

    @property
    def breached(self) -> bool:
        """Whether the evidence suffices to stop."""
        return self.evidence >= self.needed

    @property
    def sentence(self) -> str:
        """What the rule found, in one sentence for the analyst."""
        where = f" in {self.group}" if self.group else ""
        return f"{NAMES[self.name]}{where}: {self.counted}."


NAMES: Mapping[str, str] = {
    "refusals": "More residents refuse than the limit allows",
    "harm": "More harm was reported than the limit allows",
    "complaints": "More complaints about the approach were reported than the limit allows",
    "needs": "The list finds fewer needs than addresses drawn by lot",
    "visited": "Markedly fewer listed households are visited",
    "helped": "Markedly fewer listed households are helped",
    "drift": "The data no longer look like those on which the card was made",
}


@dataclass(frozen=True)
class Met:
    """What coaches found since a day.

    Parameters
    ----------
    listed : DataFrame
        One row per household, from its first list: as_of, wijk, outcome (``top`` or ``exploration``), matured (whether the
        time for a visit has passed), visited, spoken_on, refused and need (1, 0 or missing).
    visits : sequence of date
        Day of the first visit to each household that was on a list before.
    reports : mapping
        Days on which ``harm`` and ``complaint`` were reported.
    """

    listed: pd.DataFrame
    visits: Sequence[date]
    reports: Mapping[str, Sequence[date]]


def met(
    con: duckdb.DuckDBPyConnection, since: date, until: date, reports: Mapping[str, Sequence[date]]
) -> Met:
    """Read what coaches found and what was reported since a day, as known before another day."""
    contact = {"is_contact": Sql(is_contact_sql("c")), "contact_known": Sql(known_sql("c", "$until"))}
    values = {"since": since, "until": until, "days": WORKED_DAYS, "declined": DECLINED}
    listed = con.execute(fill(read_sql(__package__, "listed_since"), **contact), values).df()
    visits = con.execute(
        fill(read_sql(__package__, "visits_since"), **contact), {"since": since, "until": until}
    )
    return Met(listed.astype({"need": float}), [day for (day,) in visits.fetchall()], reports)


def check(met: Met, limits: Stop) -> list[Rule]:
    """Weigh the evidence against each limit.

    Parameters
    ----------
    met : Met
        What coaches met since the last decision to resume.
    limits : Stop
        The limits of the installation.

    Returns
    -------
    list of Rule
        One per limit, and one per wijk for the two that compare wijken.
    """
    listed = met.listed
    spoken = listed.loc[listed["spoken_on"].notna()]
    known = listed.loc[listed["need"].notna() & (listed["matured"] | listed["spoken_on"].notna())]

    def needed(name: str, groups: int = 1) -> float:
        return groups / (SHARES[name] * limits.false_stops)

    rules = [
        _above(name, hits, trials, limit, needed(name), first)
        for name, hits, trials, limit, first in (
            ("refusals", spoken.loc[spoken["refused"], "spoken_on"], spoken["spoken_on"], limits.refusals, QUARTER),
            ("harm", met.reports.get("harm", ()), met.visits, limits.harm, REPORTED),
            ("complaints", met.reports.get("complaint", ()), met.visits, limits.complaints, REPORTED),
        )
    ]  # fmt: skip
    confirmed = _compared(known, known["outcome"] == "top", known["need"] == 1, known["spoken_on"])
    if (known["outcome"] == "top").any():
        rules.append(_below("needs", "", confirmed, limits.needs_ratio, needed("needs")))
    matured = listed.loc[listed["matured"]]
    for name, rows, hit, on, ratio in (
        ("visited", matured, matured["visited"], None, limits.visited_ratio),
        ("helped", known, known["need"] == 1, known["spoken_on"], limits.helped_ratio),
    ):
        wijk = large_wijken(rows["wijk"])
        wijken = sorted(wijk.unique())
        if len(wijken) > 1:
            rules += [
                _below(name, group, _compared(rows, wijk == group, hit, on), ratio, needed(name, len(wijken)))
                for group in wijken
            ]
    return rules


def large_wijken(wijk: pd.Series) -> pd.Series:
    """Return the wijk of each row, with the small ones together."""
    share = wijk.map(wijk.value_counts(normalize=True))
    return wijk.where((share >= LEAST_SHARE) & (wijk != ""), SMALL_WIJKEN)


def _above(name: str, hits: Days, trials: Days, limit: float, needed: float, first: int) -> Rule:
    """Weigh the days of successes against the days of trials, in weeks from Monday to Sunday."""
    happened, tried = (
        (np.asarray(d, dtype="datetime64[D]").astype(int) - MONDAY) // 7 for d in (hits, trials)
    )
    both = np.concatenate([happened, tried])
    if not len(both):
        return Rule(name, "", 0.0, needed, "nothing yet")
    weeks = int(both.max() - both.min()) + 1
    successes, number = (np.bincount(of - both.min(), minlength=weeks) for of in (happened, tried))
    number = np.maximum(number, successes)
    since_start = above(limit, successes.cumsum(), number.cumsum())
    since_change = above_since_change(limit, successes, number, QUARTER)
    lately_chance = above_lately(limit, successes, number, QUARTER)
    noticed = evidence_after(
        changes(successes, number),
        weeks,
        lambda start, end: float(chance_above(limit, successes[start:end].sum(), number[start:end].sum())),
    )
    path = evidence(since_start, since_change, lately_chance, first, noticed)
    lately = f"{successes[-QUARTER:].sum()} of {number[-QUARTER:].sum()} in the last quarter"
    counted = f"{successes.sum()} of {number.sum()} ({lately}), the limit is {100 * limit:g}%"
    return Rule(name, "", float(path.max()), needed, counted)


@dataclass(frozen=True)
class Compared:
    """A group and all others, at each weekly look: what the week before added, and the lists of the last quarter."""

    added: Sequence[Block]
    lately: Sequence[Block]


def _compared(rows: pd.DataFrame, own: pd.Series, hit: pd.Series, known_on: pd.Series | None) -> Compared:
    """Count the households of a group and of all others as soon as their outcome is known.

    Parameters
    ----------
    rows : DataFrame
        The households, with the date of their list (as_of).
    own, hit : Series of bool
        Whether the household belongs to the group, and whether the outcome is a success.
    known_on : Series of dates, optional
        The day on which the outcome became known; where missing, the time for a visit had to pass first.
    """
    week = ((rows["as_of"] - rows["as_of"].min()).dt.days // 7).to_numpy(dtype=int)
    late = np.full(len(rows), LATEST)
    if known_on is not None:
        weeks = (known_on - rows["as_of"]).dt.days // 7
        late = weeks.fillna(LATEST).clip(0, LATEST).to_numpy(dtype=int)
    looks = int((week + late).max(initial=-1)) + 1
    added, lately = [], []
    mine, success = own.to_numpy(dtype=bool), hit.to_numpy(dtype=bool)
    for which in (mine, mine & success, ~mine, ~mine & success):
        # One column per week of delay: those of the last quarter's lists became known in fewer weeks if they came late.
        counts = [np.bincount((week + late)[which & (late == d)], minlength=looks) for d in range(LATEST + 1)]
        added.append(sum(counts))
        lately.append(sum(last(number, QUARTER - d) for d, number in enumerate(counts)))
    return Compared(*([Block(*map(int, look)) for look in zip(*of, strict=True)] for of in (added, lately)))


def _below(name: str, group: str, compared: Compared, ratio: float, needed: float) -> Rule:
    """Weigh whether the share of a group is below `ratio` times that of all others."""
    own, trials = sum(week.successes for week in compared.added), sum(week.trials for week in compared.added)
    other, rest = sum(w.other_successes for w in compared.added), sum(w.other_trials for w in compared.added)
    where = "by lot" if name == "needs" else "elsewhere"
    quarter = below_lately(compared.lately, ratio)
    missed = [week.trials - week.successes for week in compared.added]
    noticed = evidence_after(
        changes(missed, [week.trials for week in compared.added]),
        len(compared.added),
        lambda start, end: float(below_lately([together(compared.added[start:end])], ratio)[0]),
    )
    path = evidence(below(compared.added, ratio), scanned(quarter), quarter, QUARTER, noticed)
    return Rule(name, group, float(path.max()), needed, f"{own} of {trials}, {where} {other} of {rest}")

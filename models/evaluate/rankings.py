"""Rank without fitting: the sort orders that anyone could use, and the points card.

A model that does not beat these has no purpose; a 12-month count of events is often hard to beat.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from features.catalogue.stacking import EVENTS
from features.known import KEY
from models.card.on_panel import in_order
from models.card.scorecard import Scorecard
from models.evaluate.at_capacity import at_capacity, places
from models.evaluate.ground import as_days, ground

PAST = "chosen_on_past"
"""Name of the ranking of `past_choice`."""


@dataclass(frozen=True)
class Ranking:
    """A ranking to compare.

    Parameters
    ----------
    name : str
        Short name, for JSON.
    label : str
        Name in reports.
    scores : pandas.Series
        Scores by the index of the panel; higher comes first, missing comes last.
    kind : str
        ``"simple"`` (anyone could sort like this; the best of these must be beaten), ``"context"`` (random, the
        previous list), ``"card"`` (the product) or ``"fitted"`` (black boxes, never shown to a coach).
    """

    name: str
    label: str
    scores: pd.Series
    kind: str = "simple"


def _column(panel: pd.DataFrame, name: str) -> pd.Series:
    return panel[name].astype(float)


def events(panel: pd.DataFrame) -> pd.Series:
    """Count the events of 12 months, of every kind that the panel has."""
    kinds = [name for name in EVENTS if name in panel]
    return panel[kinds].astype(float).sum(axis=1)


def hackney(panel: pd.DataFrame) -> pd.Series:
    """Add up the weights that Hackney published for rent arrears and later replaced with rules.

    Source: LBHackney-IT/lbh-income-api. The weights are 1.5 per day in arrears, 1.2 per pound (here euro) of balance,
    50 for a broken agreement and 50 for an active notice seeking possession (here: sommatie). The 200 for a broken
    court order never applies, because an address at court is out of scope.
    """
    points = 1.5 * _column(panel, "oldest_open_days").fillna(0) + 1.2 * _column(panel, "arrears_euro").fillna(
        0
    )
    if "plan_broken_days" in panel:
        points = points + 50.0 * panel["plan_broken_days"].notna()
    if "collection_phase" in panel:
        points = points + 50.0 * (_column(panel, "collection_phase") >= 3)
    return points


@dataclass(frozen=True)
class Rule:
    """A sort order that anyone could use: by one column, and then by others where that one is equal.

    Parameters
    ----------
    label : str
        Name in reports.
    needs : tuple of str
        The signals without which the rule cannot be tried; empty: any of the events of a year.
    then : tuple of str
        The next columns to sort by, in order; a column that the panel lacks is passed over.
    first : callable, optional
        The first column; default: the only signal that the rule needs.
    """

    label: str
    needs: tuple[str, ...]
    then: tuple[str, ...]
    first: Callable[[pd.DataFrame], pd.Series] | None = None

    def scores(self, panel: pd.DataFrame) -> pd.Series:
        """Score the rows of a panel; rows that are equal in every column are equal."""
        first = self.first(panel) if self.first else _column(panel, self.needs[0])
        return in_turn(first, *(_column(panel, name) for name in self.then if name in panel))


SIMPLE: Mapping[str, Rule] = {
    "largest_amount": Rule("largest amount owed", ("arrears_euro",), ("arrears_weeks_365d",)),
    "most_months": Rule("most months in arrears", ("arrears_months",), ("arrears_euro",)),
    "most_complaints_90d": Rule(
        "most complaints in 90 days",
        ("complaints_90d",),
        ("complaints_365d", "arrears_months", "arrears_euro"),
    ),
    "most_events_365d": Rule(
        "most events in 12 months", (), ("complaints_90d", "arrears_months", "arrears_euro"), events
    ),
    "hackney": Rule(
        "Hackney-style points", ("arrears_euro", "oldest_open_days"), ("arrears_months",), hackney
    ),
}
"""The simple rankings by name. Whoever sorts in a spreadsheet adds a second column; without one, equal rows go by lot."""


READ = tuple(
    dict.fromkeys(
        name
        for names in (*((*rule.needs, *rule.then) for rule in SIMPLE.values()), ("plan_broken_days", "collection_phase"), EVENTS)
        for name in names
    )
)  # fmt: skip
"""The signals that the simple rankings read."""


def in_turn(*columns: pd.Series) -> pd.Series:
    """Sort by one column, then by the next where that is equal, and so on.

    Parameters
    ----------
    columns : pandas.Series
        Higher comes first; a missing value counts as 0.

    Returns
    -------
    pandas.Series
        0 where every column is 0 or missing; otherwise a higher number for a row that comes earlier, equal for equal rows.
    """
    values = pd.concat(columns, axis=1).fillna(0.0).to_numpy()
    # The row of zeros that is put in front marks where 0 lies.
    _, number = np.unique(np.vstack([np.zeros(len(columns)), values]), axis=0, return_inverse=True)
    number = number.reshape(-1)
    return pd.Series((number[1:] - number[0]).astype(float), index=columns[0].index)


def simple(panel: pd.DataFrame) -> list[Ranking]:
    """Build every simple ranking for which the panel has signals."""
    return [
        Ranking(name, rule.label, rule.scores(panel))
        for name, rule in SIMPLE.items()
        if _known(panel, rule.needs)
    ]


def untried(panel: pd.DataFrame) -> list[str]:
    """Return the labels of the simple rankings for which the panel has no signals, because nobody delivered them."""
    return [rule.label for rule in SIMPLE.values() if not _known(panel, rule.needs)]


def _known(panel: pd.DataFrame, needs: Sequence[str]) -> bool:
    known = [column in panel and bool(panel[column].notna().any()) for column in needs or EVENTS]
    return all(known) if needs else any(known)


def card(panel: pd.DataFrame, scorecard: Scorecard) -> pd.Series:
    """Score the panel with a points card, in the order of its list; a signal that the panel lacks counts as missing."""
    return pd.Series(in_order(scorecard, panel), index=panel.index, name="score")


def past_choice(
    panel: pd.DataFrame,
    rankings: Sequence[Ranking],
    *,
    capacity: int,
    horizon_weeks: int,
    outcome: str = "escalated",
) -> Ranking:
    """Return the ranking of `chosen_on_past`, to compare with others."""
    score, _ = chosen_on_past(
        panel, rankings, capacity=capacity, horizon_weeks=horizon_weeks, outcome=outcome
    )
    label = "the simple ranking that past lists would have chosen"
    return Ranking(PAST, label, score, "context")


def chosen_on_past(
    panel: pd.DataFrame,
    rankings: Sequence[Ranking],
    *,
    capacity: int,
    horizon_weeks: int,
    outcome: str = "escalated",
) -> tuple[pd.Series, dict[str, str]]:
    """Rank each date by the simple ranking that found most on dates whose outcomes were complete by then.

    Nobody could have known the best simple ranking in advance, but anyone who compared past lists could have used this one.

    Parameters
    ----------
    panel : pandas.DataFrame
        Rows of all dates, mature rows only.
    rankings : sequence of Ranking
        Rankings to choose from; the first one is used while no outcome is complete.
    capacity : int
        Addresses per date.
    horizon_weeks : int
        Weeks between a date that judges and the date that is ranked.
    outcome : str
        Column with 1 if the outcome occurred.

    Returns
    -------
    (pandas.Series, dict)
        A score by the index of the panel, higher first, and the name of the chosen ranking per date.
    """
    on = ground(panel, outcome=outcome)
    hits, place = {}, {}
    for ranking in rankings:
        place[ranking.name] = places(on, on.of(ranking.scores))
        hits[ranking.name] = at_capacity(on, place[ranking.name], capacity)["hits"].to_numpy()
    days = np.array(on.dates, dtype="datetime64[D]")
    score = np.zeros(len(on))
    chosen = {}
    for number, day in enumerate(days):
        past = days <= day - np.timedelta64(7 * horizon_weeks, "D")
        best = max(rankings, key=lambda ranking: hits[ranking.name][past].sum()).name
        mine = on.date == number
        score[mine] = -place[best][mine]
        chosen[str(day)] = best
    return pd.Series(score, index=on.rows.index), chosen


def list_before(panel: pd.DataFrame, shown: pd.Series) -> pd.Series:
    """Score everyone by the list of the previous as-of date; agreements out of scope then come last.

    In a weekly panel this is last week's list.
    """
    dates = np.sort(as_days(panel["as_of"]).unique())
    now = panel[list(KEY)].assign(as_of=as_days(panel["as_of"]), row=panel.index)
    after = dict(pairwise(dates))
    then = now.assign(as_of=now["as_of"].map(after), before=shown.to_numpy()).dropna(subset=["as_of"])
    joined = now.merge(then[[*KEY, "before"]], on=list(KEY), how="left", validate="one_to_one")
    return joined.set_index("row")["before"].reindex(panel.index)


def area_mean(panel: pd.DataFrame, *, horizon_weeks: int, outcome: str = "escalated") -> pd.Series:
    """Score everyone by the share of past outcomes in the wijk, using outcomes that were complete by then.

    Targeting areas alone did as well as targeting people in Wisconsin (Perdomo 2023, arXiv:2304.06205).
    """
    when = as_days(panel["as_of"])
    outcomes = panel.assign(_on=when).groupby(["wijk", "_on"])[outcome].agg(["sum", "size"])
    dates = np.sort(when.unique())
    columns = []
    for day in dates:
        past = outcomes[
            outcomes.index.get_level_values("_on") <= day - np.timedelta64(7 * horizon_weeks, "D")
        ]
        sums = past.groupby("wijk").sum()
        columns.append((sums["sum"] / sums["size"]).rename(day))
    rates = pd.concat(columns, axis=1).stack().rename("rate")
    keys = pd.MultiIndex.from_arrays([panel["wijk"], when])
    return pd.Series(rates.reindex(keys).to_numpy(dtype=float), index=panel.index)


def chance(panel: pd.DataFrame) -> pd.Series:
    """Give everyone the same score, which is a random order counted by expectation."""
    return pd.Series(0.0, index=panel.index)


def context(panel: pd.DataFrame, shown: pd.Series, *, horizon_weeks: int, outcome: str) -> list[Ranking]:
    """Build the rankings that serve as context: the previous list, the mean of the area, and random."""
    rankings = [Ranking("list_before", "the list before, again", list_before(panel, shown), "context")]
    if "wijk" in panel and panel["wijk"].nunique() > 1:
        area = area_mean(panel, horizon_weeks=horizon_weeks, outcome=outcome)
        rankings.append(Ranking("area_mean", "the area's mean", area, "simple"))
    return [*rankings, Ranking("random", "random", chance(panel), "context")]

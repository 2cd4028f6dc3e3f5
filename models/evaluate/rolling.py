"""Fit rankings as they could have been fitted at the time.

For each as-of date a model learns only from dates whose outcomes were complete by then (a gap of one horizon), and only from
households other than those it ranks. Each group of households therefore has its own model, and the points of two models
cannot be compared: one may spread its rows further, or give all of them more. Instead, the place of a row on the list that
its model makes of everyone is compared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from models.evaluate.ground import as_days, standing_for

FOLDS = 3
REFIT_EVERY = 6
LEAST_POSITIVES = 20
"""Minimum number of positives to fit a model; a date with fewer before it is not a test date."""

Fit = Callable[[pd.DataFrame, np.ndarray], Callable[[pd.DataFrame], np.ndarray]]
"""A function from training rows (signals, or the whole panel) and outcomes to a function that scores rows."""


def fold(household: pd.Series, folds: int = FOLDS) -> np.ndarray:
    """Assign households to folds by their name, equally on every machine and in any order of rows."""
    names = household.astype(str)
    number = {
        name: int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") % folds
        for name in names.unique()
    }
    return names.map(number).to_numpy()


def test_dates(
    panel: pd.DataFrame, *, horizon_weeks: int, outcome: str = "escalated", least: int = LEAST_POSITIVES
) -> list[pd.Timestamp]:
    """List the as-of dates before which enough outcomes were complete to learn from."""
    when = as_days(panel["as_of"])
    positives = panel[outcome].fillna(0).groupby(when).sum().sort_index().cumsum()
    gap = pd.Timedelta(weeks=horizon_weeks)
    return [day for day in positives.index if positives[positives.index <= day - gap].max() >= least]


def rolling(
    panel: pd.DataFrame,
    fit: Fit,
    *,
    horizon_weeks: int,
    dates: Sequence[pd.Timestamp],
    outcome: str = "escalated",
    folds: int = FOLDS,
    refit_every: int = REFIT_EVERY,
) -> pd.Series:
    """Score the rows of `dates`, each with a model that used only outcomes complete by then.

    Parameters
    ----------
    panel : pandas.DataFrame
        All rows, including those to learn from. Contacted rows are never learned from, because the contact may have
        changed the outcome.
    fit : callable
        Learns from rows of the panel.
    horizon_weeks : int
        Weeks between the last date learned from and the first date ranked.
    dates : sequence of Timestamp
        Dates to rank, in order.
    outcome : str
        Outcome to learn.
    folds : int
        Number of groups of households; each is ranked by a model that learned from the others.
    refit_every : int
        Number of dates that a model is used for before a new one is fitted.

    Returns
    -------
    pandas.Series
        Scores of `by_place`, by the index of the panel; NaN for other dates, and where there was too little to learn from.
    """
    when, group = as_days(panel["as_of"]), fold(panel["household"], folds)
    y = panel[outcome].fillna(0).to_numpy(dtype=np.int8)
    usable = panel["mature"].to_numpy(dtype=bool) & ~panel["contacted"].to_numpy(dtype=bool)
    scores = np.full(len(panel), np.nan)
    for start in range(0, len(dates), refit_every):
        block = dates[start : start + refit_every]
        past = usable & (when <= block[0] - pd.Timedelta(weeks=horizon_weeks)).to_numpy()
        ranked = when.isin(block).to_numpy()
        listed = panel.loc[ranked]
        for number in range(folds):
            learn, test = past & (group != number), ranked & (group == number)
            if test.any() and len(np.unique(y[learn])) == 2:
                model = fit(panel.loc[learn], y[learn])
                scores[test] = by_place(model(listed), when[ranked], standing_for(listed))[test[ranked]]
    return pd.Series(scores, index=panel.index)


def crossed(panel: pd.DataFrame, fit: Fit, *, outcome: str = "escalated", folds: int = 5) -> pd.Series:
    """Score every row with a model that learned from other households; for data of a single date."""
    when, group = as_days(panel["as_of"]), fold(panel["household"], folds)
    y = panel[outcome].fillna(0).to_numpy(dtype=np.int8)
    scores = np.full(len(panel), np.nan)
    for number in range(folds):
        test = group == number
        if test.any() and len(np.unique(y[~test])) == 2:
            scores[test] = by_place(fit(panel.loc[~test], y[~test])(panel), when, standing_for(panel))[test]
    return pd.Series(scores, index=panel.index)


def by_place(score: np.ndarray, when: pd.Series, stands_for: np.ndarray | int = 1) -> np.ndarray:
    """Replace scores by ten points for each time that the list of a date is halved to reach a row.

    Ten points for a doubling is the scale of a card (`models.card.points_card`).

    Parameters
    ----------
    score : ndarray of float, shape (rows,)
        Higher comes first.
    when : pandas.Series
        As-of date per row.
    stands_for : ndarray or int
        Number of places that each row takes.

    Returns
    -------
    ndarray of float, shape (rows,)
        At least 0; equal scores of a date stay equal.
    """
    keys = ["when", "best_first"]
    rows = pd.DataFrame({"when": when.to_numpy(), "best_first": -score, "rows": stands_for})
    equal = rows.groupby(keys)["rows"]
    level = equal.sum()
    lists = level.groupby(level="when")
    points = 10.0 * np.log2(lists.transform("sum") / (lists.cumsum() - level / 2))
    return points.to_numpy()[equal.ngroup()]

"""Fit rankings as they could have been fitted at the time.

For each as-of date a model learns only from dates whose outcomes were complete by then (a gap of one horizon), and only from
households other than those it ranks. Each group of households therefore has its own model, and the points of two models
cannot be compared: one may spread its rows further, or give all of them more. Instead, the place of a row on the list that
its model makes of everyone is compared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Literal

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from models.evaluate.ground import as_days, standing_for

FOLDS = 3
REFIT_EVERY = 6
NEGATIVES = 30
"""Rows without the outcome that a fitted ranking learns from, per row with it."""
MOST = 100_000
"""Maximum number of rows without the outcome."""
BINS = 255
"""Maximum number of bins into which gradient boosting cuts a signal."""
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


def logistic(signals: Sequence[str]) -> Fit:
    """Return logistic regression without constraints, on all signals and on indicators of missing values."""

    def fit(rows: pd.DataFrame, y: np.ndarray) -> Callable[[pd.DataFrame], np.ndarray]:
        informative = _telling(rows, signals)
        model = make_pipeline(
            SimpleImputer(strategy="median", add_indicator=True),
            StandardScaler(),
            LogisticRegression(C=1.0, max_iter=300, tol=1e-3),
        )
        kept, weight = _thinned(y)
        model.fit(_numbers(rows, informative)[kept], y[kept], logisticregression__sample_weight=weight)
        return lambda test: model.decision_function(_numbers(test, informative))

    return fit


def boosting(
    signals: Sequence[str],
    *,
    rounds: int = 150,
    together: Literal["pairwise", "no_interactions"] | None = None,
    directions: Mapping[str, int] = MappingProxyType({}),
) -> Fit:
    """Return gradient boosting, a strong rival without the promises of a card.

    Parameters
    ----------
    signals : sequence of str
        The signals to learn from.
    rounds : int
        Number of trees.
    together : str, optional
        Which signals a tree may combine: two (``"pairwise"``) or none (``"no_interactions"``); default: any.
    directions : mapping of str to int
        Signals whose effect may only rise (+1) or fall (-1).
    """

    def fit(rows: pd.DataFrame, y: np.ndarray) -> Callable[[pd.DataFrame], np.ndarray]:
        informative = _telling(rows, signals)
        # Shallow, slow and regularised, because at a base rate of one percent the defaults learn noise.
        model = HistGradientBoostingClassifier(
            learning_rate=0.05,
            max_iter=rounds,
            max_leaf_nodes=12,
            min_samples_leaf=40,
            l2_regularization=5.0,
            early_stopping=False,
            random_state=0,
            interaction_cst=together,
            monotonic_cst=[directions.get(name, 0) for name in informative],
        )
        kept, weight = _thinned(y)
        learned = _numbers(rows, informative)[kept]
        cuts = [_cuts(column, weight) for column in learned.T]
        with _one_thread():
            model.fit(_binned(learned, cuts), y[kept], sample_weight=weight)

        def scores(test: pd.DataFrame) -> np.ndarray:
            with _one_thread():
                return model.decision_function(_binned(_numbers(test, informative), cuts))

        return scores

    return fit


def _cuts(values: np.ndarray, weight: np.ndarray) -> np.ndarray | None:
    """Return the values that cut a column into `BINS` bins of equal weight; None if it has no more distinct values.

    The boosting finds the same cuts (Hyndman and Fan 1996, definition 2), but with weights it sorts the column for each.
    """
    known = ~np.isnan(values)
    order = np.argsort(values[known], kind="stable")
    ascending, total = values[known][order], np.cumsum(weight[known][order])
    if len(np.unique(ascending)) <= BINS:
        return None
    wanted = np.linspace(0, 100, BINS + 1)[1:-1] / 100 * total[-1]
    at = np.searchsorted(total, wanted)
    after = at + (total[at] - wanted <= np.finfo(float).eps)
    return np.unique((ascending[at] + ascending[after]) / 2)


def _binned(numbers: np.ndarray, cuts: Sequence[np.ndarray | None]) -> np.ndarray:
    """Replace the values of each column that is cut by the number of their bin; a missing value stays missing."""
    columns = [
        column if cut is None else np.where(np.isnan(column), np.nan, np.searchsorted(cut, column))
        for column, cut in zip(numbers.T, cuts, strict=True)
    ]
    return np.column_stack(columns) if columns else numbers


def _one_thread() -> threadpool_limits:
    """Keep OpenMP to one thread, because on a busy machine its threads wait for each other for minutes."""
    return threadpool_limits(1)


def _thinned(y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Keep all positives and a share of the other rows, with more weight, because thousands of them add little."""
    others = np.flatnonzero(y == 0)
    number = min(len(others), max(NEGATIVES * int(y.sum()), 10_000), MOST)
    drawn = np.random.default_rng(0).choice(others, number, replace=False)
    kept = np.sort(np.concatenate([np.flatnonzero(y == 1), drawn]))
    return kept, np.where(y[kept] == 1, 1.0, len(others) / number)


def _telling(rows: pd.DataFrame, signals: Sequence[str]) -> list[str]:
    """Return the signals that vary and are not always missing in the training rows."""
    return [name for name in signals if rows[name].nunique() > 1]


def _numbers(rows: pd.DataFrame, signals: Sequence[str]) -> np.ndarray:
    return rows[list(signals)].astype(float).to_numpy()

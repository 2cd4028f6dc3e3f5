"""Rank with models that keep none of the promises of a card: rivals to compare with, never shown to a coach."""

from __future__ import annotations

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

from models.evaluate.rolling import Fit

NEGATIVES = 30
"""Rows without the outcome that a fitted ranking learns from, per row with it."""
MOST = 100_000
"""Maximum number of rows without the outcome."""
BINS = 255
"""Maximum number of bins into which gradient boosting cuts a signal."""
BAGS, ROUNDS = 4, 500
"""Number of samples of rows that an explainable boosting machine averages over, and of rounds on each."""
LABELS = {
    "logistic": "logistic regression without constraints",
    "boosting": "gradient boosting without constraints",
    "ebm": "explainable boosting machine without constraints",
}
"""How reports call the fitted rankings."""


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


def additive(signals: Sequence[str], *, pairs: int = 10) -> Fit:
    """Return an explainable boosting machine, a rival that adds up steps per signal and per pair of signals.

    Parameters
    ----------
    signals : sequence of str
        The signals to learn from.
    pairs : int
        Number of pairs of signals that have steps of their own.
    """

    def fit(rows: pd.DataFrame, y: np.ndarray) -> Callable[[pd.DataFrame], np.ndarray]:
        from interpret.glassbox import ExplainableBoostingClassifier  # optional: the extra `learn`

        informative = _telling(rows, signals)
        kept, weight = _thinned(y)
        model = ExplainableBoostingClassifier(
            interactions=pairs, outer_bags=BAGS, max_rounds=ROUNDS, n_jobs=1, random_state=0
        )
        model.fit(_numbers(rows, informative)[kept], y[kept], sample_weight=weight)
        return lambda test: np.asarray(model.decision_function(_numbers(test, informative)))

    return fit


def usual(signals: Sequence[str]) -> dict[str, Fit]:
    """Return the fitted rankings that every backtest compares with, by their name in `LABELS`."""
    return {"logistic": logistic(signals), "boosting": boosting(signals)}


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

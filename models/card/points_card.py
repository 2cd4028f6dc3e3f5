"""The points card as an estimator: a logistic regression on bands whose prior is the card that people made.

Points are log-odds (ten points double the odds), so a card of points is a logistic regression, and what people think
is where it starts: the most probable weights given the data and a normal prior around the card. With few
escalations it stays where it was, with many it follows them (Dawes 1979 for why that start is hard to beat).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from models.card.posterior import Floats, calibrate_intercept, most_probable

PER_POINT = np.log(2) / 10
"""Log-odds of one point."""


@dataclass(frozen=True)
class Bins:
    """The bands of one signal with the points to start from.

    Parameters
    ----------
    bounds : tuple of float
        Rising; a value belongs to the band above a bound that it equals.
    points : tuple of float
        One more than there are bounds.
    missing : float
        Points where the value is missing (NaN).
    direction : int
        +1: points may not fall with the value; -1: not rise; 0: either.
    """

    bounds: tuple[float, ...]
    points: tuple[float, ...]
    missing: float = 0.0
    direction: int = 0

    @property
    def base(self) -> int:
        """The band that all others are measured against: the first without points, else the first of all."""
        return self.points.index(0) if 0 in self.points else 0

    def codes(self, values: NDArray[Any]) -> NDArray[np.int64]:
        """Give each value the number of its band; missing is the last number."""
        found = np.searchsorted(np.asarray(self.bounds, dtype=float), np.nan_to_num(values), side="right")
        return np.where(np.isnan(values), len(self.points), found).astype(np.int64)


class PointsCard(ClassifierMixin, BaseEstimator):
    """Logistic regression on bands, shrunk towards given points, with the signs that the signals have.

    The weights maximise the likelihood times a normal prior around the given points. What is shrunk are the
    steps from band to band, so that neighbouring bands move together; steps keep the sign of the direction; no
    band ends further than `max_move` points from where it began. The intercept is free.

    Parameters
    ----------
    terms : sequence of Bins, optional
        One per column of X. None: quartiles of each column, no points, no direction.
    tau : float or sequence of float
        Prior standard deviation of each step in log-odds, for all terms or per term; 0 holds a term where it is.
    max_move : float
        Cap on the move of any band, in points.
    max_iter : int
        Newton steps at most.
    tol : float
        Stop when no weight moves more (log-odds).

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
        The labels; the second is the one that the points speak for.
    intercept_ : float
        Log-odds where every term is in its base band.
    points_ : list of ndarray
        Points per band, per term, unrounded.
    missing_ : list of float
        Points where missing, per term.
    n_iter_ : int
        Newton steps taken.

    Examples
    --------
    >>> import numpy as np
    >>> months = np.repeat([[0.0], [1.0], [3.0]], 100, axis=0)
    >>> escalated = np.repeat([0, 1, 0, 1, 0, 1], [99, 1, 97, 3, 80, 20])
    >>> card = PointsCard([Bins((0.5, 2.0), (0, 6, 17), direction=1)], tau=0.3).fit(months, escalated)
    >>> [round(float(p)) for p in card.points_[0]]
    [0, 9, 25]
    """

    def __init__(
        self,
        terms: Sequence[Bins] | None = None,
        *,
        tau: float | Sequence[float] = 0.1,
        max_move: float = 15.0,
        max_iter: int = 100,
        tol: float = 1e-8,
    ) -> None:
        self.terms = terms
        self.tau = tau
        self.max_move = max_move
        self.max_iter = max_iter
        self.tol = tol

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:  # noqa: N803
        """Find the points.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_terms)
            Values of the signals; NaN is missing.
        y : array-like of shape (n_samples,)
            Two classes.
        sample_weight : array-like of shape (n_samples,), optional
            How many each row stands for.

        Raises
        ------
        ValueError
            Not two classes, not one term per column, or nothing finite in X.
        """
        values, target = validate_data(self, X, y, ensure_all_finite="allow-nan", dtype=np.float64)
        check_classification_targets(target)
        self.classes_, encoded = np.unique(target, return_inverse=True)
        if len(self.classes_) != 2:
            if len(self.classes_) > 2:
                raise ValueError(
                    "Only binary classification is supported. The type of the target is multiclass."
                )
            raise ValueError(f"The card needs two classes and got {len(self.classes_)} class.")
        weights = _check_sample_weight(sample_weight, values, dtype=np.float64, ensure_non_negative=True)
        if np.isinf(values).any():
            raise ValueError("Input X contains infinity.")
        self.bins_ = self._bins(values, weights)
        steps = [_Steps(bins) for bins in self.bins_]
        tau = np.broadcast_to(np.asarray(self.tau, dtype=np.float64), (len(steps),))
        # Alike rows are one: the fit depends on their number, not on how often they stand there.
        rows, pattern = alike(coded(self.bins_, values))
        total = np.bincount(pattern, weights, len(rows)).astype(np.float64)
        positive = np.bincount(pattern, weights * encoded, len(rows)).astype(np.float64)
        design = np.hstack([step.table[row] for step, row in zip(steps, rows.T, strict=True)])
        prior = np.concatenate([step.prior for step in steps])
        seen = np.abs(design).max(axis=0, initial=0.0) > 0
        spread = np.concatenate([np.full(len(s.prior), t) for s, t in zip(steps, tau, strict=True)]) * seen
        sign = np.concatenate([step.sign for step in steps])
        fitted, self.n_iter_ = most_probable(
            design,
            total,
            positive,
            prior=prior,
            spread=spread,
            sign=sign,
            max_iter=self.max_iter,
            tol=self.tol,
        )
        self._settle(steps, fitted)
        offset = self._sum(rows)
        self.intercept_ = calibrate_intercept(offset, total, positive)
        return self

    def _bins(self, values: Floats, weights: Floats) -> list[Bins]:
        if self.terms is None:
            return [_quartiles(column, weights) for column in values.T]
        if len(self.terms) != values.shape[1]:
            raise ValueError(f"There are {len(self.terms)} terms for {values.shape[1]} columns.")
        return list(self.terms)

    def _settle(self, steps: list[_Steps], fitted: Floats) -> None:
        """Turn steps into points per band, none further than `max_move` from the prior."""
        self.points_, self.missing_ = [], []
        start = 0
        for step, bins in zip(steps, self.bins_, strict=True):
            found = step.table @ fitted[start : start + len(step.prior)] + step.fixed
            start += len(step.prior)
            before = np.array([*bins.points, bins.missing], dtype=np.float64)
            # Between two rising limits a rising row of points stays rising.
            points = np.clip(found / PER_POINT, before - self.max_move, before + self.max_move)
            self.points_.append(points[:-1])
            self.missing_.append(float(points[-1]))

    def _sum(self, codes: NDArray[np.int64]) -> Floats:
        tables = [np.append(p, m) for p, m in zip(self.points_, self.missing_, strict=True)]
        parts = [table[code] for table, code in zip(tables, codes.T, strict=True)]
        return PER_POINT * np.sum(parts, axis=0)

    def decision_function(self, X: ArrayLike) -> Floats:  # noqa: N803
        """Log-odds of the second class, shape (n_samples,)."""
        check_is_fitted(self)
        values = validate_data(self, X, ensure_all_finite="allow-nan", dtype=np.float64, reset=False)
        if np.isinf(values).any():
            raise ValueError("Input X contains infinity.")
        return self.intercept_ + self._sum(coded(self.bins_, values))

    def predict_proba(self, X: ArrayLike) -> Floats:  # noqa: N803
        """Chance of each class, shape (n_samples, 2)."""
        chance = expit(self.decision_function(X))
        return np.column_stack([1 - chance, chance])

    def predict(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803
        """Return the more probable class, shape (n_samples,)."""
        likely = (self.decision_function(X) > 0).astype(int)
        return self.classes_[likely]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.classifier_tags.multi_class = False
        return tags


def coded(bins: Sequence[Bins], values: Floats) -> NDArray[np.int64]:
    """Give every value the number of its band, shape (n_samples, n_terms)."""
    return np.column_stack([term.codes(column) for term, column in zip(bins, values.T, strict=True)])


def alike(codes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the distinct rows, and for every row which of them it is."""
    # Rows as strings of bytes sort many times faster than rows of columns.
    small = np.ascontiguousarray(codes.astype(">u2"))
    names = small.view(np.dtype((np.void, small.dtype.itemsize * codes.shape[1]))).ravel()
    _, first, number = np.unique(names, return_index=True, return_inverse=True)
    return codes[first], number.reshape(-1)


class _Steps:
    """One term as steps: weight of a band = its steps from the base band, plus what is fixed.

    ``table`` has a row per band (and one for missing) and a column per step; ``sign`` is the sign a step must
    keep (0: any).
    """

    def __init__(self, bins: Bins) -> None:
        size, base = len(bins.points), bins.base
        step = np.tril(np.ones((size, size)))[:, 1:]
        self.table = np.zeros((size + 1, size))
        self.table[:size, : size - 1] = step - step[base]
        self.table[size, size - 1] = 1.0
        points = np.asarray(bins.points, dtype=np.float64)
        self.prior = PER_POINT * np.append(np.diff(points), bins.missing - points[base])
        self.fixed = PER_POINT * points[base]
        # Missing may not count in favour of who has a signal of which more is worse.
        self.sign = np.append(np.full(size - 1, float(bins.direction)), float(max(bins.direction, 0)))


def _quartiles(column: Floats, weights: Floats) -> Bins:
    """Bands at the quartiles; a row of weight 2 counts as two rows."""
    there = np.isfinite(column) & (weights > 0)
    order = np.argsort(column[there], kind="stable")
    ordered, share = column[there][order], np.cumsum(weights[there][order])
    at = [np.searchsorted(share, q * share[-1]) for q in (0.25, 0.5, 0.75)] if len(share) else []
    bounds = tuple(np.unique(ordered[at]).tolist())
    return Bins(bounds, (0.0,) * (len(bounds) + 1))

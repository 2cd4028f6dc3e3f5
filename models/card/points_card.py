"""Implement the points card as an estimator: logistic regression on bands, with the people's card as prior.

Points are log-odds (ten points double the odds), so a points card is a logistic regression. The people's points are the
mean of a normal prior, and the fit finds the most probable weights given data and prior. With few escalations the card
stays where it was; with many it follows them (Dawes 1979 explains why that start is hard to beat).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from models.card.design import PER_POINT, Design
from models.card.posterior import Floats, calibrate_intercept
from models.card.shapes import Bins, Shape, alike, coded, mean


class PointsCard(ClassifierMixin, BaseEstimator):
    """Logistic regression on bands, shrunk towards given points, with the signs of the signals.

    The weights maximise the likelihood times a normal prior around the given points. The steps from band to band are
    shrunk, so neighbouring bands move together. Steps keep the sign of the direction, and no band moves more than
    `max_move` points. The intercept is free.

    Parameters
    ----------
    terms : sequence of Bins or Line, optional
        One per column of X. None means quartiles of each column, without points or direction.
    tau : float or sequence of float
        Prior standard deviation of each step in log-odds, for all terms or per term; 0 fixes a term.
    max_move : float
        Cap on the move of any band, in points.
    keep_missing : bool
        Keep the given points for a missing value.
    max_iter : int
        Maximum number of Newton steps.
    tol : float
        Stop when no weight moves by more than this (log-odds).

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
        The labels; points raise the chance of the second.
    intercept_ : float
        Log-odds where every term is in its base band.
    shapes_ : list of Bins or Line
        The terms with the fitted points, unrounded.
    points_ : list of ndarray
        Points per band or knot, per term, unrounded.
    missing_ : list of float
        Points for a missing value, per term.
    n_iter_ : int
        Number of Newton steps.

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
        terms: Sequence[Shape] | None = None,
        *,
        tau: float | Sequence[float] = 0.1,
        max_move: float = 15.0,
        keep_missing: bool = False,
        max_iter: int = 100,
        tol: float = 1e-8,
    ) -> None:
        self.terms = terms
        self.tau = tau
        self.max_move = max_move
        self.keep_missing = keep_missing
        self.max_iter = max_iter
        self.tol = tol

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:  # noqa: N803
        """Fit the points.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_terms)
            Values of the signals; NaN is missing.
        y : array-like of shape (n_samples,)
            Labels of two classes.
        sample_weight : array-like of shape (n_samples,), optional
            Number of cases that each row stands for.

        Raises
        ------
        ValueError
            There are not two classes, not one term per column, or X has infinite values or no finite ones.
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
        shapes = self._shapes(values, weights)
        tau = np.broadcast_to(np.asarray(self.tau, dtype=np.float64), (len(shapes),))
        # Group equal rows: the cost of the fit depends on the number of groups.
        first, pattern = alike(coded(shapes, values))
        total = np.bincount(pattern, weights, len(first)).astype(np.float64)
        positive = np.bincount(pattern, weights * encoded, len(first)).astype(np.float64)
        weights_of, self.n_iter_ = Design.of(shapes, values[first]).most_probable(
            total,
            positive,
            tau,
            keep_missing=self.keep_missing,
            max_iter=self.max_iter,
            tol=self.tol,
        )
        self.shapes_ = [
            mean([shape.settled(own, self.max_move)]) for shape, own in zip(shapes, weights_of, strict=True)
        ]
        self.points_ = [np.array(shape.points) for shape in self.shapes_]
        self.missing_ = [shape.missing for shape in self.shapes_]
        self.intercept_ = calibrate_intercept(self._sum(values[first]), total, positive)
        return self

    def _shapes(self, values: Floats, weights: Floats) -> list[Shape]:
        if self.terms is None:
            return [_quartiles(column, weights) for column in values.T]
        if len(self.terms) != values.shape[1]:
            raise ValueError(f"There are {len(self.terms)} terms for {values.shape[1]} columns.")
        return list(self.terms)

    def _sum(self, values: Floats) -> Floats:
        """Return the points of every row, in log-odds."""
        parts = [shape.points_of(column) for shape, column in zip(self.shapes_, values.T, strict=True)]
        return PER_POINT * np.sum(parts, axis=0)

    def decision_function(self, X: ArrayLike) -> Floats:  # noqa: N803
        """Return the log-odds of the second class, shape (n_samples,)."""
        check_is_fitted(self)
        values = validate_data(self, X, ensure_all_finite="allow-nan", dtype=np.float64, reset=False)
        if np.isinf(values).any():
            raise ValueError("Input X contains infinity.")
        return self.intercept_ + self._sum(values)

    def predict_proba(self, X: ArrayLike) -> Floats:  # noqa: N803
        """Return the chance of each class, shape (n_samples, 2)."""
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


def _quartiles(column: Floats, weights: Floats) -> Bins:
    """Return bands at the quartiles; a row of weight 2 counts as two rows."""
    usable = np.isfinite(column) & (weights > 0)
    order = np.argsort(column[usable], kind="stable")
    ordered, share = column[usable][order], np.cumsum(weights[usable][order])
    at = [np.searchsorted(share, q * share[-1]) for q in (0.25, 0.5, 0.75)] if len(share) else []
    bounds = tuple(np.unique(ordered[at]).tolist())
    return Bins(bounds, (0.0,) * (len(bounds) + 1))

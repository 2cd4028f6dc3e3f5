"""Write the values of a card's terms as the matrix that an estimator multiplies with weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.card.posterior import Floats, most_probable
from models.card.shapes import Shape

PER_POINT = np.log(2) / 10
"""Log-odds of one point."""


@dataclass(frozen=True, eq=False)
class Design:
    """The terms of a card and some rows of their values, ready to fit.

    Parameters
    ----------
    terms : sequence of Bins or Line
        The terms, with the points from which the weights start.
    matrix : ndarray of shape (rows, weights)
        What the fitted weights multiply; each term has some of the columns.
    offset : ndarray of shape (rows,)
        Log-odds that no weight changes.
    """

    terms: Sequence[Shape]
    matrix: Floats
    offset: Floats

    @classmethod
    def of(cls, terms: Sequence[Shape], values: Floats) -> Design:
        """Build the matrix from values of shape (rows, terms)."""
        columns = list(zip(terms, values.T, strict=True))
        anchored = sum(float(shape.anchor) * ~np.isnan(column) for shape, column in columns)
        return cls(terms, np.hstack([s.basis(column) for s, column in columns]), PER_POINT * anchored)

    def where(self, rows: NDArray[np.bool_]) -> Design:
        """Keep some rows."""
        return Design(self.terms, self.matrix[rows], self.offset[rows])

    def most_probable(
        self,
        total: Floats,
        positive: Floats,
        tau: Floats,
        *,
        keep_missing: bool = False,
        max_iter: int = 100,
        tol: float = 1e-8,
    ) -> tuple[list[Floats], int]:
        """Fit the weights; see `models.card.posterior.most_probable`.

        Parameters
        ----------
        total, positive : ndarray of shape (rows,)
            Number of cases that each row stands for, and how many of these have the outcome.
        tau : ndarray of shape (terms,)
            Prior standard deviation of the weights of each term, in log-odds; 0 keeps the term as it is.
        keep_missing : bool
            Keep the given points for a missing value.
        max_iter, tol : int, float
            When to stop.

        Returns
        -------
        (list of ndarray, int)
            The weights of each term, in points, and the number of steps.
        """
        width = [len(shape.prior) for shape in self.terms]
        free = np.abs(self.matrix).max(axis=0, initial=0.0) > 0
        if keep_missing:
            free[np.cumsum(width) - 1] = False  # the last weight of each term is that of a missing value
        fitted, taken = most_probable(
            self.matrix,
            total,
            positive,
            offset=self.offset,
            prior=PER_POINT * np.concatenate([shape.prior for shape in self.terms]),
            spread=np.repeat(tau, width) * free,
            sign=np.concatenate([shape.sign for shape in self.terms]),
            max_iter=max_iter,
            tol=tol,
        )
        return np.split(fitted / PER_POINT, np.cumsum(width)[:-1]), taken

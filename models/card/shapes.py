"""Define the two shapes of a term, bands and a line, as matrices that an estimator multiplies with weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.card import line
from models.card.posterior import Floats


@dataclass(frozen=True)
class Bins:
    """A term of bands, with its initial points.

    Parameters
    ----------
    bounds : tuple of float
        Rising bounds; a value equal to a bound is in the band above it.
    points : tuple of float
        One more than the number of bounds.
    missing : float
        Points where the value is missing (NaN).
    direction : int
        +1: points may not fall as the value rises; -1: they may not rise; 0: either.
    """

    bounds: tuple[float, ...]
    points: tuple[float, ...]
    missing: float = 0.0
    direction: int = 0

    @property
    def base(self) -> int:
        """The band with which all others are compared: the first without points, or else the first."""
        return self.points.index(0) if 0 in self.points else 0

    @property
    def anchor(self) -> float:
        """The points of the base band, which no weight changes."""
        return self.points[self.base]

    @property
    def prior(self) -> Floats:
        """Prior mean of each weight, in points: the steps from band to band, and missing relative to the base."""
        return np.append(np.diff(self.points), self.missing - self.anchor)

    @property
    def sign(self) -> Floats:
        """The sign that each weight must keep; 0 allows either."""
        # A missing value may not lower the points of a household if more of the signal is worse.
        return np.append(np.full(len(self.bounds), float(self.direction)), float(max(self.direction, 0)))

    def codes(self, values: NDArray[Any]) -> NDArray[np.int64]:
        """Return the number of the band of each value; a missing value gets the last number."""
        band = np.searchsorted(np.asarray(self.bounds, dtype=float), np.nan_to_num(values), side="right")
        return np.where(np.isnan(values), len(self.points), band).astype(np.int64)

    def basis(self, values: Floats) -> Floats:
        """Return the matrix that the weights multiply, shape (values, weights)."""
        size = len(self.points)
        step = np.tril(np.ones((size, size)))[:, 1:]
        table = np.zeros((size + 1, size))
        table[:size, : size - 1] = step - step[self.base]
        table[size, size - 1] = 1.0
        return table[self.codes(values)]

    def settled(self, weights: Floats, max_move: float) -> Bins:
        """Return the same bands with the points that the weights imply, each at most `max_move` away."""
        steps = np.append(0.0, np.cumsum(weights[:-1]))
        points = np.append(steps - steps[self.base], weights[-1]) + self.anchor
        before = np.array([*self.points, self.missing])
        # Clipping a rising row of points between two rising limits keeps it rising.
        clipped = np.clip(points, before - max_move, before + max_move).tolist()
        return replace(self, points=tuple(clipped[:-1]), missing=clipped[-1])

    def scaled(self, rate: float) -> Bins:
        """Return the same bands with all points multiplied, except those for a missing value."""
        return replace(self, points=tuple(point * rate for point in self.points))

    def points_of(self, values: Floats) -> Floats:
        """Return the points of each value."""
        return np.array([*self.points, self.missing])[self.codes(values)]


@dataclass(frozen=True)
class Line:
    """A term as a line over knots, with its initial points; see `models.card.line`.

    Parameters
    ----------
    at, points : tuple of float
        Rising values, and the points at each.
    doubling : float
        Points for each doubling beyond the last knot.
    missing : float
        Points where the value is missing (NaN).
    direction : int
        As in `Bins`; applies up to the last knot that people gave.
    people : int, optional
        Number of knots that people gave; beyond them the line may go either way. None: it keeps its direction
        everywhere.
    """

    at: tuple[float, ...]
    points: tuple[float, ...]
    doubling: float = 0.0
    missing: float = 0.0
    direction: int = 0
    people: int | None = None

    @property
    def anchor(self) -> float:
        """The points of the first knot, which no weight changes."""
        return self.points[0]

    @property
    def prior(self) -> Floats:
        """Prior mean of each weight, in points: the rise per doubling between knots and beyond, and missing."""
        return np.array([*np.diff(self.points), self.doubling, self.missing - self.anchor])

    @property
    def kept(self) -> int:
        """Number of weights in which the line keeps its direction: up to the last knot that people gave."""
        return len(self.at) if self.people is None else max(self.people - 1, 0)

    @property
    def sign(self) -> Floats:
        """The sign that each weight must keep; 0 allows either."""
        own = np.full(self.kept, float(self.direction))
        beyond = np.zeros(len(self.at) - self.kept)
        return np.concatenate([own, beyond, [float(max(self.direction, 0))]])

    def codes(self, values: NDArray[Any]) -> NDArray[np.int64]:
        """Return a number per distinct value; equal numbers get equal points."""
        return np.unique(values, return_inverse=True, equal_nan=True)[1].astype(np.int64)

    def basis(self, values: Floats) -> Floats:
        """Return the matrix that the weights multiply, shape (values, weights)."""
        missing = np.isnan(values)
        known = np.nan_to_num(values)
        on, knots = line.scale(known), line.scale(np.array(self.at))
        share = np.clip((on[:, None] - knots[:-1]) / np.diff(knots), 0.0, 1.0)
        beyond = np.log2(np.maximum(known, self.at[-1]) / self.at[-1])
        table = np.column_stack([share, beyond])
        table[missing] = 0.0
        return np.column_stack([table, missing.astype(float)])

    def settled(self, weights: Floats, max_move: float) -> Line:
        """Return the same knots with the points that the weights imply, each at most `max_move` away."""
        implied = self.anchor + np.append(0.0, np.cumsum(weights[:-2]))
        before = np.array(self.points)
        points = np.clip(implied, before - max_move, before + max_move)
        doubling = float(np.clip(weights[-2], self.doubling - max_move, self.doubling + max_move))
        missing = float(np.clip(self.anchor + weights[-1], self.missing - max_move, self.missing + max_move))
        return replace(self, points=tuple(points.tolist()), doubling=doubling, missing=missing)

    def below_zero(self) -> Line:
        """Return a line whose tail falls below zero with a knot there; without one it would end at no points."""
        if self.doubling >= 0 or min(self.points) <= -1:
            return self
        doublings = (self.points[-1] + 1) / -self.doubling
        at = float(f"{self.at[-1] * 2 ** min(doublings, line.DOUBLINGS):.3g}")
        if doublings > line.DOUBLINGS or at <= self.at[-1]:
            return self
        return replace(self, at=(*self.at, at), points=(*self.points, -1.0))

    def scaled(self, rate: float) -> Line:
        """Return the same knots with all points multiplied, except those for a missing value."""
        points = tuple(point * rate for point in self.points)
        return replace(self, points=points, doubling=self.doubling * rate)

    def points_of(self, values: Floats) -> Floats:
        """Return the points of each value, before rounding."""
        known = line.exact(np.nan_to_num(values), self.at, self.points, self.doubling)
        return np.where(np.isnan(values), self.missing, known)


Shape = Bins | Line
"""The shape of one term."""


def mean(shapes: Sequence[Shape]) -> Shape:
    """Return the mean of several versions of one term; a tail that falls below zero gets a knot there."""
    first = shapes[0]
    points = tuple(np.mean([shape.points for shape in shapes], axis=0).tolist())
    missing = float(np.mean([shape.missing for shape in shapes]))
    if isinstance(first, Bins):
        return replace(first, points=points, missing=missing)
    doubling = float(np.mean([shape.doubling for shape in shapes if isinstance(shape, Line)]))
    whole = replace(first, points=points, missing=missing, doubling=doubling)
    return whole if whole.people is None else whole.below_zero()


def coded(shapes: Sequence[Shape], values: Floats) -> NDArray[np.int64]:
    """Return a number per value of every term, shape (n_samples, n_terms); equal numbers get equal points."""
    return np.column_stack([shape.codes(column) for shape, column in zip(shapes, values.T, strict=True)])


def alike(codes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the distinct rows: return the index of the first of each, and for every row the number of its distinct row."""
    # Sorting rows as byte strings is many times faster than sorting by columns.
    small = np.ascontiguousarray(codes.astype(">u4"))
    names = small.view(np.dtype((np.void, small.dtype.itemsize * codes.shape[1]))).ravel()
    _, first, number = np.unique(names, return_index=True, return_inverse=True)
    return first, number.reshape(-1)

"""Apply a scorecard to a pandas panel: its terms, its columns and its scores."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features.catalogue import BY_NAME
from models.card.posterior import Floats
from models.card.scorecard import EXACT_DIGITS, Scorecard
from models.card.shapes import Bins, Line, Shape
from models.card.term import Band, Knot, Term


def shapes(card: Scorecard) -> list[Shape]:
    """Return the terms of a card in the form that the estimator uses."""
    return [_shape(term) for term in card.terms]


def _shape(term: Term) -> Shape:
    direction = BY_NAME[term.signal].direction
    if term.line:
        at, points = term.knots
        people = None if term.people_until is None else sum(a <= term.people_until for a in at)
        return Line(
            tuple(at), tuple(map(float, points)), float(term.doubling), float(term.missing), direction, people
        )
    return Bins(
        tuple(float(b.below) for b in term.steps if b.below is not None),
        tuple(float(b.points) for b in term.steps),
        float(term.missing),
        direction,
    )


def values(card: Scorecard, rows: pd.DataFrame) -> Floats:
    """Return the signals of a card from a panel, shape (rows, terms); a missing value or column is NaN."""
    columns = [
        rows[t.signal].to_numpy(dtype=np.float64, na_value=np.nan)
        if t.signal in rows
        else np.full(len(rows), np.nan)
        for t in card.terms
    ]
    return np.column_stack(columns)


def scores(card: Scorecard, rows: pd.DataFrame) -> Floats:
    """Add up the whole points of a card over a panel, as `Scorecard.points` does in the engine."""
    total = np.zeros(len(rows))
    for term, column in zip(card.terms, values(card, rows).T, strict=True):
        bounds = np.array([b.below for b in term.bands if b.below is not None], dtype=np.float64)
        points = np.array([*(b.points for b in term.bands), term.missing], dtype=np.float64)
        place = np.searchsorted(bounds, np.nan_to_num(column), side="right")
        total += points[np.where(np.isnan(column), len(bounds) + 1, place)]
    return total


def in_order(card: Scorecard, rows: pd.DataFrame) -> Floats:
    """Score a panel for ranking: whole points first, then the points before rounding, as the list orders them."""
    exact = sum(
        shape.points_of(column) for shape, column in zip(shapes(card), values(card, rows).T, strict=True)
    )
    whole = scores(card, rows)
    # The difference is at most half a point per term, far less than a thousand.
    return whole + np.round(exact - whole, EXACT_DIGITS) / 1000


def written(term: Term, shape: Shape) -> Term:
    """Write learned points into a term, in whole numbers."""
    if isinstance(shape, Bins):
        steps = (Band(below=b.below, points=round(p)) for b, p in zip(term.steps, shape.points, strict=True))
        return term.model_copy(update={"steps": tuple(steps)})
    least = 0 if BY_NAME[term.signal].direction > 0 else -np.inf
    knots = tuple(
        Knot(at=at, points=int(max(round(p), least))) for at, p in zip(shape.at, shape.points, strict=True)
    )
    until = None if shape.people is None else shape.at[shape.people - 1]
    return term.model_copy(update={"line": knots, "doubling": round(shape.doubling), "people_until": until})

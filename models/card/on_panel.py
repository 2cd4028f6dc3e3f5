"""Apply a scorecard to a pandas panel: its terms, its columns and its scores."""

from __future__ import annotations

from collections.abc import Container, Iterator

import numpy as np
import pandas as pd

from features.catalogue import BY_NAME
from models.card import line
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
    return sum(_whole(card, values(card, rows)), np.zeros(len(rows)))


def _whole(card: Scorecard, columns: Floats) -> Iterator[Floats]:
    """Yield the whole points of each term."""
    for term, column in zip(card.terms, columns.T, strict=True):
        bounds = np.array([b.below for b in term.bands if b.below is not None], dtype=np.float64)
        points = np.array([*(b.points for b in term.bands), term.missing], dtype=np.float64)
        place = np.searchsorted(bounds, np.nan_to_num(column), side="right")
        yield points[np.where(np.isnan(column), len(bounds) + 1, place)]


class TermPoints:
    """The points of each term of a card over a panel, from which cards with fewer terms are scored."""

    def __init__(self, card: Scorecard, rows: pd.DataFrame) -> None:
        columns = values(card, rows)
        self._exact = [s.points_of(column) for s, column in zip(shapes(card), columns.T, strict=True)]
        self._whole = list(_whole(card, columns))
        self._signals = [term.signal for term in card.terms]

    def in_order(self, without: Container[str] = ()) -> Floats:
        """Score the panel for ranking without some signals; see the function `in_order`."""
        left = [place for place, signal in enumerate(self._signals) if signal not in without]
        exact = sum(self._exact[place] for place in left)
        whole = sum((self._whole[place] for place in left), np.zeros(len(self._whole[0])))
        # The difference is at most half a point per term, far less than a thousand.
        return whole + np.round(exact - whole, EXACT_DIGITS) / 1000


def in_order(card: Scorecard, rows: pd.DataFrame) -> Floats:
    """Score a panel for ranking: whole points first, then the points before rounding, as the list orders them."""
    return TermPoints(card, rows).in_order()


def written(term: Term, shape: Shape) -> Term:
    """Return a term with learned points, rounded to whole numbers, and without knots where the line hardly bends."""
    if isinstance(shape, Bins):
        steps = (Band(below=b.below, points=round(p)) for b, p in zip(term.steps, shape.points, strict=True))
        return term.model_copy(update={"steps": tuple(steps)})
    points = [round(p) for p in shape.points]
    own = {knot.at for knot in term.line}
    knots = tuple(Knot(at=shape.at[n], points=points[n]) for n in line.needed(shape.at, points, own))
    until = None if shape.people is None else shape.at[shape.people - 1]
    return term.model_copy(update={"line": knots, "doubling": round(shape.doubling), "people_until": until})

"""List what learning changed in a card: points that moved, and tails that fall."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.catalogue import BY_NAME
from models.card import line
from models.card.scorecard import Scorecard
from models.evaluate.ground import standing_for
from models.learning.families import ANY


@dataclass(frozen=True)
class Fall:
    """A stretch of a learned line, beyond the values that people judged, on which more of a signal gives fewer points.

    Parameters
    ----------
    signal : str
        Name in the catalogue.
    beyond : float
        The value from which the points fall.
    rows, escalated : int
        Number of training rows with a larger value, and how many of them escalated.
    """

    signal: str
    beyond: float
    rows: int
    escalated: int


def falls(card: Scorecard, rows: pd.DataFrame) -> list[Fall]:
    """List every falling tail of a learned card, with the rows that support it.

    If nobody with an extreme value escalated, these are often survivors: cases that were passed over for a reason. A
    person must accept each tail by name.
    """
    tails = []
    for term in card.terms:
        if not term.line or BY_NAME[term.signal].direction <= 0:
            continue
        at, points = term.knots
        after = [*points[1:], points[-1] + term.doubling]
        lower = [a for a, now, then in zip(at, points, after, strict=True) if then < now]
        if lower and term.signal in rows:
            beyond = rows.loc[rows[term.signal].astype(float) > lower[0]]
            number = round(float(standing_for(beyond).sum()))
            tails.append(Fall(term.signal, lower[0], number, int(beyond[ANY].fillna(0).sum())))
    return tails


@dataclass(frozen=True)
class Move:
    """A change in the points of one value or band.

    Parameters
    ----------
    signal : str
        Name in the catalogue.
    at : str
        The values in words.
    before, after : int
        Points before and after.
    """

    signal: str
    at: str
    before: int
    after: int


def moves(before: Scorecard, after: Scorecard) -> list[Move]:
    """List every band, knot or tail whose points moved, and the terms that were dropped."""
    listed: list[Move] = []
    kept = {term.signal: term for term in after.terms}
    for old in before.terms:
        new = kept.get(old.signal)
        if new is None:
            listed.append(Move(old.signal, "the whole term, dropped", max(old.named_points), 0))
            continue
        if not old.line:
            names = [f"below {b.below:g}" if b.below is not None else "the rest" for b in old.steps]
            pairs = [(n, a.points, b.points) for n, a, b in zip(names, old.steps, new.steps, strict=True)]
        else:
            at, points = new.knots
            shape = line.exact(np.array(at), *old.knots, old.doubling)
            pairs = [(f"at {a:g}", round(float(p)), q) for a, p, q in zip(at, shape, points, strict=True)]
            pairs.append(("each doubling beyond", old.doubling, new.doubling))
        listed += [Move(old.signal, name, a, b) for name, a, b in pairs if a != b]
    return listed

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

LEAST_BEFORE = 50
"""Minimum number of rows just before a fall; the stretch reaches further back until it has as many."""
FEWER = "Fewer escalate beyond it: such cases may have been passed over for a reason."
NOT_FEWER = "No fewer escalate beyond it: other terms of the card count the same cases, and the line takes some of those points back."


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
    since : float
        The value from which the rows just before are counted.
    rows_before, escalated_before : int
        Number of training rows from there up to `beyond`, and how many of them escalated; no rows: not counted.
    """

    signal: str
    beyond: float
    rows: int
    escalated: int
    since: float = 0.0
    rows_before: int = 0
    escalated_before: int = 0

    @property
    def text(self) -> str:
        """The counts, and what they mean, so that a person can accept the fall or not."""
        beyond = f"{self.signal} beyond {self.beyond:g}: {_counts(self.rows, self.escalated)}"
        if not (self.rows and self.rows_before):
            return f"{beyond}."
        before = f"from {self.since:g} to {self.beyond:g}: {_counts(self.rows_before, self.escalated_before)}"
        fewer = self.escalated / self.rows < self.escalated_before / self.rows_before
        return f"{beyond}; {before}. {FEWER if fewer else NOT_FEWER}"


def _counts(rows: int, escalated: int) -> str:
    share = f" ({escalated / rows:.0%})" if rows else ""
    return f"{rows:,} cases, {escalated:,} escalated{share}"


def falls(card: Scorecard, rows: pd.DataFrame) -> list[Fall]:
    """List every falling tail of a learned card, with the rows beyond it and just before it.

    Where fewer escalate beyond it, these are often survivors: cases that were passed over for a reason. Where no fewer do,
    the fall corrects what other terms give the same cases. A person must accept each tail by name.
    """
    tails = []
    for term in card.terms:
        if not term.line or BY_NAME[term.signal].direction <= 0:
            continue
        at, points = term.knots
        after = [*points[1:], points[-1] + term.doubling]
        lower = [a for a, now, then in zip(at, points, after, strict=True) if then < now]
        if lower and term.signal in rows:
            tails.append(_fall(term.signal, lower[0], [0.0, *(a for a in at if a < lower[0])], rows))
    return tails


def _fall(signal: str, beyond: float, before: list[float], rows: pd.DataFrame) -> Fall:
    """Count the rows beyond a value, and those between it and the nearest value before it that gives enough."""
    value = rows[signal].astype(float)
    for since in reversed(before):
        just_before = rows.loc[(value > since) & (value <= beyond)]
        if len(just_before) >= LEAST_BEFORE:
            break
    after = rows.loc[value > beyond]
    return Fall(signal, beyond, *_counted(after), since, *_counted(just_before))


def _counted(rows: pd.DataFrame) -> tuple[int, int]:
    return round(float(standing_for(rows).sum())), int(rows[ANY].fillna(0).sum())


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
            most = BY_NAME[old.signal].most or np.inf
            pairs = [
                (f"at {a:g}", round(float(p)), q)
                for a, p, q in zip(at, shape, points, strict=True)
                if a <= most
            ]
            pairs.append(("each doubling beyond", old.doubling, new.doubling))
        listed += [Move(old.signal, name, a, b) for name, a, b in pairs if a != b]
    return listed

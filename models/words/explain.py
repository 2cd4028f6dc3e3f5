"""Explain a score in points that add up exactly, what would change it, and what changed since last week.

For the analyst. The coach gets sentences without points (`models.words.reasons`), from the same contributions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.card.scorecard import Scorecard
from models.card.term import Term
from models.words.facts import Facts

MOST_TOGETHER = 4
"""Try at most this many signals together: a longer combination describes another address."""


@dataclass(frozen=True)
class Contribution:
    """The points of one signal.

    Parameters
    ----------
    signal : str
        Name.
    value : float, optional
        Its value; None is missing.
    points : int
        What it gives.
    band : str
        Which values give so much, in words.
    """

    signal: str
    value: float | None
    points: int
    band: str


@dataclass(frozen=True)
class BandMove:
    """A signal that moves to another band: the values of that band, and the points now and then."""

    signal: str
    value: float | None
    wanted: str
    points: int
    otherwise: int


def contributions(card: Scorecard, row: Mapping[str, Any]) -> list[Contribution]:
    """Return the points of every term, most first; they add up to the score.

    Parameters
    ----------
    card : Scorecard
        The card that scored the row.
    row : mapping
        One row of features.

    Returns
    -------
    list of Contribution
        One per term.
    """
    facts = Facts(row)
    terms = [_contribution(term, facts.number(term.signal)) for term in card.terms]
    return sorted(terms, key=lambda term: (-abs(term.points), term.signal))


def total(card: Scorecard, row: Mapping[str, Any]) -> int:
    """Add up the points of a row: its score."""
    return sum(contribution.points for contribution in contributions(card, row))


def changed(card: Scorecard, now: Mapping[str, Any], before: Mapping[str, Any]) -> list[tuple[str, int, int]]:
    """Return the signals whose points changed, with the points before and now; the differences add up.

    Parameters
    ----------
    card : Scorecard
        One card for both moments.
    now, before : mapping
        Rows of features of one agreement.
    """
    then = {contribution.signal: contribution.points for contribution in contributions(card, before)}
    moved = [
        (contribution.signal, then[contribution.signal], contribution.points)
        for contribution in contributions(card, now)
        if then[contribution.signal] != contribution.points
    ]
    return sorted(moved, key=lambda move: (-abs(move[2] - move[1]), move[0]))


def off_the_list(card: Scorecard, row: Mapping[str, Any], cut: int) -> list[list[BandMove]]:
    """Return the changes that would take an address off the list: signals in other bands, the rest unchanged.

    Signals are related (a payment changes several at once), so each change is a lower bound on what would happen.

    Parameters
    ----------
    card : Scorecard
        The card.
    row : mapping
        One row of features.
    cut : int
        With fewer points than this it is off the list.

    Returns
    -------
    list of list of BandMove
        First every single signal that is enough, the nearest band that does it; if none is, the fewest signals that
        together are, those that give most first. Empty where the score is below the cut already, or nothing would do.
    """
    facts = Facts(row)
    score = total(card, row)
    if score < cut:
        return []
    single = []
    steps: list[BandMove] = []
    for term in card.terms:
        ways = _lower(term, facts.number(term.signal))
        enough = [way for way in ways if score - way.points + way.otherwise < cut]
        if enough:
            single.append([enough[0]])
        steps += ways[-1:]
    if single:
        return sorted(single, key=lambda way: (way[0].points - way[0].otherwise, way[0].signal))
    together: list[BandMove] = []
    for step in sorted(steps, key=lambda way: (way.otherwise - way.points, way.signal))[:MOST_TOGETHER]:
        together.append(step)
        score += step.otherwise - step.points
        if score < cut:
            return [together]
    return []


def _contribution(term: Term, value: float | None) -> Contribution:
    if value is None:
        return Contribution(term.signal, None, term.missing, "missing")
    place = _place(term, value)
    return Contribution(term.signal, value, term.bands[place].points, _words(term, place))


def _place(term: Term, value: float) -> int:
    """Find the band of a value: the first whose bound lies above it."""
    return next(n for n, band in enumerate(term.bands) if band.below is None or value < band.below)


def _words(term: Term, place: int) -> str:
    """Describe the values in a band."""
    least = term.bands[place - 1].below if place else None
    below = term.bands[place].below
    ends = [
        f"{least:g} or more" if least is not None else "",
        f"below {below:g}" if below is not None else "",
    ]
    return " and ".join(filter(None, ends)) or "any"


def _lower(term: Term, value: float | None) -> list[BandMove]:
    """List the bands with fewer points than now, the nearest first."""
    now = _contribution(term, value)
    if value is None:
        return []
    here = _place(term, value)
    order = sorted(range(len(term.bands)), key=lambda n: abs(n - here))
    lower = [n for n in order if term.bands[n].points < now.points]
    # On either side only a band with fewer points than the one before it is a step further.
    kept = [n for n, before in zip(lower, [None, *lower], strict=False) if _less(term, n, before)]
    return [BandMove(term.signal, value, _words(term, n), now.points, term.bands[n].points) for n in kept]


def _less(term: Term, place: int, before: int | None) -> bool:
    return before is None or term.bands[place].points < term.bands[before].points

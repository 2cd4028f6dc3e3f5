"""Explain a score in points that add up exactly, what would change it, and what changed since last week.

For the analyst. The coach gets sentences without points (`models.words.reasons`), from the same contributions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any

from features.catalogue import BY_NAME
from features.signal import Signal
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
        Which values give these points, in words.
    """

    signal: str
    value: float | None
    points: int
    band: str


@dataclass(frozen=True)
class BandMove:
    """A signal that gets another value.

    Parameters
    ----------
    signal : str
        Name.
    value : float
        Its value now.
    wanted : str
        The other values, in words.
    points, otherwise : int
        The points now, and the most that any of those values gives.
    """

    signal: str
    value: float
    wanted: str
    points: int
    otherwise: int

    @property
    def text(self) -> str:
        """The condition in words."""
        return f"{self.signal} were {self.wanted} (now {self.value:,g}: {self.points} points, then at most {self.otherwise})"


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
    """Return the changes that would take an address off the list: signals with other values, the rest unchanged.

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
        First every single signal that is enough, with the nearest values that do it; if none is, the fewest signals that
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
    """List the ways to fewer points than now, the nearest first: any value below a bound, or any value from a bound on.

    Only what can happen is a way. Where more of a signal is worse, that is a smaller value, also on a line that falls far
    out: a longer debt is no way off the list. Where more is better, it is a larger value.
    """
    if value is None:
        return []
    signal = BY_NAME[term.signal]
    here, now = _place(term, value), term.bands[_place(term, value)].points
    points = [band.points for band in term.bands]
    ways = []
    if signal.direction >= 0:
        # Below a bound lie all bands before it: the most that any of them gives counts.
        ways += [(here - n, _below(signal, term.bands[n].below), max(points[: n + 1])) for n in range(here)]
    if signal.direction <= 0:
        above = range(here + 1, len(points))
        ways += [(n - here, _from(signal, term.bands[n - 1].below), max(points[n:])) for n in above]
    kept: list[BandMove] = []
    for _, wanted, most in sorted(ways):
        if most < (kept[-1].otherwise if kept else now):
            kept.append(BandMove(term.signal, value, wanted, now, most))
    return kept


def _below(signal: Signal, bound: float | None) -> str:
    """Say "below this" with a number that a person reads: whole, or with three digits, rounded to where it still holds."""
    number = float(bound or 0)
    return f"below {ceil(number) if signal.dtype == 'int64' else _short(number, floor):,}"


def _from(signal: Signal, bound: float | None) -> str:
    number = float(bound or 0)
    return f"{ceil(number) if signal.dtype == 'int64' else _short(number, ceil):,} or more"


def _short(number: float, rounded: Callable[[float], int]) -> float:
    """Round to three digits, down or up."""
    step = 10.0 ** (floor(log10(abs(number))) - 2) if number else 1.0
    short = round(rounded(round(number / step, 6)) * step, 6)
    return int(short) if short.is_integer() else short

"""Define a term as a line: whole points at knots, straight between them on a logarithmic scale, without a maximum.

With bands, everything above the last bound counts the same, and most addresses at the top of a list are there. A line
keeps distinguishing them. A person can still review it as text: "4 complaints: 17 points; each doubling 6 more". The
engine compares values with the bounds at which the rounded line reaches the next whole point, so every engine and
machine computes the same whole score.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DOUBLINGS = 12
"""Doublings beyond the last knot for which bounds are written out, up to four thousand times its value."""
APART = 0.5
"""Doublings between two knots that learning adds between those of people."""
DIGITS = 6
"""Significant digits of a bound."""


def scale(values: Floats) -> Floats:
    """Convert values to the scale on which a term is straight: log2(1 + value)."""
    return np.log2(1.0 + np.maximum(values, 0.0))


def exact(values: Floats, at: Sequence[float], points: Sequence[float], doubling: float) -> Floats:
    """Return the points of a line before rounding.

    Parameters
    ----------
    values : ndarray of float
        Values of the signal; not NaN.
    at, points : sequence of float
        The knots, rising, and the points there.
    doubling : float
        Points added for each doubling of the value beyond the last knot.

    Returns
    -------
    ndarray of float
        At least zero beyond the last knot: a falling tail ends at no points.
    """
    inside = np.interp(scale(values), scale(np.asarray(at, dtype=float)), np.asarray(points, dtype=float))
    beyond = np.log2(np.maximum(values, at[-1]) / at[-1])
    line = inside + doubling * beyond
    return np.maximum(line, 0.0) if min(points) >= 0 else line


def bounds(at: Sequence[float], points: Sequence[int], doubling: int) -> Iterator[tuple[float, int]]:
    """Yield each bound at which the rounded line changes, with the points below it.

    Rounding is half up. The last pair has an infinite bound.
    """
    at_least = 0 if min(points) >= 0 else None
    current = points[0]
    end = at[-1] * 2.0**DOUBLINGS
    tail = points[-1] + doubling * DOUBLINGS
    last_bound = 0.0
    for (low, high), (start, stop), straight in [
        *((a, p, True) for a, p in zip(pairwise(at), pairwise(points), strict=True)),
        ((at[-1], end), (points[-1], tail), False),
    ]:
        for level, after in _levels(start, stop, at_least):
            share = (level - start) / (stop - start)
            value = (
                (1 + low) * ((1 + high) / (1 + low)) ** share - 1 if straight else low * (high / low) ** share
            )
            bound = float(f"{value:.{DIGITS}g}")
            if bound > last_bound:
                yield bound, current
                last_bound = bound
            current = after
    yield float("inf"), current


def _levels(start: int, stop: int, at_least: int | None) -> list[tuple[float, int]]:
    """List the half points between two knots in the order in which the line passes them, with the points after each."""
    if stop > start:
        return [(point - 0.5, point) for point in range(start + 1, stop + 1)]
    lowest = stop if at_least is None else max(stop, at_least)
    return [(point + 0.5, point) for point in range(start - 1, lowest - 1, -1)]


def rounded(line: Floats) -> Floats:
    """Round half up, as `bounds` does."""
    return np.floor(line + 0.5)


def with_knots_between(at: Sequence[float]) -> tuple[float, ...]:
    """Add knots between those that people gave, about half a doubling of 1 + value apart, at whole numbers."""
    knots = {*at}
    for low, high in pairwise(at):
        start, stop = scale(np.array([low, high]))
        between = np.exp2(np.linspace(start, stop, max(round((stop - start) / APART), 1) + 1)) - 1
        whole = {float(f"{round(value):.3g}") for value in between[1:-1]}
        knots |= {value for value in whole if low < value < high}
    return tuple(sorted(knots))


def needed(at: Sequence[float], points: Sequence[int], given: Collection[float]) -> list[int]:
    """Return the knots that a line needs: the first, the last, those given, and those where it bends by half a point."""
    on = scale(np.asarray(at, dtype=float))
    kept = [0]
    for place in range(1, len(at) - 1):
        ends = [kept[-1], place + 1]
        passed = np.arange(kept[-1] + 1, place + 1)
        straight = np.interp(on[passed], on[ends], np.asarray(points, dtype=float)[ends])
        if at[place] in given or np.abs(straight - np.asarray(points)[passed]).max() >= 0.5:
            kept.append(place)
    return [*kept, len(at) - 1]


def knots_beyond(values: Floats, last: float, *, least: int, most: int) -> list[float]:
    """Choose knots from the data, beyond the last bound that people gave.

    Knots are half a doubling apart, with at least `least` values between neighbours and beyond the last knot.

    Parameters
    ----------
    values : ndarray of float
        Values of the signal in the rows to learn from; NaN is missing.
    last : float
        The last bound that people gave; above zero.
    least, most : int
        Minimum number of values per segment, and maximum number of knots.

    Returns
    -------
    list of float
        Rising, with three significant digits.
    """
    beyond = np.sort(values[np.isfinite(values) & (values > last)])
    knots: list[float] = []
    current, before = last, 0
    while len(knots) < most:
        current = max(float(f"{current * 2**0.5:.3g}"), floor(current) + 1.0 if current < 8 else 0.0)
        passed = int(np.searchsorted(beyond, current, side="right"))
        if len(beyond) - passed < least:
            break
        if passed - before >= least:
            knots.append(current)
            before = passed
    return knots


def in_words(at: Sequence[float], points: Sequence[int], doubling: int) -> str:
    """Describe a line in words: ``1: 7 points, 2: 13, 4: 17; each doubling 6 more``."""
    listed = ", ".join(f"{a:g}: {p}" for a, p in zip(at, points, strict=True) if ceil(a) or p)
    if not doubling:
        return f"{listed}; no more beyond"
    return f"{listed}; each doubling {abs(doubling)} {'more' if doubling > 0 else 'less'}"

"""One term of a card: the points of a signal, as bands or as a line."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby, pairwise
from math import floor, inf, isinf, log2

import ibis
import ibis.expr.types as ir
import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from features.catalogue import BY_NAME
from models.card.line import bounds as line_bounds
from models.card.line import exact as line_exact
from models.card.line import in_words as line_in_words


class Strict(BaseModel):
    """A part of a card: immutable, without unknown keys, and strict about types."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, validate_by_name=True, validate_by_alias=True
    )


class Band(Strict):
    """Points for values from the previous band's bound up to a bound; without a bound, for all remaining values."""

    below: float | None
    points: int


class Knot(Strict):
    """Points at one value of a line."""

    at: float = Field(ge=0)
    points: int


class Term(Strict):
    """The points of one signal, as bands or as a line.

    Parameters
    ----------
    signal : str
        Name in the catalogue.
    why : str
        Where the weight comes from.
    steps : tuple of Band
        Points per band of values; empty for a line.
    line : tuple of Knot
        Points at rising values, straight between them in log2(1 + value); empty for bands.
    doubling : int
        For a line: points for each doubling beyond the last knot.
    people_until : float, optional
        For a learned line: the last value for which people gave points; beyond it the line may fall.
    missing : int
        Points if the signal is NULL: unknown, not computable, or nothing to measure.
    """

    signal: str
    why: str = Field(min_length=20)
    steps: tuple[Band, ...] = Field(default=(), alias="bands")
    line: tuple[Knot, ...] = ()
    doubling: int = 0
    people_until: float | None = None
    missing: int = 0

    @property
    def bands(self) -> tuple[Band, ...]:
        """The points as bands of values: as given, or where the rounded line changes."""
        if self.steps:
            return self.steps
        return _bands_of(self.line, self.doubling)

    @property
    def knots(self) -> tuple[list[float], list[int]]:
        """The values and the points of a line."""
        return [knot.at for knot in self.line], [knot.points for knot in self.line]

    @property
    def bounds(self) -> list[float]:
        """The values that the card names, rising: bounds of the bands, or knots."""
        if self.line:
            return [knot.at for knot in self.line if knot.at > 0]
        return [band.below for band in self.steps if band.below is not None]

    @property
    def named_points(self) -> list[int]:
        """The points that the card names: of its bands, or at its knots."""
        return [knot.points for knot in self.line] or [band.points for band in self.steps]

    @property
    def in_words(self) -> str:
        """The term as a person reads it, up to the largest value that the signal can have."""
        if self.line:
            at, points = self.knots
            most = BY_NAME[self.signal].most
            if most is None or at[-1] <= most:
                return line_in_words(at, points, self.doubling)
            within = [knot for knot in self.line if knot.at < most]
            top = round(float(line_exact(np.array([most]), at, points, self.doubling)[0]))
            return line_in_words(
                [*(k.at for k in within), floor(most)], [*(k.points for k in within), top], 0
            )
        return ", ".join(
            f"{'below ' + format(b.below, 'g') if b.below is not None else 'from there on'}: {b.points}"
            for b in self.steps
        )

    def points(self, value: ir.Column) -> ir.Value:
        """Whole points of a column of values."""
        *bounded, last = self.bands
        steps = [(value < band.below, band.points) for band in bounded]
        return ibis.cases((value.isnull(), self.missing), *steps, else_=last.points).cast("int32")

    def exact(self, value: ir.Column) -> ir.Value:
        """Points of a column of values before rounding; for steps the same as `points`."""
        if self.steps:
            return self.points(value).cast("float64")
        at, points = self.knots
        # The engine may compute a branch that is not taken: a logarithm there must not fail.
        number = ibis.greatest(value.cast("float64"), float(at[0]))
        between = []
        for (low, high), (start, stop) in zip(pairwise(at), pairwise(points), strict=True):
            share = ((number + 1) / (1 + low)).log2() / log2((1 + high) / (1 + low))
            between.append((number < high, share * (stop - start) + float(start)))
        beyond = float(points[-1]) + self.doubling * (ibis.greatest(number, at[-1]) / at[-1]).log2()
        unrounded = ibis.cases((value.isnull(), float(self.missing)), *between, else_=beyond)
        return ibis.greatest(unrounded, 0.0) if min(*points, self.missing) >= 0 else unrounded

    def matters(self, value: ir.Column, points: int) -> ir.BooleanValue:
        """Return whether a value gives or takes at least this many whole points."""
        known, low = [], -inf
        for matter, bands in groupby(self.bands, key=lambda band: abs(band.points) >= points):
            *_, last = bands
            high = inf if last.below is None else last.below
            if matter:
                known.append((value >= low if low > -inf else value.notnull()) & (value < high))
            low = high
        return ibis.ifelse(value.isnull(), abs(self.missing) >= points, ibis.or_(*known))


@lru_cache(maxsize=512)
def _bands_of(line: tuple[Knot, ...], doubling: int) -> tuple[Band, ...]:
    """Write a line as the bands of values in which its rounded points are the same."""
    bounds = line_bounds([knot.at for knot in line], [knot.points for knot in line], doubling)
    return tuple(Band(below=None if isinf(bound) else bound, points=points) for bound, points in bounds)

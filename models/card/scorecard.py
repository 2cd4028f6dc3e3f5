"""The points card: whole points per band of a signal, and their sum.

Ten points are about a doubling of the odds that an address needs help, so that the card is a logistic
regression that people can read. A card is a JSON file that somebody reviews; every term says where its
weight comes from. The interaction of stacked families is a term like the others, on the signal that counts
them, so the points stay a plain sum.
"""

from __future__ import annotations

import json
from itertools import pairwise
from math import exp, log, sqrt
from pathlib import Path
from textwrap import indent

import ibis
import ibis.expr.types as ir
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from features.catalogue import BY_NAME
from features.known import KEY
from features.signal import Clause, Phrase, Signal
from models.errors import ScorecardError, nearest

EXPERT = Path(__file__).resolve().parents[1] / "scorecards" / "expert.json"
"""The card to start from, before anything was learned."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Band(_Strict):
    """Points for values below a bound, from the bound of the band before on; no bound: all that is left."""

    below: float | None
    points: int


class Term(_Strict):
    """Points of one signal.

    ``missing`` are the points where the signal is NULL: unknown, not computable, or nothing to measure.
    """

    signal: str
    why: str = Field(min_length=20)
    bands: tuple[Band, ...] = Field(min_length=2)
    missing: int = 0

    def points(self, value: ir.Column) -> ir.Value:
        """Points of a column of values."""
        *bounded, last = self.bands
        steps = [(value < band.below, band.points) for band in bounded]
        return ibis.cases((value.isnull(), self.missing), *steps, else_=last.points).cast("int32")


class Calibration(_Strict):
    """What chance a score stands for: log-odds = intercept + slope x 0.0693 x score (ten points double the odds).

    Parameters
    ----------
    outcome : str
        What the chance is of, in words.
    horizon_weeks : int
        Within how many weeks.
    intercept, slope : float
        Slope 1: the points mean what they say.
    variance : tuple of float
        Variance of the intercept, covariance, and variance of the slope, by household.
    escalations : int
        Agreements that escalated in the data.
    first, last : str
        As-of dates of the data.
    """

    outcome: str
    horizon_weeks: int
    intercept: float
    slope: float
    variance: tuple[float, float, float]
    escalations: int
    first: str
    last: str

    def chance(self, score: float) -> tuple[float, float, float]:
        """Give the chance of a score with the ends of its 95% interval: estimate, low, high."""
        points = score * log(2) / 10
        centre = self.intercept + self.slope * points
        own, both, steep = self.variance
        # A sum of variances that rounds to below zero is zero.
        width = 1.96 * sqrt(max(own + 2 * points * both + points**2 * steep, 0.0))
        estimate, low, high = (1 / (1 + exp(-at)) for at in (centre, centre - width, centre + width))
        return estimate, low, high


class Scorecard(_Strict):
    """A points card: terms that add up to the score; a learned one can say what chance a score stands for."""

    name: str = Field(min_length=1)
    version: str = Field(min_length=1)
    about: str = ""
    terms: tuple[Term, ...] = Field(min_length=1)
    calibration: Calibration | None = None

    def points(self, features: ir.Table) -> ir.Table:
        """Score a table of features, in the engine that holds it.

        Parameters
        ----------
        features : ibis table
            As ``features.compile.features`` makes it: the key and at least the signals of this card.

        Returns
        -------
        ibis table
            corporatie_id, overeenkomst_id, as_of, ``points_<signal>`` per term (INTEGER) and ``score``
            (INTEGER), the sum of them.
        """
        columns = {f"points_{term.signal}": term.points(features[term.signal]) for term in self.terms}
        scored = features.select(*KEY, **columns)
        total = sum((scored[name] for name in columns), ibis.literal(0, type="int32"))
        return scored.mutate(score=total.cast("int32"))


def load(path: Path) -> Scorecard:
    """Read a card and check it against the catalogue.

    Raises
    ------
    ScorecardError
        File absent or no JSON; a key, type or signal that does not belong; a signal twice; bands out of
        order; points that go against the direction of the signal, or a signal without a direction or a reason.
    """
    try:
        card = Scorecard.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ScorecardError(f"{path}: cannot be read as UTF-8 text ({error}).") from error
    except ValidationError as error:
        raise ScorecardError(f"{path.name}: {_explain(error)}") from error
    seen: set[str] = set()
    for term in card.terms:
        problem = _problem(term, seen)
        if problem:
            raise ScorecardError(f"{path.name}: {problem}")
        seen.add(term.signal)
    return card


def dump(card: Scorecard) -> str:
    """Write a card as the JSON that a person reviews: a line per band, so that a diff shows each move."""
    body = card.model_dump(mode="json", exclude_none=False)
    if card.calibration is None:
        del body["calibration"]
    for band in (band for term in body["terms"] for band in term["bands"]):
        if band["below"] is not None and band["below"].is_integer():
            band["below"] = int(band["below"])
    bands = {json.dumps(band, indent=2): json.dumps(band) for t in body["terms"] for band in t["bands"]}
    text = json.dumps(body, indent=2, ensure_ascii=False)
    for long, short in bands.items():
        text = text.replace(indent(long, " " * 8).lstrip(), short)
    return text + "\n"


def _explain(error: ValidationError) -> str:
    """Say what is first wrong in the shape of the file, with the nearest name for an unknown key."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"]) or "the file"
    if first["type"] != "extra_forbidden":
        return f"{where}: {first['msg']}."
    fields = {1: Scorecard.model_fields, 3: Term.model_fields}.get(len(first["loc"]), Band.model_fields)
    return f"{where}: unknown key.{nearest(str(first['loc'][-1]), fields)}"


def _problem(term: Term, seen: set[str]) -> str:
    """Say what is wrong with a term; empty when it is right."""
    signal = BY_NAME.get(term.signal)
    if signal is None:
        return f"unknown signal {term.signal!r}.{nearest(term.signal, BY_NAME)}"
    if term.signal in seen:
        return f"signal {term.signal!r} has two terms; a signal counts once."
    return _band_problem(term) or _sign_problem(term, signal.direction) or _reason_problem(signal)


def _reason_problem(signal: Signal) -> str:
    """Describe what the catalogue entry of a signal lacks for the coach's reasons; empty if it lacks nothing."""
    if isinstance(signal.reason, Phrase | Clause):
        return ""
    return (
        f"{signal.name}: this signal cannot carry points, because the coach could not read why. Add "
        f'reason=Phrase("...", "...") to its entry in features/catalogue (family {signal.family}).'
    )


def _band_problem(term: Term) -> str:
    """Say what is wrong with the bounds of a term."""
    *bounds, last = [band.below for band in term.bands]
    if last is not None or None in bounds:
        return f"{term.signal}: only the last band is without a bound (below: null)."
    if any(low >= high for low, high in pairwise(bound for bound in bounds if bound is not None)):
        return f"{term.signal}: the bounds of the bands must rise, they are {bounds}."
    return ""


def _sign_problem(term: Term, direction: int) -> str:
    """Say where points go against what the catalogue says of the signal."""
    points = [band.points for band in term.bands]
    if direction == 0:
        return f"{term.signal}: this signal says nothing by itself (direction 0) and cannot carry points."
    if any((after - before) * direction < 0 for before, after in pairwise(points)):
        way = "fall" if direction > 0 else "rise"
        meaning = "more is worse" if direction > 0 else "more is better"
        return f"{term.signal}: {meaning}, so points may not {way} with the value; they are {points}."
    if direction > 0 and min(*points, term.missing) < 0:
        return f"{term.signal}: more is worse, so points below 0 make no sense; they are {points}."
    return ""

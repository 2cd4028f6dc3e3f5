"""Define the points card: whole points per band of a signal, or along a line, and their sum.

Ten points about double the odds that an address needs help, so the card is a logistic regression that people can read.
A card is a JSON file that somebody reviews; every term states where its weight comes from. Stacked families are a term
like any other, on the signal that counts them, so the points remain a plain sum.
"""

from __future__ import annotations

import json
from importlib.resources import files
from itertools import pairwise
from math import exp, log, sqrt
from pathlib import Path
from textwrap import indent

import ibis
import ibis.expr.types as ir
from pydantic import Field, ValidationError

from features.catalogue import BY_NAME
from features.known import KEY
from features.signal import Clause, Phrase, Signal
from models.card.term import Strict, Term
from models.errors import ScorecardError, nearest

EXPERT = Path(str(files("models.scorecards"))) / "expert.json"
"""The card to start from, before anything is learned."""


EXACT_DIGITS = 4
"""Decimals to which the score is rounded first, because engines differ in the last bits of a logarithm."""


class Calibration(Strict):
    """The chance that a score stands for: log-odds = intercept + slope x 0.0693 x score (ten points double the odds).

    Parameters
    ----------
    outcome : str
        The outcome of the chance, in words.
    horizon_weeks : int
        Number of weeks within which the outcome occurs.
    intercept, slope : float
        Both in log-odds; at slope 1 the points mean what they say.
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
        """Return the chance of a score with its 95% interval: estimate, low, high."""
        points = score * log(2) / 10
        centre = self.intercept + self.slope * points
        own, both, steep = self.variance
        # Rounding can make a sum of variances slightly negative.
        width = 1.96 * sqrt(max(own + 2 * points * both + points**2 * steep, 0.0))
        estimate, low, high = (1 / (1 + exp(-at)) for at in (centre, centre - width, centre + width))
        return estimate, low, high


class Scorecard(Strict):
    """A points card: terms that add up to the score. A learned card can also give the chance of a score."""

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
            The result of ``features.compile.features``: the key and at least the signals of this card.

        Returns
        -------
        ibis table
            corporatie_id, overeenkomst_id, as_of, ``points_<signal>`` per term (INTEGER), their sum ``score``
            (INTEGER), and ``score_exact`` (DOUBLE), the sum before rounding, which orders equal scores.
        """
        return self.added(features).select(*KEY, *self.columns)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns with the points of each term and their sum."""
        return (*(f"points_{term.signal}" for term in self.terms), "score", "score_exact")

    def added(self, features: ir.Table) -> ir.Table:
        """Add the columns of `points` to a table of features, in one pass over its rows."""
        terms = {f"points_{term.signal}": term.points(features[term.signal]) for term in self.terms}
        exact = sum((term.exact(features[term.signal]) for term in self.terms), ibis.literal(0.0))
        scored = features.mutate(**terms, score_exact=exact.round(EXACT_DIGITS))
        total = sum((scored[name] for name in terms), ibis.literal(0, type="int32"))
        return scored.mutate(score=total.cast("int32")).relocate("score_exact", after="score")

    def matters(self, features: ir.Table, points: int) -> ir.BooleanValue:
        """Return whether any one term gives or takes at least this many points, as a column of a table of features."""
        return ibis.or_(*(term.matters(features[term.signal], points) for term in self.terms))


def load(path: Path) -> Scorecard:
    """Read a card and check it against the catalogue.

    Raises
    ------
    The file is absent or not JSON; a key, type or signal is invalid; a signal occurs twice; bands are out of order;
    points go against the direction of the signal; or a signal has no direction or no reason.
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
    """Write a card as the JSON that a person reviews, with a line per band so that a diff shows each move."""
    body = card.model_dump(mode="json", by_alias=True)
    if card.calibration is None:
        del body["calibration"]
    rows = []
    for term in body["terms"]:
        unused = ("bands",) if term["line"] else ("line", "doubling", "people_until")
        for name in (*unused, *(["people_until"] if term["people_until"] is None else [])):
            term.pop(name, None)
        for row in (*term.get("bands", ()), *term.get("line", ())):
            for name in ("below", "at"):
                if row.get(name) is not None and float(row[name]).is_integer():
                    row[name] = int(row[name])
            rows.append(row)
    text = json.dumps(body, indent=2, ensure_ascii=False)
    for long, short in {json.dumps(row, indent=2): json.dumps(row) for row in rows}.items():
        text = text.replace(indent(long, " " * 8).lstrip(), short)
    return text + "\n"


def _explain(error: ValidationError) -> str:
    """Describe the first error in the structure of the file, with the nearest name for an unknown key."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"]) or "the file"
    if first["type"] != "extra_forbidden":
        return f"{where}: {first['msg']}."
    known = {1: Scorecard.model_fields, 3: [*Term.model_fields, "bands"]}.get(
        len(first["loc"]), ["below", "points", "at"]
    )
    return f"{where}: unknown key.{nearest(str(first['loc'][-1]), known)}"


def _problem(term: Term, seen: set[str]) -> str:
    """Describe what is wrong with a term; empty if nothing is."""
    signal = BY_NAME.get(term.signal)
    if signal is None:
        return f"unknown signal {term.signal!r}.{nearest(term.signal, BY_NAME)}"
    if term.signal in seen:
        return f"signal {term.signal!r} has two terms; a signal counts once."
    if bool(term.steps) == bool(term.line):
        return f"{term.signal}: a term has bands or a line, and not both."
    if signal.direction == 0:
        return f"{term.signal}: this signal says nothing by itself (direction 0) and cannot carry points."
    shape = _line_problem(term) if term.line else _band_problem(term)
    return shape or _sign_problem(term, signal.direction) or _reason_problem(signal)


def _reason_problem(signal: Signal) -> str:
    """Describe what the catalogue entry of a signal lacks for the coach's reasons; empty if it lacks nothing."""
    if isinstance(signal.reason, Phrase | Clause):
        return ""
    return (
        f"{signal.name}: this signal cannot carry points, because the coach could not read why. Add "
        f'reason=Phrase("...", "...") to its entry in features/catalogue (family {signal.family}).'
    )


def _band_problem(term: Term) -> str:
    """Describe what is wrong with the bounds of a term's bands; empty if nothing is."""
    if len(term.steps) < 2:
        return f"{term.signal}: a term has at least two bands."
    *bounds, last = [band.below for band in term.steps]
    if last is not None or None in bounds:
        return f"{term.signal}: only the last band is without a bound (below: null)."
    if any(low >= high for low, high in pairwise(bound for bound in bounds if bound is not None)):
        return f"{term.signal}: the bounds of the bands must rise, they are {bounds}."
    return ""


def _line_problem(term: Term) -> str:
    """Describe what is wrong with the knots of a line; empty if nothing is."""
    at, _ = term.knots
    if len(at) < 2 or any(low >= high for low, high in pairwise(at)):
        return f"{term.signal}: a line has at least two knots, and their values must rise; they are {at}."
    if term.people_until is not None and term.people_until not in at:
        return f"{term.signal}: people_until is {term.people_until:g}, which is not one of the knots {at}."
    return ""


def _sign_problem(term: Term, direction: int) -> str:
    """Describe where points go against the direction of the signal; empty if they do not.

    A learned line may fall beyond the last value that people gave points for, also below 0, because extreme values are
    often survivors.
    """
    points = [band.points for band in term.steps]
    if term.line:
        until = term.people_until if term.people_until is not None else term.line[-1].at
        points = [knot.points for knot in term.line if knot.at <= until]
        if term.people_until is None:
            points.append(points[-1] + term.doubling)
    if any((after - before) * direction < 0 for before, after in pairwise(points)):
        way = "fall" if direction > 0 else "rise"
        meaning = "more is worse" if direction > 0 else "more is better"
        return f"{term.signal}: {meaning}, so points may not {way} with the value; they are {points}."
    every = [*points, term.missing]
    if direction > 0 and min(every) < 0:
        return f"{term.signal}: more is worse, so points below 0 make no sense; they are {every}."
    return ""

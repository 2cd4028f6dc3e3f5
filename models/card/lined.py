"""Replace the bands of the card that people made by lines, which is where learning starts.

People give points per band, because that is how they judge. Learning needs lines: the last band gives everything above
it the same points, and those values decide the list. The lines pass through the points that people gave.
"""

from __future__ import annotations

from features.catalogue import BY_NAME
from models.card.scorecard import Scorecard
from models.card.term import Band, Knot, Term

COUNT_BELOW = 5
"""A whole number with its first bound at or below this is a count: each of its values matters."""
DATA_TERMS = (
    Term(
        signal="arrears_euro",
        why="People count the amount in months of rent; points for the amount itself come from data alone.",
        line=(Knot(at=250, points=0), Knot(at=500, points=0)),
    ),
    Term(
        signal="events_365d",
        why="People give points per family of signals; points for all events together come from data alone.",
        line=(Knot(at=1, points=0), Knot(at=2, points=0), Knot(at=4, points=0)),
    ),
    Term(
        signal="never_paid",
        why="A tenant who never paid has no day of last payment, so only this term can tell; its points come from data.",
        bands=(Band(below=1, points=0), Band(below=None, points=0)),
    ),
)
"""Terms without points from people, which the data can fill in."""


def lined(card: Scorecard) -> Scorecard:
    """Return a card with a line for every quantity that is worse when it is higher; other terms do not change.

    The card also gets `DATA_TERMS`, without points, which the data can fill in: the amount and whether anything was ever
    paid if the card has arrears signals, and all events together.
    """
    names = {term.signal for term in card.terms}
    families = {BY_NAME[name].family for name in names} | {"stacking"}
    added = [
        term for term in DATA_TERMS if term.signal not in names and BY_NAME[term.signal].family in families
    ]
    return card.model_copy(update={"terms": (*map(_lined, card.terms), *added)})


def _lined(term: Term) -> Term:
    """Return a line through the points of a term's bands, or the term itself if it does not measure a quantity."""
    signal = BY_NAME[term.signal]
    if term.line or signal.direction <= 0 or signal.is_scale or term.steps[0].points != 0:
        return term
    bounds = [band.below for band in term.steps if band.below is not None]
    points = [band.points for band in term.steps]
    if signal.dtype == "int64" and bounds[0] <= COUNT_BELOW:
        # A count: the last value without points, and the first value of each band. Each doubling adds the last step.
        start, doubling = bounds[0] - 1, points[-1] - points[-2]
    else:
        # A quantity: 0, and the start of each band. Beyond the last bound the points stay as people gave them.
        start, doubling = 0.0, 0
    knots = tuple(Knot(at=at, points=given) for at, given in zip([start, *bounds], points, strict=True))
    return term.model_copy(update={"steps": (), "line": knots, "doubling": doubling})

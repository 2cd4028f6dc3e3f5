"""Test that the points which explain a row add up to exactly the score by which the engine ranks it, lines included."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import numpy as np
import pandas as pd
import pytest

from features.known import KEY
from models.card.lined import lined
from models.card.scorecard import EXPERT, Scorecard, load
from models.card.term import Knot, Term
from models.words.explain import contributions
from tests.support.cases import cases

pytestmark = pytest.mark.dear

BLOCK = 250_000
POOL = 4000
"""Distinct values of each signal; rows combine them at random."""


def learned(rng: np.random.Generator) -> Scorecard:
    """Return a card as learning writes it: lines with other points, with knots beyond those of people, and tails
    that fall below zero."""
    card = lined(load(EXPERT))
    return card.model_copy(update={"terms": tuple(_moved(term, rng) for term in card.terms)})


def _moved(term: Term, rng: np.random.Generator) -> Term:
    if not term.line:
        steps = tuple(
            band.model_copy(update={"points": band.points + int(rng.integers(-9, 10))}) for band in term.steps
        )
        return term.model_copy(update={"steps": steps, "missing": int(rng.integers(-5, 6))})
    at, points = term.knots
    rising = np.cumsum([points[0], *rng.integers(0, 15, len(at) - 1)])
    beyond = at[-1] * np.cumprod(rng.uniform(1.3, 2.5, 3)).round(2)
    knots = zip([*at, *beyond], [*rising, *rng.integers(-30, 40, 3)], strict=True)
    return term.model_copy(
        update={
            "line": tuple(Knot(at=float(a), points=int(p)) for a, p in knots),
            "doubling": int(rng.integers(-12, 13)),
            "people_until": at[-1],
            "missing": int(rng.integers(0, 6)),
        }
    )


def pool(term: Term, rng: np.random.Generator) -> np.ndarray:
    """Return values of a signal: missing, at every bound of its whole points, just beside them, and anything else."""
    bounds = np.array([band.below for band in term.bands if band.below is not None])
    beside = np.concatenate([bounds, np.nextafter(bounds, -np.inf), np.nextafter(bounds, np.inf)])
    other = rng.gamma(0.5, 60.0, max(POOL - len(beside) - 1, 1)) * rng.choice([1.0, 100.0], 1)
    return np.concatenate([[np.nan, 0.0], np.maximum(beside, 0.0), other.round(3)])[:POOL]


def reasons(card: Scorecard, pools: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return the points by which a reason explains each value of each pool."""
    found: list[list[int]] = [[] for _ in card.terms]
    for values in zip(*pools, strict=True):
        row = {t.signal: None if np.isnan(v) else float(v) for t, v in zip(card.terms, values, strict=True)}
        parts = {part.signal: part.points for part in contributions(card, row)}
        for own, term in zip(found, card.terms, strict=True):
            own.append(parts[term.signal])
    return [np.array(own) for own in found]


@pytest.mark.long
def test_the_points_of_a_row_add_up_to_its_score_exactly():
    """With WAAKVLAM_LONG this tries ten million rows, each with some value of every signal."""
    rng = np.random.default_rng(11)
    for _ in range(cases(1, 40)):
        card = learned(rng)
        pools = [pool(term, rng) for term in card.terms]
        points = reasons(card, pools)
        drawn = [rng.integers(0, len(own), BLOCK) for own in pools]
        table = pd.DataFrame({t.signal: p[at] for t, p, at in zip(card.terms, pools, drawn, strict=True)})
        keys = {name: np.arange(BLOCK) for name in KEY}
        engine = ibis.duckdb.connect()
        rows = engine.create_table("signals", table.assign(**keys))
        rows = rows.mutate(**{t.signal: rows[t.signal].nullif(float("nan")) for t in card.terms})
        scored = engine.to_pyarrow(card.points(rows).order_by(KEY[0]))
        explained = [own[at] for own, at in zip(points, drawn, strict=True)]
        for term, own in zip(card.terms, explained, strict=True):
            np.testing.assert_array_equal(scored[f"points_{term.signal}"].to_numpy(), own, term.signal)
        score = scored["score"].to_numpy()
        np.testing.assert_array_equal(score, sum(explained))
        assert np.abs(scored["score_exact"].to_numpy() - score).max() <= len(card.terms) / 2 + 0.01

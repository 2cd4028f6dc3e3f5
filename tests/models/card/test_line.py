"""Test a term as a line: between its knots, beyond the last one, and with equal whole points in every engine."""

from __future__ import annotations

import json
from itertools import pairwise

import ibis
import numpy as np
import pytest

from features.catalogue import BY_NAME
from models.card import line
from models.card.scorecard import EXPERT, Scorecard, dump, load
from models.card.term import Knot, Term
from models.errors import ScorecardError
from models.words.explain import contributions, total

pytestmark = pytest.mark.dear

WHY = "Made for a test of what a line gives."


def term(*knots: tuple[float, int], doubling: int = 0, **other: object) -> Term:
    own = tuple(Knot(at=float(at), points=points) for at, points in knots)
    return Term(signal="complaints_90d", why=WHY, line=own, doubling=doubling, **other)  # type: ignore[arg-type]


FOUR = term((0, 0), (1, 7), (4, 17), doubling=6)


def points(one: Term, value: float) -> int:
    return next(band.points for band in one.bands if band.below is None or value < band.below)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, 0), (1, 7), (2, 11), (3, 15), (4, 17), (8, 23), (16, 29), (32, 35), (4096, 77)],
)
def test_four_complaints_give_seventeen_points_and_each_doubling_six_more(value: float, expected: int):
    assert points(FOUR, value) == expected
    assert FOUR.in_words == "1: 7, 4: 17; each doubling 6 more"


def test_a_line_has_no_top_and_a_falling_one_ends_at_no_points():
    assert points(FOUR, 1e9) == 17 + 6 * line.DOUBLINGS
    falling = term((0, 0), (10, 12), (20, 20), doubling=-15, people_until=10.0)
    assert [points(falling, value) for value in (10, 20, 40, 80)] == [12, 20, 5, 0]
    assert points(falling, 1e9) == 0


def test_a_learned_tail_may_fall_below_zero_and_then_has_no_bottom(tmp_path):
    until, before = ({"people_until": 10.0}, {"people_until": 20.0})
    knots = [{"at": 0, "points": 0}, {"at": 10, "points": 12}, {"at": 20, "points": -3}]
    body = {"signal": "complaints_90d", "why": WHY, "line": knots, "doubling": -15}
    path = tmp_path / "card.json"
    path.write_text(json.dumps({"name": "mine", "version": "1", "terms": [body | until]}))
    (own,) = load(path).terms
    assert [points(own, value) for value in (10, 20, 40, 80)] == [12, -3, -18, -33]
    path.write_text(json.dumps({"name": "mine", "version": "1", "terms": [body | before]}))
    with pytest.raises(ScorecardError, match="may not fall"):
        load(path)


def test_bands_are_the_rounded_line():
    rng = np.random.default_rng(2)
    for _ in range(200):
        at = np.unique(np.round(rng.gamma(1.0, 20.0, rng.integers(2, 7)), 2))
        if len(at) < 2:
            continue
        own = [int(p) for p in rng.integers(0, 40, len(at))]
        doubling = int(rng.integers(-20, 20))
        one = term(*zip(at, own, strict=True), doubling=doubling)
        bounds = [band.below for band in one.bands if band.below is not None]
        assert all(low < high for low, high in pairwise(bounds))
        values = np.round(rng.gamma(1.0, 40.0, 2000), 3)
        near = np.min(np.abs(values[:, None] - np.array([*bounds, np.inf])), axis=1) < 1e-4 * (1 + values)
        report = np.array([points(one, value) for value in values])
        exact = line.rounded(line.exact(values, at, own, doubling))
        np.testing.assert_array_equal(report[~near], exact[~near])


def test_every_engine_gives_the_same_whole_points_and_they_add_up_exactly():
    card = load(EXPERT)
    rng = np.random.default_rng(4)
    names = [t.signal for t in card.terms]
    values = np.where(
        rng.random((5000, len(names))) < 0.2, np.nan, rng.gamma(0.7, 30.0, (5000, len(names))).round(2)
    )
    rows = [dict(zip(names, (None if np.isnan(v) else v for v in row), strict=True)) for row in values]
    keys = {"corporatie_id": "C", "as_of": "2026-11-16"}
    table = ibis.memtable([{**row, **keys, "overeenkomst_id": f"{n:05}"} for n, row in enumerate(rows)])
    scored = ibis.duckdb.connect().to_pyarrow(card.points(table).order_by("overeenkomst_id")).to_pylist()
    for row, found in zip(rows, scored, strict=True):
        parts = {one.signal: one.points for one in contributions(card, row)}
        assert parts == {name: found[f"points_{name}"] for name in names}
        assert sum(parts.values()) == total(card, row) == found["score"]
        assert abs(found["score_exact"] - found["score"]) <= len(names) / 2


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"line": [{"at": 0, "points": 0}]}, "at least two knots"),
        ({"line": [{"at": 4, "points": 0}, {"at": 2, "points": 3}]}, "must rise"),
        ({"line": [{"at": 0, "points": 4}, {"at": 2, "points": 3}]}, "may not fall"),
        ({"line": [{"at": 0, "points": 0}, {"at": 2, "points": 3}], "doubling": -1}, "may not fall"),
        (
            {
                "line": [{"at": 0, "points": 0}, {"at": 2, "points": 3}],
                "bands": [{"below": None, "points": 3}],
            },
            "bands or a line, and not both",
        ),
        (
            {"line": [{"at": 0, "points": 0}, {"at": 2, "points": 3}], "people_until": 1},
            "not one of the knots",
        ),
        (
            {"line": [{"at": 0, "points": 0}, {"at": 2, "point": 3, "points": 3}]},
            r"unknown key\. Did you mean 'points'",
        ),
        ({}, "bands or a line"),
    ],
)
def test_a_wrong_line_is_refused_by_name(tmp_path, body, message):
    path = tmp_path / "card.json"
    own = {"signal": "complaints_90d", "why": WHY, **body}
    path.write_text(json.dumps({"name": "x", "version": "1", "terms": [own]}), encoding="utf-8")
    with pytest.raises(ScorecardError, match=message):
        load(path)


def test_a_card_with_lines_comes_back_from_its_file_and_names_each_knot_on_a_line(tmp_path):
    card = Scorecard(name="x", version="1", terms=(FOUR,))
    text = dump(card)
    assert '{"at": 4, "points": 17}' in text and "people_until" not in text and "bands" not in text
    path = tmp_path / "card.json"
    path.write_text(text, encoding="utf-8")
    assert load(path) == card


def test_knots_from_the_data_have_enough_values_on_both_sides():
    values = np.concatenate([np.linspace(0, 100, 2000), np.full(200, 1000.0), [np.nan, 1e6]])
    actual = line.knots_beyond(values, 10.0, least=50, most=20)
    assert actual == sorted(actual) and actual[0] > 10
    for low, high in zip([10.0, *actual], actual, strict=False):
        assert ((values > low) & (values <= high)).sum() >= 50
    assert (values > actual[-1]).sum() >= 50


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ((0, 3), (0, 1, 2, 3)),
        ((0.5, 1.25), (0.5, 1.25)),
        ((0.2, 0.9), (0.2, 0.9)),
        ((30, 60, 100), (30, 42, 60, 100)),
    ],
)
def test_knots_between_are_whole_and_half_a_doubling_apart(at, expected):
    assert line.with_knots_between(at) == expected


def test_a_line_keeps_the_knots_where_it_bends_and_those_given():
    at, points = [0.0, 1.0, 3.0, 7.0, 15.0, 31.0], [0, 5, 10, 15, 15, 20]
    kept = line.needed(at, points, {1.0})
    assert [at[n] for n in kept] == [0, 1, 7, 15, 31]
    drawn = line.exact(np.array(at), [at[n] for n in kept], [points[n] for n in kept], 0)
    assert line.rounded(drawn).tolist() == points


def test_a_line_is_told_up_to_the_largest_value_that_the_signal_can_have():
    """A year has 52 weeks: a knot far beyond, where a falling tail ends, is for the arithmetic alone."""
    knots = tuple(Knot(at=float(a), points=p) for a, p in ((0, 0), (36, 13), (129, -1)))
    weeks = Term(signal="arrears_weeks_365d", why=WHY, line=knots, doubling=-8, people_until=36)
    assert weeks.in_words == "36: 13, 52: 9; no more beyond"
    assert BY_NAME["arrears_weeks_365d"].most == 365 / 7 and BY_NAME["arrears_euro"].most is None
    days = weeks.model_copy(update={"signal": "oldest_open_days"})
    assert days.in_words == "36: 13, 129: -1; each doubling 8 less"

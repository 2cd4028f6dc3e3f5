"""Test the points card as an estimator: conventions, prior, signs, caps, missing values, and an independent fit."""

from __future__ import annotations

import doctest
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.utils.estimator_checks import check_estimator

from models.card import points_card
from models.card.points_card import PER_POINT, PointsCard
from models.card.posterior import calibrate_intercept
from models.card.shapes import Bins, Line, alike, coded

MONTHS = Bins((0.5, 1.5, 3.0), (0, 2, 6, 11), direction=1)
PLAN = Bins((1.0,), (0, -5), direction=-1)
RUNS = Bins((60.0, 180.0), (10, 7, 0), direction=-1)


def world(rows: int = 4000, seed: int = 1, weights=(0.0, 0.7, 1.4, 2.1)):
    rng = np.random.default_rng(seed)
    months = rng.choice([0.0, 1.0, 2.0, 4.0], rows, p=[0.7, 0.15, 0.1, 0.05])
    plan = rng.integers(0, 2, rows).astype(float)
    score = -3 + np.asarray(weights)[np.searchsorted([0.5, 1.5, 3.0], months, side="right")] - 0.5 * plan
    y = (rng.random(rows) < 1 / (1 + np.exp(-score))).astype(int)
    return np.column_stack([months, plan]), y


def test_it_keeps_the_conventions_of_scikit_learn():
    actual = check_estimator(PointsCard(), on_skip=None)
    assert len(actual) > 40
    assert not [check for check in actual if check["status"] == "failed"]


def test_with_little_data_it_stays_where_people_put_it():
    x, y = world(60)
    card = PointsCard([MONTHS, PLAN], tau=0.05).fit(x, y)
    np.testing.assert_allclose(card.points_[0], MONTHS.points, atol=1.0)
    np.testing.assert_allclose(card.points_[1], PLAN.points, atol=1.0)


def test_with_much_data_it_follows_the_data():
    x, y = world(60_000)
    card = PointsCard([MONTHS, PLAN], tau=0.5, max_move=100).fit(x, y)
    np.testing.assert_allclose(card.points_[0] * PER_POINT, [0, 0.7, 1.4, 2.1], atol=0.15)
    np.testing.assert_allclose(card.points_[1] * PER_POINT, [0, -0.5], atol=0.1)
    assert card.intercept_ == pytest.approx(-3, abs=0.1)


def test_it_is_the_logistic_regression_of_scikit_learn_where_both_can_be_written():
    x, y = world(3000)
    flat = [Bins((0.5,), (0, 0)), Bins((1.0,), (0, 0))]
    indicator = np.column_stack([x[:, 0] >= 0.5, x[:, 1] >= 1.0]).astype(float)
    tau = 0.3
    other = LogisticRegression(C=tau**2, tol=1e-10, max_iter=1000).fit(indicator, y)
    card = PointsCard(flat, tau=tau, max_move=100).fit(x, y)
    np.testing.assert_allclose([p[1] * PER_POINT for p in card.points_], other.coef_[0], atol=1e-5)
    assert card.intercept_ == pytest.approx(other.intercept_[0], abs=1e-5)


def test_a_card_against_the_data_keeps_its_sign():
    x, y = world(20_000, weights=(2.1, 1.4, 0.7, 0.0))
    card = PointsCard([MONTHS, PLAN], tau=1.0, max_move=100).fit(x, y)
    assert (np.diff(card.points_[0]) >= 0).all()
    assert card.points_[0].min() >= 0
    np.testing.assert_allclose(card.points_[0], 0, atol=1e-6)


@pytest.mark.parametrize("direction", [-1, 1])
def test_no_band_moves_further_than_the_cap_and_the_order_stays(direction):
    x, y = world(60_000, weights=np.array([0.0, 3.0, 3.0, 3.1]) * direction)
    start = Bins((0.5, 1.5, 3.0), (0, 2 * direction, 6 * direction, 11 * direction), direction=direction)
    card = PointsCard([start, PLAN], tau=2.0, max_move=4).fit(x, y)
    assert np.abs(card.points_[0] - start.points).max() <= 4 + 1e-9
    assert (np.diff(card.points_[0]) * direction >= -1e-9).all()


def test_the_points_fall_with_a_signal_of_which_less_is_worse():
    rng = np.random.default_rng(3)
    days = rng.uniform(0, 365, 5000)
    days[rng.random(5000) < 0.5] = np.nan
    y = (rng.random(5000) < np.where(days < 60, 0.4, 0.1)).astype(int)
    card = PointsCard([RUNS], tau=0.5).fit(days[:, None], y)
    assert card.points_[0][0] > card.points_[0][1] >= card.points_[0][2] == 0


def test_missing_is_a_band_of_its_own():
    x, y = world(4000)
    gone = x.copy()
    gone[:500, 0] = np.nan
    card = PointsCard([MONTHS, PLAN], tau=0.3).fit(gone, np.where(np.isnan(gone[:, 0]), 1, y))
    assert card.missing_[0] > 5
    one = card.decision_function([[np.nan, 0.0]]) - card.decision_function([[0.0, 0.0]])
    assert one[0] == pytest.approx(card.missing_[0] * PER_POINT)
    kept = PointsCard([MONTHS, PLAN], tau=0.3, keep_missing=True).fit(
        gone, np.where(np.isnan(gone[:, 0]), 1, y)
    )
    assert kept.missing_ == [MONTHS.missing, PLAN.missing]


def test_a_band_that_nobody_is_in_stays():
    x, y = world(4000)
    x[x == 4.0] = 2.0
    card = PointsCard([MONTHS, PLAN], tau=0.3).fit(x, y)
    assert card.points_[0][3] - card.points_[0][2] == pytest.approx(5)


def test_tau_per_term_holds_some_and_frees_others():
    x, y = world(20_000)
    card = PointsCard([MONTHS, PLAN], tau=[0.5, 0.0]).fit(x, y)
    np.testing.assert_allclose(card.points_[1], PLAN.points)
    assert np.abs(card.points_[0] - MONTHS.points).max() > 2


def test_a_weight_of_two_equals_two_rows_and_the_order_of_rows_does_not_matter():
    x, y = world(1500)
    twice = np.r_[np.arange(1500), np.arange(700)]
    weights = np.r_[np.full(700, 2.0), np.ones(800)]
    weighed = PointsCard([MONTHS, PLAN]).fit(x, y, sample_weight=weights)
    repeated = PointsCard([MONTHS, PLAN]).fit(x[twice], y[twice])
    turned = PointsCard([MONTHS, PLAN]).fit(x[::-1], y[::-1], sample_weight=weights[::-1])
    for other in (repeated, turned):
        np.testing.assert_allclose(weighed.points_[0], other.points_[0], atol=1e-6)
        assert weighed.intercept_ == pytest.approx(other.intercept_, abs=1e-6)


def test_the_sum_of_the_points_is_the_log_odds():
    x, y = world(2000)
    card = PointsCard([MONTHS, PLAN]).fit(x, y)
    codes = coded(card.shapes_, x)
    total = sum(np.append(p, m)[c] for p, m, c in zip(card.points_, card.missing_, codes.T, strict=True))
    np.testing.assert_allclose(card.decision_function(x), card.intercept_ + PER_POINT * total, atol=1e-12)


@pytest.mark.parametrize(
    ("terms", "y", "told"),
    [
        ([MONTHS], [0, 1, 0, 1], "1 terms for 2 columns"),
        ([MONTHS, PLAN], [0, 0, 0, 0], "got 1 class"),
        ([MONTHS, PLAN], [0, 1, 2, 1], "Only binary"),
    ],
)
def test_what_cannot_be_fitted_is_named(terms, y, told):
    with pytest.raises(ValueError, match=told):
        PointsCard(terms).fit(np.ones((4, 2)), y)


def test_alike_rows_are_found():
    codes = np.array([[1, 2], [0, 300], [1, 2], [300, 0]])
    first, number = alike(codes)
    np.testing.assert_array_equal(codes[first][number], codes)
    assert len(first) == 3


def test_the_level_makes_the_expected_number_the_found_one():
    score = np.array([0.0, 1.0, 2.0])
    total, positive = np.array([100.0, 50.0, 10.0]), np.array([3.0, 4.0, 5.0])
    level = calibrate_intercept(score, total, positive)
    assert total @ (1 / (1 + np.exp(-score - level))) == pytest.approx(12)


def test_the_example_of_the_page_is_true():
    actual = doctest.testmod(points_card)
    assert (actual.failed, actual.attempted > 3) == (0, True)


def test_a_line_follows_a_tail_that_falls_and_keeps_the_direction_where_people_gave_points():
    rng = np.random.default_rng(1)
    x = rng.gamma(1.0, 4.0, 20_000)
    chance = expit(np.where(x < 4, x, np.maximum(8 - x, -2)) - 3)
    y = rng.random(len(x)) < chance
    start = Line((0.0, 2.0, 4.0, 8.0, 16.0), (0.0, 5.0, 10.0, 10.0, 10.0), direction=1, people=3)
    card = PointsCard([start], tau=1.0, max_move=60).fit(x[:, None], y)
    points = card.points_[0]
    assert points[0] <= points[1] <= points[2]
    assert points[3] < points[2]
    held = PointsCard([replace(start, people=5)], tau=1.0, max_move=60).fit(x[:, None], y).points_[0]
    assert (np.diff(held[:5]) >= 0).all()
    np.testing.assert_allclose(
        card.decision_function(x[:9, None]), card.intercept_ + PER_POINT * card.shapes_[0].points_of(x[:9])
    )


def test_a_line_that_falls_below_no_points_leaves_the_other_points_right():
    rng = np.random.default_rng(2)
    x, other = rng.gamma(1.0, 4.0, 20_000), rng.integers(0, 2, 20_000).astype(float)
    survivor = x > 10
    other = np.where(survivor, rng.random(20_000) < 0.9, other).astype(float)
    y = rng.random(20_000) < expit(np.minimum(x, 4) / 2 + other - 3 - 5 * survivor)
    line = Line((0.0, 2.0, 4.0, 8.0, 16.0), (0.0, 5.0, 10.0, 10.0, 10.0), direction=1, people=3)
    rows = np.column_stack([x, other])
    card = PointsCard([line, Bins((1.0,), (0.0, 0.0), direction=1)], tau=3.0, max_move=60).fit(rows, y)
    # Of the survivors nearly all have the other signal; only points below zero take away what that gives them.
    assert card.points_[0][2] > 0 > card.points_[0][4]
    with_other = card.predict_proba(rows)[other == 1, 1].sum()
    assert with_other == pytest.approx(y[other == 1].sum(), rel=0.01)


@pytest.mark.parametrize(
    ("points", "doubling", "at"), [(9.0, -5.0, 64.0), (0.0, -10.0, 17.1), (4.5, -0.3, None)]
)
def test_a_tail_that_falls_below_zero_has_a_knot_there(points: float, doubling: float, at: float | None):
    start = Line((0.0, 4.0, 16.0), (0.0, 9.0, points), doubling, direction=1, people=2)
    line = start.below_zero()
    if at is None:
        assert line == start
        return
    assert (line.at[-1], line.points[-1]) == (at, -1.0)
    beyond = line.points_of(np.array([at, 2 * at, 4 * at]))
    np.testing.assert_allclose(beyond, [-1, -1 + doubling, -1 + 2 * doubling])
    assert start.points_of(np.array([4 * at])) == 0

"""Test what a list finds, against counts by hand and against every order of the ties."""

from __future__ import annotations

from datetime import date
from itertools import pairwise, permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import EvaluationError
from models.evaluate.at_capacity import at_capacity, chance, places, pooled
from models.evaluate.bootstrap import resample
from models.evaluate.ground import ground
from tests.support.panels import START, panel

LATER = date(2024, 1, 29)


def scored(values: list[tuple[float, int]], **more):
    """Make a ground and scores from (score, outcome) pairs."""
    result = panel([{"s": s, "escalated": y, **more} for s, y in values])
    on = ground(result)
    return on, on.of(result["s"])


def test_without_ties_the_first_k_count():
    on, score = scored([(9, 1), (8, 0), (7, 1), (6, 0), (5, 1)])
    counts = at_capacity(on, places(on, score), 3)
    assert counts.iloc[0].to_dict() == {
        "rows": 5, "positives": 3, "listed": 3, "hits": 2, "worst": 2, "best": 2
    }  # fmt: skip
    report = pooled(counts)
    assert report["precision"] == pytest.approx(2 / 3)
    assert report["recall"] == pytest.approx(2 / 3)
    assert report["lift"] == pytest.approx((2 / 3) / (3 / 5))


def test_a_tie_at_the_cut_counts_by_expectation_with_worst_and_best_beside():
    # One place is left for four equal addresses of which one escalated.
    on, score = scored([(9, 0), (5, 1), (5, 0), (5, 0), (5, 0)])
    counts = at_capacity(on, places(on, score), 2).iloc[0]
    assert (counts.hits, counts.worst, counts.best) == (0.25, 0, 1)


def test_neither_the_amount_nor_the_duration_decides_between_equal_scores():
    result = panel(
        [
            {"arrears_euro": 500.0, "oldest_open_days": 20, "escalated": 1},
            {"arrears_euro": 100.0, "oldest_open_days": 10, "escalated": 0},
            {"arrears_euro": 300.0, "oldest_open_days": 30, "escalated": 0},
        ]
    )
    on = ground(result)
    same = places(on, np.zeros(3))
    assert same.tolist() == [0, 0, 0]
    assert at_capacity(on, same, 1)["hits"].item() == pytest.approx(1 / 3)


def test_a_row_of_a_sample_takes_as_many_places_as_it_stands_for():
    whole, score = scored([(9, 1), (8, 0), *[(1, 0)] * 6, (1, 1)])
    rows = panel(
        [
            {"s": s, "escalated": y, "stands_for": n}
            for s, y, n in ((9, 1, 1), (8, 0, 1), (1, 0, 6.0), (1, 1, 1))
        ]
    )
    few = ground(rows)
    place_of_few = places(few, few.of(rows["s"]))
    for k in (1, 2, 4, 20):
        counts = at_capacity(whole, places(whole, score), k)
        pd.testing.assert_frame_equal(at_capacity(few, place_of_few, k), counts, check_dtype=False)
    heads = resample(few, {"s": place_of_few}, [4], replicates=400)
    assert heads.hits["s", 4].mean() == pytest.approx(1 + 2 / 7, rel=0.15)


def test_each_date_has_its_own_list_and_dates_are_pooled():
    rows = [{"s": 2, "escalated": 1}, {"s": 1, "escalated": 0}]
    rows += [{"s": s, "escalated": y, "as_of": LATER} for s, y in ((9, 0), (1, 1), (0, 0))]
    result = panel(rows)
    on = ground(result)
    counts = at_capacity(on, places(on, on.of(result["s"])), 1)
    assert list(counts.index) == [START, LATER]
    assert counts["hits"].tolist() == [1, 0]
    assert pooled(counts)["precision"] == 0.5


def test_a_list_longer_than_the_portfolio_is_as_long_as_the_portfolio():
    on, score = scored([(1, 1), (0, 0)])
    counts = at_capacity(on, places(on, score), 10)
    assert counts["listed"].item() == 2
    assert pooled(counts)["precision"] == 0.5


def test_a_lot_has_a_lift_of_one_also_where_dates_differ():
    """On one date both of two agreements escalate, on the other one of eight does: equal places per date show no skill."""
    rows = [{"escalated": 1}, {"escalated": 1}]
    rows += [{"as_of": LATER, "escalated": int(n == 0)} for n in range(8)]
    on = ground(panel(rows))
    report = pooled(at_capacity(on, places(on, np.zeros(10)), 1))
    assert report["lift"] == pytest.approx(1.0)
    assert report["precision"] == pytest.approx((1 + 1 / 8) / 2)


def test_missing_scores_come_last():
    on, score = scored([(float("nan"), 1), (-3.0, 0)])
    assert places(on, score).tolist() == [1, 0]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 2), st.booleans()), min_size=1, max_size=6), st.integers(1, 6))
def test_expectation_worst_and_best_are_those_of_all_orders(pairs, k):
    on, score = scored([(float(s), int(y)) for s, y in pairs])
    counts = at_capacity(on, places(on, score), k).iloc[0]
    orders = [
        sum(pairs[i][1] for i in order[:k])
        for order in permutations(range(len(pairs)))
        if all(pairs[a][0] >= pairs[b][0] for a, b in pairwise(order))
    ]
    assert counts.hits == pytest.approx(np.mean(orders))
    assert (counts.worst, counts.best) == (min(orders), max(orders))
    # The chances of the rows say the same, and fill the places.
    listed = chance(on, places(on, score), k)
    assert listed.sum() == pytest.approx(min(k, len(pairs)))
    assert (listed * on.y).sum() == pytest.approx(counts.hits)


def test_an_outcome_that_can_still_come_is_refused():
    result = panel([{}, {"as_of": LATER, "mature": False, "escalated": None}])
    with pytest.raises(EvaluationError, match="as of 2024-01-29 and later are not mature"):
        ground(result)


def test_contacted_and_held_agreements_are_left_out_unless_asked_for():
    result = panel([{"escalated": 1}, {"contacted": True, "escalated": 1}, {"hold": "cool_down"}])
    assert len(ground(result)) == 1
    assert len(ground(result, contacted=True)) == 3


def test_an_empty_ground_and_a_missing_column_are_named():
    with pytest.raises(EvaluationError, match="No row"):
        ground(panel([{"contacted": True}]))
    with pytest.raises(EvaluationError, match="lacks household, escalated"):
        ground(panel([{}]).drop(columns=["household", "escalated"]))
    with pytest.raises(ValueError, match="at least one address; k is 0"):
        on = ground(panel([{}]))
        at_capacity(on, places(on, np.zeros(1)), 0)

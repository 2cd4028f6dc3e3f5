"""Test drift: the index by hand, the rate of false alarms, and the detection of a shift."""

from __future__ import annotations

import math

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.card.scorecard import Scorecard
from models.evaluate import drift

CARD = Scorecard.model_validate_json(
    '{"name": "x", "version": "1", "terms": [{"signal": "arrears_months", "why": "Only here to count bands with.",'
    '"bands": [{"below": 0.5, "points": 0}, {"below": 2.0, "points": 3}, {"below": null, "points": 9}]}]}'
)


def test_bands_are_those_of_the_card_and_a_value_on_a_bound_is_above_it():
    con = duckdb.connect()
    months, points = "[0, 0.5, 1.9, 2, 7, NULL]", "[0, 0, 1, 2, 3, 4]"
    con.execute(f"CREATE TABLE t AS SELECT unnest({months}) AS arrears_months, unnest({points}) AS score")
    limits = drift.bands(con, "t", CARD)
    assert limits["arrears_months"] == [0.5, 2.0]
    assert drift.counts(con, "t", limits)["arrears_months"] == [1, 2, 2, 1]
    assert sum(drift.counts(con, "t", limits)["score"]) == 6


VALUES = st.lists(st.one_of(st.none(), st.floats(-5, 5)), min_size=1, max_size=30)


@settings(deadline=None, max_examples=40)
@given(VALUES, st.lists(st.floats(-5, 5), unique=True, max_size=4))
def test_counting_in_the_engine_is_counting_by_hand(values, limits):
    con = duckdb.connect()
    con.execute("CREATE TABLE t AS SELECT unnest(?::DOUBLE[]) AS x", [values])
    limits = sorted(limits)
    expected = [0] * (len(limits) + 2)
    for value in values:
        expected[-1 if value is None else sum(value >= limit for limit in limits)] += 1
    assert drift.counts(con, "t", {"x": limits})["x"] == expected


def test_the_index_by_hand():
    expected = (0.75 - 0.25) * math.log(0.75 / 0.25) * 2
    assert drift.psi([2999.5, 999.5], [999.5, 2999.5]) == pytest.approx(expected)
    assert drift.psi([30, 50, 20], [300, 500, 200]) == pytest.approx(0, abs=1e-3)
    assert math.isfinite(drift.psi([100, 0], [0, 100]))


def test_limits_scale_with_the_numbers_compared():
    # Published for 10 bands without any change, at 95%: 0.004 for 8,000 against 8,000; 0.53 for a list of 25.
    assert drift.psi_limit(10, 8000, 8000, alpha=0.05, matters=0) == pytest.approx(0.0042, abs=2e-4)
    assert drift.psi_limit(10, 8000, 25, alpha=0.05, matters=0) > 0.5
    assert drift.psi_limit(10, 1e6, 1e6) == drift.PSI_MATTERS
    assert drift.psi_limit(1, 100, 100) == math.inf


def test_without_change_chance_alone_hardly_ever_warns():
    rng = np.random.default_rng(1)
    shares = [0.9, 0.05, 0.03, 0.02]
    was = {"x": [*rng.multinomial(6000, shares).tolist(), 0]}
    beyond = 0
    for m in (150, 600, 6000):
        for _ in range(300):
            now = {"x": [*rng.multinomial(m, shares).tolist(), 0]}
            beyond += sum(s.beyond for s in drift.compare(was, now, 6000, m))
    assert beyond <= 1


def test_a_change_of_values_and_of_what_is_missing_is_seen():
    was = {"x": [5400, 300, 300, 0], "y": [6000, 0, 0, 0]}
    now = {"x": [4800, 600, 600, 0], "y": [4200, 0, 0, 1800]}
    report = {(s.name, s.kind): s for s in drift.compare(was, now, 6000, 6000)}
    assert report["x", "psi"].beyond and not report["x", "missing"].beyond
    assert report["y", "missing"].beyond and not report["y", "psi"].beyond
    assert drift.in_words(report["y", "missing"]) == "y: 30% is missing, it was 0% when the card was made."
    assert "PSI" in drift.in_words(report["x", "psi"])


def test_volume_is_held_against_its_own_waves():
    assert not drift.volume("complaints", 150, [100, 120, 80, 100]).beyond
    assert drift.volume("complaints", 10, [100, 120, 80, 100]).beyond
    assert not drift.volume("complaints", 0, [2, 1, 0, 3]).beyond  # a handful says nothing
    assert drift.in_words(drift.volume("complaints", 10, [100.0])).startswith(
        "complaints: 10 rows in four weeks"
    )


def test_a_single_week_does_not_warn():
    shift, calm = drift.shift_of("x", "psi", 0.5, 0.02), drift.shift_of("x", "psi", 0.001, 0.02)
    assert drift.lasting([shift], [calm]) == []
    assert drift.lasting([shift], [shift]) == [shift]
    assert drift.lasting([calm], [shift]) == []

"""Test lead time, unique hits, calibration, overlap and causes on small cases by hand."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.catalogue import SIGNALS
from models.card.scorecard import EXPERT, load
from models.evaluate import calibration, controls, found, rankings, stability
from models.evaluate.at_capacity import at_capacity, places, pooled
from models.evaluate.backtest import Plan, evaluate
from models.evaluate.ground import ground
from models.learning.families import ranking
from tests.support.panels import START, panel, thrown

pytestmark = pytest.mark.dear

LATER = START + timedelta(weeks=4)


def test_lead_time_runs_from_the_first_list_to_the_escalation():
    on = START + timedelta(weeks=10)
    rows = [
        {"overeenkomst_id": "A", "as_of": START, "s": 2, "escalated": 1, "escalated_on": on},
        {"overeenkomst_id": "A", "as_of": LATER, "s": 2, "escalated": 1, "escalated_on": on},
        {"overeenkomst_id": "B", "as_of": START, "s": 1, "escalated": 1, "escalated_on": LATER},
        {"overeenkomst_id": "C", "as_of": LATER, "s": 1},
    ]
    result = panel(rows)
    base = ground(result)
    report = found.lead_time(base, places(base, base.of(result["s"])), 1)
    assert report == found.LeadTime(escalations=2, listed_before=1, listed_early=1, weeks=[10.0, 10.0, 10.0])


def test_what_collection_would_have_missed_and_what_the_amounts_would():
    rows = [
        {"s": 9, "a": 0, "escalated": 1, "in_collection": False},
        {"s": 8, "a": 9, "escalated": 1, "in_collection": True},
        {"s": 1, "a": 8, "escalated": 1, "in_collection": None},
        {"s": 0, "a": 1},
    ]
    result = panel(rows)
    on = ground(result)
    report = found.otherwise_missed(on, places(on, on.of(result["s"])), 2, places(on, on.of(result["a"])))
    assert report.share_not_in_collection[0] == 0.5
    assert report.recall_not_in_collection[0] == 0.5  # unknown is not in collection
    assert report.share_unique is not None and report.share_unique[0] == 0.5


def test_the_calibration_error_by_hand():
    p = np.repeat([0.1, 0.5], 10)
    y = np.repeat([1, 0, 1, 0], [2, 8, 5, 5])
    assert calibration.expected_error(p, y, 2) == pytest.approx((10 * 0.1 + 10 * 0.0) / 20)
    assert calibration.expected_error(np.full(20, 0.35), y) == pytest.approx(0.0)


def test_the_chance_of_points_is_found_again():
    rng = np.random.default_rng(1)
    score = rng.integers(0, 60, 40_000).astype(float)
    y = rng.random(len(score)) < calibration.chances(score, -5.0, 1.3)
    intercept, slope = calibration.fit(score, y)
    assert (intercept, slope) == (pytest.approx(-5.0, abs=0.15), pytest.approx(1.3, abs=0.06))
    few = np.flatnonzero(y)[:50].tolist() + np.flatnonzero(~y)[:5000].tolist()
    assert calibration.fit(score[few], y[few])[1] == 1.0  # too few for a slope
    level = calibration.chances(score[few], *calibration.fit(score[few], y[few]))
    assert level.sum() == pytest.approx(y[few].sum(), rel=1e-4)


def test_a_chance_is_estimated_from_outcomes_complete_by_then():
    result = thrown(households=200, dates=8)
    score = result["arrears_months"] * 10
    p = calibration.rolling_chances(result, score, horizon_weeks=12, outcome="escalated")
    dates = pd.to_datetime(result["as_of"])
    early = dates < pd.Timestamp(START + timedelta(weeks=12))
    assert p[early].isna().all() and p[~early].notna().all()
    future = result.assign(escalated=np.where(dates > pd.Timestamp(LATER), 1, result["escalated"]))
    again = calibration.rolling_chances(future, score, horizon_weeks=12, outcome="escalated")
    assert (p == again)[dates <= pd.Timestamp(START + timedelta(weeks=16))][~early].all()


def test_overlap_of_lists_with_and_without_ties():
    scores = {START: (3, 2, 1), LATER: (3, 1, 2)}
    rows = [
        {"overeenkomst_id": name, "as_of": day, "s": s}
        for day, of in scores.items()
        for name, s in zip("ABC", of, strict=True)
    ]
    result = panel(rows)
    on = ground(result)
    assert stability.overlap(on, places(on, on.of(result["s"])), 2).tolist() == [pytest.approx(1 / 3)]
    assert stability.overlap(on, places(on, np.zeros(6)), 2).tolist() == [pytest.approx(1.0)]


def test_every_change_has_the_one_cause_that_decided():
    steps = [
        ("late_data", {1, 2, 4}),
        ("new_data", {1, 3, 4}),
        ("case_state", {1, 4, 2}),
        ("capacity", {1, 4, 5}),
    ]
    report = stability.changes({1, 2, 3}, steps)
    assert {(c.agreement, c.entered): c.cause for c in report} == {
        (2, False): "capacity",  # it left, came back and left again: the last decided
        (3, False): "case_state",
        (4, True): "late_data",
        (5, True): "capacity",
    }
    assert stability.changes({1}, []) == []


SETS = st.sets(st.integers(0, 8))


@given(SETS, st.lists(SETS, min_size=1, max_size=5))
def test_the_changes_are_exactly_the_difference_of_the_lists(before, lists):
    steps = list(zip(stability.CAUSES, lists, strict=False))
    report = stability.changes(before, steps)
    after = lists[-1]
    assert {c.agreement for c in report if c.entered} == after - before
    assert {c.agreement for c in report if not c.entered} == before - after
    assert len(report) == len(before ^ after)


def test_shuffling_keeps_the_outcomes_and_breaks_what_they_had_to_do_with_the_signals():
    result = thrown(households=2000, dates=4, strength=1.5)
    mixed = controls.shuffled(result)
    assert mixed["escalated"].sum() == result["escalated"].sum()
    assert (
        mixed.groupby("as_of")["escalated"].sum().tolist()
        == result.groupby("as_of")["escalated"].sum().tolist()
    )

    def lift(rows: pd.DataFrame) -> float:
        on = ground(rows)
        return pooled(at_capacity(on, places(on, on.of(rows["arrears_months"])), 200))["lift"]

    assert lift(result) > 2
    assert lift(mixed) == pytest.approx(1, abs=0.35)
    assert abs(np.corrcoef(controls.noise(result), result["escalated"])[0, 1]) < 0.05


def test_a_whole_evaluation_answers_every_question_and_its_controls_hold():
    output = thrown(households=250, dates=14, strength=1.2).assign(
        escalated_payment=lambda t: t["escalated"], escalated_nuisance=0
    )
    present = tuple(s.name for s in SIGNALS if s.name in output)
    plan = Plan(capacity=5, horizon_weeks=12, signals=present, replicates=100)
    card = load(EXPERT)
    result = evaluate(output, [("expert", "expert card", card)], plan, learn=ranking(card))
    names = {row.name for row in result.rankings}
    fitted = {"learned", "logistic", "boosting"}
    assert fitted | {"expert", "list_before", "area_mean", "random", *rankings.SIMPLE} <= names | {
        "most_events_365d"
    }
    assert result.in_use == "learned" and set(result.verdicts) == {"learned", "expert"}
    assert all(control.holds for control in result.controls)
    random = result.by_name()["random"]
    assert random.at["5"].lift[0] == pytest.approx(1.0)
    assert result.calibration is not None and result.calibration.monthly.mean < 0.15
    assert len(result.overlap["learned"]) == len(result.dates) - 1


def test_without_outcomes_to_learn_from_the_other_rankings_are_compared_with_a_note():
    output = thrown(households=60, dates=3)
    plan = Plan(capacity=3, horizon_weeks=26, signals=("arrears_months",), replicates=50)
    result = evaluate(output, [("expert", "expert card", load(EXPERT))], plan)
    assert "boosting" not in {row.name for row in result.rankings}
    assert result.notes[0].startswith("Nothing was learned")
    assert result.calibration is None

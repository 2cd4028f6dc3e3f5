"""Test simple rankings by hand, and that fitted rankings see neither the future nor the ranked household."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from benchmarks.panels import Case
from benchmarks.price import price
from features.catalogue import BY_NAME
from models.evaluate import comparison, fitted, rankings, rolling
from models.evaluate.ground import as_days, ground
from models.learning.hold import HOLDS
from tests.support.panels import START, panel, thrown

pytestmark = pytest.mark.dear

LATER = START + timedelta(weeks=4)


def test_hackney_points_by_hand():
    result = panel(
        [
            {
                "arrears_euro": 100.0,
                "oldest_open_days": 40.0,
                "plan_broken_days": np.nan,
                "collection_phase": 2,
            },
            {
                "arrears_euro": 0.0,
                "oldest_open_days": np.nan,
                "plan_broken_days": 12.0,
                "collection_phase": 3,
            },
        ]
    )
    assert rankings.hackney(result).tolist() == [1.5 * 40 + 1.2 * 100, 50 + 50]


def test_equal_rows_go_by_the_next_column_and_only_then_by_lot():
    rows = [
        {"arrears_months": 3.0, "arrears_euro": 900.0},
        {"arrears_months": 3.0, "arrears_euro": 1500.0},
        {"arrears_months": 0.0, "arrears_euro": 40.0},
        {"arrears_months": 1.0, "arrears_euro": np.nan},
        {"arrears_months": 3.0, "arrears_euro": 1500.0},
        {"arrears_months": np.nan, "arrears_euro": np.nan},
    ]
    months = {r.name: r.scores for r in rankings.simple(panel(rows))}["most_months"]
    assert months.tolist() == [3.0, 4.0, 1.0, 2.0, 4.0, 0.0]


def test_every_simple_ranking_has_a_second_column_that_the_gate_reads():
    for rule in rankings.SIMPLE.values():
        assert rule.then and not set(rule.then) & set(rule.needs)
        assert {*rule.needs, *rule.then} <= {*rankings.READ} & {*BY_NAME}


def test_a_second_column_that_nobody_delivered_is_passed_over():
    counted = panel([{"complaints_90d": 2}, {"complaints_90d": 1}, {"complaints_90d": 2}])
    assert rankings.SIMPLE["most_complaints_90d"].scores(counted).tolist() == [2.0, 1.0, 2.0]


def test_a_ranking_without_its_signals_is_left_out():
    result = panel([{"complaints_90d": 2, "complaints_365d": 3, "arrears_euro": np.nan}])
    assert [r.name for r in rankings.simple(result)] == ["most_complaints_90d", "most_events_365d"]


def test_the_events_of_a_year_are_counts_of_the_catalogue():
    assert all(BY_NAME[name].window_days == 365 or name == "arrears_returns_365d" for name in rankings.EVENTS)


def test_the_list_before_is_that_of_the_date_before_and_newcomers_come_last():
    rows = [{"overeenkomst_id": "A", "as_of": START}, {"overeenkomst_id": "A", "as_of": LATER}]
    rows += [{"overeenkomst_id": "B", "as_of": LATER}]
    before = rankings.list_before(panel(rows), pd.Series([7.0, 1.0, 9.0]))
    assert before.isna().tolist() == [True, False, True]
    assert before[1] == 7.0


def test_the_mean_of_an_area_counts_only_outcomes_that_were_complete():
    rows = [
        {"wijk": "A", "as_of": START, "escalated": 1}, {"wijk": "A", "as_of": START}, {"wijk": "B", "as_of": START},
        {"wijk": "A", "as_of": LATER, "escalated": 1},
        {"wijk": "A", "as_of": START + timedelta(weeks=8)}, {"wijk": "B", "as_of": START + timedelta(weeks=8)},
    ]  # fmt: skip
    mean = rankings.area_mean(panel(rows), horizon_weeks=8)
    assert mean[:4].isna().all()
    assert mean[4:].tolist() == [0.5, 0.0]


def test_folds_are_the_same_whatever_the_order_and_keep_households_whole():
    names = pd.Series([f"H{n % 50}" for n in range(200)])
    folds = pd.Series(rolling.fold(names))
    assert folds.groupby(names).nunique().eq(1).all() and folds.nunique() == rolling.FOLDS
    mixed = names.sample(frac=1, random_state=0)
    assert pd.Series(rolling.fold(mixed), index=mixed.index).sort_index().tolist() == folds.tolist()


def test_models_learn_only_from_complete_outcomes():
    result = thrown(households=80, dates=12)
    seen: list[tuple[pd.DataFrame, pd.DataFrame]] = []

    def spy(rows: pd.DataFrame, y: np.ndarray):
        return lambda test: (seen.append((rows, test)), np.zeros(len(test)))[1]

    dates = rolling.test_dates(result, horizon_weeks=12, least=1)
    assert dates[0] == pd.Timestamp(START + timedelta(weeks=12))
    scored = rolling.rolling(result, spy, horizon_weeks=12, dates=dates, refit_every=2)
    assert len(seen) == 3 * -(-len(dates) // 2)
    for learned, ranked in seen:
        assert as_days(learned["as_of"]).max() + timedelta(weeks=12) <= as_days(ranked["as_of"]).min()
    assert scored.notna().equals(as_days(result["as_of"]).isin(dates))


def test_places_of_a_date_do_not_depend_on_the_scale_of_a_model():
    when = pd.Series(pd.to_datetime(["2026-01-05"] * 4 + ["2026-02-02"] * 2))
    actual = rolling.by_place(np.array([9.0, 7.0, 7.0, 1.0, 3.0, 4.0]), when)
    assert actual == pytest.approx(10 * np.log2([4 / 0.5, 4 / 2, 4 / 2, 4 / 3.5, 2 / 1.5, 2 / 0.5]))
    louder = rolling.by_place(np.array([900.0, 705.0, 705.0, 110.0, 30.0, 40.0]), when)
    assert louder == pytest.approx(actual)
    several, score = np.array([1, 2, 3, 1, 2, 3]), np.array([9.0, 7.0, 6.0, 1.0, 3.0, 4.0])
    each = np.repeat(np.arange(6), several)
    weighted = rolling.by_place(score, when, several)
    assert weighted[each] == pytest.approx(rolling.by_place(score[each], when[each]))


def test_a_model_that_knows_households_by_heart_ranks_none_of_them():
    result = thrown(households=90, dates=6).assign(escalated=np.arange(540) % 2)

    def by_heart(rows: pd.DataFrame, y: np.ndarray):
        seen = set(rows["household"])
        return lambda every: every["household"].isin(seen).to_numpy(dtype=float)

    days = rolling.test_dates(result, horizon_weeks=4)
    for scores in (
        rolling.rolling(result, by_heart, horizon_weeks=4, dates=days),
        rolling.crossed(result, by_heart),
    ):
        assert scores.max() < 10 * np.log2(2)  # in the lower half of the list of their own model


def test_the_future_changes_no_score():
    result = thrown(households=80, dates=12)
    dates = rolling.test_dates(result, horizon_weeks=8)[:3]
    fit = fitted.logistic(["arrears_months", "complaints_90d"])
    before = rolling.rolling(result, fit, horizon_weeks=8, dates=dates)
    late = as_days(result["as_of"]) > dates[0] - pd.Timedelta(weeks=8)
    other = result.assign(escalated=np.where(late, 1 - result["escalated"], result["escalated"]))
    pd.testing.assert_series_equal(rolling.rolling(other, fit, horizon_weeks=8, dates=dates), before)


def test_fitted_rankings_do_not_learn_from_contacted_rows():
    result = thrown(households=80, dates=10)
    touched = result.assign(contacted=np.arange(len(result)) % 7 == 0)
    turned = touched.assign(
        escalated=np.where(touched["contacted"], 1 - result["escalated"], result["escalated"])
    )
    fit = fitted.logistic(["arrears_months"])
    dates = rolling.test_dates(result, horizon_weeks=8)[:2]
    one, other = (rolling.rolling(m, fit, horizon_weeks=8, dates=dates) for m in (touched, turned))
    pd.testing.assert_series_equal(one, other)


@pytest.mark.parametrize("make", [fitted.logistic, pytest.param(fitted.boosting, marks=pytest.mark.slow)])
def test_a_fitted_ranking_works_with_empty_and_constant_signals(make):
    result = thrown(households=300, dates=6).assign(empty=np.nan, constant=1.0)
    result.loc[::3, "complaints_90d"] = np.nan
    score = rolling.crossed(result, make(["arrears_months", "complaints_90d", "empty", "constant"]))
    assert score.notna().all()
    assert score[result["escalated"] == 1].mean() > score[result["escalated"] == 0].mean()


@pytest.mark.parametrize("weighted", [False, True])
def test_the_boosting_cuts_signals_as_the_library_does(weighted: bool, monkeypatch: pytest.MonkeyPatch):
    draw = np.random.default_rng(7)
    rows = pd.DataFrame({"wide": draw.gamma(2, 300, 1_530), "few": draw.poisson(2, 1_530).astype(float)})
    rows["holes"] = np.where(draw.random(1_530) < 0.2, np.nan, draw.normal(size=1_530).round(3))
    y = (rows["wide"] + 200 * draw.normal(size=1_530) > 900).astype(int).to_numpy()
    weight = draw.choice([1.0, 3.7], 1_530) if weighted else np.ones(1_530)
    monkeypatch.setattr(fitted, "_thinned", lambda y: (np.arange(len(y)), weight))
    fit = fitted.boosting(list(rows), rounds=8)
    others = (rows + rows.shift(-1)) / 2  # values between those that were learned from
    ours = fit(rows, y)(others)
    with monkeypatch.context() as patch:
        patch.setattr(fitted, "_cuts", lambda _values, _weight: None)
        theirs = fit(rows, y)(others)
    np.testing.assert_array_equal(ours, theirs)
    assert len(np.unique(ours)) > 10


def test_without_a_positive_no_score_is_given():
    result = thrown(households=20, dates=3).assign(escalated=0)
    assert rolling.crossed(result, fitted.logistic(["arrears_months"])).isna().all()
    assert not rolling.test_dates(result, horizon_weeks=4)


def test_each_length_of_the_list_has_its_own_best_simple_ranking():
    day, names = date(2026, 1, 5), [f"H{n}" for n in range(8)]
    result = panel([{"as_of": day, "household": name} for name in names]).assign(
        escalated=[1, 0, 1, 1, 0, 0, 0, 1]
    )
    early = rankings.Ranking(
        "early", "early", pd.Series([9, 0, 8, 1, 7, 6, 5, 2], index=result.index, dtype=float)
    )
    late = rankings.Ranking(
        "late", "late", pd.Series([7, 9, 8, 6, 0, 1, 2, 5], index=result.index, dtype=float)
    )
    past = rankings.Ranking(rankings.PAST, "past", late.scores, "context")
    actual = comparison.compare(ground(result), [early, late, past], 2, replicates=20).by_name()["early"].at
    assert actual["2"].against_best_simple is None  # it is the best one itself
    assert actual["2"].against_past is not None and actual["2"].against_past.ratio[0] == 2.0
    assert actual["4"].against_best_simple is not None
    assert actual["4"].against_best_simple.ranking == "late"


def test_boosting_can_be_bound_to_signals_alone_and_to_their_direction():
    rng = np.random.default_rng(4)
    rows = pd.DataFrame(rng.integers(0, 2, (2000, 2)).astype(float), columns=["one", "other"])
    differ = (rows["one"] != rows["other"]).to_numpy().astype(np.int8)

    def gap(y, **promises):
        scores = fitted.boosting(["one", "other"], rounds=30, **promises)(rows, y)(rows)
        return scores[y == 1].mean() - scores[y == 0].mean()

    assert gap(differ) > 1 and gap(differ, together="pairwise") > 1
    assert abs(gap(differ, together="no_interactions")) < 0.1
    fewer = 1 - rows["one"].to_numpy().astype(np.int8)
    assert gap(fewer) > 1 and abs(gap(fewer, directions={"one": 1, "other": 1})) < 0.1


def test_the_prices_of_a_readable_card_are_shares_of_lists_of_each_length(monkeypatch):
    monkeypatch.setattr("benchmarks.price.DIVISIONS", 1)
    some = thrown(households=400, dates=4, strength=2.0)
    some = some.assign(escalated_payment=some["escalated"], escalated_nuisance=np.int8(0))
    empty = pd.DataFrame({name: np.nan for name in BY_NAME if name not in some}, index=some.index)
    rows = price(Case("thrown", "", pd.concat([some, empty], axis=1), 5, 4))
    labels = [row["label"] for row in rows]
    assert labels[0] == "boosting, any signals together" and len(set(labels)) == len(HOLDS) + 5
    assert all(len(row["precision"]) == 3 and max(row["precision"]) <= 1 for row in rows)
    assert rows[0]["precision"][0] > some["escalated"].mean()

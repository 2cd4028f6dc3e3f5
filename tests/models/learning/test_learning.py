"""Test learning a card: what moves, what does not, what is refused, and that the future has no influence."""

from __future__ import annotations

from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest

from models.card import on_panel
from models.card.lined import lined
from models.card.scorecard import Calibration, Scorecard, dump, load
from models.card.term import Knot, Term
from models.errors import TrainingError
from models.learning import changes, families, fitting
from models.learning import rows as train_rows
from models.learning.chance import calibrate
from models.learning.hold import FIRM, HOLDS
from tests.support.learning import CARD, HORIZON, WHY, panel, term

pytestmark = pytest.mark.dear

MONDAY = date(2026, 11, 16)


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return train_rows.usable(panel(), CARD)


@pytest.fixture(scope="module")
def learned(rows) -> families.Learned:
    return families.learn(CARD, rows)


def points(card: Scorecard, signal: str) -> list[int]:
    return next(t.named_points for t in card.terms if t.signal == signal)


def test_a_family_learns_from_its_own_escalations(learned):
    arrears, nuisance, events = learned.families
    assert arrears.note == ""
    moved = points(learned.card, "arrears_months") + points(learned.card, "arrears_euro")
    assert max(moved) > 5 > max(points(lined(CARD), "arrears_months"))
    assert "0 escalations: fewer than 10" in nuisance.note
    assert (events.name, events.label, events.note) == ("events_365d", "escalated", "")


def test_points_are_the_mean_of_what_several_holds_give(rows, learned):
    assert learned.holds == HOLDS
    each = [points(families.learn(CARD, rows, holds=[hold]).card, "arrears_months") for hold in HOLDS]
    assert np.ptp([given[1] for given in each]) > 3
    assert np.abs(np.mean(each, axis=0)[:3] - points(learned.card, "arrears_months")[:3]).max() <= 1


def test_what_did_not_learn_is_only_scaled_and_within_bounds(learned):
    low, high = fitting.RATES
    assert set(learned.rates) == {"nuisance", "worries"}
    assert all(low <= rate <= high for rate in learned.rates.values())
    assert points(learned.card, "complaints_separate_90d")[:2] == [0, round(20 * learned.rates["nuisance"])]


def test_nuisance_learns_from_nuisance_and_arrears_then_stay():
    rows = panel().assign(escalated_nuisance=lambda t: t["escalated"], escalated_payment=0)
    actual = families.learn(CARD, train_rows.usable(rows, CARD))
    arrears, nuisance, _ = actual.families
    assert "0 escalations" in arrears.note and not nuisance.note
    assert points(actual.card, "complaints_separate_90d") != [0, 20]
    assert points(actual.card, "arrears_months")[:3] == [
        round(p * actual.rates["arrears"]) for p in (0, 1, 2)
    ]


def test_the_order_of_the_rows_does_not_matter(rows, learned):
    turned = families.learn(CARD, rows.iloc[::-1])
    assert dump(turned.card) == dump(learned.card)


def test_signals_that_say_nothing_are_named_and_keep_their_points(rows):
    never = rows.assign(worries_90d=np.nan, complaints_separate_90d=0)
    actual = families.learn(CARD, never)
    assert actual.unused == ["complaints_separate_90d", "worries_90d", "events_365d", "never_paid"]
    without = families.learn(CARD, never.drop(columns="worries_90d"))
    assert dump(without.card) == dump(actual.card)


@pytest.mark.parametrize(("value", "told"), [(0, "Nobody escalated"), (1, "Everybody escalated")])
def test_rows_of_one_class_are_refused(rows, value, told):
    with pytest.raises(TrainingError, match=told):
        families.learn(CARD, rows.assign(escalated=value))


def test_those_who_never_paid_get_points_for_it_and_not_for_a_missing_day(rows):
    rng = np.random.default_rng(3)
    never = pd.Series(rng.random(len(rows)) < 0.2, index=rows.index)
    worse = (never & (rng.random(len(rows)) < 0.5)) | (rows["escalated"] == 1)
    days = pd.Series(rng.integers(5, 100, len(rows)), index=rows.index).where(~never)
    known = rows.assign(
        never_paid=never.astype(int), last_payment_days=days,
        escalated=worse.astype(int), escalated_payment=worse.astype(int),
    )  # fmt: skip
    card = CARD.model_copy(update={"terms": (*CARD.terms, term("last_payment_days", (45, 0), (None, 3)))})
    actual = families.learn(card, known).card
    assert points(actual, "never_paid")[1] >= 10
    assert next(t.missing for t in actual.terms if t.signal == "last_payment_days") == 0


def test_fewer_escalations_than_needed_move_no_point(rows):
    few = rows["escalated"].cumsum() <= 5
    one = rows.assign(**{n: rows["escalated"].where(few, 0) for n in ("escalated", "escalated_payment")})
    actual = families.learn(CARD, one)
    assert changes.moves(lined(CARD), actual.card) == []


def test_a_horizon_past_the_data_is_named():
    with pytest.raises(TrainingError, match="horizon runs past the data"):
        train_rows.usable(panel().assign(mature=False), CARD)


def test_contacted_rows_are_left_out_and_those_like_them_weigh_more():
    rows = panel()
    rng = np.random.default_rng(5)
    rows["contacted"] = rng.random(len(rows)) < np.where(on_panel.scores(CARD, rows) >= 20, 0.4, 0.0)
    kept = train_rows.usable(rows, CARD)
    assert len(kept) == (~rows["contacted"]).sum()
    assert kept["weight"].sum() == pytest.approx(len(rows), rel=0.02)
    high = on_panel.scores(CARD, kept) >= 20
    assert kept.loc[high, "weight"].mean() == pytest.approx(1 / 0.6, rel=0.1)
    assert (kept.loc[~high, "weight"] == 1).all()


def test_held_rows_are_with_the_coach_already():
    rows = panel()
    rows.loc[rows.index[:100], "hold"] = "in_contact"
    assert len(train_rows.usable(rows, CARD)) == len(rows) - 100


def test_few_escalations_hold_points_firmly():
    rows = train_rows.usable(panel(households=60, dates=8), CARD)
    assert 10 <= train_rows.agreements(rows, rows["escalated"]) < 50
    assert families.learn(CARD, rows).holds == (FIRM,)


def test_the_sum_in_numpy_is_the_sum_in_the_engine(rows, learned):
    number = pd.DataFrame({"number": np.arange(len(rows))})
    signals = [t.signal for t in learned.card.terms]
    columns = rows.reindex(columns=signals).astype(float).reset_index(drop=True)
    keys = {"corporatie_id": "C", "overeenkomst_id": number["number"].astype(str), "as_of": MONDAY}
    features = ibis.memtable(columns.assign(**keys))
    table = ibis.duckdb.connect().to_pyarrow(learned.card.points(features)).to_pandas()
    table = table.set_index(table["overeenkomst_id"].astype(int)).sort_index()
    np.testing.assert_array_equal(on_panel.scores(learned.card, rows), table["score"])
    by_engine = table["score"] + (table["score_exact"] - table["score"]).round(4) / 1000
    np.testing.assert_allclose(on_panel.in_order(learned.card, rows), by_engine, atol=1e-6)


def test_moves_name_every_band_that_moved(learned):
    listed = changes.moves(lined(CARD), learned.card)
    moved = {(m.signal, m.at): (m.before, m.after) for m in listed}
    assert moved[("arrears_months", "at 1.5")] == (2, points(learned.card, "arrears_months")[2])
    assert changes.moves(CARD, CARD) == []


def test_the_chance_of_a_score_is_what_was_found(rows, learned):
    chance = calibrate(learned.card, rows, horizon_weeks=HORIZON)
    score = on_panel.scores(learned.card, rows)
    report = np.array([chance.chance(s)[0] for s in score])
    assert report.mean() == pytest.approx(rows["escalated"].mean(), rel=1e-3)
    high = score >= np.quantile(score, 0.9)
    assert report[high].mean() == pytest.approx(rows.loc[high, "escalated"].mean(), rel=0.25)
    low, most = chance.chance(20)[1:]
    assert 0 < low < chance.chance(20)[0] < most < 1


def test_with_few_escalations_only_the_level_is_fitted(rows):
    few = rows.iloc[:1200]
    chance = calibrate(CARD, few, horizon_weeks=HORIZON)
    assert chance.escalations < 100
    assert chance.slope == 1.0
    assert chance.variance[1:] == (0.0, 0.0)


def test_rows_of_one_household_are_not_news_to_each_other(rows):
    one = calibrate(CARD, rows, horizon_weeks=HORIZON)
    copied = pd.concat([rows, rows, rows])
    many = calibrate(CARD, copied, horizon_weeks=HORIZON)
    assert many.variance == pytest.approx(one.variance, rel=1e-4)


def test_a_card_that_knows_the_chance_comes_back_from_its_file(tmp_path, learned, rows):
    chance = calibrate(learned.card, rows, horizon_weeks=HORIZON)
    card = learned.card.model_copy(update={"calibration": chance})
    path = tmp_path / "card.json"
    path.write_text(dump(card), encoding="utf-8")
    assert load(path) == card
    assert isinstance(load(path).calibration, Calibration)


def line_card() -> Scorecard:
    knots = tuple(Knot(at=float(a), points=p) for a, p in ((0, 0), (1, 4), (2, 8)))
    months = Term(signal="arrears_months", why=WHY, line=knots, doubling=2)
    return Scorecard(name="start", version="1", terms=(months,))


def test_a_line_gets_knots_from_the_data_and_may_fall_beyond_what_people_gave(tmp_path):
    rng = np.random.default_rng(3)
    rows = panel(households=1500)
    months = np.round(rng.gamma(1.0, 3.0, len(rows)), 2)
    chance = np.where(months > 8, 0.01, 0.02 + 0.05 * np.minimum(months, 8) / 8)
    came = (rng.random(len(rows)) < chance).astype(int)
    rows = rows.assign(arrears_months=months, escalated=came, escalated_payment=came)
    usable = train_rows.usable(rows, line_card())
    actual = families.learn(line_card(), usable)
    learned = actual.card.terms[0]
    at, given = learned.knots
    assert at[:3] == [0, 1, 2] and len(at) > 4 and learned.people_until == 2
    assert given[:3] == sorted(given[:3])
    fall = changes.falls(actual.card, usable)[0]
    beyond = usable.loc[usable["arrears_months"] > fall.beyond]
    assert (fall.signal, fall.rows, fall.escalated) == (
        "arrears_months",
        len(beyond),
        beyond["escalated"].sum(),
    )
    before = usable.loc[usable["arrears_months"].between(fall.since, fall.beyond, inclusive="right")]
    assert (fall.rows_before, fall.escalated_before) == (len(before), before["escalated"].sum())
    assert len(before) >= changes.LEAST_BEFORE and fall.text.endswith(changes.FEWER)
    path = tmp_path / "card.json"
    path.write_text(dump(actual.card), encoding="utf-8")
    assert load(path) == actual.card


@pytest.mark.parametrize(
    ("beyond", "before", "told"),
    [
        ((200, 2), (100, 7), "200 cases, 2 escalated (1%); from 2 to 8: 100 cases, 7 escalated (7%). " + changes.FEWER),
        ((59, 46), (80, 20), "59 cases, 46 escalated (78%); from 2 to 8: 80 cases, 20 escalated (25%). " + changes.NOT_FEWER),
        ((59, 46), (0, 0), "59 cases, 46 escalated (78%)."),
    ],
)  # fmt: skip
def test_a_fall_says_whether_fewer_escalate_beyond_it(beyond, before, told):
    assert (
        changes.Fall("arrears_months", 8.0, *beyond, 2.0, *before).text == f"arrears_months beyond 8: {told}"
    )

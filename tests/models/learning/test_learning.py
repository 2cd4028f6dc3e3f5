"""Learning a card: what moves, what does not, what is refused, and that nothing of the future helps to choose."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models.card import on_panel
from models.card.scorecard import Band, Calibration, Scorecard, Term, dump, load
from models.errors import TrainingError
from models.learning import families
from models.learning import rows as train_rows
from models.learning.adoption import judge
from models.learning.chance import calibrate
from tests.support import panels

WHY = "Made for a test of what a card learns."
HORIZON = 26


def term(signal: str, *bands: tuple[float | None, int], missing: int = 0) -> Term:
    return Term(
        signal=signal, why=WHY, bands=tuple(Band(below=b, points=p) for b, p in bands), missing=missing
    )


CARD = Scorecard(
    name="start",
    version="1",
    terms=(
        term("arrears_months", (0.5, 0), (1.5, 1), (None, 2)),
        term("complaints_separate_90d", (1, 0), (None, 20)),
        term("worries_90d", (1, 0), (None, 10)),
    ),
)


def panel(seed: int = 1, households: int = 500, dates: int = 14, strength: float = 1.0) -> pd.DataFrame:
    rows = panels.thrown(households=households, dates=dates, seed=seed, strength=strength)
    rng = np.random.default_rng(seed)
    return rows.assign(
        complaints_separate_90d=rows["complaints_90d"],
        worries_90d=rng.integers(0, 2, len(rows)),
        weight=1.0,
        escalated_payment=rows["escalated"],
        escalated_nuisance=0,
    )


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return train_rows.usable(panel(), CARD)


@pytest.fixture(scope="module")
def learned(rows) -> families.Learned:
    return families.learn(CARD, rows, horizon_weeks=HORIZON)


def points(card: Scorecard, signal: str) -> list[int]:
    return next([b.points for b in t.bands] for t in card.terms if t.signal == signal)


def test_a_family_learns_from_its_own_escalations(learned):
    arrears, nuisance = learned.families
    assert arrears.tau in families.TAUS
    assert points(learned.card, "arrears_months")[2] > 5
    assert nuisance.tau == 0
    assert "0 escalations: fewer than 10" in nuisance.note


def test_what_did_not_learn_is_only_scaled_and_within_bounds(learned):
    low, high = families.RATES
    assert set(learned.rates) == {"nuisance", "worries"}
    assert all(low <= rate <= high for rate in learned.rates.values())
    assert points(learned.card, "complaints_separate_90d") == [0, round(20 * learned.rates["nuisance"])]


def test_nuisance_learns_from_nuisance_and_arrears_then_stay():
    rows = panel().assign(escalated_nuisance=lambda t: t["escalated"], escalated_payment=0)
    found = families.learn(CARD, train_rows.usable(rows, CARD), horizon_weeks=HORIZON)
    arrears, nuisance = found.families
    assert (arrears.tau, nuisance.tau > 0) == (0, True)
    assert points(found.card, "complaints_separate_90d") != [0, 20]
    assert points(found.card, "arrears_months") == [round(p * found.rates["arrears"]) for p in (0, 1, 2)]


def test_the_order_of_the_rows_is_nothing(rows, learned):
    turned = families.learn(CARD, rows.iloc[::-1], horizon_weeks=HORIZON)
    assert dump(turned.card) == dump(learned.card)


def test_signals_that_say_nothing_are_named_and_keep_their_points(rows):
    never = rows.assign(worries_90d=np.nan, complaints_separate_90d=0)
    found = families.learn(CARD, never, horizon_weeks=HORIZON)
    assert found.unused == ["complaints_separate_90d", "worries_90d"]
    without = families.learn(CARD, never.drop(columns="worries_90d"), horizon_weeks=HORIZON)
    assert dump(without.card) == dump(found.card)


@pytest.mark.parametrize(("value", "told"), [(0, "Nobody escalated"), (1, "Everybody escalated")])
def test_one_class_is_nothing_to_learn_from(rows, value, told):
    with pytest.raises(TrainingError, match=told):
        families.learn(CARD, rows.assign(escalated=value), horizon_weeks=HORIZON)


def test_fewer_escalations_than_needed_move_nothing(rows):
    few = rows["escalated"].cumsum() <= 5
    one = rows.assign(**{n: rows["escalated"].where(few, 0) for n in ("escalated", "escalated_payment")})
    found = families.learn(CARD, one, horizon_weeks=HORIZON)
    assert families.moves(CARD, found.card) == []


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


def test_splits_go_from_past_to_future_with_a_gap_and_other_households(rows):
    when = pd.to_datetime(rows["as_of"]).to_numpy()
    household = pd.factorize(rows["household"])[0] % 2
    splits = train_rows.blocked(when, household, HORIZON)
    assert len(splits) >= 4
    for past, test in splits:
        assert when[past].max() + np.timedelta64(HORIZON, "W") <= when[test].min()
        assert not set(household[past]) & set(household[test])


def test_a_history_too_short_to_choose_uses_the_usual_tau():
    rows = train_rows.usable(panel(dates=5), CARD)
    found = families.learn(CARD, rows, horizon_weeks=HORIZON)
    assert found.families[0].tau == families.USUAL_TAU
    assert "too short to choose" in found.families[0].note


def test_the_sum_in_numpy_is_the_sum_in_the_engine(rows, learned):
    from models.evaluate.rankings import card as in_engine

    np.testing.assert_array_equal(
        on_panel.scores(learned.card, rows), in_engine(rows, learned.card).to_numpy()
    )


def test_moves_name_every_band_that_moved(learned):
    listed = families.moves(CARD, learned.card)
    moved = {(m["signal"], m["from"], m["below"]): (m["before"], m["after"]) for m in listed}
    assert moved[("arrears_months", 1.5, None)] == (2, points(learned.card, "arrears_months")[2])
    assert families.moves(CARD, CARD) == []


def test_the_chance_of_a_score_is_what_was_found(rows, learned):
    chance = calibrate(learned.card, rows, horizon_weeks=HORIZON)
    score = on_panel.scores(learned.card, rows)
    told = np.array([chance.chance(s)[0] for s in score])
    assert told.mean() == pytest.approx(rows["escalated"].mean(), rel=1e-3)
    high = score >= np.quantile(score, 0.9)
    assert told[high].mean() == pytest.approx(rows.loc[high, "escalated"].mean(), rel=0.25)
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


def test_the_look_back_finds_a_card_that_learns_better_than_one_that_does_not():
    found = judge(panel(dates=16), CARD, capacity=10, horizon_weeks=HORIZON)
    assert found.adopted
    assert found.outcomes["escalated"]["difference"][0] > 0
    assert found.outcomes["escalated_nuisance"]["escalations"] == 0


def test_the_look_back_refuses_a_card_that_loses(monkeypatch):
    monkeypatch.setattr(
        "models.learning.adoption.ranking", lambda *_, **__: lambda *_: lambda t: -t["arrears_months"]
    )
    found = judge(panel(dates=16), CARD, capacity=10, horizon_weeks=HORIZON)
    assert not found.adopted
    assert found.verdict == "Refused: the learned card loses on escalated and escalated_payment."


def test_a_learned_card_in_use_is_the_one_to_beat_on_dates_it_does_not_know():
    rows = panel(dates=16)
    dates = sorted(rows["as_of"].unique())
    usable = train_rows.usable(rows, CARD)
    learned = families.learn(CARD, usable, horizon_weeks=HORIZON).card
    early = calibrate(learned, usable, horizon_weeks=HORIZON).model_copy(update={"last": str(dates[0])})
    late = early.model_copy(update={"last": str(dates[-1])})
    kept = {
        name: judge(
            rows,
            CARD,
            capacity=60,
            horizon_weeks=HORIZON,
            installed=learned.model_copy(update={"calibration": chance}),
        ).outcomes["escalated"]["precision"]["kept"]
        for name, chance in (("early", early), ("late", late))
    }
    alone = judge(rows, CARD, capacity=60, horizon_weeks=HORIZON).outcomes["escalated"]["precision"]
    assert kept["late"] == alone["kept"]
    assert kept["early"] > alone["kept"]


def test_a_history_too_short_to_look_back_on_is_refused():
    found = judge(panel(dates=4), CARD, capacity=10, horizon_weeks=HORIZON)
    assert (found.adopted, found.verdict) == (False, "Refused: the history is too short to look back on.")


def test_thinning_keeps_the_households_that_escalate():
    rows = panel()
    thin = train_rows.thinned(rows, len(rows) // 2)
    assert thin["escalated"].sum() == rows["escalated"].sum()
    assert thin["weight"].sum() == pytest.approx(len(rows), rel=0.05)
    assert train_rows.thinned(rows, len(rows)) is rows

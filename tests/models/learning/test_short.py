"""Test short cards: which terms stay, and what is reported of them."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from models.card.lined import lined
from models.learning import changes, families
from models.learning.adoption import judge
from models.learning.rows import usable
from models.learning.short import deviance, order_of_dropping
from tests.models.learning.test_learning import CARD, HORIZON, panel

pytestmark = pytest.mark.dear

PLAN = {"horizon_weeks": HORIZON, "capacity": 10}


def cases(seed: int = 1, rows: int = 4000):
    """Throw points of three terms: a strong one, its copy with noise, and one without meaning; and the outcomes."""
    rng = np.random.default_rng(seed)
    strong = rng.integers(0, 30, rows).astype(float)
    copy = np.clip(strong + rng.integers(-4, 5, rows), 0, None)
    noise = rng.integers(0, 30, rows).astype(float)
    chance = 1 / (1 + np.exp(3 - 0.14 * strong))
    total = np.ones(rows)
    return np.column_stack([noise, copy, strong]), total, (rng.random(rows) < chance).astype(float)


def test_the_term_goes_whose_loss_the_others_bear_best():
    points, total, positive = cases()
    assert order_of_dropping(points, ["a", "b", "b"], total, positive, 2) == [1]
    assert order_of_dropping(points, ["a", "a", "a"], total, positive, 1) == [0, 1]


def test_a_family_keeps_its_last_term_and_idle_terms_go_first():
    points, total, positive = cases()
    idle = np.column_stack([points, np.zeros(len(points))])
    assert order_of_dropping(idle, ["a", "b", "b", "c"], total, positive, 2) == [3, 1]
    counts = ["stacking", "b", "b", "stacking"]
    assert order_of_dropping(idle, counts, total, positive, 1)[:2] == [3, 0]


def test_the_deviance_is_that_of_a_logistic_regression():
    points, total, positive = cases()
    score = points[:, 2]
    model = LogisticRegression(C=1e9).fit(score[:, None], positive)
    chance = model.predict_proba(score[:, None])[:, 1]
    expected = -(positive * np.log(chance) + (1 - positive) * np.log(1 - chance)).sum()
    assert deviance(score, total, positive) == pytest.approx(expected, rel=1e-6)


@pytest.fixture(scope="module")
def rows():
    return usable(panel(), CARD)


def test_a_short_card_has_a_term_of_each_family_and_names_the_rest(rows):
    learned = families.learn(CARD, rows, most_terms=3)
    kept = [term.signal for term in learned.card.terms]
    assert len(kept) == 3
    assert {"complaints_separate_90d", "worries_90d"} < set(kept)
    assert sorted([*kept, *learned.dropped]) == sorted(term.signal for term in lined(CARD).terms)
    dropped = [m for m in changes.moves(lined(CARD), learned.card) if "dropped" in m.at]
    assert {m.signal for m in dropped} == set(learned.dropped)
    assert all(m.after == 0 for m in dropped)


def test_a_short_card_is_measured_beside_the_card_with_all_terms():
    table = panel(dates=16)
    judged = judge(table, CARD, **PLAN, most_terms=3)
    assert judged.all_terms is not None and judged.all_terms > 0
    assert judge(table, CARD, **PLAN).all_terms is None

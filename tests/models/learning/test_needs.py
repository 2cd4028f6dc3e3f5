"""Test learning from confirmed needs: the minimum number, the weights of visits, and which card may replace which."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models.card.scorecard import Scorecard, dump
from models.card.term import Band, Term
from models.learning import needs
from models.learning.needs import learn_needs

WHY = "Made for a test of what a card learns."


def term(signal: str, *bands: tuple[float | None, int]) -> Term:
    return Term(signal=signal, why=WHY, bands=tuple(Band(below=b, points=p) for b, p in bands))


CARD = Scorecard(
    name="start",
    version="1",
    terms=(
        term("arrears_months", (1, 0), (2, 8), (None, 12)),
        term("complaints_separate_90d", (1, 0), (2, 3), (None, 4)),
        term("plan_running", (1, 0), (None, -5)),
    ),
)


def visits(rows: int, *, complaint: float = 1.2, seed: int = 1) -> pd.DataFrame:
    """Visits in which need comes with complaints far more than the card thinks."""
    rng = np.random.default_rng(seed)
    months, complaints = rng.integers(0, 4, rows), rng.integers(0, 3, rows)
    plan = rng.integers(0, 2, rows)
    score = -1.5 + complaint * complaints + 0.1 * months
    return pd.DataFrame(
        {
            "arrears_months": months.astype(float),
            "complaints_separate_90d": complaints,
            "plan_running": plan,
            "household": [f"H{n}" for n in range(rows)],
            "need": (rng.random(rows) < 1 / (1 + np.exp(-score))).astype("int8"),
            "propensity": 1.0,
        }
    )


def points(card: Scorecard, signal: str) -> list[int]:
    return next([b.points for b in t.bands] for t in card.terms if t.signal == signal)


def test_too_few_needs_leave_the_card_as_it_is():
    actual = learn_needs(CARD, visits(150))
    assert (actual.card, actual.stage) == (CARD, 1)
    assert actual.confirmed < 100
    assert "100 of both kinds are needed" in actual.note
    assert learn_needs(CARD, visits(150).iloc[:0]).visits == 0


def test_needs_alone_are_nothing_to_tell_apart():
    assert learn_needs(CARD, visits(200).assign(need=1)).stage == 1


def test_the_card_moves_with_the_needs_and_keeps_its_signs():
    actual = learn_needs(CARD, visits(500))
    assert actual.stage == 2
    assert actual.rates["nuisance"] > 1 > actual.rates["arrears"]
    assert points(actual.card, "complaints_separate_90d")[2] > 8
    assert points(actual.card, "arrears_months")[2] < 12
    assert points(actual.card, "plan_running")[1] <= 0
    assert (actual.better["learned card"][0] or 0) > 0


def test_the_same_visits_give_the_same_card_in_any_order():
    rows = visits(500)
    assert dump(learn_needs(CARD, rows).card) == dump(learn_needs(CARD, rows.iloc[::-1]).card)


def test_a_card_that_is_right_is_not_replaced_by_noise():
    rng = np.random.default_rng(3)
    rows = visits(420).assign(need=rng.integers(0, 2, 420))
    true = CARD.model_copy(update={"terms": (term("worries_90d", (1, 0), (None, 0)),)})
    actual = learn_needs(true, rows.assign(worries_90d=rng.integers(0, 2, 420)))
    assert actual.card == true


def test_who_was_seldom_chosen_counts_for_more():
    rows = visits(700)
    low = rows["complaints_separate_90d"] == 0
    # Of those without complaints only one in five was visited, by lot.
    some = rows.loc[~low | (rows.index % 5 == 0)]
    known = some.assign(propensity=np.where(low[some.index], 0.2, 1.0))
    weighed = needs._Visits.of(CARD, known).level(np.arange(len(known)))
    plain = needs._Visits.of(CARD, some).level(np.arange(len(some)))
    everyone = needs._Visits.of(CARD, rows).level(np.arange(len(rows)))
    assert abs(weighed.intercept_ - everyone.intercept_) < abs(plain.intercept_ - everyone.intercept_)


@pytest.mark.slow
def test_the_challenger_is_heard_from_three_hundred_needs_and_wins_only_beyond_the_interval():
    actual = learn_needs(CARD, visits(700))
    assert actual.stage == 3
    low = actual.better["EBM"][1]
    assert ("its steps are the points" in actual.note) == (low is not None and low > 0)


def test_a_challenger_that_wins_is_written_as_points_with_the_signs_of_the_signals(monkeypatch):
    monkeypatch.setattr(needs, "LEAST_FOR_CHALLENGER", 100)
    # A card that may hardly move cannot follow; the boosting can.
    monkeypatch.setattr(needs, "TAUS", (0.0001,))
    monkeypatch.setattr(needs, "FAMILY_DEVIATION", 0.0001)
    actual = learn_needs(CARD, visits(500, complaint=1.5))
    assert actual.note.startswith("The EBM predicted needs better")
    steps = points(actual.card, "complaints_separate_90d")
    assert steps[0] == 0 and steps == sorted(steps) and steps[2] > 15
    assert points(actual.card, "plan_running")[1] <= 0

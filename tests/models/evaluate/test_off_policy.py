"""Test the off-policy look against answers that are known, because the whole world is invented."""

from __future__ import annotations

import numpy as np
import pytest

from models.evaluate.off_policy import LEAST_OVERLAP, Logged, look

pytestmark = pytest.mark.dear


def world(
    *, rows: int = 4000, seed: int = 1, good_model: bool = True, wrong_chances: bool = False
) -> tuple[Logged, float]:
    """Return logged lists with lots, and the share of needs that a candidate would really have met.

    The logged card favours one signal, the candidate another, and the need depends on both.
    """
    rng = np.random.default_rng(seed)
    one, other = rng.random(rows), rng.random(rows)
    chance = 0.1 + 0.5 * one * other
    need = (rng.random(rows) < chance).astype(float)
    logged = 0.1 + 0.6 * one
    candidate = 0.05 + 0.7 * other
    listed = rng.random(rows) < logged
    truth = float((candidate * chance).sum() / candidate.sum())
    return (
        Logged(
            np.arange(rows),
            np.full(rows, logged.mean()) if wrong_chances else logged,
            candidate,
            np.where(listed, need, np.nan),
            chance if good_model else np.full(rows, 0.5),
        ),
        truth,
    )


def test_by_hand() -> None:
    # Forty listed for sure with thirty needs, and forty with half a chance, of whom twenty were listed, five with a need.
    need = np.array([1.0] * 30 + [0.0] * 10 + [1.0] * 5 + [0.0] * 15 + [np.nan] * 20)
    logged = np.array([1.0] * 40 + [0.5] * 40)
    rows = Logged(np.arange(80), logged, np.ones(80), need, np.full(80, 0.5))
    answer = look(rows)
    assert answer.weighted[0] == (30 + 2 * 5) / 80
    assert answer.doubly_robust[0] == pytest.approx(0.5 + (30 + 2 * 5 - 40) / 80)
    assert (answer.overlap, answer.findings) == (1.0, 60)
    assert answer.effective == pytest.approx((40 + 20 * 2) ** 2 / (40 + 20 * 4), abs=0.05)


def test_the_card_that_made_the_lists_gets_its_own_precision() -> None:
    rows, _ = world()
    own = look(Logged(rows.household, rows.logged, rows.logged, rows.need, rows.expected))
    assert own.weighted[0] == pytest.approx(np.nanmean(rows.need), abs=1e-4)


def test_the_known_answer_is_in_the_interval_about_as_often_as_it_says() -> None:
    inside = {"weighted": 0, "doubly_robust": 0}
    for seed in range(60):
        rows, truth = world(rows=1500, seed=seed)
        answer = look(rows, replicates=300)
        for name in inside:
            _, low, high = getattr(answer, name)
            inside[name] += low <= truth <= high
    assert min(inside.values()) >= 52, inside


@pytest.mark.parametrize(("good_model", "wrong_chances"), [(True, True), (False, False)])
def test_doubly_robust_needs_only_one_of_the_two(good_model: bool, wrong_chances: bool) -> None:
    errors = []
    for seed in range(20):
        rows, truth = world(seed=seed, good_model=good_model, wrong_chances=wrong_chances)
        errors.append(look(rows, replicates=50).doubly_robust[0] - truth)
    assert abs(np.mean(errors)) < 0.01


def test_with_wrong_chances_weights_alone_are_wrong() -> None:
    errors = []
    for seed in range(20):
        rows, truth = world(seed=seed, wrong_chances=True)
        errors.append(look(rows, replicates=50).weighted[0] - truth)
    assert np.mean(errors) > 0.02


def test_without_overlap_no_estimate_is_given() -> None:
    rows, _ = world()
    never = np.where(np.arange(4000) % 4 == 0, 0.0, rows.logged)
    need = np.where(never > 0, rows.need, np.nan)
    answer = look(Logged(rows.household, never, rows.candidate, need, rows.expected))
    assert answer.refused == "no_overlap"
    assert answer.overlap < LEAST_OVERLAP and answer.weighted is None and answer.doubly_robust is None


def test_a_few_heavy_findings_are_no_estimate() -> None:
    rows, _ = world(rows=60)
    candidate = np.where(np.arange(60) < 3, 1.0, 0.01)
    logged = np.where(np.arange(60) < 3, 0.02, 1.0)
    need = np.where(np.arange(60) < 3, 1.0, 0.0)
    answer = look(Logged(rows.household, logged, candidate, need, rows.expected))
    assert (answer.refused, answer.findings) == ("few_effective", 60)


def test_without_findings_no_estimate_is_given() -> None:
    rows, _ = world(rows=100)
    answer = look(Logged(rows.household, rows.logged, rows.candidate, np.full(100, np.nan), rows.expected))
    assert (answer.refused, answer.effective) == ("no_findings", 0.0)


def test_a_chance_outside_its_range_is_refused() -> None:
    rows, _ = world(rows=10)
    with pytest.raises(ValueError, match="outside 0 to 1"):
        look(Logged(rows.household, rows.logged, rows.candidate * 9, rows.need, rows.expected))
    with pytest.raises(ValueError, match="lists nobody"):
        look(Logged(rows.household, rows.logged, rows.candidate * 0, rows.need, rows.expected))

"""Test what follows a noticed change: when it is due, that only new weeks count, and how often it errs."""

from __future__ import annotations

import numpy as np
import pytest

from models.evaluate.noticed import LEAST_WEEKS, PARTS, WEEKS, NoticedChange, changes, evidence_after
from models.evaluate.sequential import chance_above

WEEKLY = 160


def path(hits: np.ndarray, limit: float) -> np.ndarray:
    def chance(start: int, end: int) -> float:
        return float(chance_above(limit, hits[start:end].sum(), WEEKLY * (end - start)))

    return evidence_after(changes(hits, np.full(len(hits), WEEKLY)), len(hits), chance)


def test_a_change_is_noticed_and_its_test_counts_only_what_comes_after() -> None:
    hits = np.array([2] * 26 + [8] * 26)
    [change] = changes(hits, np.full(52, WEEKLY))
    assert 26 <= change.noticed <= 29
    assert change.due == 26 + WEEKS - 1
    asked = []
    evidence = evidence_after([change], 52, lambda start, end: asked.append((start, end)) or 0.01)
    assert asked == [(change.noticed + 1, change.due + 1)]
    assert np.flatnonzero(evidence).tolist() == [change.due]
    assert evidence[change.due] == PARTS[0] / 0.01
    assert not evidence_after([change], change.due, lambda *_: 0.01).any(), (
        "before it is due nothing is tested"
    )


def test_a_test_waits_for_new_weeks_and_a_second_change_is_held_against_the_first() -> None:
    slow = np.array([4] * 40 + [7] * 40)
    for change in changes(slow, np.full(80, WEEKLY)):
        assert change.due >= change.noticed + LEAST_WEEKS
    twice = np.array([2] * 26 + [8] * 26 + [20] * 26 + [50] * 26)
    first, second = changes(twice, np.full(104, WEEKLY))
    assert first.due < 52 <= second.noticed <= 54, (
        "a third change has no part of the error left, and is not tested"
    )


@pytest.mark.parametrize("hits", [[5] * 40, [8] * 20 + [2] * 20, [0] * 40, []])
def test_without_a_rise_there_is_nothing_to_test(hits: list[int]) -> None:
    assert changes(hits, [WEEKLY] * len(hits)) == []


def test_weeks_without_visits_are_no_change() -> None:
    assert changes([0] * 10 + [3] * 10, [0] * 10 + [WEEKLY] * 10) == []
    assert evidence_after([NoticedChange(3, 9)], 10, lambda *_: 1.0)[9] == PARTS[0]


@pytest.mark.parametrize("before", [0.0, 0.005, 0.01, 0.02])
def test_a_change_to_the_limit_itself_seldom_counts_as_harm(before: float) -> None:
    """The change is real and is noticed, but what follows is within the limit."""
    rng, error, tries = np.random.default_rng(7), 0.2, 600
    share = np.where(np.arange(104) < 26, before, 0.02)
    paths = [path(rng.binomial(WEEKLY, share), 0.02) for _ in range(tries)]
    wrong = np.mean([found.max() >= 1 / error for found in paths])
    allowed = sum(PARTS) * error
    assert wrong < allowed + 3 * np.sqrt(allowed / tries)
    if before == 0.005:
        assert wrong > 0.25 * allowed, (
            "nearly every change is noticed, so nearly all of the first part is used"
        )

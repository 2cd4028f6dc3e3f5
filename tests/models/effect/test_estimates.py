"""Test on corporations with a known effect that 95 of 100 intervals contain it, and that no false claim is made."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from models.effect import discontinuity, power
from models.effect.estimate import CannotSay, Estimate, compare, pool
from models.selection.trial import NOW, WAIT
from tests.support.cases import cases
from tests.support.effect_worlds import truth, world

SIMULATIONS = cases(75, 500)
NOISE = 2 / SIMULATIONS**0.5
"""Two standard errors of a mean over the simulations, for a standard deviation of 1."""


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize(
    ("effect", "name"), [(0.0, "none"), (0.7, "large"), (0.2, "small")][: cases(2, 3)], ids=lambda v: str(v)
)
def test_the_interval_holds_the_truth_in_95_of_100_worlds(effect: float, name: str) -> None:
    real = truth(effect, worlds=cases(50, 300)) if effect else 0.0
    actual = [compare(world(seed, effect), "escalated") for seed in range(SIMULATIONS)]
    estimates = [e for e in actual if isinstance(e, Estimate)]
    assert len(estimates) == SIMULATIONS
    covered = np.mean([e.low <= real <= e.high for e in estimates])
    claimed = np.mean([e.shown for e in estimates])
    print(f"{name}: truth {real:.4f}, coverage {covered:.3f}, an effect shown in {claimed:.3f}")
    around = NOISE * (0.95 * 0.05) ** 0.5
    assert 0.95 - around <= covered <= 0.95 + around
    assert np.mean([e.value for e in estimates]) == pytest.approx(real, abs=0.045 * NOISE)
    if name == "none":
        assert claimed <= 0.05 + around
    if name == "large":
        assert claimed >= 0.5
        assert all(e.high < 0 for e in estimates if e.shown)


def cut(seed: int, jump: float, n: int = 2500, ranked: int = 7) -> pd.DataFrame:
    """Make addresses around a cut, with a known jump."""
    rng = np.random.default_rng(seed)
    place = rng.integers(1, 41, n)
    risk = 0.4 - 0.005 * place + jump * (place <= ranked)
    frame = pd.DataFrame({"place": place, "ranked": ranked, "owed": rng.gamma(2, 300, n) - 5 * place})
    return frame.assign(margin=discontinuity.margins(frame), escalated=(rng.random(n) < risk).astype(float))


@pytest.mark.slow
@pytest.mark.long
def test_the_jump_at_the_cut_is_found_and_none_is_claimed_where_there_is_none() -> None:
    simulations = cases(20, 200)
    for real in (0.0, -0.25):
        actual = [discontinuity.jump(cut(seed, real), "escalated") for seed in range(simulations)]
        estimates = [e for e in actual if isinstance(e, Estimate)]
        assert len(estimates) == simulations
        covered = np.mean([e.low <= real <= e.high for e in estimates])
        print(f"jump {real}: coverage {covered:.3f}, shown {np.mean([e.shown for e in estimates]):.3f}")
        assert covered >= 0.90
    balanced = [discontinuity.check(cut(seed, 0.0), ["owed"]) for seed in range(simulations // 2)]
    assert np.mean([bool(checks.failed) for checks in balanced]) <= 0.1


def test_a_place_that_was_bent_is_noticed() -> None:
    units = cut(1, 0.0)
    bent = units.loc[~((units["margin"] == -0.5) | (units["margin"] == -1.5))]
    assert "density" in discontinuity.check(bent, []).failed
    chosen_on_arrears = units.assign(owed=units["owed"] + 800 * (units["margin"] > 0))
    assert discontinuity.check(chosen_on_arrears, ["owed"]).failed == ("owed",)


def units(now: int = 200, wait: int = 200, events: int = 40, **other: Any) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    arm = np.array([NOW] * now + [WAIT] * wait)
    y = np.zeros(now + wait)
    y[rng.choice(now + wait, events, replace=False)] = 1
    frame = pd.DataFrame(
        {"corporatie_id": "C1", "arm": arm, "score": rng.normal(size=now + wait), "escalated": y}
    )
    return frame.assign(**other)


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (units(now=49), "few_households"),
        (units(wait=0, events=20), "few_households"),
        (units(events=19), "few_events"),
        (units(escalated=np.nan), "few_households"),
        (units(escalated=np.r_[np.ones(60), np.zeros(340)]), "few_in_arm"),
    ],
    ids=["few now", "nobody waits", "few events", "not known yet", "all in one arm"],
)
def test_with_too_little_nothing_is_estimated(made: pd.DataFrame, reason: str) -> None:
    actual = compare(made, "escalated")
    assert isinstance(actual, CannotSay)
    assert actual.reason == reason


def test_a_corporation_with_a_handful_changes_nothing_but_the_level() -> None:
    result = units()
    result.loc[:3, "corporatie_id"] = "C2"
    actual = compare(result, "escalated")
    assert isinstance(actual, Estimate)
    alone = compare(result.assign(corporatie_id="C1"), "escalated")
    assert (actual.value, actual.error) == pytest.approx((alone.value, alone.error))  # type: ignore[union-attr]


def test_the_estimate_is_the_difference_when_nothing_else_is_known() -> None:
    result = units(score=1.0)
    actual = compare(result, "escalated")
    assert isinstance(actual, Estimate)
    mean = result.groupby("arm")["escalated"].mean()
    assert actual.value == pytest.approx(mean[NOW] - mean[WAIT])
    variance = result.groupby("arm")["escalated"].agg(lambda y: y.var() / len(y)).sum()
    assert actual.error == pytest.approx(np.sqrt(variance))


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (cut(1, 0.0, n=300), "few_at_cut"),
        (cut(1, 0.0, ranked=4, n=5000), "few_places"),
        (cut(1, 0.0).assign(escalated=0.0), "few_events"),
        (cut(1, 0.0).assign(escalated=np.nan), "few_at_cut"),
    ],
    ids=["few", "few places", "no events", "not known yet"],
)
def test_with_too_little_at_the_cut_nothing_is_estimated(made: pd.DataFrame, reason: str) -> None:
    actual = discontinuity.jump(made, "escalated")
    assert isinstance(actual, CannotSay)
    assert actual.reason == reason


def test_installations_are_pooled_by_their_precision() -> None:
    one = Estimate("escalated", -0.10, -0.14, -0.06, 0.02, 300, 300, 0.2)
    pooled = pool([one, replace(one, value=-0.04, error=0.04)])
    assert pooled.value == pytest.approx((-0.10 / 0.02**2 - 0.04 / 0.04**2) / (1 / 0.02**2 + 1 / 0.04**2))
    assert pooled.low < pooled.value < pooled.high
    assert (pooled.now, pooled.wait, pooled.level) == (600, 600, pytest.approx(0.2))
    with pytest.raises(ValueError, match="one outcome"):
        pool([one, replace(one, outcome="arrears")])


def test_what_can_be_seen_with_24_residents_and_how_long_the_rest_takes() -> None:
    # Per arm with 80% power, published for 0.57 of a base of 20%, 30% and 48%: 280, 169 and 85.
    for level, per_arm in ((0.2, 280), (0.3, 169), (0.48, 85)):
        (row,) = power.table(level, 10, 1.0, cuts=(0.43,))
        assert row.households / 2 == pytest.approx(per_arm, rel=0.05)
    assert power.visible_with(0.5) == pytest.approx(0.13, abs=0.02)
    assert power.visible_with(0.1) < 0
    few, many = power.table(0.2, 4, 0.3, cuts=(0.43,)), power.table(0.2, 40, 0.3, cuts=(0.43,))
    assert few[0].households == many[0].households > 2000
    assert (few[0].weeks - 26) == pytest.approx(10 * (many[0].weeks - 26), rel=0.05)
    assert power.table(0.2, 0, 0.3)[0].weeks == 0

"""Test the pooled verdict: its coverage with hidden counts, and that it agrees with a known library on large counts."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from benchmarks.coverage import SIZES, SPREADS, coverage, drawn, mixed
from models.evaluate.pooling import LEAST_HOUSEHOLDS, SMALL, Counted, Group, hidden, pool
from tests.support.cases import cases


@pytest.mark.long
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("corporations", [3, 5])
@pytest.mark.parametrize("spread", SPREADS)
def test_the_interval_covers_the_truth(size: str, corporations: int, spread: float) -> None:
    """The whole table of docs/proof.md is `python -m benchmarks.coverage`; this tries the smaller pools."""
    tries = cases(20, 1000)
    share, _ = coverage(tries, corporations, spread, size, seed=7)
    error = 3 * np.sqrt(0.05 * 0.95 / tries)
    assert 0.95 - max(error, 0.02) <= share <= 0.95 + max(error, 0.02)


@pytest.mark.long
def test_the_interval_of_any_pool_covers_the_truth() -> None:
    """Corporations of all sizes in one pool: the interval may be too wide, and not too narrow."""
    tries = cases(20, 2000)
    assert mixed(tries, seed=11) >= 0.95 - max(3 * np.sqrt(0.05 * 0.95 / tries), 0.02)


def test_corporations_where_nobody_escalated_say_nothing() -> None:
    nobody, everybody = Counted(Group(13, 0), Group(180, 0)), Counted(Group(13, 13), Group(18, 18))
    assert pool([nobody, everybody, nobody]) is None
    some = Counted(Group(90, 12), Group(70, 20))
    assert pool([nobody, some]) == pool([some])


def test_the_two_groups_are_treated_alike() -> None:
    counts = [
        Counted(Group(40, 0), Group(60, (1, 9))),
        Counted(Group(90, 12), Group(70, (1, 9))),
        Counted(Group(50, 0), Group(80, 0)),
    ]
    other = [Counted(one.theirs, one.ours) for one in counts]
    result, mirrored = pool(counts), pool(other)
    assert result and mirrored
    assert result.low == pytest.approx(1 / mirrored.high, rel=1e-6)
    assert result.ratio == pytest.approx(1 / mirrored.ratio, rel=1e-6)


def test_large_counts_give_what_statsmodels_gives() -> None:
    rng = np.random.default_rng(1)
    counts = drawn(rng, 12, np.log(1.5), 0.2, 2000, 5000)
    assert all(one.ours.escalated and one.theirs.escalated for one in counts)
    table = np.array(
        [
            (one.ours.escalated, one.ours.households, one.theirs.escalated, one.theirs.households)
            for one in counts
        ],
        dtype=float,
    )
    a, n, c, m = table.T
    log_ratio = np.log(a * (m - c) / (c * (n - a)))
    variance = 1 / a + 1 / (n - a) + 1 / c + 1 / (m - c)
    other = (
        combine_effects(log_ratio, variance, method_re="iterated", use_t=True)
        .summary_frame()
        .loc["random effect"]
    )
    result = pool(counts)
    assert result is not None
    assert np.log(result.ratio) == pytest.approx(other["eff"], abs=0.05)
    assert np.log(result.low) == pytest.approx(other["ci_low"], abs=0.1)
    assert np.log(result.high) == pytest.approx(other["ci_upp"], abs=0.1)


def test_hiding_a_small_count_widens_the_interval() -> None:
    known = pool([Counted(Group(80, 8), Group(80, 3)), Counted(Group(90, 9), Group(70, 2))] * 2)
    veiled = pool([Counted(hidden(Group(80, 8)), hidden(Group(80, 3)))] * 4)
    assert known and veiled
    assert veiled.high / veiled.low > 1.3 * known.high / known.low
    assert veiled.low < 1 < veiled.high


def test_corporations_that_report_alike_still_leave_doubt() -> None:
    result = pool([Counted(Group(400, 60), Group(400, 40))] * 3)
    assert result and result.spread == 0
    assert result.low < result.ratio / 1.05 < result.ratio * 1.05 < result.high


def test_corporations_of_unequal_weight_count_for_fewer() -> None:
    equal, one_large = (
        [
            Counted(Group(n, n * share // 100), Group(n, n // 10))
            for n, share in zip(sizes, (10, 14, 18), strict=True)
        ]
        for sizes in ((300, 300, 300), (100, 100, 4000))
    )
    wide, wider = (result.high / result.low for result in map(pool, (equal, one_large)) if result)
    assert wider > wide, "one corporation says nearly everything, and says nothing of the spread"


def test_what_is_hidden_and_what_is_left_out() -> None:
    few, most = (1, SMALL), (50 - SMALL, 49)
    given = {0: 0, 1: few, SMALL: few, SMALL + 1: SMALL + 1, 40: 40, 41: most, 49: most, 50: 50}
    assert {n: hidden(Group(50, n)).escalated for n in given} == given
    assert pool([Counted(Group(LEAST_HOUSEHOLDS - 1, 2), Group(400, 40))]) is None
    both = pool(
        [Counted(Group(LEAST_HOUSEHOLDS - 1, 2), Group(400, 40)), Counted(Group(400, 80), Group(400, 40))]
    )
    assert both and both.corporations == 1
    assert both.low > 1


@pytest.mark.parametrize("households", range(LEAST_HOUSEHOLDS, 60))
def test_a_hidden_count_cannot_be_worked_out(households: int) -> None:
    shown = [hidden(Group(households, n)).escalated for n in range(households + 1)]
    for number, one in enumerate(shown):
        if isinstance(one, tuple):
            assert shown.count(one) >= SMALL, "others give the same range"
            assert one[0] <= number <= one[1]
        else:
            assert number in (0, households) or min(number, households - number) > SMALL


def test_no_escalation_at_all_needs_no_correction() -> None:
    result = pool([Counted(Group(60, 0), Group(60, 12))] * 3)
    assert result and result.high < 1
    assert np.isfinite(result.low)

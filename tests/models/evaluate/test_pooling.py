"""Test the pooled verdict: its coverage with hidden counts, and that it agrees with a known library on large counts."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from models.evaluate.pooling import LEAST_HOUSEHOLDS, SMALL, Counted, Group, hidden, pool
from tests.support.cases import cases


def drawn(
    rng: np.random.Generator, corporations: int, log_ratio: float, spread: float, least: int, most: int
) -> list[Counted]:
    """Draw the counts of corporations of different sizes, as they leave them: with the small ones hidden."""
    counts = []
    for _ in range(corporations):
        level, own = rng.normal(np.log(0.1 / 0.9), 0.5), rng.normal(log_ratio, spread)
        sizes = [int(n) for n in rng.integers(least, most, 2)]
        chances = [1 / (1 + np.exp(-logit)) for logit in (level + own, level)]
        ours, theirs = (Group(n, int(rng.binomial(n, p))) for n, p in zip(sizes, chances, strict=True))
        counts.append(Counted(hidden(ours), hidden(theirs)))
    return counts


@pytest.mark.long
def test_the_interval_covers_the_truth() -> None:
    """Corporations of 20 to 120 households a side: most of their counts are hidden. The spread is that of the prior."""
    rng = np.random.default_rng(2026)
    tries = cases(24, 500)
    covered = 0
    for number in range(tries):
        truth = np.log([1.0, 1.5, 2.5])[number % 3]
        result = pool(drawn(rng, int(rng.integers(3, 11)), truth, abs(rng.normal(0, 0.5)), 20, 120))
        assert result is not None
        covered += result.low <= np.exp(truth) <= result.high
    assert 0.93 <= covered / tries <= 0.97 or (tries < 500 and covered / tries >= 0.88)


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


def test_hiding_a_small_count_widens_the_interval_and_says_little_else() -> None:
    known = pool([Counted(Group(80, 8), Group(80, 3))] * 4)
    veiled = pool([Counted(hidden(Group(80, 8)), hidden(Group(80, 3)))] * 4)
    assert known and veiled
    assert veiled.high / veiled.low > 1.3 * known.high / known.low
    assert veiled.low < 1 < veiled.high


def test_what_is_hidden_and_what_is_left_out() -> None:
    assert [hidden(Group(50, n)).escalated for n in (0, 1, SMALL, SMALL + 1)] == [0, None, None, SMALL + 1]
    assert pool([Counted(Group(LEAST_HOUSEHOLDS - 1, 2), Group(400, 40))]) is None
    both = pool(
        [Counted(Group(LEAST_HOUSEHOLDS - 1, 2), Group(400, 40)), Counted(Group(400, 80), Group(400, 40))]
    )
    assert both and both.corporations == 1
    assert both.low > 1


def test_no_escalation_at_all_needs_no_correction() -> None:
    result = pool([Counted(Group(60, 0), Group(60, 12))] * 3)
    assert result and result.high < 1
    assert np.isfinite(result.low)

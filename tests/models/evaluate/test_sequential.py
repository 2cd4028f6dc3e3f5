"""Compare the evidence against a limit with SciPy's own distributions, and with every outcome of small groups."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import betaln
from scipy.stats import beta, binom

from models.evaluate.sequential import (
    FIRST,
    LOOKS,
    PRIOR_TRIALS,
    SINCE_START,
    WEEKLY,
    Block,
    above,
    above_lately,
    below,
    below_lately,
    evidence,
)


@pytest.mark.parametrize("limit", [0.001, 0.02, 0.2, 0.5, 0.9])
def test_the_evidence_is_that_of_scipys_beta_distribution(limit: float) -> None:
    rng = np.random.default_rng(0)
    trials = rng.integers(0, 3000, 2000)
    hits = rng.binomial(trials, rng.random(2000))
    prior = PRIOR_TRIALS * limit, PRIOR_TRIALS * (1 - limit)
    a, b = hits + prior[0], trials - hits + prior[1]
    share_above = beta.logsf(limit, a, b) - beta.logsf(limit, *prior)
    null = hits * np.log(limit) + (trials - hits) * np.log1p(-limit)
    expected = np.exp(np.minimum(betaln(a, b) - betaln(*prior) + share_above - null, 700.0))
    np.testing.assert_array_equal(above(limit, hits, trials), expected)


def test_the_last_weeks_have_their_binomial_chance() -> None:
    hits, trials = [0, 4, 1, 0, 9], [20, 0, 30, 10, 40]
    expected = binom.sf([-1, 3, 4, 0, 9], [20, 20, 30, 40, 80], 0.1)
    np.testing.assert_allclose(
        above_lately(0.1, hits, trials, 2), [*expected[:2], *binom.sf([4, 0, 8], [30, 40, 50], 0.1)]
    )
    assert above_lately(0.1, hits, trials, 9)[-1] == pytest.approx(binom.sf(13, 100, 0.1))


@pytest.mark.parametrize(("trials", "others"), [(10, 5), (10, 250), (40, 30), (160, 10), (160, 250)])
@pytest.mark.parametrize(("ratio", "error"), [(1.0, 7e-5), (0.67, 4e-6), (1.0, 0.01)])
def test_two_groups_err_no_more_than_they_may(trials: int, others: int, ratio: float, error: float) -> None:
    """Add up the chance of every outcome that counts as evidence while the ratio is at the limit."""
    for share in (0.05, 0.2, 0.45, 0.8, 0.95):
        chance = binom.pmf(np.arange(trials + 1), trials, ratio * share)
        other = binom.sf(np.arange(others + 1) - 1, others, share)
        wrong = 0.0
        for hits in range(trials + 1):
            # More successes of the other group are more evidence: the first one that suffices is enough.
            low, high = 0, others + 1
            while low < high:
                middle = (low + high) // 2
                if below_lately([Block(trials, hits, others, middle)], ratio)[0] <= error:
                    high = middle
                else:
                    low = middle + 1
            wrong += chance[hits] * (other[low] if low <= others else 0.0)
        assert wrong <= error


def test_two_groups_have_the_chance_of_a_known_test() -> None:
    """With many trials the signed root is the two-sample z of a textbook: 300 of 1000 against 360 of 1000."""
    pooled = np.sqrt(2 * 0.33 * 0.67 / 1000)
    z = (0.36 - 0.30 - 0.001) / pooled
    from scipy.stats import norm

    assert below_lately([Block(1000, 300, 1000, 360)], 1.0)[0] == pytest.approx(norm.sf(z), rel=0.02)


def test_the_ways_of_looking_divide_the_error() -> None:
    assert SINCE_START + FIRST + WEEKLY <= 1
    since_start = [20 / SINCE_START, 1.0, 1.0]
    lately = [1.0, WEEKLY / (20 * LOOKS), FIRST / 20]
    assert evidence(since_start, lately, 3).tolist() == pytest.approx([20, 20, 20])
    assert evidence(since_start, lately, 4)[2] < 1
    assert evidence([1.0], [0.0], 13)[0] > 1e200


def test_a_harm_after_a_good_year_shows_lately_and_not_since_the_start() -> None:
    trials = np.full(65, 100)
    hits = np.where(np.arange(65) < 52, 1, 6)
    assert above(0.02, hits.cumsum(), trials.cumsum())[-1] < 20
    assert 1 / above_lately(0.02, hits, trials, 13)[-1] > 1e6
    blocks = [Block(20, 13, 100, 50)] * 52 + [Block(20, 3, 100, 50)] * 9
    assert below(blocks)[-1] < 20
    assert 1 / below_lately([Block(180, 27, 900, 450)], 1.0)[-1] > 1e6

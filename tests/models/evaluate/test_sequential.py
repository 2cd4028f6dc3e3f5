"""Compare the evidence against a limit with SciPy's own distributions, and with every outcome of small groups."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import betaln
from scipy.stats import beta, binom

from models.evaluate.noticed import PARTS
from models.evaluate.sequential import (
    FIRST,
    LOOKS,
    PRIOR_TRIALS,
    SINCE_CHANGE,
    SINCE_START,
    Block,
    above,
    above_lately,
    above_since_change,
    below,
    below_lately,
    evidence,
    scanned,
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
    assert SINCE_START + FIRST + SINCE_CHANGE + sum(PARTS) <= 1
    since_start, since_change = [20 / SINCE_START, 1.0, 1.0], [1.0, 20 / SINCE_CHANGE, 1.0]
    quarter, nothing = [1.0, 1.0, FIRST / 20], [0.0, 0.0, 0.0]
    assert evidence(since_start, since_change, quarter, 3, nothing).tolist() == pytest.approx([20, 20, 20])
    assert evidence(since_start, since_change, quarter, 4, nothing)[2] < 1
    assert evidence(since_start, since_change, quarter, 4, [0, 0, 20])[2] == 20
    assert evidence([1.0], [1.0], [0.0], 1, [0.0])[0] > 1e200
    assert scanned([1 / 20 / LOOKS, 0.0])[0] == pytest.approx(20)


@pytest.mark.parametrize(("limit", "trials"), [(0.02, 20), (0.02, 160), (0.05, 600), (0.1, 5), (0.5, 96)])
def test_looking_for_a_change_every_week_errs_no_more_than_it_may(limit: float, trials: int) -> None:
    """With the share at its limit for two years."""
    rng, error, tries = np.random.default_rng(3), 0.02, 4000
    number = rng.poisson(trials, (tries, LOOKS))
    number[:, :2] = 0
    hits = rng.binomial(number, limit)
    paths = (above_since_change(limit, *weeks, 13) for weeks in zip(hits, number, strict=True))
    wrong = np.mean([path.max() >= 1 / error for path in paths])
    assert 0 < wrong < error + 3 * np.sqrt(error / tries)


def test_a_mild_harm_that_begins_later_shows_sooner_than_in_a_test_of_every_quarter() -> None:
    """Half a good year, then 12 weeks at 3.5% against a limit of 2%."""
    rng, needed = np.random.default_rng(4), 1 / 0.005
    number = np.full((400, 38), 160)
    hits = rng.binomial(number, np.where(np.arange(38) < 26, 0.01, 0.035))
    both = list(zip(hits, number, strict=True))
    changed = np.mean([0.5 * above_since_change(0.02, *w, 13).max() >= needed for w in both])
    tested = np.mean([0.5 * scanned(above_lately(0.02, *w, 13)).max() >= needed for w in both])
    assert changed > 0.5 > tested + 0.05


def test_the_week_since_which_it_looks_worst_is_that_of_the_change() -> None:
    hits, trials = [0, 0, 0, 9, 9], [50] * 5
    alone = above_since_change(0.05, [9, 9], [50, 50], 13)
    np.testing.assert_allclose(above_since_change(0.05, hits, trials, 13)[3:], alone)
    assert above_since_change(0.05, [0, 0, 0], [50, 0, 50], 13).max() < 1


def test_a_harm_after_a_good_year_shows_lately_and_not_since_the_start() -> None:
    trials = np.full(65, 100)
    hits = np.where(np.arange(65) < 52, 1, 6)
    assert above(0.02, hits.cumsum(), trials.cumsum())[-1] < 20
    assert above_since_change(0.02, hits, trials, 13)[-1] > 1e6
    blocks = [Block(20, 13, 100, 50)] * 52 + [Block(20, 3, 100, 50)] * 9
    assert below(blocks)[-1] < 20
    assert 1 / below_lately([Block(180, 27, 900, 450)], 1.0)[-1] > 1e6

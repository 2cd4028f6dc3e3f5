"""Compare the evidence against a limit with SciPy's own distribution."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import betaln
from scipy.stats import beta

from models.evaluate.sequential import above


@pytest.mark.parametrize("limit", [0.001, 0.02, 0.2, 0.5, 0.9])
def test_the_evidence_is_that_of_scipys_beta_distribution(limit: float) -> None:
    rng = np.random.default_rng(0)
    trials = rng.integers(0, 3000, 2000)
    hits = rng.binomial(trials, rng.random(2000))
    a, b = hits + 0.5, trials - hits + 0.5
    share_above = beta.logsf(limit, a, b) - beta.logsf(limit, 0.5, 0.5)
    null = hits * np.log(limit) + (trials - hits) * np.log1p(-limit)
    expected = np.exp(np.minimum(betaln(a, b) - betaln(0.5, 0.5) + share_above - null, 700.0))
    np.testing.assert_array_equal(above(limit, hits, trials), expected)

"""Say what a limit can see: how likely a harm of some size is found by the ordinary test of the first quarter.

A limit on few households is a promise that it cannot keep: harm can stay far above it without being shown. These chances are
those of the test in `models.evaluate.sequential` that finds most of what is wrong from the start. What begins later takes longer.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from models.evaluate.sequential import Block, below_lately, chance_above

OFTEN = 0.8
"""A harm counts as found if at least this share of the quarters shows it."""
DRAWS = 2000
STEPS = 10
"""Halvings of the range in which the mildest harm is sought: to a thousandth of it."""


def seen_above(limit: float, share: float, trials: int, error: float) -> float:
    """Return the chance that a share is shown to be above a limit.

    Parameters
    ----------
    limit, share : float
        The share that is allowed, and the true one.
    trials : int
        Number of households that count in a quarter.
    error : float
        Allowed chance of a false stop by this test.
    """
    hits = np.arange(trials + 1)
    shown = hits[chance_above(limit, hits, np.full(trials + 1, trials)) <= error]
    return float(chance_above(share, shown[0], trials)) if len(shown) else 0.0


def seen_below(ratio: float, true_ratio: float, trials: tuple[int, int], share: float, error: float) -> float:
    """Return the chance that the share of a group is shown to be below `ratio` times that of the others.

    Parameters
    ----------
    ratio, true_ratio : float
        The ratio that is allowed, and the true one.
    trials : (int, int)
        Number of households of the group, and of the others, that count in a quarter.
    share : float
        The share of the others.
    error : float
        Allowed chance of a false stop by this test.
    """
    rng = np.random.default_rng(1)
    own, others = (
        rng.binomial(n, p, DRAWS) for n, p in zip(trials, (true_ratio * share, share), strict=True)
    )
    drawn, number = np.unique(np.column_stack([own, others]), axis=0, return_counts=True)
    blocks = [Block(trials[0], int(a), trials[1], int(b)) for a, b in drawn]
    return float(number[below_lately(blocks, ratio) <= error].sum() / DRAWS)


def mildest(seen: Callable[[float], float], limit: float, worst: float) -> float | None:
    """Return the harm nearest to a limit that is found often; None if even the worst is not.

    Parameters
    ----------
    seen : callable
        Returns the chance that a harm of a size is found; the further from the limit, the likelier.
    limit, worst : float
        The two ends of the range of harms.
    """
    if seen(worst) < OFTEN:
        return None
    for _ in range(STEPS):
        middle = (limit + worst) / 2
        limit, worst = (limit, middle) if seen(middle) >= OFTEN else (middle, worst)
    return worst

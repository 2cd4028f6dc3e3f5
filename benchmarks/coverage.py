"""Print how often the interval of the pooled verdict holds the truth, for docs/proof.md.

python -m benchmarks.coverage          # 4,000 pools in each of 36 cells and 4,000 mixed ones, about eight minutes of one processor
python -m benchmarks.coverage 500      # fewer pools
"""

from __future__ import annotations

import sys

import numpy as np

from models.evaluate.pooling import Counted, Group, hidden, pool

SIZES = {"small": (20, 120, 0.1), "large": (150, 600, 0.1), "small, rare": (20, 120, 0.02)}
"""Fewest and most households a side, and the share that escalates among those that only the rival chose. Of the counts of small
corporations about six in ten are hidden, of large ones two in a hundred."""
CORPORATIONS = (3, 5, 10)
SPREADS = (0.0, 0.25, 0.5, 0.75)
"""Standard deviations of the log odds ratio between corporations."""
RATIOS = (1.0, 1.5, 2.5)


def drawn(
    rng: np.random.Generator,
    corporations: int,
    log_ratio: float,
    spread: float,
    least: int,
    most: int,
    share: float = 0.1,
) -> list[Counted]:
    """Draw the counts of corporations of different sizes, as they leave them: with the small ones hidden.

    About this share escalates among those that only the rival chose, more or fewer by corporation.
    """
    counts = []
    for _ in range(corporations):
        level, own = rng.normal(np.log(share / (1 - share)), 0.5), rng.normal(log_ratio, spread)
        sizes = [int(n) for n in rng.integers(least, most + 1, 2)]
        chances = [1 / (1 + np.exp(-logit)) for logit in (level + own, level)]
        ours, theirs = (Group(n, int(rng.binomial(n, p))) for n, p in zip(sizes, chances, strict=True))
        counts.append(Counted(hidden(ours), hidden(theirs)))
    return counts


def coverage(pools: int, corporations: int, spread: float, size: str, seed: int) -> tuple[float, float]:
    """Return the share of pools whose 95% interval holds the truth, and the median of high / low.

    Parameters
    ----------
    pools : int
        Number of invented pools; the true odds ratio is each of `RATIOS` in turn.
    corporations : int
        Number of corporations of a pool.
    spread : float
        Standard deviation of their log odds ratios around the common one.
    size : str
        A key of `SIZES`.
    seed : int
        Seed of the draws.
    """
    rng = np.random.default_rng(seed)
    holds, widths = [], []
    for number in range(pools):
        truth = RATIOS[number % len(RATIOS)]
        result = pool(drawn(rng, corporations, np.log(truth), spread, *SIZES[size]))
        if result is None:  # nobody escalated
            continue
        holds.append(result.low <= truth <= result.high)
        widths.append(result.high / result.low)
    return float(np.mean(holds)), float(np.median(widths))


def mixed(pools: int, seed: int) -> float:
    """Return the share of pools whose 95% interval holds the truth, over 3 to 10 corporations of any size and spread."""
    rng = np.random.default_rng(seed)
    holds = []
    for _ in range(pools):
        truth, corporations = rng.choice(RATIOS), int(rng.integers(3, 11))
        kinds = rng.choice(list(SIZES), corporations)
        spread = rng.uniform(SPREADS[0], SPREADS[-1])
        counts = [drawn(rng, 1, np.log(truth), spread, *SIZES[str(kind)])[0] for kind in kinds]
        result = pool(counts)
        assert result is not None
        holds.append(result.low <= truth <= result.high)
    return float(np.mean(holds))


def main(pools: int, seed: int) -> None:
    """Print a table in Markdown: a row per size and number of corporations, a column per spread.

    The error is twice the standard deviation that chance alone gives a share of 95%.
    """
    print(f"{pools} pools in each cell; error by chance {200 * np.sqrt(0.05 * 0.95 / pools):.1f}%\n")
    print(f"| corporations | {' | '.join(f'spread {spread:g}' for spread in SPREADS)} |")
    print("|---|" + "---|" * len(SPREADS))
    for size in SIZES:
        for corporations in CORPORATIONS:
            cells = [coverage(pools, corporations, spread, size, seed) for spread in SPREADS]
            figures = " | ".join(f"{100 * share:.1f}% (×{width:.1f})" for share, width in cells)
            print(f"| {corporations} {size} | {figures} |", flush=True)
    print(f"\n3 to 10 corporations of any of these sizes and spreads: {100 * mixed(pools, seed):.1f}%")


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:]]
    main(given[0] if given else 4000, given[1] if len(given) > 1 else 2026)

"""The hidden causes: blows to means, grip and peace, how they wear off, and how one makes the other worse.

Nothing here knows of signals or points. Three levels per household (money, overload, conflict) rise with
blows that come at random, more often for the frail, and wear off slowly. Together they hold each other up:
who cannot pay loses grip, who has lost grip leaves the post unopened and gets fined, and with both, neither
wears off as it should.
"""

from __future__ import annotations

import numpy as np

from pipelines.sample.demo import Demo
from pipelines.sample.households import Households

_MOST = 4.0


def week(h: Households, demo: Demo, rng: np.random.Generator) -> np.ndarray:
    """Let a week pass over the causes; return the homes where a couple broke up."""
    n = len(h.rent)
    money, overload, conflict = h.money, h.overload, h.conflict
    both = np.minimum(money, overload)
    # Wearing off: half in about 20, 25 and 20 weeks; much slower while money and overload hold each other up.
    h.money = money * (1 - 0.034 / (1 + 1.6 * both))
    h.overload = overload * (1 - 0.028 / (1 + 1.2 * both))
    h.conflict = conflict * (1 - 0.034 / (1 + 0.8 * overload))
    # One makes the other worse.
    h.money += 0.010 * np.maximum(overload - 0.6, 0)
    h.overload += 0.014 * np.maximum(money - 0.6, 0) * np.minimum(h.frail_overload, 2.5)
    h.conflict += 0.012 * np.maximum(overload - 0.8, 0) * np.minimum(h.frail_conflict, 2.5)
    # Luck and bad luck of ordinary weeks.
    for level in (h.money, h.overload, h.conflict):
        level *= np.exp(0.06 * rng.standard_normal(n))
    parted = _blows(h, demo, rng)
    _help(h, rng)
    for level in (h.money, h.overload, h.conflict):
        np.clip(level, 0.0, _MOST, out=level)
    return parted


def _blows(h: Households, demo: Demo, rng: np.random.Generator) -> np.ndarray:
    n = len(h.rent)
    strained = 1 + 0.5 * np.minimum(h.overload, 2)
    poorer = np.flatnonzero(rng.random(n) < demo.money / 52 * h.frail_money * strained)
    kind = rng.random(len(poorer))
    size = rng.gamma(2.2, 0.55, len(poorer))
    h.money[poorer] += np.where(kind < 0.55, size, 0.75 * size)  # less work, else a break-up or growing debts
    parted = poorer[(kind >= 0.55) & (kind < 0.75)]
    h.overload[parted] += rng.gamma(2.0, 0.4, len(parted))
    h.conflict[parted] += rng.gamma(1.5, 0.3, len(parted))
    burdened = np.flatnonzero(
        rng.random(n) < demo.overload / 52 * h.frail_overload * np.where(h.isolated, 1.8, 1)
    )
    h.overload[burdened] += rng.gamma(2.2, 0.6, len(burdened))
    quarrel = np.flatnonzero(rng.random(n) < demo.conflict / 52 * h.frail_conflict)
    h.conflict[quarrel] += rng.gamma(2.0, 0.6, len(quarrel))
    return parted[h.lived_in[parted]]


def _help(h: Households, rng: np.random.Generator) -> None:
    """Let people find work, help or rest; who has lost grip finds it later."""
    n = len(h.rent)
    found = rng.random(n) < 0.040 * (h.money > 0.5) * np.exp(-1.1 * h.overload)
    h.money[found] *= 0.25
    rest = rng.random(n) < 0.012 * (h.overload > 0.5) * np.where(h.isolated, 0.5, 1.0)
    h.overload[rest] *= 0.35

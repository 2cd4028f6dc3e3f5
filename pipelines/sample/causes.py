"""Simulate the hidden causes of trouble in each household: money, overload and conflict.

This module does not know signals or points. Each household has three levels, which rise with random setbacks (more
often for frail households) and wear off slowly. The levels also raise each other: a household short of money loses its
grip, and a household without grip leaves the post unopened and is fined. With both, neither wears off at its usual
pace.
"""

from __future__ import annotations

import numpy as np

from pipelines.sample.demo import Demo
from pipelines.sample.households import Households

_MOST = 4.0


def week(h: Households, demo: Demo, rng: np.random.Generator) -> np.ndarray:
    """Advance the causes by one week; return the homes where a couple broke up."""
    n = len(h.rent)
    money, overload, conflict = h.money, h.overload, h.conflict
    both = np.minimum(money, overload)
    # Levels halve in about 20, 25 and 20 weeks, and much more slowly while money and overload sustain each other.
    h.money = money * (1 - 0.034 / (1 + 1.6 * both))
    h.overload = overload * (1 - 0.028 / (1 + 1.2 * both))
    h.conflict = conflict * (1 - 0.034 / (1 + 0.8 * overload))
    # One level raises another.
    h.money += 0.010 * np.maximum(overload - 0.6, 0)
    h.overload += 0.014 * np.maximum(money - 0.6, 0) * np.minimum(h.frail_overload, 2.5)
    h.conflict += 0.012 * np.maximum(overload - 0.8, 0) * np.minimum(h.frail_conflict, 2.5)
    # Random ups and downs of ordinary weeks.
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
    """Let some households find work, help or rest; the more overloaded a household, the later it finds them."""
    n = len(h.rent)
    helped = rng.random(n) < 0.040 * (h.money > 0.5) * np.exp(-1.1 * h.overload)
    h.money[helped] *= 0.25
    rest = rng.random(n) < 0.012 * (h.overload > 0.5) * np.where(h.isolated, 0.5, 1.0)
    h.overload[rest] *= 0.35

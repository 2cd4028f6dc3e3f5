"""Corporations in which the effect of a visit is known: lists, a waiting list, visits, escalations, week by week.

All corporations of a world are simulated side by side in arrays, one row per corporation. It knows nothing of the
estimators; the rules of the lists are those of `models.selection.shortlist` in the small.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

FIRST, LAST, RANKED = 4, 24, 8


def world(
    seed: int, effect: float, *, corporations: int = 3, homes: int = 900, weeks: int = 52, reach: float = 0.6,
    follow_up: int = 26, level: float = 0.008, works: bool = True,
) -> pd.DataFrame:  # fmt: skip
    """Simulate one world.

    Parameters
    ----------
    seed : int
        Which of all worlds.
    effect : float
        Share of escalations that a visit prevents among who was reached: 0 is none.
    corporations, homes, weeks : int
        Size; households that enter in these weeks are followed for `follow_up` weeks more.
    reach : float
        Chance that a visit finds somebody.
    level : float
        Chance per week of an escalation at an average score.
    works : bool
        The coach works the lists; else nobody is visited.

    Returns
    -------
    pandas.DataFrame
        One row per household that entered the band: corporatie_id, arm, score, week, contacted, reached, escalated.
    """
    rng = np.random.default_rng(seed)
    shape = (corporations, homes)
    row = np.arange(corporations)[:, None]
    need = rng.normal(size=shape)
    wait = rng.random(shape) < 0.5
    entered, at_score = np.full(shape, -1), np.zeros(shape)
    escalated_on = np.full(shape, 10_000)
    held_until, visited_on, helped = np.zeros(shape), np.full(shape, 10_000), np.zeros(shape, dtype=bool)
    drift = np.linspace(-0.2, 0.2, corporations)[:, None]
    for week in range(weeks + follow_up):
        need = 0.96 * need + 0.28 * rng.normal(size=shape)
        hazard = level * np.exp(0.5 * need + drift) * np.where(helped, 1 - effect, 1)
        escalated_on[(rng.random(shape) < hazard) & (escalated_on > week)] = week
        if week >= weeks:
            continue
        score = np.round(10 + 8 * need)
        out = (escalated_on <= week) | (held_until > week) | (score < 5)
        order = np.argsort(np.where(out, 1e9, -score + rng.random(shape)), axis=1)[:, : 4 * LAST]
        able = ~out[row, order]
        place = np.cumsum(able, axis=1)
        band = able & (place >= FIRST) & (place <= LAST)
        fresh = band & (entered[row, order] < 0)
        r, c = np.nonzero(fresh)
        entered[r, order[r, c]] = week
        at_score[r, order[r, c]] = score[r, order[r, c]]
        going = able & ~(band & wait[row, order])
        r, c = np.nonzero(going & (np.cumsum(going, axis=1) <= RANKED))
        if works:
            who = order[r, c]
            visited_on[r, who] = np.minimum(visited_on[r, who], week)
            helped[r, who] |= rng.random(len(r)) < reach
            held_until[r, who] = week + 20
    inside = entered >= 0
    corporation = np.broadcast_to(row, shape)
    end = entered + follow_up
    return pd.DataFrame(
        {
            "corporatie_id": [f"C{number}" for number in corporation[inside]],
            "arm": np.where(wait[inside], "wait", "now"),
            "score": at_score[inside],
            "week": entered[inside],
            "contacted": visited_on[inside] < end[inside],
            "reached": helped[inside] & (visited_on[inside] < end[inside]),
            "escalated": ((escalated_on > entered) & (escalated_on < end))[inside].astype(float),
        }
    )


def truth(effect: float, worlds: int, **other: Any) -> float:
    """Mean difference between the arms over many other worlds: what an estimate should find."""
    differences = []
    for seed in range(1_000_000, 1_000_000 + worlds):
        mean = world(seed, effect, **other).groupby("arm")["escalated"].mean()
        differences.append(mean["now"] - mean["wait"])
    return float(np.mean(differences))

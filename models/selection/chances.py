"""Compute the probability of being chosen, before the lots of the day are drawn.

The probability is exact, not estimated from many draws. Lots that stay the same from week to week count as given: which
coach is asked first (`models.selection.routing`) and the arm of a waiting list (`models.selection.trial`). The average
is over the lots of the day: the order of equal candidates, and the draw below the cut. Candidates who are equal in
score, coaches and arm could swap places without changing anything else, so each gets the mean chance of their places.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from features.known import AGREEMENT
from models.selection.ranking import EQUAL, Draw


def propensities(
    order: pd.DataFrame, alike: pd.Series, slot: pd.Series, draws: Mapping[str, Draw]
) -> pd.Series:
    """Return the chance of each household of being on a list.

    Parameters
    ----------
    order : pandas.DataFrame
        The households that could be listed, from first to last, with ``coach`` and the columns of `EQUAL`.
    alike : pandas.Series
        Number per row; only equal candidates with the same number can swap places.
    slot : pandas.Series
        ``"top"``, ``"exploration"``, ``"beyond_capacity"`` or ``"waiting"`` per row.
    draws : mapping of str to Draw
        The draw below the cut, by coach.

    Returns
    -------
    pandas.Series
        Values between 0 and 1 that add up to the number of places.
    """
    chance = (slot == "top").astype(float)
    for coach, draw in draws.items():
        below = (order["coach"] == coach).to_numpy() & slot.isin(
            ["exploration", "beyond_capacity"]
        ).to_numpy()
        chance.iloc[np.flatnonzero(below)[: draw.pool]] = draw.probability
    return chance.groupby([*[order[column] for column in EQUAL], alike]).transform("mean")


def ties_at_the_cut(order: pd.DataFrame, alike: pd.Series, slot: pd.Series, text: str) -> list[Draw]:
    """Return the lots that decided between equal candidates on both sides of the cut."""
    top = slot == "top"
    groups = [*[order[column] for column in EQUAL], alike]
    share = top.groupby(groups).transform("mean")
    split = (share > 0) & (share < 1)
    logged = []
    for _, rows in order.loc[split].groupby([group.loc[split] for group in groups], sort=False):
        drawn = rows.loc[top.loc[rows.index], AGREEMENT].itertuples(index=False)
        keys = tuple((str(a), str(b)) for a, b in drawn)
        logged.append(Draw(rows["coach"].iloc[0], "tie", text, len(rows), keys, len(keys) / len(rows)))
    return logged

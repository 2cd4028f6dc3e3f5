"""Build negative controls, in which nothing can be found. A lift here reveals a leak in the evaluation."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd


def shuffled(panel: pd.DataFrame, *, outcome: str = "escalated", seed: int = 1) -> pd.DataFrame:
    """Give every household the outcomes of another household, date by date.

    Outcomes keep their frequency and their similarity from month to month, and lose their relation to the signals.
    """
    household, names = pd.factorize(panel["household"])
    other = np.random.default_rng(seed).permutation(len(names))
    date = pd.factorize(panel["as_of"])[0]
    by_household = pd.Series(panel[outcome].fillna(0).to_numpy()).groupby([household, date]).max()
    taken = by_household.reindex(pd.MultiIndex.from_arrays([other[household], date])).fillna(0)
    return panel.assign(**{outcome: taken.to_numpy(dtype="int8")})


def noise(panel: pd.DataFrame, *, seed: int = 1) -> pd.Series:
    """Make a stream of counts without information, derived from the names of households and the dates."""
    keys = panel["household"].astype(str) + "|" + panel["as_of"].astype(str)
    return keys.map(
        lambda key: int.from_bytes(hashlib.sha256(f"{seed}|{key}".encode()).digest()[:4], "big") % 10
    )

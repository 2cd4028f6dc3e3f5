"""Negative controls: where nothing can be found, nothing may be found. A lift here is a leak in the evaluation."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd


def shuffled(panel: pd.DataFrame, *, outcome: str = "escalated", seed: int = 1) -> pd.DataFrame:
    """Give every household the outcomes of another one, date by date.

    Outcomes stay as frequent, and as alike from month to month, as they were; what they have to do with the signals
    is gone.
    """
    household, who = pd.factorize(panel["household"])
    other = np.random.default_rng(seed).permutation(len(who))
    date = pd.factorize(panel["as_of"])[0]
    given = pd.Series(panel[outcome].fillna(0).to_numpy()).groupby([household, date]).max()
    taken = given.reindex(pd.MultiIndex.from_arrays([other[household], date])).fillna(0)
    return panel.assign(**{outcome: taken.to_numpy(dtype="int8")})


def noise(panel: pd.DataFrame, *, seed: int = 1) -> pd.Series:
    """Make a stream of counts that knows nothing: per household and date, from their names."""
    keys = panel["household"].astype(str) + "|" + panel["as_of"].astype(str)
    return keys.map(
        lambda key: int.from_bytes(hashlib.sha256(f"{seed}|{key}".encode()).digest()[:4], "big") % 10
    )

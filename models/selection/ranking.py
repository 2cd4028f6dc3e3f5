"""Rank all scored agreements, and draw lots that anyone can draw again.

A lot is the SHA-256 of a text. It uses no clock and no random generator, so every machine and every engine draws the
same lot.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import numpy as np
import pandas as pd

from features.known import AGREEMENT

EQUAL = ["_score", "_exact"]
"""Columns in which two candidates must agree to be equal; a lot decides between them."""


@dataclass(frozen=True)
class Draw:
    """The log of one lot: anyone can draw it again from the seed text.

    Parameters
    ----------
    coach : str
        The coach of the list.
    kind : str
        ``"exploration"``, or ``"tie"``: equal candidates on both sides of the cut.
    seed : str
        The text before ``|corporatie|overeenkomst`` whose SHA-256 orders the pool; the lowest are drawn.
    pool : int
        Number of candidates that took part.
    drawn : tuple of (str, str)
        corporatie_id and overeenkomst_id of each agreement that was drawn.
    probability : float
        Chance of each candidate in the pool.
    """

    coach: str
    kind: str
    seed: str
    pool: int
    drawn: tuple[tuple[str, str], ...]
    probability: float


def rank(candidates: pd.DataFrame, *, as_of: date, seed: int) -> pd.Series:
    """Rank all candidates by score, by the score before rounding, then by lot.

    Parameters
    ----------
    candidates : pandas.DataFrame
        With corporatie_id, overeenkomst_id, score (whole points) and score_exact (points before
        rounding).
    as_of : date
        The as-of date of the list; the lot depends on it.
    seed : int
        The seed of the installation; the lot depends on it.

    Returns
    -------
    pandas.Series
        Ranks 1..n on the index of `candidates`, all different. The order of the rows does not matter.
    """
    order = np.argsort(in_order(candidates.reset_index(drop=True), lot_text(as_of, seed)).index.to_numpy())
    return pd.Series(order + 1, index=candidates.index, name="rank", dtype="int64")


def lot_text(as_of: date, seed: int) -> str:
    """Return the text that all lots of one list begin with."""
    return f"{seed}|{as_of.isoformat()}"


def lot(text: str, corporatie: object, agreement: object) -> str:
    """Return the lot of one agreement as a hexadecimal number; the lowest wins."""
    return sha256(f"{text}|{corporatie}|{agreement}".encode()).hexdigest()


def lots(people: pd.DataFrame, text: str) -> list[str]:
    """Return the lot of every row."""
    return [lot(text, *key) for key in people[AGREEMENT].itertuples(index=False)]


def in_order(people: pd.DataFrame, text: str) -> pd.DataFrame:
    """Sort the candidates from first to last, and add the columns of `EQUAL` and ``_lot``."""
    keyed = people.assign(
        _score=-people["score"].astype("int64"),
        # Only a line has fractions: between equal scores on bands the lot decides.
        _exact=-people["score_exact"].astype(float),
        _lot=lots(people, text),
    )
    return keyed.iloc[np.lexsort([keyed[name] for name in ("_lot", *reversed(EQUAL))])]

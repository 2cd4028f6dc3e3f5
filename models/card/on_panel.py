"""A scorecard applied to a pandas panel: its bins, its columns, its scores."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features.catalogue import BY_NAME
from models.card.points_card import Bins, coded
from models.card.posterior import Floats
from models.card.scorecard import Scorecard


def bins(card: Scorecard) -> list[Bins]:
    """Give the terms of a card as the estimator takes them."""
    return [
        Bins(
            tuple(float(b.below) for b in term.bands if b.below is not None),
            tuple(float(b.points) for b in term.bands),
            float(term.missing),
            BY_NAME[term.signal].direction,
        )
        for term in card.terms
    ]


def values(card: Scorecard, rows: pd.DataFrame) -> Floats:
    """Take the signals of a card from a panel, shape (rows, terms); missing, or not in it at all, is NaN."""
    columns = [
        rows[t.signal].to_numpy(dtype=np.float64, na_value=np.nan)
        if t.signal in rows
        else np.full(len(rows), np.nan)
        for t in card.terms
    ]
    return np.column_stack(columns)


def scores(card: Scorecard, rows: pd.DataFrame) -> Floats:
    """Add up the points of a card over a panel: what `Scorecard.points` gives in the engine."""
    codes = coded(bins(card), values(card, rows))
    tables = [np.array([*(b.points for b in t.bands), t.missing], dtype=np.float64) for t in card.terms]
    return np.sum([table[code] for table, code in zip(tables, codes.T, strict=True)], axis=0)

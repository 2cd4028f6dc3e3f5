"""A small card and the panel that it learns from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.card.scorecard import Scorecard
from models.card.term import Band, Term
from tests.support import panels

WHY = "Made for a test of what a card learns."
HORIZON = 26


def term(signal: str, *bands: tuple[float | None, int], missing: int = 0) -> Term:
    return Term(
        signal=signal, why=WHY, bands=tuple(Band(below=b, points=p) for b, p in bands), missing=missing
    )


CARD = Scorecard(
    name="start",
    version="1",
    terms=(
        term("arrears_months", (0.5, 0), (1.5, 1), (None, 2)),
        term("complaints_separate_90d", (1, 0), (None, 20)),
        term("worries_90d", (1, 0), (None, 10)),
    ),
)


def panel(seed: int = 1, households: int = 500, dates: int = 14, strength: float = 1.0) -> pd.DataFrame:
    rows = panels.thrown(households=households, dates=dates, seed=seed, strength=strength)
    rng = np.random.default_rng(seed)
    return rows.assign(
        complaints_separate_90d=rows["complaints_90d"],
        worries_90d=rng.integers(0, 2, len(rows)),
        weight=1.0,
        escalated_payment=rows["escalated"],
        escalated_nuisance=0,
    )

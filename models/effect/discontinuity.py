"""Compare addresses just above the cut with those just below it (a regression discontinuity).

Addresses around the cut differ in little except their place, so a jump in the outcome there is an effect of being
listed. This needs more assumptions than a lot, and says something only about the addresses at the cut. Bandwidth,
estimate and interval come from rdrobust (Calonico, Cattaneo and Titiunik 2014, Econometrica 82(6), doi
10.3982/ECTA11757), bias-corrected and with robust errors.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from models.effect.estimate import LEAST_EVENTS, CannotSay, Estimate

LEAST_PER_SIDE = 200
"""Minimum number of addresses on each side of the cut."""
LEAST_PLACES = 5
"""Minimum number of distinct places on each side; a line through fewer would be a guess."""
NEAR = 3
"""The density is checked over this many places on each side of the cut."""
SUSPECT = 0.01
"""A check fails if its p-value is below this."""


@dataclass(frozen=True)
class Checks:
    """The checks that must pass before a jump may be called an effect.

    Parameters
    ----------
    density : float
        p-value of the hypothesis that there are as many addresses just above the cut as just below.
    jumps : mapping of str to float
        p-value of a jump at the cut, for each column that was known beforehand.
    """

    density: float
    jumps: Mapping[str, float]

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of the checks that fail, corrected for the number of columns (Bonferroni)."""
        limit = SUSPECT / max(len(self.jumps), 1)
        return (
            *(["density"] if self.density < SUSPECT else []),
            *(n for n, p in self.jumps.items() if p < limit),
        )


def margins(decided: pd.DataFrame) -> pd.Series:
    """Return the distance to the cut in places: 0.5 is the last ranked place, -0.5 the first place below the cut.

    Parameters
    ----------
    decided : pandas.DataFrame
        With ``place`` and ``ranked`` (number of ranked places of the coach that week).
    """
    return decided["ranked"] + 0.5 - decided["place"]


def check(units: pd.DataFrame, before: Sequence[str]) -> Checks:
    """Check the density and the balance at the cut.

    Parameters
    ----------
    units : pandas.DataFrame
        One row per address, for the first time it was near the cut, with ``margin``.
    before : sequence of str
        Columns that were known before the list was made, so that a visit cannot have changed them.
    """
    near = units["margin"].abs() < NEAR
    above = int((near & (units["margin"] > 0)).sum())
    density = float(binomtest(above, int(near.sum()), 0.5).pvalue) if near.any() else 1.0
    jumps = {}
    for name in before:
        known = units[name].notna()
        fit = _fit(units.loc[known, name], units.loc[known, "margin"])
        jumps[name] = float(fit.pv.iloc[2, 0]) if fit is not None else 1.0
    return Checks(density, jumps)


def jump(units: pd.DataFrame, outcome: str, *, binary: bool = True) -> Estimate | CannotSay:
    """Estimate the jump of an outcome at the cut.

    Parameters
    ----------
    units : pandas.DataFrame
        As for `check`, with the outcome (missing if not known yet).
    outcome : str
        Column of the outcome.
    binary : bool
        Whether the outcome is 1 or 0 (it happens or not).

    Returns
    -------
    Estimate or CannotSay
        ``now`` and ``wait`` are the addresses above and below the cut within the bandwidth.
    """
    known = units.loc[units[outcome].notna()]
    above = known["margin"] > 0
    sides = (int(above.sum()), int((~above).sum()))
    if min(sides) < LEAST_PER_SIDE:
        return CannotSay(
            outcome, "few_at_cut", (("above", sides[0]), ("below", sides[1]), ("least", LEAST_PER_SIDE))
        )
    if min(known.loc[side, "margin"].nunique() for side in (above, ~above)) < LEAST_PLACES:
        return CannotSay(outcome, "few_places", (("least", LEAST_PLACES),))
    y = known[outcome].astype(float)
    events = int((y != 0).sum())
    events = min(events, len(y) - events) if binary else events
    if events < LEAST_EVENTS:
        return CannotSay(outcome, "few_events", (("events", events), ("least", LEAST_EVENTS)))
    fit = _fit(y, known["margin"])
    if fit is None:
        return CannotSay(outcome, "no_fit")
    below = (known["margin"] < 0) & (known["margin"] > -NEAR)
    low, high = (float(border) for border in fit.ci.iloc[2])
    return Estimate(
        outcome,
        float(fit.coef.iloc[2, 0]),
        low,
        high,
        float(fit.se.iloc[2, 0]),
        int(fit.N_h[1]),
        int(fit.N_h[0]),
        float(y[below].mean()) if below.any() else float("nan"),
    )


def _fit(y: pd.Series, margin: pd.Series) -> Any:
    """Run rdrobust; return None if it cannot fit a line (a side without variation)."""
    from rdrobust import rdrobust  # type: ignore[import-untyped]  # loads a plotting library: seconds

    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            fit = rdrobust(y.to_numpy(dtype=float), margin.to_numpy(dtype=float), c=0.0, masspoints="adjust")
        except Exception:  # noqa: BLE001 - rdrobust raises plain Exception where a side varies too little
            return None
    return fit if np.isfinite(fit.se.iloc[2, 0]) and fit.se.iloc[2, 0] > 0 else None

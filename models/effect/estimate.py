"""The main design: who drew *now* against who drew *wait*, whether they were visited or not.

Nothing but a lot divides the two groups, so their outcomes may be compared as they are (intention to treat). Corporations
are pooled: each has its own level, and what the score and the arrears at the start tell already is taken out (Lin 2013,
Annals of Applied Statistics 7(1), doi 10.1214/12-AOAS583); errors robust to unequal variance (HC2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm
from statsmodels.stats.meta_analysis import combine_effects

from models.selection.trial import NOW, WAIT

LEAST_PER_ARM = 50
"""Households with a known outcome per arm below which a mean says nothing."""
LEAST_EVENTS = 20
"""Of a rare outcome at least so many in all, and a quarter of that in each arm: else the normal interval is no interval."""
LEVEL = 0.95


@dataclass(frozen=True)
class CannotSay:
    """Why an outcome has no estimate: a key of `models.effect.words.REASONS` and the figures for its sentence."""

    outcome: str
    reason: str
    figures: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True)
class Estimate:
    """A difference between two groups, with its interval.

    Parameters
    ----------
    outcome : str
        Name of the outcome.
    value, low, high : float
        Mean among who drew now less the mean among who waited, in the unit of the outcome (0.05 is 5 in 100 for what
        happens or not, else euro or a number), with the borders of the 95% interval.
    error : float
        Standard error.
    now, wait : int
        Households per arm.
    level : float
        Mean among who waited.
    """

    outcome: str
    value: float
    low: float
    high: float
    error: float
    now: int
    wait: int
    level: float

    @property
    def shown(self) -> bool:
        """Whether the interval leaves out 0: only then there is an effect to speak of."""
        return self.low > 0 or self.high < 0


def compare(
    units: pd.DataFrame, outcome: str, *, given: Sequence[str] = ("score",), binary: bool = True
) -> Estimate | CannotSay:
    """Compare the arms of a trial on one outcome.

    Parameters
    ----------
    units : pandas.DataFrame
        One row per household that entered the band: corporatie_id, ``arm`` (`models.selection.trial.NOW` or ``WAIT``), the
        columns `given` (known at entry, never missing) and the outcome (missing: not known yet).
    outcome : str
        Column of the outcome.
    given : sequence of str
        Columns known at entry whose influence is taken out.
    binary : bool
        The outcome happens or not (1 or 0); else what is counted is how often it is not 0.

    Returns
    -------
    Estimate or CannotSay
        With too few households or events no figure is given at all.
    """
    known = units.loc[units[outcome].notna() & units["arm"].isin([NOW, WAIT])]
    treated = (known["arm"] == NOW).to_numpy()
    y = known[outcome].to_numpy(dtype=float)
    count = (int(treated.sum()), int((~treated).sum()))
    if min(count) < LEAST_PER_ARM:
        return CannotSay(
            outcome, "few_households", (("now", count[0]), ("wait", count[1]), ("least", LEAST_PER_ARM))
        )
    rare = (y != 0) if not binary or y.mean() <= 0.5 else (y == 0)
    events = (rare[treated].sum(), rare[~treated].sum())
    if sum(events) < LEAST_EVENTS or min(events) < LEAST_EVENTS / 4:
        return CannotSay(outcome, "few_events", (("events", int(sum(events))), ("least", LEAST_EVENTS)))
    fit = sm.OLS(y, _design(known, treated, given)).fit(cov_type="HC2", use_t=True)
    low, high = fit.conf_int(1 - LEVEL)[1]
    value, error = float(fit.params[1]), float(fit.bse[1])
    return Estimate(outcome, value, float(low), float(high), error, *count, float(y[~treated].mean()))


def _design(known: pd.DataFrame, treated: np.ndarray, given: Sequence[str]) -> np.ndarray:
    """Columns: 1, treated, what is known at entry around its mean, and that times treated."""
    strata = pd.get_dummies(_strata(known, treated), dtype=float).iloc[:, 1:]
    beside = np.column_stack([known[list(given)].to_numpy(dtype=float), strata.to_numpy()])
    beside = beside - beside.mean(axis=0)
    spread = beside.std(axis=0)
    beside = beside[:, spread > 0] / spread[spread > 0]
    now = treated.astype(float)
    return np.column_stack([np.ones(len(now)), now, beside, beside * now[:, None]])


def _strata(known: pd.DataFrame, treated: np.ndarray) -> pd.Series:
    """Corporations; those with fewer than ten households in either arm count as part of the largest."""
    size = pd.Series(treated, known.index).groupby(known["corporatie_id"]).agg(["sum", "size"])
    small = size.index[(size["sum"] < 10) | (size["size"] - size["sum"] < 10)]
    return known["corporatie_id"].where(~known["corporatie_id"].isin(small), size["size"].idxmax())


def pool(estimates: Sequence[Estimate]) -> Estimate:
    """Pool the estimates of installations that may not share their data, weighing each by its precision.

    Parameters
    ----------
    estimates : sequence of Estimate
        Of one outcome, one per installation.

    Returns
    -------
    Estimate
        The mean effect over these installations (fixed effects).
    """
    names = {estimate.outcome for estimate in estimates}
    if len(names) != 1:
        raise ValueError("only estimates of one outcome can be pooled")
    found = combine_effects(
        np.array([e.value for e in estimates]), np.array([e.error**2 for e in estimates]), use_t=False
    )
    low, high = found.conf_int(alpha=1 - LEVEL)[0]
    now, wait = sum(e.now for e in estimates), sum(e.wait for e in estimates)
    level = sum(e.level * e.wait for e in estimates) / wait
    return Estimate(
        names.pop(),
        float(found.mean_effect_fe),
        float(low),
        float(high),
        float(found.sd_eff_w_fe),
        now,
        wait,
        level,
    )

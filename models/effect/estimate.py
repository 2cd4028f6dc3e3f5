"""Compare the arms of a trial: households that drew *now* and households that drew *wait*, visited or not.

Only a lot divides the two groups, so their outcomes may be compared directly (intention to treat). Corporations are
pooled. The regression gives each corporation its own level and adjusts for the score and the arrears at entry (Lin 2013,
Annals of Applied Statistics 7(1), doi 10.1214/12-AOAS583). Its errors are robust to unequal variance (HC2).
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
"""Minimum number of households with a known outcome in each arm."""
LEAST_EVENTS = 20
"""Minimum number of events in both arms together; each arm needs a quarter of it. Fewer make a normal interval invalid."""
LEAST_IN_ARM = LEAST_EVENTS // 4
LEVEL = 0.95


@dataclass(frozen=True)
class CannotSay:
    """The reason why an outcome has no estimate: a key of `models.effect.words.REASONS` and the figures for its sentence."""

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
        Mean of the "now" arm minus mean of the "wait" arm, with the ends of the 95% interval. The unit is that of the
        outcome: a share (0.05 is 5 in 100), euro or a number.
    error : float
        Standard error.
    now, wait : int
        Households per arm.
    level : float
        Mean of the "wait" arm.
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
        """Whether the interval excludes 0; only then is an effect reported."""
        return self.low > 0 or self.high < 0


def compare(
    units: pd.DataFrame, outcome: str, *, covariates: Sequence[str] = ("score",), binary: bool = True
) -> Estimate | CannotSay:
    """Compare the arms of a trial on one outcome.

    Parameters
    ----------
    units : pandas.DataFrame
        One row per household that entered the band: corporatie_id, ``arm`` (`models.selection.trial.NOW` or ``WAIT``), the
        columns `given` (known at entry, never missing) and the outcome (missing if not known yet).
    outcome : str
        Column of the outcome.
    given : sequence of str
        Columns known at entry for which the comparison is adjusted.
    binary : bool
        Whether the outcome is 1 or 0 (it happens or not). Otherwise every value other than 0 counts as an event.

    Returns
    -------
    Estimate or CannotSay
        `CannotSay` if there are too few households or events.
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
    if sum(events) < LEAST_EVENTS:
        return CannotSay(outcome, "few_events", (("events", int(sum(events))), ("least", LEAST_EVENTS)))
    if min(events) < LEAST_IN_ARM:
        return CannotSay(outcome, "few_in_arm", (("events", int(sum(events))), ("least", LEAST_IN_ARM)))
    fit = sm.OLS(y, _design(known, treated, covariates)).fit(cov_type="HC2", use_t=True)
    low, high = fit.conf_int(1 - LEVEL)[1]
    value, error = float(fit.params[1]), float(fit.bse[1])
    return Estimate(outcome, value, float(low), float(high), error, *count, float(y[~treated].mean()))


def _design(known: pd.DataFrame, treated: np.ndarray, covariates: Sequence[str]) -> np.ndarray:
    """Return the design matrix: 1, treated, the centred columns known at entry, and those times treated."""
    strata = pd.get_dummies(_strata(known, treated), dtype=float).iloc[:, 1:]
    beside = np.column_stack([known[list(covariates)].to_numpy(dtype=float), strata.to_numpy()])
    beside = beside - beside.mean(axis=0)
    spread = beside.std(axis=0)
    beside = beside[:, spread > 0] / spread[spread > 0]
    now = treated.astype(float)
    return np.column_stack([np.ones(len(now)), now, beside, beside * now[:, None]])


def _strata(known: pd.DataFrame, treated: np.ndarray) -> pd.Series:
    """Return the corporation of each row; one with fewer than ten households in an arm counts as the largest one."""
    size = pd.Series(treated, known.index).groupby(known["corporatie_id"]).agg(["sum", "size"])
    small = size.index[(size["sum"] < 10) | (size["size"] - size["sum"] < 10)]
    return known["corporatie_id"].where(~known["corporatie_id"].isin(small), size["size"].idxmax())


def pool(estimates: Sequence[Estimate]) -> Estimate:
    """Pool the estimates of installations that may not share their data, weighted by their precision.

    Parameters
    ----------
    estimates : sequence of Estimate
        One estimate per installation, all of the same outcome.

    Returns
    -------
    Estimate
        The mean effect over these installations (fixed effects).

    Raises
    ------
    ValueError
        The estimates are of different outcomes.
    """
    names = {estimate.outcome for estimate in estimates}
    if len(names) != 1:
        raise ValueError("only estimates of one outcome can be pooled")
    pooled = combine_effects(
        np.array([e.value for e in estimates]), np.array([e.error**2 for e in estimates]), use_t=False
    )
    low, high = pooled.conf_int(alpha=1 - LEVEL)[0]
    now, wait = sum(e.now for e in estimates), sum(e.wait for e in estimates)
    level = sum(e.level * e.wait for e in estimates) / wait
    return Estimate(
        names.pop(),
        float(pooled.mean_effect_fe),
        float(low),
        float(high),
        float(pooled.sd_eff_w_fe),
        now,
        wait,
        level,
    )

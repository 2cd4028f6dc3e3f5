"""Compare chances with outcomes: of a hundred addresses with a chance of 5%, five should escalate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.card.points_card import PER_POINT
from models.evaluate.bootstrap import Rounded, ratio_of_sums
from models.evaluate.ground import Ground, as_days

BINS = 10
SLOPE_FROM = 100
"""Minimum number of positives to fit the slope as well; with fewer, only the level is fitted."""


@dataclass(frozen=True)
class MonthError:
    """The calibration error of the as-of dates of one month, such as ``2026-03``."""

    month: str
    rows: int
    positives: int
    error: float


@dataclass(frozen=True)
class MonthlyError:
    """The calibration error per month, and its mean over the months."""

    mean: float
    months: Sequence[MonthError]


@dataclass(frozen=True)
class Tenth:
    """A tenth of the rows by chance: the mean chance (`told`), and the share that escalated as [estimate, low, high]."""

    rows: int
    told: float
    found: Rounded


@dataclass(frozen=True)
class Calibrated:
    """Chances compared with outcomes, per month and per tenth of the rows."""

    monthly: MonthlyError
    deciles: Sequence[Tenth]


def tenths(p: np.ndarray, bins: int = BINS) -> np.ndarray:
    """Divide chances into groups of about equal size, from low to high; equal chances stay together."""
    edges = np.unique(np.quantile(p, np.linspace(0, 1, bins + 1)[1:-1]))
    return np.searchsorted(edges, p, side="left")


def expected_error(p: np.ndarray, y: np.ndarray, bins: int = BINS) -> float:
    """Compute the expected calibration error: mean distance of predicted and observed share, weighted by group size.

    Guo et al. 2017 (arXiv:1706.04599), with groups of equal size, because at a base rate of one percent all but one
    group of equal width would be empty.
    """
    group = tenths(p, bins)
    size = np.bincount(group)
    predicted, observed = (np.bincount(group, weights=v) for v in (p, y))
    return float(np.abs(predicted - observed).sum() / size.sum())


def monthly_error(on: Ground, p: np.ndarray) -> MonthlyError:
    """Compute the error per month and its mean over the months."""
    month = as_days(on.rows["as_of"]).dt.to_period("M")
    months = []
    for name, rows in pd.Series(np.arange(len(on))).groupby(month.to_numpy()):
        at = rows.to_numpy()
        error = expected_error(p[at], on.y[at])
        months.append(MonthError(str(name), len(at), int(on.y[at].sum()), round(error, 5)))
    return MonthlyError(round(float(np.mean([month.error for month in months])), 5), months)


def deciles(on: Ground, p: np.ndarray) -> list[Tenth]:
    """Compare the mean chance with the share that escalated, per tenth of the rows."""
    group = tenths(p)
    compared = []
    for number in range(int(group.max()) + 1):
        inside = group == number
        if inside.any():
            indicator = inside.astype(float)
            share = ratio_of_sums(on.household, indicator * on.y, indicator).rounded()
            compared.append(Tenth(int(inside.sum()), round(float(p[inside].mean()), 5), share))
    return compared


def chances(score: np.ndarray, intercept: float, slope: float = 1.0) -> np.ndarray:
    """Convert points into a chance."""
    return 1 / (1 + np.exp(-(intercept + slope * PER_POINT * score)))


def fit(score: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Fit the level of the chance that points stand for and, with at least ``SLOPE_FROM`` positives, its slope.

    Returns
    -------
    tuple of float
        Intercept (log-odds at 0 points) and slope (at slope 1, ten points double the odds).
    """
    x, target = PER_POINT * score, y.astype(float)
    rate = float(np.clip(target.mean(), 1e-6, 1 - 1e-6))
    beta = np.array([np.log(rate / (1 - rate)) - float(x.mean()), 1.0])
    free = 2 if target.sum() >= SLOPE_FROM else 1
    design = np.column_stack([np.ones_like(x), x])
    for _ in range(50):
        p = 1 / (1 + np.exp(-(design @ beta)))
        gradient = design[:, :free].T @ (target - p)
        hessian = (design[:, :free] * (p * (1 - p))[:, None]).T @ design[:, :free] + 1e-9 * np.eye(free)
        step = np.clip(np.linalg.solve(hessian, gradient), -2, 2)
        beta[:free] += step
        if np.abs(step).max() < 1e-8:
            break
    return float(beta[0]), float(beta[1])


def rolling_chances(panel: pd.DataFrame, scores: pd.Series, *, horizon_weeks: int, outcome: str) -> pd.Series:
    """Convert points into chances using only outcomes complete by each date; NaN if there are none.

    Parameters
    ----------
    panel : pandas.DataFrame
        All rows; only mature rows count.
    scores : pandas.Series
        Points, by the index of the panel.
    horizon_weeks : int
        Number of weeks after an as-of date at which its outcome is complete.
    outcome : str
        Column with 1 if the outcome occurred.
    """
    when = as_days(panel["as_of"])
    score, y = scores.to_numpy(dtype=float), panel[outcome].fillna(0).to_numpy(dtype=float)
    usable = (
        panel["mature"].to_numpy(dtype=bool) & ~panel["contacted"].to_numpy(dtype=bool) & ~np.isnan(score)
    )
    p = np.full(len(panel), np.nan)
    for day in np.sort(when.unique()):
        past = usable & (when <= day - pd.Timedelta(weeks=horizon_weeks)).to_numpy()
        if y[past].sum() >= 1:
            now = (when == day).to_numpy()
            p[now] = chances(score[now], *fit(score[past], y[past]))
    return pd.Series(p, index=panel.index)

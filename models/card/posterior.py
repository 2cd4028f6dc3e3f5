"""Fit a logistic regression with a normal prior and fixed signs, in numpy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Floats = NDArray[np.float64]


def most_probable(
    design: Floats,
    total: Floats,
    positive: Floats,
    *,
    prior: Floats,
    spread: Floats,
    sign: Floats,
    offset: Floats | float = 0.0,
    max_iter: int = 100,
    tol: float = 1e-8,
) -> tuple[Floats, int]:
    """Find the most probable weights of a logistic regression with a normal prior and given signs.

    This is projected Newton: a weight at its limit stays there during a step. The intercept is free and is not
    returned.

    Parameters
    ----------
    design : ndarray of shape (rows, weights)
        The values that the weights multiply.
    total, positive : ndarray of shape (rows,)
        Number of cases that each row stands for, and how many of these have the outcome.
    prior, spread : ndarray of shape (weights,)
        Mean and standard deviation of the prior. A deviation of 0 keeps the weight at its mean.
    sign : ndarray of shape (weights,)
        +1 or -1 for the sign that a weight must have, or 0 for either.
    offset : ndarray of shape (rows,), or float
        Log-odds that no weight changes.
    max_iter, tol : int, float
        Stop after this many steps, or when no weight moves by more than `tol`.

    Returns
    -------
    (ndarray, int)
        The weights and the number of steps.
    """
    free = spread > 0
    offset = offset + design[:, ~free] @ prior[~free]
    columns = np.hstack([np.ones((len(design), 1)), design[:, free]])
    mean = np.append(0.0, prior[free])
    precision = np.diag(np.append(0.0, spread[free] ** -2.0))
    least = np.append(-np.inf, np.where(sign[free] > 0, 0.0, -np.inf))
    most = np.append(np.inf, np.where(sign[free] < 0, 0.0, np.inf))
    rate = np.clip(positive.sum() / max(total.sum(), 1e-12), 1e-9, 1 - 1e-9)
    weights = np.append(np.log(rate / (1 - rate)) - np.average(offset + columns[:, 1:] @ mean[1:]), mean[1:])
    weights = np.clip(weights, least, most)

    def loss(at: Floats) -> float:
        score = offset + columns @ at
        return float(
            total @ np.logaddexp(0, score) - positive @ score + (at - mean) @ precision @ (at - mean) / 2
        )

    now, taken = loss(weights), 0
    while taken < max_iter:
        taken += 1
        chance = expit(offset + columns @ weights)
        gradient = columns.T @ (total * chance - positive) + precision @ (weights - mean)
        held = ((weights <= least) & (gradient > 0)) | ((weights >= most) & (gradient < 0))
        some = np.flatnonzero(~held)
        curved = columns[:, some] * (total * chance * (1 - chance))[:, None]
        hessian = curved.T @ columns[:, some] + precision[np.ix_(some, some)] + 1e-9 * np.eye(len(some))
        move = np.zeros_like(weights)
        move[some] = -np.linalg.solve(hessian, gradient[some])
        length, before = 1.0, weights
        while True:
            trial = np.clip(before + length * move, least, most)
            after = loss(trial)
            if after <= now + 1e-12 or length < 1e-6:
                break
            length /= 2
        weights, now = trial, min(after, now)
        if np.abs(weights - before).max() < tol:
            break
    fitted = prior.copy()
    fitted[free] = weights[1:]
    return fitted, taken


def calibrate_intercept(score: Floats, total: Floats, positive: Floats) -> float:
    """Find the intercept for which the expected number of positives equals the observed number.

    Parameters
    ----------
    score : ndarray of shape (n,)
        Log-odds without intercept.
    total, positive : ndarray of shape (n,)
        Weight of each row and of its positives. Both classes must occur.

    Returns
    -------
    float
        The intercept, in log-odds.
    """
    low, high = -50.0 - score.max(), 50.0 - score.min()
    wanted = positive.sum()
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if total @ expit(score + middle) < wanted else (low, middle)
    return float((low + high) / 2)

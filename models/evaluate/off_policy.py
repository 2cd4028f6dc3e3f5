"""Estimate what a candidate card would have found, from lists that were visited by another card.

A coach confirms a need only at visited addresses, so a candidate is judged on the addresses that both could list. Each
visited list has the probability with which every address could be drawn (`models.selection.chances`). Weighting a finding by
the candidate's chance divided by that probability makes the visited addresses stand for the candidate's list (inverse
propensity; Horvitz and Thompson 1952). The doubly robust estimate (Dudík, Langford and Li 2011, arXiv:1103.4601) adds a
model of the findings and corrects it by the weights: it is right if either the probabilities or the model are.

An address that the candidate would list and that had no chance of a visit cannot be judged. If there are many of these, or if
a few addresses carry all the weight, no estimate is given.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.evaluate.bootstrap import Rounded, ratio_of_sums

LEAST_OVERLAP = 0.9
"""Minimum share of the candidate's places that had a chance of a visit."""
LEAST_CHANCE = 0.01
"""A smaller chance counts as none: one finding would count for a hundred addresses or more."""
LEAST_EFFECTIVE = 30.0
"""Minimum effective sample size."""


@dataclass(frozen=True, eq=False)
class Logged:
    """Addresses on logged lists, one row per address and week; all arrays have the shape (rows,).

    Parameters
    ----------
    household : ndarray of int
        Number of the household, the unit of resampling.
    logged : ndarray of float
        Chance of being listed, as it was logged.
    candidate : ndarray of float
        Chance of being listed by the candidate card that week.
    need : ndarray of float
        1 if the coach confirmed a need, 0 if not, NaN where nobody was listed, visited or reached.
    expected : ndarray of float
        Chance of a need by a model that was learned on other households.
    """

    household: np.ndarray
    logged: np.ndarray
    candidate: np.ndarray
    need: np.ndarray
    expected: np.ndarray


@dataclass(frozen=True)
class OffPolicy:
    """The share of a candidate's places at which a coach would have confirmed a need.

    Parameters
    ----------
    overlap : float
        Share of the candidate's places that had a chance of a visit.
    effective : float
        Effective sample size: the number of equally weighted findings that would be as precise (Kish 1965).
    findings : int
        Number of findings that have any weight.
    refused : str or None
        Why no estimate is given: ``"no_findings"``, ``"no_overlap"``, ``"few_findings"`` or ``"few_effective"``; None if there is one.
    weighted, doubly_robust : sequence of float, optional
        [estimate, low, high], the interval by household.
    """

    overlap: float
    effective: float
    findings: int
    refused: str | None = None
    weighted: Rounded | None = None
    doubly_robust: Rounded | None = None


def look(rows: Logged, *, replicates: int = 1000, seed: int = 1) -> OffPolicy:
    """Estimate the candidate's precision, or say why that is impossible.

    Findings are missing where nobody was visited or reached. The weights are divided by their sum, so an equal share of missing
    findings everywhere cancels out. A share that depends on the need does not.

    Parameters
    ----------
    rows : Logged
        The logged lists.
    replicates, seed : int
        Of the bootstrap by household.

    Raises
    ------
    ValueError
        A chance is outside 0 to 1, or the candidate lists nobody.
    """
    for chance in (rows.logged, rows.candidate, rows.expected):
        if not ((chance >= 0) & (chance <= 1)).all():
            raise ValueError("a chance is outside 0 to 1")
    wanted = float(rows.candidate.sum())
    if not wanted > 0:
        raise ValueError("the candidate lists nobody")
    possible = rows.logged >= LEAST_CHANCE
    overlap = float(rows.candidate[possible].sum()) / wanted
    known = possible & ~np.isnan(rows.need)
    weight = np.zeros(len(rows.need))
    weight[known] = rows.candidate[known] / rows.logged[known]
    findings = int((weight > 0).sum())
    effective = float(weight.sum() ** 2 / (weight**2).sum()) if findings else 0.0
    refused = (
        "no_findings"
        if not findings
        else "no_overlap"
        if overlap < LEAST_OVERLAP
        else "few_findings"
        if findings < LEAST_EFFECTIVE
        else "few_effective"
        if effective < LEAST_EFFECTIVE
        else None
    )
    if refused:
        return OffPolicy(round(overlap, 4), round(effective, 1), findings, refused)
    need = np.where(known, rows.need, 0.0)
    # Dividing by the sum of the weights instead of the number of places (Hájek 1971) keeps the share between 0 and 1.
    weighted = ratio_of_sums(rows.household, weight * need, weight, replicates=replicates, seed=seed)
    # The correction of the model is an average by weight; on the places themselves the model is an average by chance.
    scale = wanted / float(weight.sum())
    robust = rows.candidate * rows.expected + scale * weight * np.where(known, need - rows.expected, 0.0)
    doubly = ratio_of_sums(rows.household, robust, rows.candidate, replicates=replicates, seed=seed)
    return OffPolicy(
        round(overlap, 4), round(effective, 1), findings, None, weighted.rounded(), doubly.rounded()
    )

"""Compare how the list serves groups of tenants: the share selected, selected rightly, and missed.

The list offers help, so the greatest harm is being missed: it is measured as the share of a group's escalations that were
never on a list. Outcomes are biased themselves, because complaints also depend on neighbours and escalations on the office.
Equal figures do not prove that a list is fair.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from models.as_json import OPTIONAL
from models.evaluate import fitted, rolling
from models.evaluate.at_capacity import chance
from models.evaluate.bootstrap import Rounded, ratio_of_ratios, ratio_of_sums
from models.evaluate.ground import Ground, as_days

LEAST_POSITIVES = 10
"""Minimum number of escalated households in a group; smaller groups have no figures."""
TOLERATED = (0.8, 1.25)
"""Range of ratios that are not flagged (four-fifths rule, EEOC 1978). A flag asks for a look; no flag proves nothing."""
TENURES = ((1, "less than 1 year"), (5, "1 to 5 years"), (10, "5 to 10 years"), (np.inf, "10 years or more"))
RENTS = ((500, "below € 500"), (650, "€ 500 to 650"), (800, "€ 650 to 800"), (np.inf, "€ 800 or more"))
TELLS = 0.7
"""Area under the curve above which signals predict a group well enough to be a proxy for it."""
UNKNOWN = "unknown"


@dataclass(frozen=True)
class GroupFigures:
    """Figures of one group over all dates.

    Parameters
    ----------
    group : str
        Name of the group.
    rows, households, escalated : int or None
        Rows, households, and households that escalated; None where a published figure could identify a person.
    too_few : bool
        Whether fewer than `LEAST_POSITIVES` households escalated; all figures below are then None.
    selection, recall, omission : sequence of float, optional
        Share listed; share of the escalations that were listed; share that escalated among those not listed. Each is
        [estimate, low, high].
    precision : sequence of float, optional
        Share that escalated among those listed; None if fewer than `LEAST_POSITIVES` households were listed.
    recall_ratio, precision_ratio : sequence of float, optional
        Ratio to the figure of all other tenants, with an interval that is widened for the number of comparisons.
    """

    group: str
    rows: int | None
    households: int | None
    escalated: int | None
    too_few: bool
    selection: Rounded | None = field(default=None, metadata=OPTIONAL)
    precision: Rounded | None = field(default=None, metadata=OPTIONAL)
    recall: Rounded | None = field(default=None, metadata=OPTIONAL)
    omission: Rounded | None = field(default=None, metadata=OPTIONAL)
    recall_ratio: Rounded | None = field(default=None, metadata=OPTIONAL)
    precision_ratio: Rounded | None = field(default=None, metadata=OPTIONAL)


@dataclass(frozen=True)
class Audit:
    """The groups of one dimension, with flagged differences and a verdict in words."""

    groups: tuple[GroupFigures, ...]
    flags: tuple[str, ...]
    verdict: str


@dataclass(frozen=True)
class Proxy:
    """How well the signals predict a group.

    Parameters
    ----------
    group : str
        Name of the group.
    auc : sequence of float
        Area under the curve, with the interval of Hanley and McNeil (1982); 0.5 means not at all, 1 perfectly.
    tells : bool
        Whether the whole interval is above `TELLS`.
    """

    group: str
    auc: Sequence[float]
    tells: bool


def tenure(rows: pd.DataFrame) -> pd.Series:
    """Return the class of the length of each tenancy on the as-of date."""
    years = (as_days(rows["as_of"]) - as_days(rows["begindatum"])).dt.days / 365.25
    return _classed(years, TENURES)


def rent(rows: pd.DataFrame) -> pd.Series:
    """Return the class of the gross rent per month."""
    return _classed(rows["brutohuur"].astype(float), RENTS)


def _classed(values: pd.Series, classes: Sequence[tuple[float, str]]) -> pd.Series:
    labels = [label for _, label in classes]
    bounds = [bound for bound, _ in classes[:-1]]
    named = np.array(labels, dtype=object)[np.searchsorted(bounds, values.fillna(0), side="right")]
    return pd.Series(named, index=values.index).where(values.notna(), UNKNOWN)


def audit(on: Ground, place: np.ndarray, k: int, group: pd.Series) -> Audit:
    """Compare the groups of one dimension over all dates.

    Parameters
    ----------
    on : Ground
        The rows, with mature outcomes.
    place : ndarray
        Places in the card's ranking.
    k : int
        Length of the list per date.
    group : pandas.Series
        Name of the group by the index of the rows; missing names form a group of their own.
    """
    names = (
        group.reindex(on.rows.index)
        .astype("object")
        .where(lambda g: g.notna(), UNKNOWN)
        .astype(str)
        .to_numpy()
    )
    listed = chance(on, place, k)
    # With two comparisons per group, one in twenty would be wrong by chance, so each gets a stricter interval.
    different = sorted(set(names))
    error = 0.05 / (2 * len(different))
    groups = tuple(_group(on, listed, names == name, name, error) for name in different)
    flags = tuple(text for group_figures in groups for text in _flags(group_figures, k))
    return Audit(groups, flags, _verdict(groups, flags))


def _group(on: Ground, listed: np.ndarray, inside: np.ndarray, name: str, error: float) -> GroupFigures:
    y, h = on.y.astype(float), on.household
    escalated = len(np.unique(h[inside & (on.y == 1)]))
    size, households = int(inside.sum()), len(np.unique(h[inside]))
    if escalated < LEAST_POSITIVES:
        return GroupFigures(name, size, households, escalated, too_few=True)

    def recalled(members: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return listed * y * members, y * members

    def precise(members: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return listed * y * members, listed * members

    def against_others(rate: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]) -> Rounded:
        return ratio_of_ratios(h, rate(inside), rate(~inside), error=error, replicates=5000).rounded()

    enough_listed = len(np.unique(h[inside & (listed > 0)])) >= LEAST_POSITIVES
    return GroupFigures(
        name,
        size,
        households,
        escalated,
        too_few=False,
        selection=ratio_of_sums(h, listed * inside, inside.astype(float)).rounded(),
        precision=ratio_of_sums(h, *precise(inside)).rounded() if enough_listed else None,
        recall=ratio_of_sums(h, *recalled(inside)).rounded(),
        omission=ratio_of_sums(h, (1 - listed) * y * inside, (1 - listed) * inside).rounded(),
        recall_ratio=against_others(recalled),
        precision_ratio=against_others(precise) if enough_listed else None,
    )


def _flags(figures: GroupFigures, k: int) -> list[str]:
    """Describe ratios whose whole interval is outside the tolerated range, so that chance does not explain them."""
    rates = (
        (
            figures.recall,
            figures.recall_ratio,
            f"of the escalations in {figures.group}, {{share}} stood among the first {k}, {{times}}",
        ),
        (
            figures.precision,
            figures.precision_ratio,
            f"of those listed in {figures.group}, {{share}} escalated, {{times}}",
        ),
    )
    flags = []
    for rate, ratio, text in rates:
        if rate is None or ratio is None:
            continue
        estimate, low, high = ratio
        if estimate is None or low is None or high is None or rate[0] is None:
            continue
        if high < TOLERATED[0] or low > TOLERATED[1]:
            times = f"{estimate:.2f} times what it is elsewhere ({low:.2f} to {high:.2f})"
            flags.append(text.format(share=f"{100 * rate[0]:.1f}%", times=times))
    return flags


def _verdict(groups: Sequence[GroupFigures], flags: Sequence[str]) -> str:
    judged = [group for group in groups if not group.too_few]
    few = len(groups) - len(judged)
    left_out = (
        f" {few} of {len(groups)} groups have too few escalations to say anything (under {LEAST_POSITIVES})."
        if few
        else ""
    )
    if len(judged) < 2:
        return f"Nothing can be said: fewer than two groups have enough escalations.{left_out}"
    if flags:
        return f"Look at this: {'; '.join(flags)}.{left_out}"
    wide = sum(not _within_tolerated(group.recall_ratio) for group in judged)
    unproven = (
        f" That is no proof that there is none: for {wide} of {len(judged)} groups the interval is wider than that."
        if wide
        else ""
    )
    return f"No difference is shown that goes beyond 0.8 to 1.25.{unproven}{left_out}"


def _within_tolerated(ratio: Rounded | None) -> bool:
    """Return whether the whole interval of a ratio is known and tolerated."""
    _, low, high = ratio or (None, None, None)
    return low is not None and high is not None and low >= TOLERATED[0] and high <= TOLERATED[1]


def proxies(rows: pd.DataFrame, group: pd.Series, signals: Sequence[str]) -> tuple[Proxy, ...]:
    """Measure how well the signals predict each group, on other households than they learned from.

    Parameters
    ----------
    rows : pandas.DataFrame
        One row per agreement, of one as-of date.
    group : pandas.Series
        Name of the group by the index of the rows.
    signals : sequence of str
        The signals of the card.

    Returns
    -------
    tuple of Proxy
        Without groups of fewer than `LEAST_POSITIVES` households.
    """
    names = group.reindex(rows.index).astype("object").where(lambda g: g.notna(), UNKNOWN).astype(str)
    measured = []
    for name in sorted(set(names)):
        mine = (names == name).astype(int)
        if (
            min(rows.loc[mine == 1, "household"].nunique(), rows.loc[mine == 0, "household"].nunique())
            < LEAST_POSITIVES
        ):
            continue
        guess = rolling.crossed(rows.assign(_mine=mine), fitted.boosting(signals, rounds=40), outcome="_mine")
        guessed = guess.notna()
        auc = float(roc_auc_score(mine[guessed], guess[guessed])) if mine[guessed].nunique() == 2 else 0.5
        spread = _auc_error(auc, int(mine[guessed].sum()), int((1 - mine[guessed]).sum()))
        low, high = max(0.0, auc - 1.96 * spread), min(1.0, auc + 1.96 * spread)
        measured.append(Proxy(name, [round(v, 4) for v in (auc, low, high)], tells=low > TELLS))
    return tuple(measured)


def _auc_error(auc: float, ones: int, zeros: int) -> float:
    """Return the standard error of an area under the curve (Hanley and McNeil 1982)."""
    first, second = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    spread = auc * (1 - auc) + (ones - 1) * (first - auc**2) + (zeros - 1) * (second - auc**2)
    return float(np.sqrt(max(spread, 0.0) / (ones * zeros)))


def proxy_verdict(measured: Sequence[Proxy]) -> str:
    """Describe in words whether the signals are proxies for the groups."""
    if not measured:
        return "Too few households per group to say whether the signals stand in for it."
    telling = [proxy for proxy in measured if proxy.tells]
    best = max(measured, key=lambda proxy: proxy.auc[0])
    if telling:
        names = ", ".join(f"{proxy.group} ({proxy.auc[0]:.2f})" for proxy in telling)
        return f"The signals distinguish members of {names}: points may be a proxy for the group."
    return (
        f"The signals do not distinguish these groups well: at best {best.auc[0]:.2f} for {best.group}, where 0.5 is "
        f"nothing and {TELLS} would ask for a look."
    )

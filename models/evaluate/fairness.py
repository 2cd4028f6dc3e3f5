"""Whether the list serves groups of tenants alike: who is selected, how often rightly, and who is missed.

The list offers help, so being missed is the harm that counts most: of the escalations of a group, the share that never
stood on a list (recall, and its complement). Labels carry their own bias, since complaints tell of neighbours too and the
collection process of the office: equal figures are no proof of a fair list.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from models.evaluate import rolling
from models.evaluate.at_capacity import chance
from models.evaluate.bootstrap import ratio_of_ratios, ratio_of_sums
from models.evaluate.ground import Ground, as_days

LEAST_POSITIVES = 10
"""Households that escalated, below which a group gets no figures: too few."""
TOLERATED = (0.8, 1.25)
"""Ratios within these are not flagged; a flag asks for a look, its absence is no pass (four-fifths rule, EEOC 1978)."""
TENURES = ((1, "less than 1 year"), (5, "1 to 5 years"), (10, "5 to 10 years"), (np.inf, "10 years or more"))
RENTS = ((500, "below € 500"), (650, "€ 500 to 650"), (800, "€ 650 to 800"), (np.inf, "€ 800 or more"))
TELLS = 0.7
"""Area under the curve from which signals tell a group apart well enough to stand in for it."""
UNKNOWN = "unknown"


def tenure(rows: pd.DataFrame) -> pd.Series:
    """Class the length of the tenancy on the as-of date."""
    years = (as_days(rows["as_of"]) - as_days(rows["begindatum"])).dt.days / 365.25
    return _classed(years, TENURES)


def rent(rows: pd.DataFrame) -> pd.Series:
    """Class the gross rent per month."""
    return _classed(rows["brutohuur"].astype(float), RENTS)


def _classed(values: pd.Series, classes: Sequence[tuple[float, str]]) -> pd.Series:
    labels = [label for _, label in classes]
    bounds = [bound for bound, _ in classes[:-1]]
    named = np.array(labels, dtype=object)[np.searchsorted(bounds, values.fillna(0), side="right")]
    return pd.Series(named, index=values.index).where(values.notna(), UNKNOWN)


def audit(on: Ground, place: np.ndarray, k: int, group: pd.Series) -> dict[str, Any]:
    """Compare the groups of one dimension over all dates.

    Parameters
    ----------
    on : Ground
        The rows, of mature outcomes.
    place : ndarray
        Places of the card's ranking.
    k : int
        Length of the list per date.
    group : pandas.Series
        Name of the group by the index of the rows; missing is a group of its own.

    Returns
    -------
    dict
        ``groups``: per group its ``group``, ``rows``, ``households``, ``escalated`` (households) and, unless
        ``too_few``, ``selection``, ``precision``, ``recall``, ``omission`` (escalated among those not listed),
        and the ratios ``recall_ratio`` and ``precision_ratio`` to everyone else, each [estimate, low, high]; no
        precision where under `LEAST_POSITIVES` households were listed; ``flags`` and ``verdict`` in words.
        Intervals of the ratios are widened for the number of comparisons (Bonferroni).
    """
    names = (
        group.reindex(on.rows.index)
        .astype("object")
        .where(lambda g: g.notna(), UNKNOWN)
        .astype(str)
        .to_numpy()
    )
    listed = chance(on, place, k)
    # Two comparisons per group: of that many one goes wrong once in twenty, so each is held to a stricter interval.
    different = sorted(set(names))
    error = 0.05 / (2 * len(different))
    told = [_group(on, listed, names == name, name, error) for name in different]
    flags = [text for one in told for text in _flags(one, k)]
    return {"groups": told, "flags": flags, "verdict": _verdict(told, flags)}


def _group(on: Ground, listed: np.ndarray, inside: np.ndarray, name: str, error: float) -> dict[str, Any]:
    y, h = on.y.astype(float), on.household
    escalated = len(np.unique(h[inside & (on.y == 1)]))
    told: dict[str, Any] = {
        "group": name,
        "rows": int(inside.sum()),
        "households": len(np.unique(h[inside])),
        "escalated": escalated,
        "too_few": escalated < LEAST_POSITIVES,
    }
    if told["too_few"]:
        return told
    rates = {
        "selection": (listed * inside, inside.astype(float)),
        "precision": (listed * y * inside, listed * inside),
        "recall": (listed * y * inside, y * inside),
        "omission": ((1 - listed) * y * inside, (1 - listed) * inside),
    }
    if len(np.unique(h[inside & (listed > 0)])) < LEAST_POSITIVES:
        del rates["precision"]
    told |= {rate: ratio_of_sums(h, *parts).rounded() for rate, parts in rates.items()}
    outside = ~inside
    others = {
        "recall": (listed * y * outside, y * outside),
        "precision": (listed * y * outside, listed * outside),
    }
    for rate in others.keys() & rates.keys():
        ratio = ratio_of_ratios(h, rates[rate], others[rate], error=error, replicates=5000)
        told[f"{rate}_ratio"] = ratio.rounded()
    return told


def _flags(one: dict[str, Any], k: int) -> list[str]:
    """Flag what lies wholly outside the tolerated band: chance alone does not explain it."""
    if one["too_few"]:
        return []
    words = {
        "recall": f"of the escalations in {one['group']}, {{share}} stood among the first {k}, {{times}}",
        "precision": f"of those listed in {one['group']}, {{share}} escalated, {{times}}",
    }
    found = []
    for rate, text in words.items():
        ratio = one.get(f"{rate}_ratio", [None])
        if None not in ratio and (ratio[2] < TOLERATED[0] or ratio[1] > TOLERATED[1]):
            times = f"{ratio[0]:.2f} times what it is elsewhere ({ratio[1]:.2f} to {ratio[2]:.2f})"
            found.append(text.format(share=f"{100 * one[rate][0]:.1f}%", times=times))
    return found


def _verdict(told: list[dict[str, Any]], flags: list[str]) -> str:
    judged = [one for one in told if not one["too_few"]]
    few = len(told) - len(judged)
    left_out = (
        f" {few} of {len(told)} groups have too few escalations to say anything (under {LEAST_POSITIVES})."
    )
    if len(judged) < 2:
        return "Nothing can be said: fewer than two groups have enough escalations." + (
            left_out if few else ""
        )
    if flags:
        said = f"Look at this: {'; '.join(flags)}."
    else:
        wide = sum(
            None in r or r[1] < TOLERATED[0] or r[2] > TOLERATED[1]
            for r in (one["recall_ratio"] for one in judged)
        )
        said = "No difference is shown that goes beyond 0.8 to 1.25."
        if wide:
            said += (
                f" That is no proof that there is none: for {wide} of {len(judged)} groups the interval is wider than "
                "that."
            )
    return said + (left_out if few else "")


def proxies(rows: pd.DataFrame, group: pd.Series, signals: Sequence[str]) -> list[dict[str, Any]]:
    """Measure how well the signals predict who belongs to each group, on other households than they learned from.

    Parameters
    ----------
    rows : pandas.DataFrame
        One row per agreement: of one as-of date.
    group : pandas.Series
        Name of the group by the index of the rows.
    signals : sequence of str
        What the card reads.

    Returns
    -------
    list of dict
        ``group``, ``auc`` as [estimate, low, high] (0.5: not at all, 1: wholly; interval of Hanley and McNeil 1982) and
        ``tells``: the whole interval lies above `TELLS`. Groups under `LEAST_POSITIVES` households are left out.
    """
    names = group.reindex(rows.index).astype("object").where(lambda g: g.notna(), UNKNOWN).astype(str)
    told = []
    for name in sorted(set(names)):
        mine = (names == name).astype(int)
        if (
            min(rows.loc[mine == 1, "household"].nunique(), rows.loc[mine == 0, "household"].nunique())
            < LEAST_POSITIVES
        ):
            continue
        guess = rolling.crossed(
            rows.assign(_mine=mine), rolling.boosting(signals, rounds=40), outcome="_mine"
        )
        there = guess.notna()
        auc = float(roc_auc_score(mine[there], guess[there])) if mine[there].nunique() == 2 else 0.5
        spread = _auc_error(auc, int(mine[there].sum()), int((1 - mine[there]).sum()))
        low, high = max(0.0, auc - 1.96 * spread), min(1.0, auc + 1.96 * spread)
        told.append({"group": name, "auc": [round(v, 4) for v in (auc, low, high)], "tells": low > TELLS})
    return told


def _auc_error(auc: float, ones: int, zeros: int) -> float:
    """Compute the standard error of an area under the curve (Hanley and McNeil 1982)."""
    first, second = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    spread = auc * (1 - auc) + (ones - 1) * (first - auc**2) + (zeros - 1) * (second - auc**2)
    return float(np.sqrt(max(spread, 0.0) / (ones * zeros)))


def proxy_verdict(told: list[dict[str, Any]]) -> str:
    """Say in words whether the signals stand in for the groups."""
    if not told:
        return "Too few households per group to say whether the signals stand in for it."
    telling = [one for one in told if one["tells"]]
    best = max(told, key=lambda one: one["auc"][0])
    if telling:
        names = ", ".join(f"{one['group']} ({one['auc'][0]:.2f})" for one in telling)
        return f"The signals tell apart who belongs to {names}: points may stand in for the group."
    return (
        f"The signals do not tell these groups apart well: at best {best['auc'][0]:.2f} for {best['group']}, where 0.5 is "
        f"nothing and {TELLS} would ask for a look."
    )

"""Look for what can explain a difference at a step: a reason that was recorded, a coach, a corporation.

An explanation is not an excuse. A rule that excludes one area more often explains the difference and is itself the thing to
look at. If one coach works with the whole group and nobody else, the two cannot be told apart, and the report says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.evaluate.alike import Step, beyond, count, inside, significance, tables, with_names
from models.evaluate.chain import Finding

GONE = 0.05
"""A difference is explained if it is shown to be tolerable, or no longer significant at this level, among equals."""
LEAST_EXCESS = 0.01
"""Minimum share of the group, beyond that of others, that failed for a reason before the reason is named."""


@dataclass(frozen=True)
class Cause:
    """One possible explanation of a finding.

    Parameters
    ----------
    kind : str
        ``"reason"``: the group failed for `value` more often. ``"explained"``: the difference vanishes among agreements
        with the same `column`. ``"inseparable"``: every agreement of the group has a `column` that nobody else has.
    column : str
        The column.
    value : str
        The reason; empty for the other kinds.
    share, others : float
        Share of the group and of all others that failed for the reason; 0 for the other kinds.
    """

    kind: str
    column: str
    value: str = ""
    share: float = 0.0
    others: float = 0.0


def causes(rows: pd.DataFrame, step: Step, finding: Finding, dimensions: Sequence[str]) -> tuple[Cause, ...]:
    """Return the explanations of one finding, recorded reasons first.

    Parameters
    ----------
    rows : pandas.DataFrame
        The rows that were examined.
    step : Step
        The step of the finding.
    finding : Finding
        What was found.
    dimensions : sequence of str
        The dimensions that were examined.
    """
    rows, member = with_names(rows, dimensions), finding.member
    reasons = _reasons(rows, step, finding) if step.reason else []
    at = count(rows, step, dimensions)
    for column in step.explained_by:
        if column in member:
            continue
        among_equals = tables(at.finer(pd.factorize(at.rows[column])[0]), member)
        if among_equals is None:
            mine = inside(at, member)
            if at.rows.loc[mine, column].nunique() == 1:
                reasons.append(Cause("inseparable", column, str(at.rows.loc[mine, column].iloc[0])))
            continue
        if not beyond(among_equals) or significance(among_equals)[1] > GONE:
            reasons.append(Cause("explained", column))
    return tuple(reasons)


def _reasons(rows: pd.DataFrame, step: Step, finding: Finding) -> list[Cause]:
    """Return the reasons for which the group failed more often than others; fewer often if it passes more often."""
    known = rows.loc[rows[step.name].notna()]
    mine = np.ones(len(known), dtype=bool)
    for dimension, group in finding.member.items():
        mine &= (known[dimension] == group).to_numpy()
    failed = known[step.reason].where(known[step.name] == 0)
    own = failed[mine].value_counts() / max(mine.sum(), 1)
    other = (failed[~mine].value_counts() / max((~mine).sum(), 1)).reindex(own.index, fill_value=0.0)
    excess = (own - other) * (1 if finding.less else -1)
    return [
        Cause("reason", step.reason, str(name), round(float(own[name]), 4), round(float(other[name]), 4))
        for name, more in excess.sort_values(ascending=False).items()
        if more >= LEAST_EXCESS
    ]

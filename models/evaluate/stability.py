"""Measure how stable a list is from week to week, and find the one cause of each entry and exit."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.evaluate.at_capacity import chance
from models.evaluate.ground import Ground

CAUSES = ("late_data", "new_data", "case_state", "model", "capacity")
"""Possible differences between two lists, in the order in which they are applied one by one."""


@dataclass(frozen=True)
class ListChange:
    """An address that entered or left the list.

    Parameters
    ----------
    agreement : hashable
        Key of the agreement.
    entered : bool
        Whether it entered; otherwise it left.
    cause : str
        One of ``CAUSES``.
    """

    agreement: Hashable
    entered: bool
    cause: str


def changes(
    before: AbstractSet[Hashable], steps: Sequence[tuple[str, AbstractSet[Hashable]]]
) -> list[ListChange]:
    """Assign one cause to every entry and exit.

    Intermediate lists lead from the earlier list to the later one; each differs in one respect from the previous. The
    cause of a change is the last step in which the address entered or left, because that step decided.

    Parameters
    ----------
    before : set
        The earlier list.
    steps : sequence of (str, set)
        The cause of each change and the list after it; the last is the later list.

    Returns
    -------
    list of ListChange
        One per address that is on only one of the two lists, in order of cause.
    """
    after = steps[-1][1] if steps else before
    last: dict[Hashable, str] = {}
    previous = before
    for cause, now in steps:
        last.update(dict.fromkeys(previous ^ now, cause))
        previous = now
    entries = [ListChange(agreement, agreement in after, last[agreement]) for agreement in before ^ after]
    turn = [cause for cause, _ in steps]
    return sorted(
        entries, key=lambda change: (turn.index(change.cause), not change.entered, str(change.agreement))
    )


def overlap(on: Ground, place: np.ndarray, k: int) -> pd.Series:
    """Compute the overlap (Jaccard) of the first `k` of each date with those of the previous date.

    Ties count by expectation: the sum of the smaller chances divided by the sum of the larger ones.

    Returns
    -------
    pandas.Series
        Overlap by the later date; 1 means the same list.
    """
    agreement = pd.factorize(pd.MultiIndex.from_frame(on.rows[["corporatie_id", "overeenkomst_id"]]))[0]
    listed = chance(on, place, k)
    kept = listed > 0
    table = pd.DataFrame({"who": agreement[kept], "date": on.date[kept], "chance": listed[kept]})
    wide = table.pivot(index="who", columns="date", values="chance").fillna(0.0).to_numpy()
    shared = np.minimum(wide[:, 1:], wide[:, :-1]).sum(axis=0)
    joint = np.maximum(wide[:, 1:], wide[:, :-1]).sum(axis=0)
    return pd.Series(shared / joint, index=pd.Index(on.dates[1:], name="as_of"))

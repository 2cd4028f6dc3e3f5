"""Select the rows that lists are compared on: agreements in scope per as-of date, with a complete outcome."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from models.errors import EvaluationError

NEEDED = (
    "corporatie_id",
    "overeenkomst_id",
    "household",
    "as_of",
    "mature",
    "contacted",
    "hold",
)


@dataclass(frozen=True, eq=False)
class Ground:
    """Rows of a panel with mature outcomes, in order of date.

    Parameters
    ----------
    rows : pandas.DataFrame
        The rows, with their index in the panel.
    dates : tuple of date
        The as-of dates, in order.
    date : ndarray of int, shape (rows,)
        Index in `dates`; never falls.
    household : ndarray of int, shape (rows,)
        Number of the household, the unit of resampling, because its rows are not independent.
    y : ndarray of int8, shape (rows,)
        1 if the outcome occurred within the horizon.
    stands_for : ndarray, shape (rows,)
        Number of rows that each row stands for: integers of 1, unless the panel is a sample.
    """

    rows: pd.DataFrame
    dates: tuple[date, ...]
    date: np.ndarray
    household: np.ndarray
    y: np.ndarray
    stands_for: np.ndarray

    def __len__(self) -> int:
        return len(self.y)

    def of(self, scores: pd.Series) -> np.ndarray:
        """Return the scores of these rows, looked up by the index of the panel; an unknown score is -inf and comes last."""
        return scores.reindex(self.rows.index).astype(float).fillna(-np.inf).to_numpy()

    def where(self, chosen: np.ndarray) -> Ground:
        """Keep the chosen rows (boolean, one per row)."""
        return _ground(self.rows.loc[chosen], self.y[chosen])

    def with_outcome(self, y: pd.Series) -> Ground:
        """Return the same rows with another outcome, looked up by the index of the panel."""
        return replace(self, y=_outcome(y.reindex(self.rows.index)))


def ground(panel: pd.DataFrame, *, outcome: str = "escalated", contacted: bool = False) -> Ground:
    """Prepare a panel for comparison.

    Parameters
    ----------
    panel : pandas.DataFrame
        One row per agreement in scope and as-of date, as returned by ``pipelines.scoring.panel``, with a unique index:
        the columns of `NEEDED` and the outcome.
    outcome : str
        Column with 1 if the outcome occurred.
    contacted : bool
        Keep agreements that a coach contacted inside the window of the outcome, or that were on hold. The contact may
        have changed the outcome, so they are left out unless asked for (selective labels: Coston et al. 2020,
        arXiv:1909.00066).

    Raises
    ------
    EvaluationError
        A column is missing, an outcome can still occur, or no rows are left.
    """
    absent = [name for name in (*NEEDED, outcome) if name not in panel]
    if absent:
        raise EvaluationError(f"The panel lacks {', '.join(absent)}.")
    if not panel.index.is_unique:
        raise EvaluationError("The rows of the panel have no unique index.")
    refuse_immature(panel)
    rows = panel if contacted else panel.loc[~panel["contacted"].astype(bool) & panel["hold"].isna()]
    if rows.empty:
        raise EvaluationError("No row of the panel is left to compare on.")
    rows = rows.sort_values("as_of", kind="stable")
    return _ground(rows, _outcome(rows[outcome]))


def refuse_immature(panel: pd.DataFrame) -> None:
    """Raise if an outcome can still occur, because an agreement that escalates later would count as a miss.

    Raises
    ------
    EvaluationError
        The message names the first date that is too recent.
    """
    young = ~panel["mature"].astype(bool)
    if young.any():
        first = pd.Timestamp(panel.loc[young, "as_of"].min()).date()
        raise EvaluationError(
            f"Outcomes as of {first} and later are not mature: the horizon runs past the data. "
            "Take earlier as-of dates, a shorter horizon, or wait."
        )


def standing_for(rows: pd.DataFrame) -> np.ndarray:
    """Return the number of rows of the whole panel that each row stands for (`pipelines.scoring.controls`)."""
    if "stands_for" not in rows or (rows["stands_for"] == 1).all():
        return np.ones(len(rows), dtype=np.int64)
    return rows["stands_for"].to_numpy(dtype=np.float64)


def as_days(values: pd.Series) -> pd.Series:
    """Parse dates in any form that an engine returns."""
    return pd.to_datetime(values).astype("datetime64[s]")


def _outcome(values: pd.Series) -> np.ndarray:
    return values.fillna(0).astype("int8").to_numpy()


def _ground(rows: pd.DataFrame, y: np.ndarray) -> Ground:
    codes, days = pd.factorize(as_days(rows["as_of"]), sort=True)
    return Ground(
        rows=rows,
        dates=tuple(day.date() for day in pd.DatetimeIndex(days)),
        date=codes,
        household=pd.factorize(rows["household"])[0],
        y=y,
        stands_for=standing_for(rows),
    )

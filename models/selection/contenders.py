"""Choose lists that are only compared with those of the coaches: from the same agreements, by another score.

What does not depend on the score is found once for all of these lists.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from features.known import AGREEMENT
from models.selection.ranking import lot_text, lots
from models.selection.routing import Coach, assign, connected, links, preferences
from models.selection.shortlist import refuse_nonsense


class Contenders:
    """The agreements from which every list of a week is chosen.

    Parameters
    ----------
    candidates : pandas.DataFrame
        As for `models.selection.shortlist.select`; its scores are not read.
    coaches : sequence of Coach
        Coaches with unique names.
    as_of : date
        The as-of date of the lists.
    seed : int
        The seed of the installation.
    """

    def __init__(self, candidates: pd.DataFrame, coaches: Sequence[Coach], *, as_of: date, seed: int) -> None:
        refuse_nonsense(candidates, coaches)
        people = candidates.reset_index(drop=True)
        self._coaches = coaches
        self._keys = [(str(one), str(other)) for one, other in people[AGREEMENT].itertuples(index=False)]
        self._links = links(people)
        self._held = people["hold"].notna().to_numpy(dtype=bool)
        self._asked = preferences(people, coaches, seed=seed)
        self._served = np.array([bool(names) for names in self._asked], dtype=bool)
        self._by_key = _places(people.sort_values(AGREEMENT).index.to_numpy())
        self._by_lot = _places(np.argsort(np.array(lots(people, lot_text(as_of, seed)), dtype=object)))

    def highest(
        self, score: pd.Series, score_exact: pd.Series, *, minimum_score: int
    ) -> list[tuple[str, str]]:
        """Return the keys of the list by another score, in its order.

        It is the list that `select` makes without exploration and without a trial, from the candidates that are on hold or
        have the minimum score.

        Parameters
        ----------
        score, score_exact : pandas.Series
            Whole points, and points before rounding, in the order of the candidates.
        minimum_score : int
            Lowest score that can be listed.

        Raises
        ------
        ValueError
            A candidate has no score.
        """
        if score.isna().any():
            raise ValueError("a candidate has no score")
        points, exact = score.to_numpy(dtype="int64"), score_exact.to_numpy(dtype=float)
        enough = points >= minimum_score
        compared = np.flatnonzero(enough | self._held)
        household = np.zeros(len(points), dtype="int64")
        household[compared] = connected([[values[row] for row in compared] for values in self._links])
        free = enough & ~self._held & self._served
        free[compared] &= ~np.isin(household[compared], household[self._held])
        rows = np.flatnonzero(free)
        equal = [-exact[rows], -points[rows]]
        # No lot decides which agreement represents a household; see `models.selection.shortlist`.
        first = np.lexsort([self._by_key[rows], *equal])
        _, representing = np.unique(household[rows[first]], return_index=True)
        order = np.lexsort([self._by_lot[rows], *equal])
        order = order[np.isin(order, first[representing])]
        return self._listed(rows[order])

    def _listed(self, rows: np.ndarray) -> list[tuple[str, str]]:
        """Return the keys on the lists of all coaches, from the rows of the households in their order."""
        coach_of_row = assign(self._asked.iloc[rows], self._coaches, exploration=0).to_numpy()
        return [
            self._keys[row]
            for coach in self._coaches
            for row in rows[coach_of_row == coach.name][: coach.capacity]
        ]


def _places(rows: np.ndarray) -> np.ndarray:
    """Return the place of each row in an order of rows."""
    places = np.empty(len(rows), dtype="int64")
    places[rows] = np.arange(len(rows))
    return places

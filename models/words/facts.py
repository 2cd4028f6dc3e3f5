"""Read one row of signals, facts and points by type; any column may be missing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Facts:
    """One row of features with its points, read by type; None is unknown.

    DuckDB, pandas and numpy each have their own missing value (None, NaN, NaT, NA). These methods keep all of
    them out of the sentences.

    Parameters
    ----------
    row : mapping
        Columns of `features` (signals and ``fact_*``), ``as_of`` and ``points_<term>``.
    """

    row: Mapping[str, Any]

    @property
    def as_of(self) -> date | None:
        """The as-of moment of the row."""
        return self.day("as_of")

    def number(self, column: str) -> float | None:
        """Read a number."""
        try:
            value = float(self.row.get(column))  # type: ignore[arg-type]
        except (TypeError, ValueError):
            return None
        return value if math.isfinite(value) else None

    def count(self, column: str) -> int:
        """Read a count; unknown is 0."""
        return max(0, round(self.number(column) or 0))

    def day(self, column: str) -> date | None:
        """Read a date."""
        return _as_day(self.row.get(column))

    def days(self, column: str) -> list[date]:
        """Read a list of dates; unknown is empty."""
        return [day for day in map(_as_day, _items(self.row.get(column))) if day]

    def codes(self, column: str) -> list[str]:
        """Read a list of codes; unknown is empty."""
        return [item for item in _items(self.row.get(column)) if isinstance(item, str)]

    def code(self, column: str) -> str | None:
        """Read a code."""
        value = self.row.get(column)
        return value if isinstance(value, str) else None

    def flag(self, column: str) -> bool:
        """Read a yes or no; unknown is no."""
        return self.number(column) == 1

    def points(self, *terms: str) -> int:
        """Add the points of terms; a term that the scorecard lacks has none."""
        return sum(round(self.number(f"points_{term}") or 0) for term in terms)


def _as_day(value: object) -> date | None:
    if isinstance(value, np.datetime64):
        value = value.astype("datetime64[D]").item()
    if value is pd.NaT:
        return None
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _items(value: object) -> list[Any]:
    """Items of a list, tuple or array; anything else means missing and is empty."""
    return list(value) if isinstance(value, Iterable) and not isinstance(value, str) else []

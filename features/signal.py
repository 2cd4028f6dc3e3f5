"""What one signal is: a question about an agreement, and the expression that answers it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import ibis
import ibis.expr.types as ir

FAMILIES = {
    "arrears": "Huurachterstand",
    "nuisance": "Overlast",
    "repairs": "Reparaties",
    "worries": "Zorgen van medewerkers",
    "stacking": "Stapeling",
}
"""The families of signals, in the order in which they are documented, with their Dutch name."""

PER_AGREEMENT = "agreement"
"""The view of what is computed from an agreement's own facts instead of counted over rows of a source."""

SEVERAL = "several"
"""The source of a signal that looks across the families; it can always be computed."""


class Absence(Enum):
    """What it means that an agreement has no rows in a source that was delivered.

    A source that was never delivered is another matter: its signals are NULL, not computable, in any case.
    """

    ZERO = "no rows means 0"
    ZERO_IF_DELIVERED = "no row means 0 while a recent position was delivered, NULL (unknown) otherwise"
    MISSING = "no rows means NULL: there is nothing to measure"


@dataclass(frozen=True)
class Signal:
    """One column of the features: what it asks, of which rows, and how it may be read.

    Parameters
    ----------
    name : str
        Column name; ends in the unit or the window where it has one.
    source : str
        Staged table it reads; the signal is NULL when that was never delivered. ``SEVERAL``: always
        computable.
    family : str
        One of ``FAMILIES``.
    question : str
        The question in Dutch, one line, for the coach and the manager.
    unit : str
        Unit of the value.
    absence : Absence
        What no rows means.
    direction : int
        +1: more is worse. -1: less is worse, or more is better. 0: says nothing by itself, may not be scored.
    caveat : str
        What a reader must know before believing it.
    expression : callable
        From the rows of the view (an Ibis table that is already cut in time) to an aggregate (of a
        ``summed`` view: a value), or, for ``PER_AGREEMENT``, from the agreement's row with all counted signals and facts to a value.
    window_days : int, optional
        How far back it looks from the as-of date.
    view : str, optional
        The rows that are counted; those of the source unless given.
    dtype : str
        Ibis type of the column.
    """

    name: str
    source: str
    family: str
    question: str
    unit: str
    absence: Absence
    direction: int
    caveat: str
    expression: Callable[[ir.Table], ir.Value]
    window_days: int | None = None
    view: str | None = None
    dtype: str = "int64"

    @property
    def reads(self) -> str:
        """Name of the view whose rows the expression gets."""
        return self.view or self.source


@dataclass(frozen=True)
class Fact:
    """A column beside the signals: a date, an amount or a code for the sentences of the list; never scored.

    Names start with ``fact_``; those with ``aux_`` are steps on the way to a signal, dropped at the end.
    ``otherwise`` is the value where nothing is found (NULL unless given).
    """

    name: str
    source: str
    description: str
    expression: Callable[[ir.Table], ir.Value]
    dtype: str
    view: str | None = None
    otherwise: bool | int | None = None

    @property
    def reads(self) -> str:
        """Name of the view whose rows the expression gets."""
        return self.view or self.source


def listed(values: ir.ArrayValue) -> ir.ArrayValue:
    """Sort a list, and make an empty one NULL: engines differ in what collecting nothing gives."""
    return ibis.ifelse(values.length() > 0, values.sort(), ibis.null(values.type()))


@dataclass(frozen=True)
class View:
    """The rows that a group of signals counts: one source, cut in time, cancelled rows and duplicates gone.

    ``rows`` gets a function from the name of a staged table to its known rows, and returns an Ibis table with
    the columns of ``features.known.KEY``. ``counts`` says in words which rows these are, and what the signals
    of its ``family`` mean by a word: with the signal's own entry it must be enough to compute it by hand.
    ``summed``: its rows are summed up already, one per agreement and date, and expressions take a column.
    """

    name: str
    source: str
    rows: Callable[[Callable[[str], ir.Table]], ir.Table]
    counts: str
    family: str | None = None
    summed: bool = False

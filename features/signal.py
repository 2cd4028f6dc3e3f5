"""The building blocks of the catalogue: signals, facts, the rows they count, and the words of a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from string import Formatter

import ibis
import ibis.expr.types as ir

FAMILIES = {
    "arrears": "Huurachterstand",
    "nuisance": "Overlast",
    "repairs": "Reparaties",
    "worries": "Zorgen van medewerkers",
    "stacking": "Stapeling",
}
"""The families of signals with their Dutch name, in the order in which they are documented."""

PER_AGREEMENT = "agreement"
"""The view of signals that are computed from an agreement's own row instead of counted over rows of a source."""

SEVERAL = "several"
"""The source of a signal that combines families. Such a signal can always be computed."""


class Absence(Enum):
    """The value of a signal for an agreement without rows in a source that was delivered.

    If the source was never delivered, the signal is NULL in any case: it cannot be computed.
    """

    ZERO = "no rows means 0"
    ZERO_IF_DELIVERED = "no row means 0 while a recent position was delivered, NULL (unknown) otherwise"
    MISSING = "no rows means NULL: there is nothing to measure"


class Clause(Enum):
    """A Dutch clause that describes one or more signals, with dates and amounts from the facts.

    `models.words.sentences` has one function for each. Among clauses with equal points, the first in this order comes first
    in the sentence.
    """

    OWED = "the amount of rent owed, always stated when there is one"
    PLAN_RUNNING = "that a payment plan is running, always stated when it is"
    PLAN_BROKEN = "that a payment plan has stopped"
    COLLECTION_PHASE = "the step of the collection process"
    STORNOS = "how often a direct debit failed"
    LAST_PAYMENT = "the last payment"
    ARREARS_RETURNS = "how often the arrears came back"
    ARREARS_CHANGE = "how much the arrears grew in three months"
    ARREARS_WEEKS = "how many weeks of the year there were arrears"
    OLDEST_DUE = "the due date of the oldest open item"
    COMPLAINTS = "the complaints: how many, of what kind, from how many people"
    NOT_HOME = "the appointments at which nobody opened"
    NEGLECT = "the repairs that go with neglect"
    DAMAGE = "the repairs caused by conduct or vandalism"
    SAME_DEFECT = "how often the same repair was requested"
    SILENCE = "how long the tenant has not been heard of"
    WORRIES = "the worries that employees or partners passed on"
    STACKING = "that problems occur in several families at once"


@dataclass(frozen=True)
class Phrase:
    """A Dutch clause about one signal that needs nothing but its value.

    Parameters
    ----------
    one, many : str
        The clause for a value of 1 and for any other value, without a capital and without a full stop.
        ``{value}`` is replaced by the value in words, ``{euro}`` by the value as an amount; use exactly one
        of the two. Example: ``Phrase("{value} verzoek in 90 dagen", "{value} verzoeken in 90 dagen")``.

    Raises
    ------
    ValueError
        If a text has another placeholder, none, or a capital or full stop of its own.
    """

    one: str
    many: str

    def __post_init__(self) -> None:
        for text in (self.one, self.many):
            if [name for _, name, _, _ in Formatter().parse(text) if name is not None] not in (
                ["value"],
                ["euro"],
            ):
                raise ValueError(f"The phrase {text!r} must contain {{value}} or {{euro}}, once.")
            if text[0].isupper() or text.endswith("."):
                raise ValueError(f"Write the phrase {text!r} without a capital and without a full stop.")


@dataclass(frozen=True)
class Signal:
    """One column of the features: the question it answers, the rows it counts, and how to read its value.

    Parameters
    ----------
    name : str
        Column name; ends in the unit or the window where it has one.
    source : str
        Staged table it reads. The signal is NULL if that table was never delivered. A signal with source
        ``SEVERAL`` can always be computed.
    family : str
        One of ``FAMILIES``.
    question : str
        The question in Dutch, on one line, for the coach and the manager.
    unit : str
        Unit of the value. A scale names its values in parentheses: ``step (0 none … 7 announced)``.
    absence : Absence
        The value for an agreement without rows.
    direction : int
        +1: more is worse. -1: less is worse, or more is better. 0: the value says nothing by itself and may
        not be scored.
    caveat : str
        What a reader must know before relying on the value, in Dutch.
    expression : callable
        Takes the rows of the view (an Ibis table that is already cut in time) and returns an aggregate, or a
        value if the view is ``summed``. For ``PER_AGREEMENT`` it takes the agreement's row with all counted
        signals and facts and returns a value.
    reason : Phrase or Clause, optional
        The Dutch clause in which the coach reads why this signal gave points. A card cannot score a signal
        without one.
    window_days : int, optional
        How far it looks back from the as-of date.
    view : str, optional
        The view whose rows are counted; by default the rows of the source.
    dtype : str
        Ibis type of the column.
    needs : tuple of str
        Columns of the source without which the signal cannot be computed. It is NULL where none of the deliveries
        ever filled one of them, because a count of nothing known is unknown, not 0.
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
    reason: Phrase | Clause | None = None
    window_days: int | None = None
    view: str | None = None
    dtype: str = "int64"
    needs: tuple[str, ...] = ()

    @property
    def most(self) -> float | None:
        """The largest value that it can have, if its unit is days or weeks of a window."""
        unit = {"dagen": 1, "weken": 7}.get(self.unit)
        return None if unit is None or self.window_days is None else self.window_days / unit

    @property
    def is_scale(self) -> bool:
        """Whether the values are steps of a scale, or yes and no, so that doubling them means nothing."""
        return "(" in self.unit or "=" in self.unit

    @property
    def reads(self) -> str:
        """Name of the view whose rows the expression gets."""
        return self.view or self.source


@dataclass(frozen=True)
class Fact:
    """A column beside the signals: a date, an amount or a code for the sentences of the list. Never scored.

    Names start with ``fact_``, or with ``aux_`` for an intermediate column that is dropped at the end.
    ``otherwise`` is the value for an agreement without rows (NULL by default).
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
    """Sort a list and replace an empty one by NULL: engines differ in what they collect from no rows."""
    return ibis.ifelse(values.length() > 0, values.sort(), ibis.null(values.type()))


@dataclass(frozen=True)
class View:
    """The rows that a group of signals counts: one source, cut in time, without cancelled rows and duplicates.

    ``rows`` takes a function from the name of a staged table to its known rows, and returns an Ibis table with
    the columns of ``features.known.KEY``. ``counts`` describes these rows and the terms that the signals of
    its ``family`` use; together with the signal's own entry it must be enough to compute the signal by hand.
    A ``summed`` view has one row per agreement and date, so that expressions select a column instead of
    aggregating.
    """

    name: str
    source: str
    rows: Callable[[Callable[[str], ir.Table]], ir.Table]
    counts: str
    family: str | None = None
    summed: bool = False

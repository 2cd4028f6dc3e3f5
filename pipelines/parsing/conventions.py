"""Settle which of two conventions the values of one column follow, or refuse the delivery.

An amount can have a decimal comma or a decimal point, a date can put the day or the month first. The values of the column
prove it. A file whose values fit both readings, with another meaning in each, is refused.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.installation.errors import DeliveryError

TOLERATED = 0.05
"""Maximum share of the deciding values, or one value, that may contradict the others; their rows are quarantined."""
SHOWN = 3
"""Number of rows to show of an ambiguous column."""


@dataclass(frozen=True)
class Example:
    """One value that both conventions can read, and its meaning in each."""

    line: int
    text: str
    readings: tuple[str, str]


@dataclass(frozen=True)
class Evidence:
    """What the values of one column prove about two conventions.

    Parameters
    ----------
    column : str
        The header as delivered.
    fits : tuple of int
        Values that only the first convention can read, and values that only the second can read.
    lines : tuple of int or None
        The first line of each of those.
    undecided : int
        Values that both can read, with different results.
    examples : tuple of Example
        The first of the undecided values, at most `SHOWN`.
    """

    column: str
    fits: tuple[int, int]
    lines: tuple[int | None, int | None]
    undecided: int
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Choice:
    """The words for two conventions, and the line of the mapping that chooses each."""

    names: tuple[str, str]
    mapping: tuple[str, str]


def settle(
    file: str, evidence: Evidence, choice: Choice, *, declared: int | None, default: int | None = None
) -> int:
    """Return which convention a column follows: 0 or 1.

    Parameters
    ----------
    file : str
        Name of the delivery, for messages.
    evidence, choice
        What the column proves, and the words for it.
    declared : int, optional
        What the mapping says.
    default : int, optional
        The convention of a column that proves nothing; None refuses it.

    Raises
    ------
    DeliveryError
        The column is ambiguous, mixes both conventions, or contradicts the mapping.
    """
    first, second = evidence.fits
    likely = 0 if first >= second else 1
    chosen = likely if declared is None else declared
    against = evidence.fits[1 - chosen]
    if against and (against >= evidence.fits[chosen] or against > max(1, TOLERATED * (first + second))):
        raise _contradiction(file, evidence, choice, chosen, declared=declared is not None)
    if declared is None and first == second == 0:
        if evidence.undecided and default is None:
            raise ambiguous(file, evidence, choice)
        return default or 0
    return chosen


def ambiguous(file: str, evidence: Evidence, choice: Choice) -> DeliveryError:
    """Return the error for a column that both conventions can read; it shows both readings of the first rows."""
    rows = "; ".join(
        f"line {e.line}: {e.text} could mean two things, {e.readings[0]} or {e.readings[1]}"
        for e in evidence.examples
    )
    return DeliveryError(
        file,
        f"no value shows the {choice.names[0]} or the {choice.names[1]} ({rows}).",
        line=evidence.examples[0].line,
        column=evidence.column,
        mend=f"Put into the mapping what the source means: {choice.mapping[0]}, or {choice.mapping[1]}.",
    )


def _contradiction(
    file: str, evidence: Evidence, choice: Choice, chosen: int, *, declared: bool
) -> DeliveryError:
    other = 1 - chosen
    if declared:
        problem = f"the mapping says {choice.names[chosen]}, but {evidence.fits[other]} values can only have the {choice.names[other]}"
        mend = f"Correct the mapping: {choice.mapping[other]}."
    else:
        problem = f"the column mixes {choice.names[chosen]} (line {evidence.lines[chosen]}) and {choice.names[other]}"
        mend = "Export it again in one form."
    return DeliveryError(file, f"{problem}.", line=evidence.lines[other], column=evidence.column, mend=mend)

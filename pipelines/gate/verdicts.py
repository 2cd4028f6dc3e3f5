"""A figure of a delivery with its expectation, the verdict on it, and all verdicts on one delivery."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from models.as_json import INTERNAL

Severity = Literal["critical", "warning"]


@dataclass(frozen=True)
class Figure:
    """One figure of a delivery and its expectation.

    Parameters
    ----------
    name : str
        Unique within the delivery, for instance ``saldo.bad_amount.share``.
    value : float or None
        The figure; None if it cannot be computed (a first delivery has no previous one). A value that is not finite (a
        division by zero) meets no expectation.
    least, most : float or None
        Inclusive bounds; None if there is none. Without bounds, the figure only has to exist.
    severity : {"critical", "warning"}
        Whether a figure out of bounds stops the delivery, or only causes a warning.
    meaning : str
        One English sentence for the analyst.
    doubt : bool
        Whether it doubts what well-formed rows mean; the run says such a warning in a line of its own.
    standing : bool
        Whether it lasts as long as the source writes so; the run says such a warning the first time.

    Raises
    ------
    ValueError
        A bound is not a finite number, or the bounds exclude every value.
    """

    name: str
    value: float | None
    least: float | None
    most: float | None
    severity: Severity
    meaning: str
    doubt: bool = field(default=False, metadata=INTERNAL)
    standing: bool = field(default=False, metadata=INTERNAL)

    def __post_init__(self) -> None:
        bounds = [bound for bound in (self.least, self.most) if bound is not None]
        if not all(map(math.isfinite, bounds)) or bounds != sorted(bounds):
            raise ValueError(f"{self.name}: no value lies between {self.least} and {self.most}")

    @property
    def value_text(self) -> str:
        """The figure for a reader, never rounded onto or across one of its bounds."""
        if self.value is None:
            return "no figure"
        return number(self.value, *(bound for bound in (self.least, self.most) if bound is not None))

    @property
    def expected_text(self) -> str:
        """The expectation in words, such as "at most 0.05"."""
        least, most = self.least, self.most
        if least is not None and most is not None:
            return (
                f"between {number(least)} and {number(most)}" if least < most else f"exactly {number(most)}"
            )
        if least is not None:
            return f"at least {number(least)}"
        if most is not None:
            return f"at most {number(most)}"
        return "a number"


@dataclass(frozen=True)
class Verdict:
    """The outcome of one expectation.

    Parameters
    ----------
    figure : Figure
        The figure that was judged.
    expectation : str
        Type of the expectation in Great Expectations.
    success : bool or None
        None if the figure could not be computed, so the expectation was not evaluated.
    """

    figure: Figure
    expectation: str
    success: bool | None

    def describe(self) -> str:
        """Return figure, value, expectation, severity and meaning in one line."""
        figure = self.figure
        text = f"{figure.name} is {figure.value_text}, expected {figure.expected_text} ({figure.severity})"
        return f"{text}: {figure.meaning}"


@dataclass(frozen=True)
class Gate:
    """The verdicts on one delivery.

    Parameters
    ----------
    extract : str
        Name of the extract, which is also the name of its suite.
    peildatum : date
        Day as of which the source system was read.
    verdicts : tuple of Verdict
        One per figure, in the order of the figures.
    """

    extract: str
    peildatum: date
    verdicts: tuple[Verdict, ...]

    @property
    def passed(self) -> bool:
        """Whether no critical expectation failed."""
        return not self.failures

    @property
    def failures(self) -> tuple[Verdict, ...]:
        """The critical expectations that failed."""
        return self._failed("critical")

    @property
    def warnings(self) -> tuple[Verdict, ...]:
        """The expectations that failed and only warn."""
        return self._failed("warning")

    def describe(self) -> list[str]:
        """Return one line per failed expectation, the critical ones first."""
        return [verdict.describe() for verdict in self.failures + self.warnings]

    def _failed(self, severity: Severity) -> tuple[Verdict, ...]:
        return tuple(v for v in self.verdicts if v.success is False and v.figure.severity == severity)


def number(value: float, *bounds: float) -> str:
    """Format a number with at least four significant digits, never rounded across one of its bounds.

    Examples
    --------
    >>> number(1 / 3), number(24000.0), number(0.050001, 0.05)
    ('0.3333', '24000', '0.050001')
    """
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else "infinite"
    if float(value).is_integer():
        return f"{value:.0f}"
    for digits in range(min(len(str(int(abs(value)))) + 3, 17), 18):
        short = f"{value:.{digits}g}"
        if all((float(short) > b, float(short) < b) == (value > b, value < b) for b in bounds):
            break
    return f"{Decimal(short):f}"

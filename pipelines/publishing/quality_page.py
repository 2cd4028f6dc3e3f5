"""Render the quality page of a run as one self-contained HTML file, from which nothing is loaded or executed.

The reader is the data analyst. Great Expectations' own pages load styles and scripts from elsewhere, so this module
renders the page. Everything delivered (file names, headers, codes) is treated as hostile: the template escapes it, and
unprintable characters are written as their code.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pipelines.gate.verdicts import Figure, Verdict
from pipelines.publishing import pages

# A longer sparkline would be unreadable, and the page also has each point in words.
HISTORY_SHOWN = 26
WIDTH, HEIGHT, MARGIN = 132, 32, 4
DELIMITERS = {";": "semicolon", ",": "comma", "\t": "tab", "|": "vertical bar"}


@dataclass(frozen=True)
class ExpectationRow:
    """One expectation of a delivery with its history.

    Parameters
    ----------
    verdict : Verdict
        The verdict of `pipelines.gate.expectations.judge`, or one rebuilt from storage.
    history : tuple of (date, float or None, bool or None)
        Peildatum, value and success of the figure in earlier deliveries of the extract, oldest first. The page shows
        the last `HISTORY_SHOWN`.
    """

    verdict: Verdict
    history: tuple[tuple[date, float | None, bool | None], ...] = ()

    @property
    def outcome(self) -> str:
        """One of "failed", "warning", "no figure", "passed"."""
        if self.verdict.success is None:
            return "no figure"
        if self.verdict.success:
            return "passed"
        return "failed" if self.verdict.figure.severity == "critical" else "warning"


@dataclass(frozen=True)
class QuarantineReason:
    """A reason why rows were quarantined, their number, and the first lines where it occurs."""

    reason: str
    rows: int
    lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class UnmappedCode:
    """A delivered value that no mapping covers, its number of rows, and what to add to the mapping file."""

    column: str
    value: str
    rows: int
    mapping: str


@dataclass(frozen=True)
class DeliveryPage:
    """The data that the page shows about one delivery of this run.

    Parameters
    ----------
    file : str
        Name of the file, without its folder.
    extract : str
        Name of the extract.
    peildatum : date or None
        Day as of which the source system was read; None if the file does not say.
    encoding, delimiter : str or None
        As detected or set; None if the format has none (XLSX, Parquet).
    rows_read, staged, duplicates, quarantined : int
        Rows read = staged + exact duplicates + quarantined. For a delivery that stopped at the gate, `staged` counts
        the rows that would have been staged.
    reasons : tuple of QuarantineReason
        A row can have more than one reason.
    unmapped : tuple of UnmappedCode
        Values that were kept with their row although no mapping covers them.
    refused, ignored : tuple of str
        Headers that may not be loaded, and headers that no column uses.
    expectations : tuple of ExpectationRow
        In any order; the page shows failures first.
    error : str
        Why the file could not be read at all; empty if it was read.
    """

    file: str
    extract: str
    peildatum: date | None
    encoding: str | None = None
    delimiter: str | None = None
    rows_read: int = 0
    staged: int = 0
    duplicates: int = 0
    quarantined: int = 0
    reasons: tuple[QuarantineReason, ...] = ()
    unmapped: tuple[UnmappedCode, ...] = ()
    refused: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    expectations: tuple[ExpectationRow, ...] = ()
    error: str = ""

    @property
    def unaccounted(self) -> int:
        """Rows read that are neither staged nor duplicate nor quarantined; a number other than 0 is a fault of the program."""
        return self.rows_read - self.staged - self.duplicates - self.quarantined

    @property
    def failed_first(self) -> list[ExpectationRow]:
        """The expectations by outcome; the order within an outcome does not change."""
        order = ("failed", "warning", "no figure", "passed")
        return sorted(self.expectations, key=lambda row: order.index(row.outcome))

    @property
    def outcome(self) -> str:
        """One of "unreadable", "stopped", "warnings", "loaded"."""
        if self.error:
            return "unreadable"
        outcomes = {row.outcome for row in self.expectations}
        if "failed" in outcomes or self.unaccounted:
            return "stopped"
        return "warnings" if "warning" in outcomes else "loaded"

    def count(self, outcome: str) -> int:
        """Return the number of expectations with an outcome."""
        return sum(row.outcome == outcome for row in self.expectations)


def render(
    deliveries: Sequence[DeliveryPage], *, as_of: date | None = None, notes: Sequence[str] = ()
) -> str:
    """Return the quality page of a run.

    Parameters
    ----------
    deliveries : sequence of DeliveryPage
        The deliveries of this run in any order; the page shows those that did not load first.
    as_of : date, optional
        As-of date of the run, for the title.
    notes : sequence of str
        Problems of the whole run, such as a missing required extract; shown at the top.

    Returns
    -------
    str
        HTML without scripts and external references; equal input gives an equal page.
    """
    order = ("unreadable", "stopped", "warnings", "loaded")
    shown = sorted(
        deliveries, key=lambda d: (order.index(d.outcome), d.extract, d.peildatum or date.min, d.file)
    )
    tally = [(outcome, sum(d.outcome == outcome for d in shown)) for outcome in order]
    return pages.render(
        "quality.html",
        finalize=_printable,
        deliveries=shown,
        tally=tally,
        as_of=as_of,
        notes=notes,
        sparkline=sparkline,
        size=f"{WIDTH} {HEIGHT}",
        delimiters=DELIMITERS,
    )


@dataclass(frozen=True)
class Sparkline:
    """The history of a figure and its current value, as coordinates for an SVG of `WIDTH` by `HEIGHT`.

    Parameters
    ----------
    words : tuple of str
        The points in words.
    lines : tuple of str
        Polylines, with a gap where there is no figure.
    failed : tuple of (x, y)
        Points that did not meet the expectation.
    gaps : tuple of x
        Points without a figure.
    band : (top, height)
        The expected range.
    last : (x, y) or None
        The current value.
    """

    words: tuple[str, ...]
    lines: tuple[str, ...]
    failed: tuple[tuple[float, float], ...]
    gaps: tuple[float, ...]
    band: tuple[float, float]
    last: tuple[float, float] | None


def sparkline(row: ExpectationRow) -> Sparkline:
    """Return the sparkline of an expectation. The scale includes the bounds, to show how near the figure is to them."""
    figure = row.verdict.figure
    points = row.history[-HISTORY_SHOWN:]
    values = [value for _, value, _ in points] + [figure.value]
    successes = [success for _, _, success in points] + [row.verdict.success]
    finite = [v for v in (*values, figure.least, figure.most) if v is not None and math.isfinite(v)]
    low, high = (min(finite), max(finite)) if finite else (0.0, 0.0)

    def y(value: float) -> float:
        share = (value - low) / (high - low) if high > low else 0.5
        return round(HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN), 1)

    top = 0.0 if figure.most is None else y(figure.most)
    bottom = float(HEIGHT) if figure.least is None else y(figure.least)
    step = (WIDTH - 2 * MARGIN) / max(len(values) - 1, 1)
    lines: list[str] = []
    failed: list[tuple[float, float]] = []
    gaps: list[float] = []
    last: tuple[float, float] | None = None
    broken = True
    for index, (value, success) in enumerate(zip(values, successes, strict=True)):
        x = round(WIDTH - MARGIN - (len(values) - 1 - index) * step, 1)
        if value is None or not math.isfinite(value):
            gaps.append(x)
            broken = True
            continue
        at = f"{x},{y(value)}"
        if broken:
            lines.append(at)  # repeated below, because a line of one point would not be drawn
        lines[-1] += f" {at}"
        broken = False
        if success is False:
            failed.append((x, y(value)))
        elif index == len(values) - 1:
            last = (x, y(value))
    words = tuple(_in_words(figure, *point) for point in points)
    band = (top, round(bottom - top, 1))
    return Sparkline(words, tuple(lines), tuple(failed), tuple(gaps), band, last)


def _in_words(figure: Figure, when: date, value: float | None, success: bool | None) -> str:
    text = f"{when}: {replace(figure, value=value).value_text}"
    if value is None:
        return text
    return f"{text}, {'not judged' if success is None else 'passed' if success else 'failed'}"


def _printable(value: Any) -> Any:
    """Group the digits of a count, and write unprintable characters (direction marks) as their code."""
    if type(value) is int:
        return f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    if type(value) is str:
        return "".join(c if c.isprintable() or c == "\n" else f"\\u{ord(c):04x}" for c in value)
    return value

"""The quality page of a run: one self-contained HTML file, nothing in it is fetched or executed.

It is for the data analyst. Great Expectations' own pages load styles and scripts from elsewhere, so the page
is made here. Everything delivered (file names, headers, codes) is hostile until shown: the template escapes
it, and characters that do not print are written as their code.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from pipelines.delivery.gate import Figure, Verdict
from pipelines.publishing import pages

# A sparkline of more points cannot be read at its size, and each point also stands on the page in words.
HISTORY_SHOWN = 26
WIDTH, HEIGHT, MARGIN = 132, 32, 4
DELIMITERS = {";": "semicolon", ",": "comma", "\t": "tab", "|": "vertical bar"}


@dataclass(frozen=True)
class ExpectationRow:
    """One expectation of a delivery with what it gave before.

    Parameters
    ----------
    verdict : Verdict
        From `pipelines.delivery.gate.judge`, or put together again from what was stored of it.
    history : tuple of (date, float or None, bool or None)
        Peildatum, value and success of the same figure in earlier deliveries of the extract, oldest first,
        without this delivery. The page shows the last `HISTORY_SHOWN`.
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
    """A reason for which rows were set apart: how many rows, and the first lines where it occurs."""

    reason: str
    rows: int
    lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class UnmappedCode:
    """A delivered value that no mapping covers, its rows, and what to put into the mapping file."""

    column: str
    value: str
    rows: int
    mapping: str


@dataclass(frozen=True)
class DeliveryPage:
    """What the page tells about one delivery of this run.

    Parameters
    ----------
    file : str
        Name of the file, without its folder.
    extract : str
        Name of the extract.
    peildatum : date or None
        Day as of which the source system was read; None where the file did not tell.
    encoding, delimiter : str or None
        As detected or set; None where the format has none (XLSX, Parquet).
    rows_read, staged, duplicates, quarantined : int
        Rows read = staged + exact duplicates + quarantined. Of a delivery that stopped at the gate, `staged`
        counts the rows that would have been.
    reasons : tuple of QuarantineReason
        A row can have more than one reason.
    unmapped : tuple of UnmappedCode
        Values kept with their row that no mapping covers.
    refused, ignored : tuple of str
        Headers that may not be loaded, and headers that nothing asks for.
    expectations : tuple of ExpectationRow
        In any order: the page shows what failed first.
    error : str
        Why the file could not be read at all; empty where it was read.
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
        """Rows read that are neither staged nor duplicate nor quarantined; other than 0, a fault of ours."""
        return self.rows_read - self.staged - self.duplicates - self.quarantined

    @property
    def failed_first(self) -> list[ExpectationRow]:
        """The expectations by outcome, within an outcome in the order given."""
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
        The deliveries of this run, in any order; those that did not load come first on the page.
    as_of : date, optional
        As-of date of the run, for the title.
    notes : sequence of str
        What is wrong with the run as a whole, such as a required extract that is absent; shown at the top.

    Returns
    -------
    str
        HTML without script and without any reference outside itself; the same input gives the same page.
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


@dataclass
class Sparkline:
    """The history of a figure and its present value, as coordinates for an SVG of `WIDTH` by `HEIGHT`.

    Parameters
    ----------
    words : list of str
        The same in words, one per point.
    lines : list of str
        Polylines, broken where there is no figure.
    failed : list of (x, y)
        Points that did not meet the expectation.
    gaps : list of x
        Points without a figure.
    band : (top, height)
        Where the figure is expected.
    last : (x, y) or None
        The present value.
    """

    words: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    failed: list[tuple[float, float]] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)
    band: tuple[float, float] = (0.0, float(HEIGHT))
    last: tuple[float, float] | None = None


def sparkline(row: ExpectationRow) -> Sparkline:
    """Return the sparkline of an expectation; its scale holds the bounds, so it shows how near they are."""
    figure = row.verdict.figure
    points = row.history[-HISTORY_SHOWN:]
    drawn = Sparkline(words=[_in_words(figure, *point) for point in points])
    values = [value for _, value, _ in points] + [figure.value]
    successes = [success for _, _, success in points] + [row.verdict.success]
    finite = [v for v in (*values, figure.least, figure.most) if v is not None and math.isfinite(v)]
    low, high = (min(finite), max(finite)) if finite else (0.0, 0.0)

    def y(value: float) -> float:
        share = (value - low) / (high - low) if high > low else 0.5
        return round(HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN), 1)

    top = 0.0 if figure.most is None else y(figure.most)
    drawn.band = (top, round((HEIGHT if figure.least is None else y(figure.least)) - top, 1))
    step = (WIDTH - 2 * MARGIN) / max(len(values) - 1, 1)
    broken = True
    for index, (value, success) in enumerate(zip(values, successes, strict=True)):
        x = round(WIDTH - MARGIN - (len(values) - 1 - index) * step, 1)
        if value is None or not math.isfinite(value):
            drawn.gaps.append(x)
            broken = True
            continue
        at = f"{x},{y(value)}"
        if broken:
            drawn.lines.append(at)  # and once more below: a line of one point would not be drawn
        drawn.lines[-1] += f" {at}"
        broken = False
        if success is False:
            drawn.failed.append((x, y(value)))
        elif index == len(values) - 1:
            drawn.last = (x, y(value))
    return drawn


def _in_words(figure: Figure, when: date, value: float | None, success: bool | None) -> str:
    told = f"{when}: {replace(figure, value=value).value_text}"
    if value is None:
        return told
    return f"{told}, {'not judged' if success is None else 'passed' if success else 'failed'}"


def _printable(value: Any) -> Any:
    """Group the digits of a count; write characters that do not print (direction marks) as their code."""
    if type(value) is int:
        return f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    if type(value) is str:
        return "".join(c if c.isprintable() or c == "\n" else f"\\u{ord(c):04x}" for c in value)
    return value

"""Recognise a header, and refuse names that would make a column ambiguous."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import islice

from pipelines.installation.errors import DeliveryError

SHOWN = 20  # names in one message
SEARCHED = 30  # number of rows searched for a header
UNNAMED = re.compile(r"column (\w+) of line (\d+), which has no name")
"""The name that a column gets whose header is blank; `read` refuses the column unless it only counts the rows."""


def recognised(cells: Sequence[str], expected: Collection[str]) -> int:
    """Count the cells with an expected name, ignoring case and outer blanks."""
    known = {name.strip().casefold() for name in expected}
    return sum(cell.strip().casefold() in known for cell in cells)


def columns(
    file: str,
    cells: Sequence[str],
    expected: Collection[str],
    line: int,
    label: Callable[[int], str | int] = lambda index: index + 1,
) -> tuple[str, ...]:
    """Return the column names of a header row; blank cells at its end, as Excel leaves them, are left out.

    A blank cell before the end gets the name `UNNAMED` with its place.

    Parameters
    ----------
    file : str
        Name of the delivery, for messages.
    cells : sequence of str
        The header row.
    expected : Collection[str]
        Names that the mapping knows.
    line : int
        Line of the header.
    label : callable
        How to name the column with this index (from 0) in a message: a number, or a letter in Excel.

    Raises
    ------
    DeliveryError
        No name is expected, or a name occurs twice.
    """
    names = [cell.strip().strip("\ufeff") for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not recognised(names, expected):
        raise unknown(file, names, expected, line)
    names = [
        name or f"column {label(index)} of line {line}, which has no name" for index, name in enumerate(names)
    ]
    seen: dict[str, int] = {}
    for index, name in enumerate(names):
        # DuckDB's identifiers ignore case: "Saldo" and "saldo" cannot live in one table.
        first = seen.setdefault(name.casefold(), index)
        if first != index:
            problem = f"columns {label(first)} and {label(index)} are both called «{name}»."
            mend = "Give each column its own name (upper and lower case count as the same)."
            raise DeliveryError(file, problem, line=line, column=label(index), mend=mend)
        if name.casefold() == "line":
            problem = f"a column cannot be called «{name}»: that name is kept for the line number."
            raise DeliveryError(
                file, problem, line=line, column=label(index), mend="Rename it in the export."
            )
    return tuple(names)


def refuse_elsewhere(
    file: str, rows: Iterable[tuple[int, Sequence[str]]], expected: Collection[str], line: int, known: int
) -> None:
    """Refuse a table if a nearby row has more of the expected names than the row read as its header.

    Parameters
    ----------
    file : str
        Name of the delivery, for messages.
    rows : iterable of (int, sequence of str)
        Line and cells of the first rows of the file, including those above the header.
    expected : Collection[str]
        Names that the mapping knows.
    line, known : int
        Line of the row read as the header, and the number of expected names in it.

    Raises
    ------
    DeliveryError
        The message names the setting that skips the lines above the header.
    """
    counted = ((recognised(cells, expected), -at) for at, cells in islice(rows, SEARCHED))
    best, at = max(counted, default=(0, 0))
    if best > max(known, 1) and -at != line:
        raise DeliveryError(
            file,
            f"the header is on line {-at}, not on line {line}.",
            line=line,
            mend=f"Set skip_lines = {-at - 1} under [reading] in the mapping.",
        )


def unknown(file: str, cells: Sequence[str], expected: Collection[str], line: int) -> DeliveryError:
    """Build the error for a header that is not recognised.

    If no name is known, the line may be a record without a header above it and hold personal data. So only cells that
    resemble an expected name are shown.
    """
    known = {name.strip().casefold(): name for name in sorted(expected)}
    near = []
    for column, cell in enumerate(cells, 1):
        for match in difflib.get_close_matches(cell.casefold(), known, n=1, cutoff=0.75):
            near.append(f"Column {column} resembles «{known[match]}»")
    fields = "1 field" if len(cells) == 1 else f"{len(cells)} fields"
    shown = ", ".join(list(known.values())[:SHOWN]) + (", …" if len(known) > SHOWN else "")
    problem = f"no column is recognised in the first line ({fields}). Expected: {shown}."
    if near:
        problem += f" {'; '.join(near[:SHOWN])}."
    mend = (
        "Correct the extract in the file's name or the column names in the mapping, set its delimiter, or, if the file has no header, "
        "deliver it with one. Lines above the header need skip_lines under [reading]."
    )
    return DeliveryError(file, problem, line=line, mend=mend)

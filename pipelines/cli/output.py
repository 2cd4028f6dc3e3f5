"""Print tables and progress on a terminal, plain lines elsewhere, and errors on stderr."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console

from models.as_json import as_json as plain

console = Console(
    highlight=False, soft_wrap=not sys.stdout.isatty(), width=None if sys.stdout.isatty() else 160
)
errors = Console(stderr=True, highlight=False, soft_wrap=True)
EVERY = 15
"""Seconds between two lines of progress where stderr is not a terminal."""


def error(text: str) -> None:
    """Print an error on stderr."""
    errors.print(f"Error: {text}", style="red", markup=False)


def say(text: str = "", style: str | None = None) -> None:
    """Print one line, without interpreting markup in it."""
    console.print(text, style=style, markup=False)


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table, with numbers aligned to the right."""
    from rich.table import Table

    grid = Table(title=title or None, title_justify="left", show_edge=False)
    for number, name in enumerate(columns):
        numeric = bool(rows) and all(isinstance(row[number], int | float) for row in rows)
        grid.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        grid.add_row(*[_cell(value) for value in row])
    console.print(grid, markup=False)


def as_json(value: object) -> None:
    """Print a result, such as a dataclass, as JSON for a script to read."""
    sys.stdout.write(json.dumps(plain(value), indent=2, ensure_ascii=False, default=str) + "\n")


@contextmanager
def progress(total: int | None = None) -> Iterator[Callable[[str], None]]:
    """Show on stderr how far a command is; yield a function that counts one more and shows a text.

    On a terminal that is a bar. Elsewhere it is a plain line now and then, so that a log of a long run shows that it goes on.
    """
    if not sys.stderr.isatty():
        yield _Lines(total)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)

        def report_progress(text: str) -> None:
            bar.update(task, advance=1, description=text)

        yield report_progress


class _Lines:
    """Write a plain line at most once in `EVERY` seconds: a short run writes none."""

    def __init__(self, total: int | None) -> None:
        self.total, self.number, self.last = total, 0, time.monotonic()

    def __call__(self, text: str) -> None:
        self.number += 1
        if time.monotonic() - self.last >= EVERY:
            self.last = time.monotonic()
            of = f" of {self.total}" if self.total and self.total >= self.number else ""
            errors.print(f"{self.number}{of}: {text}", markup=False)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)

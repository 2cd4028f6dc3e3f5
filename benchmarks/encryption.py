"""Measure the cost of encryption per paired weekly run: ``python -m benchmarks.encryption 20000``.

The product has no unencrypted store, so the plain side attaches files without the encryption options and does not
encrypt temporary files. Both sides load and score the same deliveries on the same history, one after the other, so
that other work on the machine slows both alike. The ratio is the median of the ratios per pair.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from benchmarks import stages
from benchmarks.generate import Extent, generate
from benchmarks.measure import Cost, measure
from pipelines.installation.sql import Sql
from pipelines.warehouse import stores

SIDES = ("encrypted", "plain")


def plain(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function with stores and temporary files that are not encrypted."""
    engine = stores.engine_connection

    @contextmanager
    def open_spills(*arguments: Any, **named: Any) -> Iterator[Any]:
        with engine(*arguments, **named) as con:
            con.execute("SET temp_file_encryption = false")
            yield con

    with (
        mock.patch.object(stores, "options", lambda _key, read_only=False: Sql("(READ_ONLY)" * read_only)),
        mock.patch.object(stores, "engine_connection", open_spills),
    ):
        return function(*arguments)


def week(side: str, home: Path) -> Any:
    """Run the week of one side."""
    return plain(stages.run_week, home) if side == "plain" else stages.run_week(home)


def prepare(folder: Path, extent: Extent) -> Path:
    """Create both workspaces with the same history; return the folder with the deliveries of the week."""
    history, new = generate(folder / extent.name, extent)
    for side in SIDES:
        home = folder / extent.name / side
        if not home.exists():
            part = home.with_name(f"{side} in the making")
            shutil.rmtree(part, ignore_errors=True)
            loading = (stages.prepare, part, history, "4GB", 2)
            plain(*loading) if side == "plain" else loading[0](*loading[1:])
            part.rename(home)
    return new


def once(folder: Path, extent: Extent, side: str, new: Path) -> Cost:
    """Run the week of one side in its own process, on a copy of the workspace."""
    run = folder / extent.name / "run"
    shutil.rmtree(run, ignore_errors=True)
    shutil.copytree(folder / extent.name / side, run)
    stages.bring(run, new)
    return measure(week, side, run).total


Pair = dict[str, Cost]
"""The cost of a week on each side, measured one after the other."""


def row(name: str, *values: str) -> str:
    """Format one row of the table."""
    return f"| {name:<23} | " + " | ".join(f"{value:>14}" for value in values) + " |"


HEAD = (
    row(
        "pair, which goes first",
        *(f"{name}, {clock}" for clock in ("cpu", "wall") for name in ("encrypted", "plain", "ratio")),
    ),
    row("---", *["---:"] * 6),
)


def row_of(name: str, pair: Pair) -> str:
    """Format the row of one pair, in seconds."""
    cells: list[str] = []
    for clock in ("cpu", "wall"):
        encrypted, plain = (getattr(pair[side], clock) for side in SIDES)
        cells += [f"{encrypted:.2f}", f"{plain:.2f}", f"{encrypted / plain:.3f}"]
    return row(name, *cells)


def middle(pairs: list[Pair]) -> list[str]:
    """Format the last rows: the median of each column (the median ratio for ratios), and the range of the ratios."""
    cells: list[str] = []
    ranges: list[str] = []
    for clock in ("cpu", "wall"):
        columns = [[getattr(pair[side], clock) for pair in pairs] for side in SIDES]
        ratios = [encrypted / plain for encrypted, plain in zip(*columns, strict=True)]
        cells += [f"{statistics.median(column):.2f}" for column in columns]
        cells.append(f"{statistics.median(ratios):.3f}")
        ranges += ["", "", f"{min(ratios):.2f}-{max(ratios):.2f}"]
    return [row("median", *cells), row("range", *ranges)]


def main(*words: str) -> None:
    """Measure, and print the table row by row."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("agreements", type=int, nargs="?", default=20_000)
    arguments.add_argument("--repeats", type=int, default=7)
    arguments.add_argument("--folder", type=Path, default=Path(".bench"))
    options = arguments.parse_args(words or None)
    extent = Extent(options.agreements, years=2, ledger_years=2)
    new = prepare(options.folder, extent)
    print(f"The weekly run of {options.agreements:,} agreements, seconds\n", *HEAD, sep="\n", flush=True)
    pairs: list[Pair] = []
    for number in range(options.repeats):
        order = SIDES if number % 2 else SIDES[::-1]  # the second side reads files that are already in memory
        pairs.append({side: once(options.folder, extent, side, new) for side in order})
        print(row_of(f"{number + 1}, {order[0]}", pairs[-1]), flush=True)
    print(*middle(pairs), sep="\n")


if __name__ == "__main__":
    main()

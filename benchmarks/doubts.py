"""Measure what the doubts of the gate cost: ``python -m benchmarks.doubts [--homes 200000] [--parts]``.

Prints, for each delivery of a week after two earlier ones, the processor seconds of reading and typing it and those of comparing
it with earlier deliveries and its columns with each other (decisions 80 and 84). With `--parts`, also those of each module.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import duckdb

from benchmarks import generate, stages
from pipelines.delivery import ingest
from pipelines.gate import doubts, lists
from pipelines.gate.doubt import examined
from pipelines.gate.verdicts import Figure
from pipelines.installation.settings import Gates
from pipelines.installation.workspace import Workspace
from pipelines.parsing.batch import Batch
from pipelines.reading import inbox
from pipelines.warehouse.stores import attach_vault, open_warehouse

MOST = 0.1
"""Share of the time of reading that the doubts may take."""


def seconds(figures: Iterable[Figure]) -> float:
    """Return the processor seconds of computing figures."""
    before = time.process_time()
    list(figures)
    return time.process_time() - before


def parts(con: duckdb.DuckDBPyConnection, batch: Batch, gates: Gates) -> dict[str, float]:
    """Return the processor seconds of each module that doubts."""
    it = examined(con, batch, gates)
    with lists.kept(it):
        return {name: seconds(doubt(it)) for name, doubt in doubts.DOUBTS.items()}


def load(home: Path, folder: Path, homes: int) -> None:
    """Load a year of history and a week, and bring the week's files once more as those of a week later."""
    extent = generate.Extent(int(homes / generate.HOMES), years=1, ledger_years=1)
    history, week = generate.generate(folder, extent)
    stages.prepare(home, history, "4GB", 2)
    stages.bring(home, week)
    stages.load_only(home)
    for path in (home / "inbox").iterdir():
        path.rename(
            path.with_name(path.name.replace(str(generate.AS_OF), str(generate.AS_OF + generate.WEEK)))
        )


def main() -> None:
    """Print a line for each delivery, and one for all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--homes", type=int, default=200_000)
    parser.add_argument("--parts", action="store_true")
    parser.add_argument("--folder", type=Path, help="keep the invented deliveries here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home, folder = Path(scratch) / "home", options.folder or Path(scratch)
        load(home, folder / f"doubts{options.homes}", options.homes)
        place = Workspace(home)
        whole_read, whole_doubts = 0.0, 0.0
        with open_warehouse(place) as con:
            attach_vault(con, place)
            for delivery in inbox.sort(inbox.find(place.inbox)[0]):
                before = time.process_time()
                batch = ingest.examine(con, place, delivery)
                reading = time.process_time() - before
                doubting = seconds(doubts.figures(con, batch, place.settings.gates))
                size = f"{delivery.extract:<20} {batch.rows_read:>9,} rows"
                print(f"{size}: {reading:6.2f} s of reading, {doubting:6.2f} s of doubts", flush=True)
                if options.parts:
                    print({n: round(s, 2) for n, s in parts(con, batch, place.settings.gates).items()})
                whole_read, whole_doubts = whole_read + reading, whole_doubts + doubting
        print(f"all: doubts take {whole_doubts / whole_read:.1%} of reading, at most {MOST:.0%}")


if __name__ == "__main__":
    main()

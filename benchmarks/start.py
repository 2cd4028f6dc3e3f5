"""Measure what starting the command line costs: ``python -m benchmarks.start [--repeats 9]``.

Prints the processor seconds of `waakvlam --help` and `waakvlam status` as multiples of ``import duckdb, typer``, the two
libraries that every command needs. All three take turns, so that other work on the machine slows them alike.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from pipelines.installation import calendar, workspace
from pipelines.installation.workspace import Workspace
from pipelines.sample.write import write_corporation
from pipelines.warehouse.stores import open_warehouse

FLOOR = "import duckdb, typer"
GOALS = {FLOOR: None, "waakvlam --help": 2, "waakvlam status": 4}
"""Highest ratio to reach for each command."""


def processor_seconds(command: list[str]) -> float:
    """Run a command to its end and return its processor seconds; exit codes 0 and 1 are answers."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own commands
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr.decode(errors="replace"))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def measure(home: Path, repeats: int) -> dict[str, tuple[float, float]]:
    """Return the median processor seconds of each command and its median ratio to the floor."""
    waakvlam = [sys.executable, "-m", "pipelines.cli.app", "--home", str(home)]
    commands = {
        FLOOR: [sys.executable, "-c", FLOOR],
        "waakvlam --help": [*waakvlam, "--help"],
        "waakvlam status": [*waakvlam, "status"],
    }
    for command in commands.values():  # the first run writes bytecode and fills the file cache
        processor_seconds(command)
    rounds = [
        {name: processor_seconds(command) for name, command in commands.items()} for _ in range(repeats)
    ]
    return {
        name: (
            statistics.median(repeat[name] for repeat in rounds),
            statistics.median(repeat[name] / repeat[FLOOR] for repeat in rounds),
        )
        for name in commands
    }


def main() -> None:
    """Measure in a small workspace of its own and print one line per command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=9)
    repeats = parser.parse_args().repeats
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        workspace.init(home)
        write_corporation(home / "inbox", homes=100, weeks=40, seed=1, until=calendar.this_monday())
        with open_warehouse(Workspace(home)):
            pass
        for name, (seconds, ratio) in measure(home, repeats).items():
            goal = f", at most {GOALS[name]}" if GOALS[name] else ""
            print(f"{name:<22} {seconds:6.2f} s of processor, ratio {ratio:.2f}{goal}")


if __name__ == "__main__":
    main()

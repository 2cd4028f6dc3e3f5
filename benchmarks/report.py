"""Measure one or more sizes and write `docs/performance.md`: ``python -m benchmarks.report 20000 200000``."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl

from benchmarks import rivals, stages, with_pandas, with_pandas_apply, with_polars
from benchmarks.generate import AS_OF, Extent, generate
from benchmarks.measure import Cost, measure
from pipelines.installation import calendar

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "performance.md"
NOTES = Path(__file__).with_name("notes.md")
LARGE = 1_000_000
"""From this size on: one year of ledger, more memory, and no step that needs the whole ledger several times."""
NAMES = {20_000: "corporation", 200_000: "region", 2_300_000: "sector"}

Results = dict[str, Any]


class Figures:
    """The figures measured so far, saved after every step, so that an interrupted run continues."""

    def __init__(self, path: Path, agreements: int) -> None:
        self.path, self.agreements = path, agreements
        self.results: Results = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def keep(self, **values: Any) -> None:
        """Save plain figures."""
        self.results |= values
        self.path.write_text(json.dumps(self.results, indent=1), encoding="utf-8")

    def measure(self, name: str, function: Callable[..., Any], *arguments: Any) -> None:
        """Measure a step, unless it was measured before."""
        if name in self.results:
            return
        measured = measure(function, *arguments, stages=stages.STAGES | {(rivals, "kept"): "engine"})
        # For the features only the engine's time counts, because compiling takes equally long for any number of
        # agreements.
        total = measured.stages.get("engine", measured.total)
        costs = {stage: asdict(cost) for stage, cost in measured.stages.items()}
        counts = measured.result if isinstance(measured.result, dict) else {}
        self.keep(**{name: {"total": asdict(total), "stages": costs, "result": counts}})
        print(f"{self.agreements:>9,}  {name:<22} {total.cpu:8.1f} s of processor", flush=True)


def bench(folder: Path, agreements: int) -> Results:
    """Measure everything for one size; keep the workspaces in the folder."""
    large = agreements >= LARGE
    extent = Extent(agreements, years=5, ledger_years=1 if large else 5)
    place = folder / extent.name
    memory = "8GB" if large else "4GB"
    history, week = generate(place, extent)
    figures = Figures(place / "figures.json", agreements)
    figures.keep(agreements=agreements, ledger_years=extent.ledger_years, memory_limit=memory)
    figures.keep(measured_on=f"{calendar.today()}, {processor()}")
    home = _loaded(figures, place / "home", history, memory)
    run = place / "run"
    if "weekly run" not in figures.results:
        _copy(home, run, week)
    figures.measure("weekly run", stages.run_week, run)
    figures.measure("the same week again", stages.load_only, run)
    sizes = (_bytes(week), stages.size_of(run))
    figures.keep(bytes_delivered=sizes[0], bytes_stored=sizes[1])
    _rivals(figures, run, place / "staged", large=large)
    if not large:
        short = generate(folder / f"{agreements}x1", Extent(agreements, years=1, ledger_years=1))[0]
        young = _loaded(figures, place / "young", short, memory)
        for name, before in (("week after 5 years", home), ("week after 1 year", young)):
            if name not in figures.results:
                _copy(before, place / "copy", week)
                figures.measure(name, stages.load_only, place / "copy")
        staged = place / "staged"
        figures.measure("pandas, a function per agreement", with_pandas_apply.signals, staged, AS_OF)
    figures.path.unlink()
    return figures.results


def _loaded(figures: Figures, home: Path, history: Path, memory: str) -> Path:
    """Create a workspace with a history, unless it exists."""
    done = home.with_name(f"{home.name} is whole")
    if not done.exists():
        shutil.rmtree(home, ignore_errors=True)
        figures.measure(f"first load ({home.name})", stages.prepare, home, history, memory, 2)
        done.touch()
    return home


def _copy(home: Path, to: Path, deliveries: Path) -> None:
    """Copy a workspace and put other deliveries in its inbox."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(home, to)
    stages.bring(to, deliveries)


def _rivals(figures: Figures, run: Path, files: Path, *, large: bool) -> None:
    """Measure the features and their rivals on the same history."""
    done = files.with_name("staged is whole")
    if not done.exists():
        rivals.export(run, files)
        done.touch()
    figures.keep(bytes_parquet=_bytes(files))
    figures.measure("features", rivals.ours, run)
    figures.measure("floor, tables", rivals.floor, run)
    figures.measure("floor, files", rivals.floor, run, files)
    figures.measure("floor, cut", rivals.floor, run, None, AS_OF)
    figures.measure("polars", with_polars.signals, files, AS_OF)
    counted = sorted(figures.results["polars"]["result"])
    figures.measure("features, 33 signals", rivals.ours_without_facts, run, counted)
    figures.measure("one query per signal", rivals.one_by_one, run)
    if not large:
        figures.measure("pandas, vectorised", with_pandas.signals, files, AS_OF)
        figures.measure("features, 52 dates", rivals.ours, run, 52)


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def processor() -> str:
    """Return the model of the processor: figures of different ones cannot be compared."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    return next((line.split(":")[1].strip() for line in info.splitlines() if "model name" in line), "unknown")


def machine() -> str:
    """Describe the machine and the versions of the programs."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = f"DuckDB {duckdb.__version__}, pandas {pd.__version__}, polars {pl.__version__}"
    return (
        f"{os.cpu_count()} cores ({processor()}), {memory:.0f} GiB, {platform.system()}, "
        f"Python {platform.python_version()}, {versions}"
    )


def page(results: list[Results]) -> str:
    """Render the page."""
    sizes = [f"{NAMES.get(r['agreements'], 'size')} {r['agreements']:,}" for r in results]
    runs = [r.get("weekly run", {}) for r in results]
    names = list(dict.fromkeys(name for run in runs for name in run.get("stages", {})))
    lines = [
        "# Performance",
        "",
        "`make bench` (`benchmarks/`) writes this page; the notes below the tables come from `benchmarks/notes.md`.",
        f"Machine of the newest column: {machine()}.",
        "",
        "Seconds are processor seconds of all threads together: other work on the machine hardly changes these, but does",
        "lengthen the time on the clock, which follows in brackets. Ratios compare processor seconds. Memory is the highest",
        "resident set of the process in that stage. For the features, the floor and one query per signal, only the time in the",
        "engine counts: opening the warehouse and compiling take half a second whatever the size. In the weekly run they are stages.",
        "",
        "## The weekly run",
        "",
        _row("stage", *sizes),
        _row("---", *["---:"] * len(sizes)),
        *[_row(name, *[_cost(run.get("stages", {}).get(name)) for run in runs]) for name in names],
        _row("**all**", *[_cost(run.get("total")) for run in runs]),
        _row("week's deliveries (CSV)", *[_size(r.get("bytes_delivered")) for r in results]),
        _row("warehouse and vault on disk", *[_size(r.get("bytes_stored")) for r in results]),
        _row("years of ledger", *[str(r["ledger_years"]) for r in results]),
        _row("measured on", *[r.get("measured_on", "–") for r in results]),
        "",
        "## All signals at one as-of date, and other ways to compute them",
        "",
        _row("", *sizes),
        _row("---", *["---:"] * len(sizes)),
    ]
    for name in _RIVALS:
        lines.append(_row(name, *[_cost(r.get(name, {}).get("total")) for r in results]))
    lines += ["", "## Ratios", "", _row("", "goal", *sizes), _row("---", "---:", *["---:"] * len(sizes))]
    lines += [_row(name, goal, *[_ratio(r, ratio) for r in results]) for name, goal, ratio in _RATIOS]
    lines += _growth(results)
    return "\n".join([*lines, "", NOTES.read_text(encoding="utf-8").strip(), ""])


_RIVALS = (
    "features",
    "features, 33 signals",
    "floor, tables",
    "floor, files",
    "floor, cut",
    "polars",
    "pandas, vectorised",
    "pandas, a function per agreement",
    "one query per signal",
    "features, 52 dates",
    "the same week again",
    "week after 5 years",
    "week after 1 year",
)


def _cpu(r: Results, name: str) -> float:
    return float(r[name]["total"]["cpu"])


def _gate(r: Results) -> float:
    return float(r["weekly run"]["stages"]["quality gate"]["cpu"]) / _cpu(r, "weekly run")


_RATIOS: tuple[tuple[str, str, Callable[[Results], float]], ...] = (
    ("features ÷ floor, tables", "≤ 2", lambda r: _cpu(r, "features") / _cpu(r, "floor, tables")),
    ("features ÷ floor, files", "≤ 2", lambda r: _cpu(r, "features") / _cpu(r, "floor, files")),
    ("features ÷ floor, cut", "", lambda r: _cpu(r, "features") / _cpu(r, "floor, cut")),
    (
        "pandas, a function per agreement ÷ features",
        "≥ 20 (region)",
        lambda r: _cpu(r, "pandas, a function per agreement") / _cpu(r, "features"),
    ),
    ("pandas, vectorised ÷ features", "", lambda r: _cpu(r, "pandas, vectorised") / _cpu(r, "features")),
    (
        "features, 33 signals ÷ polars",
        "≤ 1.0",
        lambda r: _cpu(r, "features, 33 signals") / _cpu(r, "polars"),
    ),
    (
        "one query per signal ÷ features",
        "≥ 5",
        lambda r: _cpu(r, "one query per signal") / _cpu(r, "features"),
    ),
    ("52 dates ÷ one", "≤ 15", lambda r: _cpu(r, "features, 52 dates") / _cpu(r, "features")),
    (
        "week after 5 years ÷ after 1 year",
        "",
        lambda r: _cpu(r, "week after 5 years") / _cpu(r, "week after 1 year"),
    ),
    ("quality gate ÷ weekly run", "≤ 0.20 (sector)", _gate),
)


def _ratio(r: Results, ratio: Callable[[Results], float]) -> str:
    try:
        return f"{ratio(r):.2f}"
    except KeyError:
        return "–"


def _growth(results: list[Results]) -> list[str]:
    """Describe how each stage grew relative to the agreements, between the two largest sizes."""
    results = [r for r in results if "weekly run" in r]
    if len(results) < 2:
        return []
    small, large = sorted(results, key=lambda r: r["agreements"])[-2:]
    factor = large["agreements"] / small["agreements"]
    lines = [
        "",
        f"## Growth from {small['agreements']:,} to {large['agreements']:,} agreements ({factor:.1f} ×)",
        "",
    ]
    lines += [_row("stage", "time grew"), _row("---", "---:")]
    for name, before in small["weekly run"]["stages"].items():
        after = large["weekly run"]["stages"].get(name)
        if after and before["cpu"] > 0.1:
            lines.append(_row(name, f"{after['cpu'] / before['cpu']:.1f} ×"))
    return [*lines, _row("**all**", f"{_cpu(large, 'weekly run') / _cpu(small, 'weekly run'):.1f} ×")]


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def _cost(cost: dict[str, float] | None) -> str:
    if cost is None:
        return "–"
    measured = Cost(cost["wall"], cost["cpu"], int(cost["peak"]))
    return f"{measured.cpu:.1f} ({measured.wall:.1f}) s, {measured.peak / 2**30:.1f} GiB"


def _size(size: int | None) -> str:
    if size is None:
        return "–"
    return f"{size / 2**20:,.0f} MiB" if size < 2**30 else f"{size / 2**30:,.1f} GiB"


def main() -> None:
    """Measure the sizes on the command line, save the figures, and write the page from all saved figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int)
    parser.add_argument("--folder", type=Path, default=ROOT / ".bench")
    options = parser.parse_args()
    options.folder.mkdir(exist_ok=True)
    kept = options.folder / "results.json"
    results = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    for size in options.sizes:
        results[str(size)] = bench(options.folder, size)
        kept.write_text(json.dumps(results, indent=1), encoding="utf-8")
    PAGE.write_text(page([results[n] for n in sorted(results, key=int)]), encoding="utf-8")


if __name__ == "__main__":
    main()

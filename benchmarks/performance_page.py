"""Render `docs/performance.md` from the kept figures and the notes: ``python -m benchmarks.report`` without a size."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.measure import Cost

NOTES = Path(__file__).with_name("notes.md")
NAMES = {20_000: "corporation", 200_000: "region", 2_300_000: "sector"}

Results = dict[str, Any]
"""What was measured of one size; `benchmarks/figures.json` holds a list of these."""


def page(results: list[Results]) -> str:
    """Render the page."""
    sizes = [f"{NAMES.get(r['agreements'], 'size')} {r['agreements']:,}" for r in results]
    runs = [r.get("weekly run", {}) for r in results]
    names = list(dict.fromkeys(name for run in runs for name in run.get("stages", {})))
    lines = [
        "# Performance",
        "",
        "`make bench` (`benchmarks/`) writes this page; the notes below the tables come from `benchmarks/notes.md`.",
        f"Machine of the newest column: {max(results, key=lambda r: str(r['measured_on']))['machine']}.",
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
    ("quality gate ÷ weekly run", "≤ 0.15 (20,000)", _gate),
)


def _ratio(r: Results, ratio: Callable[[Results], float]) -> str:
    try:
        return f"{ratio(r):.2f}"
    except KeyError:
        return "–"


def _growth(results: list[Results]) -> list[str]:
    """Describe how each stage grew relative to the agreements, between the two largest sizes of one day and machine."""
    results = [r for r in results if "weekly run" in r]
    alike = [r for r in results if [other["measured_on"] for other in results].count(r["measured_on"]) > 1]
    if not alike:
        return []
    newest = max(r["measured_on"] for r in alike)
    small, large = sorted((r for r in alike if r["measured_on"] == newest), key=lambda r: r["agreements"])[
        -2:
    ]
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

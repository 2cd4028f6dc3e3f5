"""Write docs/evaluation.md: every ranking with its interval, on demo corporations and on public data sets.

python -m benchmarks.evaluation                # everything, an hour or more; WAAKVLAM_REALDATA names the data sets
python -m benchmarks.evaluation "kust 1"       # measure one again and keep the others
python -m benchmarks.evaluation --page         # only render the page from docs/evaluation.json
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import cases, earlier, panels
from benchmarks.evaluation_page import page
from benchmarks.evaluation_tables import FRESH
from benchmarks.price import price
from models.evaluate import fitted, rolling
from pipelines.sample.variants import VARIANTS

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
DEMOS = (
    *((variant, seed) for variant in ("stad", "kust", "veen") for seed in (1, 2, 3)),
    *((variant, seed) for variant in ("duin", "polder") for seed in (1, 2)),
    *FRESH,
)
WITH_EBM = (("stad", 1), ("duin", 1), ("polder", 1))
"""Demo corporations on which the explainable boosting machine is tried; it takes longer than all else together."""
WITH_CURVE = (("stad", 1), ("kust", 1), ("duin", 3), ("polder", 3))
"""Demo corporations on which a card is learned from few escalations; 200 occur only on *duin* and *polder*."""
MEASURED = ("features", "models", "pipelines/scoring", "pipelines/sample", "benchmarks/panels.py")
"""Where a change can alter a figure of the page."""
BEFORE = "bb8869b0"
"""The commit whose figures the page compares with: the last evaluation before terms of a card became lines."""


def demo(variant: str, seed: int) -> dict[str, Any]:
    """Measure one demo corporation."""
    case = panels.demo(variant, seed)
    rivals = _ebm() if (variant, seed) in WITH_EBM else {}
    if seed == 1:
        with earlier.learner(case.horizon_weeks) as then:
            result = cases.measured(case, rivals, then)
    else:
        result = cases.measured(case, rivals)
    cases.progress("training")
    result["training"] = cases.trained(case)
    if (variant, seed) in WITH_CURVE:
        cases.progress("few escalations")
        result["curve"] = cases.curve(case)
    return result


def public(make: Callable[[Path], panels.Case], folder: Path) -> dict[str, Any]:
    """Measure one public data set."""
    return cases.measured(make(folder), _ebm())


def _ebm() -> dict[str, rolling.Fit]:
    return {"ebm": fitted.additive(cases.NAMES)}


def before() -> dict[str, Any]:
    """Read from an earlier commit what its learned cards found, relative to the best simple ranking of that day."""
    shown = _git("show", f"{BEFORE}:docs/evaluation.json")
    ratios = {}
    for name, result in json.loads(shown).items():
        rows = {row["name"]: row for row in result.get("rankings", ())}
        if "learned" in rows and name.split()[0] in VARIANTS:
            ratios[name] = rows["learned"]["against_best_simple"]["ratio"]
    return {"commit": BEFORE, "ratios": ratios}


def available(real: Path | None) -> dict[str, Callable[[], dict[str, Any]]]:
    """Return every case that can be evaluated here, by name, in the order of the page."""
    by_name: dict[str, Callable[[], dict[str, Any]]] = {
        f"{variant} {seed}": partial(demo, variant, seed) for variant, seed in DEMOS
    }
    by_name["before"] = lambda: {"before": before()}
    for name, make in panels.REAL.items() if real else ():
        by_name[name] = partial(public, make, real)  # type: ignore[arg-type]
        by_name[f"price {name}"] = lambda make=make: {"price": price(make(real))}  # type: ignore[misc]
    return by_name


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S603, S607


def main(wanted: list[str]) -> None:
    """Evaluate the named cases, and write the figures and the page."""
    folder = os.environ.get("WAAKVLAM_REALDATA")
    known = available(Path(folder) if folder else None)
    path = DOCS / "evaluation.json"
    results = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if wanted == ["--page"]:
        wanted = []
    elif not wanted:
        wanted = list(known)
    if unknown := [name for name in wanted if name not in known]:
        sys.exit(f"There is no {', '.join(unknown)}; there are {', '.join(known)}.")
    for name in wanted:
        start = time.process_time()
        commit = _git("log", "-1", "--format=%h", "--", *MEASURED).strip()
        print(f"== {name}", flush=True)
        results[name] = known[name]() | {"commit": commit}
        results[name]["processor_seconds"] = round(time.process_time() - start)
        results = {key: results[key] for key in [*known, *results] if key in results}
        path.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        (DOCS / "evaluation.md").write_text(page(results), encoding="utf-8")
    if not wanted:
        (DOCS / "evaluation.md").write_text(page(results), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

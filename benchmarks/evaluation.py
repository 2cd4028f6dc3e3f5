"""Make docs/evaluation.md: every ranking with its interval, on demo corporations and on public data sets.

python -m benchmarks.evaluation                # all of it, about half an hour; WAAKVLAM_REALDATA names the data sets
python -m benchmarks.evaluation "kust 1"       # one of them again; the others stay as they were
python -m benchmarks.evaluation --page         # only the page, from docs/evaluation.json
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks import panels
from benchmarks.evaluation_page import RELEASE, page
from benchmarks.panels import Case
from features.catalogue import SIGNALS
from models.as_json import as_json
from models.card.scorecard import EXPERT, load
from models.evaluate import comparison, rankings, rolling
from models.evaluate.backtest import Plan, evaluate
from models.evaluate.ground import as_days, ground
from models.evaluate.rankings import Ranking
from models.learning.families import ranking

DOCS = Path(__file__).resolve().parent.parent / "docs"
DEMOS = tuple((variant, seed) for variant in ("stad", "kust", "veen") for seed in (1, 2, 3))
NAMES = tuple(s.name for s in SIGNALS)
KEPT = (
    "rows", "households", "positives", "base_rate", "capacities", "best_simple", "rankings", "verdicts", "found", "controls",
)  # fmt: skip
CURVE = (25, 50, 100, 200)
DRAWS = 3


def judged(case: Case) -> dict[str, Any]:
    """Evaluate a panel of many dates, and keep what the page and the model card tell."""
    card = load(EXPERT)
    plan = Plan(case.capacity, case.horizon_weeks, NAMES)
    learn = ranking(card, horizon_weeks=case.horizon_weeks, capacity=case.capacity)
    made = as_json(evaluate(case.rows, [("expert", "expert card", card)], plan, learn=learn, tell=_say))
    overlap = {name: float(np.mean([d["overlap"] for d in told])) for name, told in made["overlap"].items()}
    told = {key: made[key] for key in KEPT}
    calibration = made["calibration"] and made["calibration"]["monthly"]["mean"]
    second = made["with_contacted"]
    return told | {
        "about": case.about, "horizon_weeks": case.horizon_weeks, "from": made["dates"][0], "to": made["dates"][-1],
        "dates": len(made["dates"]), "calibration_error": calibration,
        "overlap": {name: round(v, 3) for name, v in overlap.items()},
        "with_contacted": {"more_rows": second["more_rows"], "rankings": second["rankings"]},
    }  # fmt: skip


def judged_once(case: Case) -> dict[str, Any]:
    """Evaluate a panel of one date: what is fitted learns from other households of that date."""
    card, rows = load(EXPERT), case.rows
    fits = {
        "learned": (
            "learned card",
            "card",
            ranking(card, horizon_weeks=case.horizon_weeks, capacity=case.capacity),
        ),
        "logistic": ("logistic regression without constraints", "fitted", rolling.logistic(NAMES)),
        "boosting": ("gradient boosting without constraints", "fitted", rolling.boosting(NAMES)),
    }
    made = [
        Ranking("expert", "expert card", rankings.card(rows, card), "card"),
        *rankings.simple(rows),
    ]
    made.append(Ranking("random", "random", rankings.chance(rows), "context", break_ties=False))
    made += [
        Ranking(name, label, rolling.crossed(rows, fit), kind, break_ties=False)
        for name, (label, kind, fit) in fits.items()
    ]
    compared = comparison.compare(ground(rows), made, case.capacity)
    result = as_json(compared)
    result["verdicts"] = {name: comparison.verdict(compared, name) for name in ("learned", "expert")}
    day = result.pop("dates")[0]
    more = {"about": case.about, "horizon_weeks": case.horizon_weeks, "from": day, "to": day, "dates": 1}
    return result | more


def curve(case: Case) -> list[dict[str, Any]]:
    """Learn from so many escalations only, and compare with the expert card on later dates and other households."""
    card, rows = load(EXPERT), case.rows
    learn = ranking(card, horizon_weeks=case.horizon_weeks, capacity=case.capacity)
    dates = rolling.test_dates(rows, horizon_weeks=case.horizon_weeks)
    dates = dates[len(dates) // 2 :]
    made = [Ranking("expert", "expert card", rankings.card(rows, card), "card")]
    for number in CURVE:
        for draw in range(DRAWS):
            scores = rolling.rolling(
                rows, partial(_few, learn, number, draw), horizon_weeks=case.horizon_weeks, dates=dates,
                refit_every=len(dates), folds=2,
            )  # fmt: skip
            made.append(Ranking(f"{number}/{draw}", f"learned from {number}", scores, "card"))
    on = ground(rows[as_days(rows["as_of"]).isin(dates)])
    compared = as_json(comparison.compare(on, made, case.capacity))
    told = {row["name"]: row for row in compared["rankings"]}
    k = str(case.capacity)
    return [
        {
            "escalations": number,
            "draws": [
                {"precision": told[f"{number}/{d}"]["at"][k]["precision"], **told[f"{number}/{d}"]["against_best_simple"]}
                for d in range(DRAWS)
            ],
        }
        for number in CURVE
    ]  # fmt: skip


def _few(learn: rolling.Fit, number: int, draw: int, rows: pd.DataFrame, y: np.ndarray) -> Any:
    """Learn from the rows with all but so many escalating households left out."""
    came = rows.loc[y == 1, "household"].unique()
    kept = set(np.random.default_rng(draw).choice(came, min(number, len(came)), replace=False))
    stays = ~rows["household"].isin(came) | rows["household"].isin(kept)
    return learn(rows.loc[stays], y[stays.to_numpy()])


def cases(real: Path | None) -> dict[str, Callable[[], dict[str, Any]]]:
    """Name everything that can be evaluated here."""
    made: dict[str, Callable[[], dict[str, Any]]] = {
        f"{variant} {seed}": (lambda v=variant, s=seed: judged(panels.demo(v, s)))  # type: ignore[misc]
        for variant, seed in DEMOS
    }
    made |= {f"curve {v}": (lambda v=v: {"curve": curve(panels.demo(v, 1))}) for v in ("stad", "kust")}  # type: ignore[misc]
    for name, make in panels.REAL.items() if real else ():
        how = judged_once if name == "uci_credit_default" else judged
        made[name] = lambda make=make, how=how: how(make(real))  # type: ignore[misc]
    return made


def _say(text: str) -> None:
    print(f"  {text}", flush=True)


def main(wanted: list[str]) -> None:
    """Evaluate what is wanted, and write the figures and the page."""
    folder = os.environ.get("WAAKVLAM_REALDATA")
    there = cases(Path(folder) if folder else None)
    path = DOCS / "evaluation.json"
    told = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if wanted == ["--page"]:
        wanted = []
    elif not wanted:
        wanted = list(there)
    if unknown := [name for name in wanted if name not in there]:
        sys.exit(f"There is no {', '.join(unknown)}; there are {', '.join(there)}.")
    for name in wanted:
        start = time.monotonic()
        print(f"== {name}", flush=True)
        told[name] = there[name]()
        told[name]["release"] = RELEASE
        told[name]["seconds"] = round(time.monotonic() - start)
        ordered = {key: told[key] for key in [*there, *told] if key in told}
        path.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        (DOCS / "evaluation.md").write_text(page(ordered), encoding="utf-8")
    if not wanted:
        (DOCS / "evaluation.md").write_text(page(told), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

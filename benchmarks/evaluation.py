"""Write docs/evaluation.md: every ranking with its interval, on demo corporations and on public data sets.

python -m benchmarks.evaluation                # everything, about half an hour; WAAKVLAM_REALDATA names the data sets
python -m benchmarks.evaluation "kust 1"       # measure one again and keep the others
python -m benchmarks.evaluation --page         # only render the page from docs/evaluation.json
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
from benchmarks.price import price
from features.catalogue import SIGNALS
from models.as_json import as_json
from models.card.scorecard import EXPERT, load
from models.evaluate import comparison, rankings, rolling
from models.evaluate.ahead import found_ahead
from models.evaluate.backtest import Plan, evaluate
from models.evaluate.ground import as_days, ground
from models.evaluate.rankings import Ranking
from models.learning.families import ranking

DOCS = Path(__file__).resolve().parent.parent / "docs"
DEMOS = (
    *((variant, seed) for variant in ("stad", "kust", "veen") for seed in (1, 2, 3, 4)),
    *((variant, seed) for variant in ("duin", "polder") for seed in (1, 2, 3)),
)
NAMES = tuple(s.name for s in SIGNALS)
KEPT = (
    "rows", "households", "positives", "base_rate", "capacities", "best_simple", "rankings", "verdicts", "found", "controls",
)  # fmt: skip
CURVE = (25, 50, 100, 200)
DRAWS = 3
LEADS = (0, 4)
"""Lead times to compare, in weeks: none, and the default of an installation."""
POSTCARD = 8
"""Terms of a card that fits on a postcard."""


def judged(case: Case) -> dict[str, Any]:
    """Evaluate a panel of many dates, and keep what the page and the model card show."""
    card = load(EXPERT)
    plan = Plan(case.capacity, case.horizon_weeks, NAMES)
    learn = ranking(card)
    result = as_json(evaluate(case.rows, [("expert", "expert card", card)], plan, learn=learn, progress=_say))
    overlap = {
        name: float(np.mean([d["overlap"] for d in lists])) for name, lists in result["overlap"].items()
    }
    kept = {key: result[key] for key in KEPT}
    calibration = result["calibration"] and result["calibration"]["monthly"]["mean"]
    second = result["with_contacted"]
    return kept | {
        "about": case.about, "horizon_weeks": case.horizon_weeks, "from": result["dates"][0], "to": result["dates"][-1],
        "dates": len(result["dates"]), "calibration_error": calibration,
        "overlap": {name: round(v, 3) for name, v in overlap.items()},
        "with_contacted": {"more_rows": second["more_rows"], "rankings": second["rankings"]},
    }  # fmt: skip


def judged_once(case: Case) -> dict[str, Any]:
    """Evaluate a panel of one date; fitted models learn from other households of that date."""
    card, rows = load(EXPERT), case.rows
    fits = {
        "learned": (
            "learned card",
            "card",
            ranking(card),
        ),
        "logistic": ("logistic regression without constraints", "fitted", rolling.logistic(NAMES)),
        "boosting": ("gradient boosting without constraints", "fitted", rolling.boosting(NAMES)),
    }
    compared = [
        Ranking("expert", "expert card", rankings.card(rows, card), "card"),
        *rankings.simple(rows),
    ]
    compared.append(Ranking("random", "random", rankings.chance(rows), "context"))
    compared += [
        Ranking(name, label, rolling.crossed(rows, fit), kind) for name, (label, kind, fit) in fits.items()
    ]
    outcome = comparison.compare(ground(rows), compared, case.capacity)
    result = as_json(outcome)
    result["verdicts"] = {name: comparison.verdict(outcome, name) for name in ("learned", "expert")}
    day = result.pop("dates")[0]
    more = {"about": case.about, "horizon_weeks": case.horizon_weeks, "from": day, "to": day, "dates": 1}
    return result | more


def postcard(case: Case) -> dict[str, Any]:
    """Compare cards of at most eight terms with cards of all terms, both learned anew through time."""
    rows, expert = case.rows, load(EXPERT)
    dates = rolling.test_dates(rows, horizon_weeks=case.horizon_weeks)
    once = rows["as_of"].nunique() == 1

    def scored(most_terms: int | None) -> pd.Series:
        fit = ranking(expert, most_terms=most_terms)
        if once:
            return rolling.crossed(rows, fit)
        return rolling.rolling(rows, fit, horizon_weeks=case.horizon_weeks, dates=dates)

    on = ground(rows if once else rows[as_days(rows["as_of"]).isin(dates)])
    both = [
        Ranking("all", "all terms", scored(None)),
        Ranking("short", "eight terms", scored(POSTCARD), "card"),
    ]
    result = comparison.compare(on, both, case.capacity).by_name()
    return {
        k: {"precision": at.precision[0], "ratio": at.against_best_simple.ratio}
        for k, at in result["short"].at.items()
        if at.against_best_simple
    }


def early(case: Case) -> list[dict[str, Any]]:
    """Compare cards learned with and without a lead time: what their lists find in all, and early."""
    rows, card = case.rows, load(EXPERT)
    dates = rolling.test_dates(rows, horizon_weeks=case.horizon_weeks)
    scores = {
        str(lead): rolling.rolling(
            rows, ranking(card, lead_weeks=lead), horizon_weeks=case.horizon_weeks, dates=dates
        )
        for lead in LEADS
    }
    back = rows[as_days(rows["as_of"]).isin(dates)]
    found = {k: found_ahead(back, scores, k) for k in (case.capacity, 4 * case.capacity)}
    return [
        {"places": k, "weeks": ahead.weeks, "precision": ahead.precision}
        for k, each in found.items()
        for ahead in each
    ]


def curve(case: Case) -> list[dict[str, Any]]:
    """Learn from a limited number of escalations, and compare with the expert card on later dates and other households."""
    card, rows = load(EXPERT), case.rows
    learn = ranking(card)
    dates = rolling.test_dates(rows, horizon_weeks=case.horizon_weeks)
    dates = dates[len(dates) // 2 :]
    # Every other ranking is compared with the one of kind "simple".
    compared = [Ranking("expert", "expert card", rankings.card(rows, card), "simple")]
    for number in CURVE:
        for draw in range(DRAWS):
            scores = rolling.rolling(
                rows, partial(_few, learn, number, draw), horizon_weeks=case.horizon_weeks, dates=dates,
                refit_every=len(dates), folds=2,
            )  # fmt: skip
            compared.append(Ranking(f"{number}/{draw}", f"learned from {number}", scores, "card"))
    on = ground(rows[as_days(rows["as_of"]).isin(dates)])
    result = as_json(comparison.compare(on, compared, case.capacity))
    by_name = {row["name"]: row for row in result["rankings"]}
    k = str(case.capacity)
    return [
        {
            "escalations": number,
            "draws": [
                {"precision": by_name[f"{number}/{d}"]["at"][k]["precision"], **by_name[f"{number}/{d}"]["against_best_simple"]}
                for d in range(DRAWS)
            ],
        }
        for number in CURVE
    ]  # fmt: skip


def _few(learn: rolling.Fit, number: int, draw: int, rows: pd.DataFrame, y: np.ndarray) -> Any:
    """Learn from the rows without most escalating households, keeping only `number` of them."""
    escalated = rows.loc[y == 1, "household"].unique()
    kept = set(np.random.default_rng(draw).choice(escalated, min(number, len(escalated)), replace=False))
    stays = ~rows["household"].isin(escalated) | rows["household"].isin(kept)
    return learn(rows.loc[stays], y[stays.to_numpy()])


def both(case: Case, how: Callable[[Case], dict[str, Any]]) -> dict[str, Any]:
    """Judge a case, and the short card on it."""
    result = how(case)
    _say("cards of eight terms")
    return result | {"postcard": postcard(case)}


def cases(real: Path | None) -> dict[str, Callable[[], dict[str, Any]]]:
    """Return every case that can be evaluated here, by name."""
    by_name: dict[str, Callable[[], dict[str, Any]]] = {
        f"{variant} {seed}": (lambda v=variant, s=seed: both(panels.demo(v, s), judged))  # type: ignore[misc]
        for variant, seed in DEMOS
    }
    by_name |= {f"early {v} {s}": (lambda v=v, s=s: {"early": early(panels.demo(v, s))}) for v, s in DEMOS}  # type: ignore[misc]
    by_name |= {f"curve {v}": (lambda v=v: {"curve": curve(panels.demo(v, 1))}) for v in ("stad", "kust")}  # type: ignore[misc]
    for name, make in panels.REAL.items() if real else ():
        how = judged_once if name == "uci_credit_default" else judged
        by_name[name] = lambda make=make, how=how: both(make(real), how)  # type: ignore[misc]
        by_name[f"price {name}"] = lambda make=make: {"price": price(make(real))}  # type: ignore[misc]
    return by_name


def _say(text: str) -> None:
    print(f"  {text}", flush=True)


def main(wanted: list[str]) -> None:
    """Evaluate the named cases, and write the figures and the page."""
    folder = os.environ.get("WAAKVLAM_REALDATA")
    available = cases(Path(folder) if folder else None)
    path = DOCS / "evaluation.json"
    results = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if wanted == ["--page"]:
        wanted = []
    elif not wanted:
        wanted = list(available)
    if unknown := [name for name in wanted if name not in available]:
        sys.exit(f"There is no {', '.join(unknown)}; there are {', '.join(available)}.")
    for name in wanted:
        start = time.monotonic()
        print(f"== {name}", flush=True)
        results[name] = available[name]()
        results[name]["release"] = RELEASE
        results[name]["seconds"] = round(time.monotonic() - start)
        ordered = {key: results[key] for key in [*available, *results] if key in results}
        path.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        (DOCS / "evaluation.md").write_text(page(ordered), encoding="utf-8")
    if not wanted:
        (DOCS / "evaluation.md").write_text(page(results), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

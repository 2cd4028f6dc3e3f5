"""Measure one case of the evaluation: what its rankings find, what a lead time changes, and what training does.

Several measurements learn the same card from the same rows, so each card is learned once (`Remembered`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.panels import Case
from features.catalogue import SIGNALS
from models.as_json import as_json
from models.card.lined import lined
from models.card.scorecard import EXPERT, load
from models.evaluate import comparison, fitted, rankings, rolling
from models.evaluate.ahead import SOONER_COUNTS, at_least, found_ahead
from models.evaluate.backtest import Plan, evaluate
from models.evaluate.ground import as_days, ground
from models.evaluate.rankings import Ranking
from models.learning.adoption import judge
from models.learning.changes import moves
from models.learning.families import LABEL_OF, learn, ranking
from models.learning.rows import agreements, thinned, usable

NAMES = tuple(s.name for s in SIGNALS)
KEPT = (
    "rows", "households", "positives", "base_rate", "capacities", "best_simple", "rankings", "verdicts", "found", "controls",
)  # fmt: skip
CURVE = (25, 50, 100, 200)
DRAWS = 3
CURVE_FOLDS = 5
"""Groups of households of the curve: many, so that a card learns from most escalations that have occurred."""
LEADS = (0, 4)
"""Lead times to compare, in weeks: none, and the default of an installation."""
POSTCARD = 8
"""Terms of a card that fits on a postcard."""


class Remembered:
    """A fit that learns each model once, and returns it again for the same rows of the panel."""

    def __init__(self, fit: rolling.Fit) -> None:
        self._fit = fit
        self._models: dict[bytes, Callable[[pd.DataFrame], np.ndarray]] = {}

    def __call__(self, rows: pd.DataFrame, y: np.ndarray) -> Callable[[pd.DataFrame], np.ndarray]:
        """Learn from the rows, or return what was learned from them before."""
        key = hashlib.sha256(np.ascontiguousarray(rows.index).tobytes()).digest()
        if key not in self._models:
            self._models[key] = self._fit(rows, y)
        return self._models[key]


def measured(
    case: Case, rivals: Mapping[str, rolling.Fit], then: rolling.Fit | None = None
) -> dict[str, Any]:
    """Measure everything of a case that the page shows.

    Parameters
    ----------
    case : Case
        The panel.
    rivals : mapping of str to Fit
        Fitted rankings to compare with, by name, beside logistic regression and boosting.
    then : Fit, optional
        How an earlier commit learned a card, to compare what is found early.
    """
    once = case.rows["as_of"].nunique() == 1
    learner = Remembered(ranking(load(EXPERT)))
    result = (judged_once if once else judged)(case, learner, rivals)
    progress("cards of eight terms")
    result["postcard"] = postcard(case, learner)
    if not once and case.rows["escalated_on"].notna().any():
        progress("a lead time")
        result["early"] = early(case, learner, then)
    return result


def trained(case: Case) -> dict[str, Any]:
    """Train on the history of a corporation as `waakvlam train` does, with the lead time that is the default."""
    card, lead = load(EXPERT), LEADS[-1]
    rows = usable(thinned(case.rows), card)
    learned = learn(card, at_least(rows, lead, SOONER_COUNTS))
    moved = moves(lined(card), learned.card)
    result = judge(case.rows, card, capacity=case.capacity, horizon_weeks=case.horizon_weeks, lead_weeks=lead)
    escalated = result.outcomes["escalated"]
    return {
        "escalations": {kind: agreements(rows, rows[label]) for kind, label in LABEL_OF.items()},
        "terms": len(learned.card.terms),
        "terms_moved": len({move.signal for move in moved}),
        "adopted": result.adopted,
        "verdict": result.verdict,
        "precision": escalated.precision,
        "difference": escalated.difference,
    }


def judged(case: Case, learner: rolling.Fit, rivals: Mapping[str, rolling.Fit]) -> dict[str, Any]:
    """Evaluate a panel of many dates, and keep what the page and the model card show."""
    card = load(EXPERT)
    plan = Plan(case.capacity, case.horizon_weeks, NAMES)
    result = as_json(
        evaluate(case.rows, [("expert", "expert card", card)], plan, learn=learner, rivals=rivals, progress=progress)
    )  # fmt: skip
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


def judged_once(case: Case, learner: rolling.Fit, rivals: Mapping[str, rolling.Fit]) -> dict[str, Any]:
    """Evaluate a panel of one date; fitted models learn from other households of that date."""
    card, rows = load(EXPERT), case.rows
    fits = [
        ("learned", "learned card", "card", learner),
        *(
            (name, fitted.LABELS[name], "fitted", fit)
            for name, fit in {**fitted.usual(NAMES), **rivals}.items()
        ),
    ]
    compared = [
        Ranking("expert", "expert card", rankings.card(rows, card), "card"),
        *rankings.simple(rows),
    ]
    compared.append(Ranking("random", "random", rankings.chance(rows), "context"))
    compared += [Ranking(name, label, rolling.crossed(rows, fit), kind) for name, label, kind, fit in fits]
    outcome = comparison.compare(ground(rows), compared, case.capacity)
    result = as_json(outcome)
    result["verdicts"] = {name: comparison.verdict(outcome, name) for name in ("learned", "expert")}
    day = result.pop("dates")[0]
    more = {"about": case.about, "horizon_weeks": case.horizon_weeks, "from": day, "to": day, "dates": 1}
    return result | more


def postcard(case: Case, learner: rolling.Fit) -> dict[str, Any]:
    """Compare cards of at most eight terms with cards of all terms, both learned anew through time."""
    on, scored = _looking_back(case)
    both = [
        Ranking("all", "all terms", scored(learner)),
        Ranking("short", "eight terms", scored(ranking(load(EXPERT), most_terms=POSTCARD)), "card"),
    ]
    result = comparison.compare(ground(on), both, case.capacity).by_name()
    return {
        k: {"precision": at.precision[0], "ratio": at.against_best_simple.ratio}
        for k, at in result["short"].at.items()
        if at.against_best_simple
    }


def early(case: Case, learner: rolling.Fit, then: rolling.Fit | None) -> dict[str, Any]:
    """Compare cards learned with and without a lead time, and as an earlier commit did: what they find in all, and early.

    Returns
    -------
    dict
        ``ahead``: per length of the list and weeks ahead the precision of each; ``against_best_simple``: per lead time and
        length of the list the ratio to the best simple ranking, over all outcomes.
    """
    on, scored = _looking_back(case)
    fits = {str(lead): ranking(load(EXPERT), lead_weeks=lead) if lead else learner for lead in LEADS}
    fits |= {"then": then} if then else {}
    scores = {name: scored(fit) for name, fit in fits.items()}
    ahead = [
        {"places": k, "weeks": at.weeks, "precision": at.precision}
        for k in (case.capacity, 4 * case.capacity)
        for at in found_ahead(on, scores, k)
    ]
    compared = [*(Ranking(name, name, score, "card") for name, score in scores.items()), *rankings.simple(on)]
    by_name = comparison.compare(ground(on), compared, case.capacity).by_name()
    against = {
        name: {
            k: at.against_best_simple.ratio for k, at in by_name[name].at.items() if at.against_best_simple
        }
        for name in scores
    }
    return {"ahead": ahead, "against_best_simple": against}


def _looking_back(case: Case) -> tuple[pd.DataFrame, Callable[[rolling.Fit], pd.Series]]:
    """Return the rows of the dates that a card can be learned for, and a function that scores them with a fit."""
    rows = case.rows
    if rows["as_of"].nunique() == 1:
        return rows, partial(rolling.crossed, rows)
    dates = rolling.test_dates(rows, horizon_weeks=case.horizon_weeks)
    scored = partial(rolling.rolling, rows, horizon_weeks=case.horizon_weeks, dates=dates)
    return rows[as_days(rows["as_of"]).isin(dates)], scored


def curve(case: Case) -> list[dict[str, Any]]:
    """Learn from a limited number of escalations, and compare with the expert card on later dates and other households.

    The last step learns from all that had occurred, if these are fewer than the largest number; it needs one draw.
    """
    card, rows = load(EXPERT), case.rows
    fit = ranking(card)
    dates = rolling.test_dates(rows, horizon_weeks=case.horizon_weeks)
    dates = dates[len(dates) // 2 :]
    occurred: list[int] = []

    def scored(number: int, draw: int) -> pd.Series:
        few = partial(_few, fit, number, draw, occurred)
        return rolling.rolling(
            rows, few, horizon_weeks=case.horizon_weeks, dates=dates, refit_every=len(dates), folds=CURVE_FOLDS
        )  # fmt: skip

    # Every other ranking is compared with the one of kind "simple".
    compared = [Ranking("expert", "expert card", rankings.card(rows, card), "simple")]
    names: dict[int, list[str]] = {}
    for number in CURVE:
        all_of_them = min(occurred, default=number + 1)
        step, draws = (number, DRAWS) if number < all_of_them else (all_of_them, 1)
        if step in names:
            break
        names[step] = [f"{step}/{draw}" for draw in range(draws)]
        compared += [
            Ranking(name, name, scored(number, draw), "card") for draw, name in enumerate(names[step])
        ]
    on = ground(rows[as_days(rows["as_of"]).isin(dates)])
    by_name = {r["name"]: r for r in as_json(comparison.compare(on, compared, case.capacity))["rankings"]}
    k = str(case.capacity)
    return [
        {
            "escalations": step,
            "draws": [
                {"precision": by_name[name]["at"][k]["precision"], **by_name[name]["against_best_simple"]}
                for name in drawn
            ],
        }
        for step, drawn in names.items()
    ]


def _few(
    learn: rolling.Fit, number: int, draw: int, occurred: list[int], rows: pd.DataFrame, y: np.ndarray
) -> Any:
    """Learn from the rows without most escalating households, keeping only `number` of them; note how many there were."""
    escalated = rows.loc[y == 1, "household"].unique()
    occurred.append(len(escalated))
    kept = set(np.random.default_rng(draw).choice(escalated, min(number, len(escalated)), replace=False))
    stays = ~rows["household"].isin(escalated) | rows["household"].isin(kept)
    return learn(rows.loc[stays], y[stays.to_numpy()])


def progress(text: str) -> None:
    """Print what is being measured."""
    print(f"  {text}", flush=True)

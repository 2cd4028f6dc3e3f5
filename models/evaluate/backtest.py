"""The whole evaluation of a panel: every ranking on the same rows, and all that is asked of the card in use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from models.card.scorecard import Scorecard
from models.evaluate import bootstrap, calibration, comparison, controls, found, rankings, rolling, stability
from models.evaluate.at_capacity import at_capacity
from models.evaluate.ground import Ground, as_days, ground
from models.evaluate.rankings import Ranking

CONTROL_REPLICATES = 400


@dataclass(frozen=True)
class Plan:
    """How to evaluate.

    Parameters
    ----------
    capacity : int
        Addresses per as-of date.
    horizon_weeks : int
        Within which the outcome counts; also the gap between learning and ranking.
    signals : tuple of str
        What fitted rankings may read.
    outcome : str
        Column with 1 where it came.
    replicates, seed : int
        Of the bootstrap.
    """

    capacity: int
    horizon_weeks: int
    signals: tuple[str, ...]
    outcome: str = "escalated"
    replicates: int = bootstrap.REPLICATES
    seed: int = 1


def evaluate(
    panel: pd.DataFrame,
    cards: Sequence[tuple[str, str, Scorecard]],
    plan: Plan,
    *,
    learn: rolling.Fit | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Evaluate cards and all rankings beside them.

    Parameters
    ----------
    panel : pandas.DataFrame
        As ``pipelines.scoring.panel`` makes it; mature rows only.
    cards : sequence of (str, str, Scorecard)
        Name, label and card; the first is the one in use.
    plan : Plan
        How.
    learn : callable, optional
        How a card is learned; it is then learned anew through time, and judged as ``learned``, the card in use.
    tell : callable
        Told what is being done.

    Returns
    -------
    dict
        Plain values, ready for JSON: what ``comparison.compare`` returns, and verdicts, with_contacted, found,
        per_date, calibration, overlap and controls.
    """
    dates = rolling.test_dates(panel, horizon_weeks=plan.horizon_weeks, outcome=plan.outcome)
    judged = panel[as_days(panel["as_of"]).isin(dates)] if dates else panel
    on = ground(judged, outcome=plan.outcome)
    tell("rankings")
    made = all_rankings(panel, cards, plan, dates=dates, learn=learn, tell=tell)
    tell("intervals")
    result = comparison.compare(on, made, plan.capacity, replicates=plan.replicates, seed=plan.seed)
    ours = [r.name for r in made if r.kind == "card"]
    result["in_use"] = main = "learned" if "learned" in ours else ours[0]
    result["horizon_weeks"], result["outcome"] = plan.horizon_weeks, plan.outcome
    result["verdicts"] = {name: comparison.verdict(result, name) for name in ours}
    result["notes"] = _notes(dates, learn is not None)
    everyone = ground(judged, outcome=plan.outcome, contacted=True)
    second = [r for r in made if r.kind == "card" or r.name == result["best_simple"]]
    compared = comparison.compare(everyone, second, plan.capacity, replicates=plan.replicates, seed=plan.seed)
    result["with_contacted"] = compared | {"more_rows": len(everyone) - len(on)}
    tell("what was found, chances, controls")
    best = [r for r in made if r.name == result["best_simple"]]
    scores = {r.name: r for r in made}
    places = comparison.order(on, [r for r in made if r.kind == "card"] + best)
    amounts = comparison.order(on, [r for r in made if r.name == "largest_amount"]).get("largest_amount")
    result["found"] = {name: _found(on, place, plan.capacity, amounts) for name, place in places.items()}
    result["per_date"] = {
        name: found.per_date(at_capacity(on, place, plan.capacity)) for name, place in places.items()
    }
    result["overlap"] = {name: _overlap(on, place, plan.capacity) for name, place in places.items()}
    result["calibration"] = calibrated(panel, on, scores[main].scores, plan)
    result["controls"] = control(panel, judged, scores[main], dates, plan)
    return result


def all_rankings(
    panel: pd.DataFrame,
    cards: Sequence[tuple[str, str, Scorecard]],
    plan: Plan,
    *,
    dates: Sequence[pd.Timestamp],
    learn: rolling.Fit | None,
    tell: Callable[[str], None] = lambda _: None,
) -> list[Ranking]:
    """Make every ranking: cards, simple ones, the lot and the list before, and the fitted ones where dates allow."""
    made = [Ranking(name, label, rankings.card(panel, card), "card") for name, label, card in cards]
    where = {"horizon_weeks": plan.horizon_weeks, "outcome": plan.outcome}
    shown = made[0].scores
    if dates and learn is not None:
        tell("the card, learned anew through time")
        fitted = rolling.rolling(
            panel, learn, dates=dates, horizon_weeks=plan.horizon_weeks, outcome=plan.outcome
        )
        made.insert(0, Ranking("learned", "learned card", fitted, "card"))
    made += rankings.simple(panel)
    made += rankings.context(panel, shown, horizon_weeks=plan.horizon_weeks, outcome=plan.outcome)
    if dates:
        for name, label, fit in (
            ("logistic", "logistic regression without constraints", rolling.logistic(plan.signals)),
            ("boosting", "gradient boosting without constraints", rolling.boosting(plan.signals)),
        ):
            tell(label)
            scores = rolling.rolling(panel, fit, dates=dates, **where)  # type: ignore[arg-type]
            made.append(Ranking(name, label, scores, "fitted"))
    return made


def _notes(dates: Sequence[pd.Timestamp], learned: bool) -> list[str]:
    if not dates:
        return [
            f"Nothing was learned: before no as-of date were {rolling.LEAST_POSITIVES} escalations complete. The fitted "
            "rankings and the learned card are left out."
        ]
    return [] if learned else ["The learned card is left out: only the card in use was asked for."]


def _found(on: Ground, place: np.ndarray, k: int, amounts: np.ndarray | None) -> dict[str, Any]:
    return found.otherwise_missed(on, place, k, amounts) | {"lead_time": found.lead_time(on, place, k)}


def _overlap(on: Ground, place: np.ndarray, k: int) -> list[dict[str, Any]]:
    shared = stability.overlap(on, place, k)
    return [{"as_of": day.isoformat(), "overlap": round(float(v), 4)} for day, v in shared.items()]  # type: ignore[attr-defined]


def calibrated(panel: pd.DataFrame, on: Ground, scores: pd.Series, plan: Plan) -> dict[str, Any] | None:
    """Judge the chances that points stand for, each told with what was complete by then; None where none was."""
    p = calibration.rolling_chances(panel, scores, horizon_weeks=plan.horizon_weeks, outcome=plan.outcome)
    there = p.reindex(on.rows.index).notna().to_numpy()
    if not there.any():
        return None
    kept = on.where(there)
    told = p.reindex(kept.rows.index).to_numpy()
    return {"monthly": calibration.monthly_error(kept, told), "deciles": calibration.deciles(kept, told)}


def control(
    panel: pd.DataFrame, judged: pd.DataFrame, card: Ranking, dates: Sequence[pd.Timestamp], plan: Plan
) -> list[dict[str, Any]]:
    """Run the negative controls; one holds where no lift is shown: its interval does not lie above 1."""
    mixed = controls.shuffled(panel, outcome=plan.outcome, seed=plan.seed)
    on = ground(mixed.loc[judged.index], outcome=plan.outcome)
    wanted = [replace(card, name="shuffled", label=f"{card.label}, outcomes of other households")]
    if dates:
        fit = rolling.logistic(plan.signals)
        learned = rolling.rolling(
            mixed,
            fit,
            dates=dates,
            horizon_weeks=plan.horizon_weeks,
            outcome=plan.outcome,
            refit_every=len(dates),
        )
        label = "logistic regression that learned such outcomes"
        wanted.append(Ranking("shuffled_fit", label, learned, "fitted", break_ties=False))
    told = _lifts(on, wanted, plan)
    real = ground(judged, outcome=plan.outcome)
    stream = Ranking(
        "noise", "a stream of noise", controls.noise(panel, seed=plan.seed), "context", break_ties=False
    )
    return told + _lifts(real, [stream], plan)


def _lifts(on: Ground, wanted: Sequence[Ranking], plan: Plan) -> list[dict[str, Any]]:
    # Four times the capacity: at the capacity itself a handful of hits decides.
    k = 4 * plan.capacity
    compared = comparison.compare(on, wanted, plan.capacity, replicates=CONTROL_REPLICATES, seed=plan.seed)
    told = []
    for row in compared["rankings"]:
        lift = row["at"][str(k)]["lift"]
        holds = lift[1] is None or lift[1] <= 1
        told.append({"name": row["name"], "label": row["label"], "capacity": k, "lift": lift, "holds": holds})
    return told

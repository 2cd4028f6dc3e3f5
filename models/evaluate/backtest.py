"""Evaluate a panel: compare every ranking on the same rows, and examine the card in use more closely."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

import numpy as np
import pandas as pd

from models.card.scorecard import Scorecard
from models.evaluate import (
    bootstrap,
    calibration,
    comparison,
    controls,
    fitted,
    found,
    rankings,
    rolling,
    stability,
)
from models.evaluate.ahead import Ahead, found_ahead
from models.evaluate.at_capacity import at_capacity
from models.evaluate.bootstrap import Rounded
from models.evaluate.calibration import Calibrated
from models.evaluate.comparison import Comparison
from models.evaluate.found import DateCounts, Found
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
        Period within which the outcome counts, which is also the gap between learning and ranking.
    signals : tuple of str
        Signals that fitted rankings may use.
    outcome : str
        Column with 1 if the outcome occurred.
    replicates, seed : int
        Number of replicates and seed of the bootstrap.
    """

    capacity: int
    horizon_weeks: int
    signals: tuple[str, ...]
    outcome: str = "escalated"
    replicates: int = bootstrap.REPLICATES
    seed: int = 1


@dataclass(frozen=True)
class WithContacted(Comparison):
    """The comparison that includes agreements which a coach contacted; `more_rows` is the number of rows they add."""

    more_rows: int


@dataclass(frozen=True)
class Overlap:
    """The share of the list of a date that was on the list before it."""

    as_of: date
    overlap: float


@dataclass(frozen=True)
class Control:
    """A negative control: a ranking that cannot find anything.

    Parameters
    ----------
    name, label : str
        The ranking.
    capacity : int
        Length of the list.
    lift : sequence of float
        [estimate, low, high].
    holds : bool
        Whether no lift is shown: the interval is not wholly above 1.
    """

    name: str
    label: str
    capacity: int
    lift: Rounded
    holds: bool


@dataclass(frozen=True)
class Evaluation(Comparison):
    """The comparison of all rankings, with more about the cards and the best simple ranking.

    Parameters
    ----------
    in_use : str
        Name of the card in use.
    horizon_weeks, outcome
        As in the `Plan`.
    verdicts : mapping of str to str
        Per card, in words, whether it beats the best simple ranking.
    notes : sequence of str
        What was left out, and why.
    with_contacted : WithContacted
        The cards and the best simple ranking with contacted agreements.
    ahead : sequence of Ahead
        The cards and the best simple ranking on escalations at least 0, 4, 8 and 13 weeks away.
    found, per_date, overlap : mapping of str
        Per ranking: its hits, its counts per date, and its overlap from date to date.
    calibration : Calibrated or None
        The chances of the card in use; None if no outcome was complete in time.
    controls : sequence of Control
        The negative controls.
    """

    in_use: str
    horizon_weeks: int
    outcome: str
    verdicts: Mapping[str, str]
    notes: Sequence[str]
    with_contacted: WithContacted
    ahead: Sequence[Ahead]
    found: Mapping[str, Found]
    per_date: Mapping[str, Sequence[DateCounts]]
    overlap: Mapping[str, Sequence[Overlap]]
    calibration: Calibrated | None
    controls: Sequence[Control]


def evaluate(
    panel: pd.DataFrame,
    cards: Sequence[tuple[str, str, Scorecard]],
    plan: Plan,
    *,
    learn: rolling.Fit | None = None,
    rivals: Mapping[str, rolling.Fit] = MappingProxyType({}),
    progress: Callable[[str], None] = lambda _: None,
) -> Evaluation:
    """Evaluate cards and all rankings beside them.

    Parameters
    ----------
    panel : pandas.DataFrame
        The panel from ``pipelines.scoring.panel``, with mature rows only.
    cards : sequence of (str, str, Scorecard)
        Name, label and card; the first is the one in use.
    plan : Plan
        How to evaluate.
    learn : callable, optional
        How a card is learned; it is then learned anew through time, and judged as ``learned``, the card in use.
    rivals : mapping of str to callable
        Fitted rankings to compare with beside logistic regression and boosting, by their name in `fitted.LABELS`.
    progress : callable
        Told what is being done.
    """
    dates = rolling.test_dates(panel, horizon_weeks=plan.horizon_weeks, outcome=plan.outcome)
    judged = panel[as_days(panel["as_of"]).isin(dates)] if dates else panel
    on = ground(judged, outcome=plan.outcome)
    progress("rankings")
    ranked = all_rankings(panel, cards, plan, dates=dates, learn=learn, rivals=rivals, progress=progress)
    progress("intervals")
    compared = comparison.compare(on, ranked, plan.capacity, replicates=plan.replicates, seed=plan.seed)
    ours = [r.name for r in ranked if r.kind == "card"]
    main = "learned" if "learned" in ours else ours[0]
    everyone = ground(judged, outcome=plan.outcome, contacted=True)
    second = [r for r in ranked if r.kind == "card" or r.name == compared.best_simple]
    contacted = comparison.compare(
        everyone, second, plan.capacity, replicates=plan.replicates, seed=plan.seed
    )
    progress("what was found, chances, controls")
    scores = {r.name: r for r in ranked}
    best = [r for r in ranked if r.name == compared.best_simple]
    places = comparison.order(on, [r for r in ranked if r.kind == "card"] + best)
    amounts = comparison.order(on, [r for r in ranked if r.name == "largest_amount"]).get("largest_amount")
    k = plan.capacity
    return Evaluation(
        **vars(compared),
        in_use=main,
        horizon_weeks=plan.horizon_weeks,
        outcome=plan.outcome,
        verdicts={name: comparison.verdict(compared, name) for name in ours},
        notes=_notes(dates, learn is not None),
        with_contacted=WithContacted(**vars(contacted), more_rows=len(everyone) - len(on)),
        ahead=found_ahead(judged, {r.name: r.scores for r in second}, k, outcome=plan.outcome),
        found={name: found.otherwise_missed(on, place, k, amounts) for name, place in places.items()},
        per_date={name: found.per_date(at_capacity(on, place, k)) for name, place in places.items()},
        overlap={name: _overlap(on, place, k) for name, place in places.items()},
        calibration=calibrated(panel, on, scores[main].scores, plan),
        controls=control(panel, judged, scores[main], dates, plan),
    )


def all_rankings(
    panel: pd.DataFrame,
    cards: Sequence[tuple[str, str, Scorecard]],
    plan: Plan,
    *,
    dates: Sequence[pd.Timestamp],
    learn: rolling.Fit | None,
    rivals: Mapping[str, rolling.Fit] = MappingProxyType({}),
    progress: Callable[[str], None] = lambda _: None,
) -> list[Ranking]:
    """Build every ranking: cards, simple rankings, random, the previous list, and fitted rankings where dates allow."""
    compared = [Ranking(name, label, rankings.card(panel, card), "card") for name, label, card in cards]
    where = {"horizon_weeks": plan.horizon_weeks, "outcome": plan.outcome}
    shown = compared[0].scores
    if dates and learn is not None:
        progress("the card, learned again through time")
        learned = rolling.rolling(
            panel, learn, dates=dates, horizon_weeks=plan.horizon_weeks, outcome=plan.outcome
        )
        compared.insert(0, Ranking("learned", "learned card", learned, "card"))
    simple = rankings.simple(panel)
    compared += simple
    if dates and simple:
        compared.append(
            rankings.past_choice(
                panel, simple, capacity=plan.capacity, horizon_weeks=plan.horizon_weeks, outcome=plan.outcome
            )
        )
    compared += rankings.context(panel, shown, horizon_weeks=plan.horizon_weeks, outcome=plan.outcome)
    if dates:
        for name, fit in {**fitted.usual(plan.signals), **rivals}.items():
            progress(fitted.LABELS[name])
            scores = rolling.rolling(panel, fit, dates=dates, **where)  # type: ignore[arg-type]
            compared.append(Ranking(name, fitted.LABELS[name], scores, "fitted"))
    return compared


def _notes(dates: Sequence[pd.Timestamp], learned: bool) -> list[str]:
    if not dates:
        return [
            f"Nothing was learned: before no as-of date were {rolling.LEAST_POSITIVES} escalations complete. The fitted "
            "rankings and the learned card are left out."
        ]
    return [] if learned else ["The learned card is left out: only the card in use was asked for."]


def _overlap(on: Ground, place: np.ndarray, k: int) -> list[Overlap]:
    shared = stability.overlap(on, place, k)
    return [Overlap(day, round(float(v), 4)) for day, v in shared.items()]  # type: ignore[arg-type]


def calibrated(panel: pd.DataFrame, on: Ground, scores: pd.Series, plan: Plan) -> Calibrated | None:
    """Compare the chances of a card, each from the outcomes that were complete by then; None if none were."""
    p = calibration.rolling_chances(panel, scores, horizon_weeks=plan.horizon_weeks, outcome=plan.outcome)
    known = p.reindex(on.rows.index).notna().to_numpy()
    if not known.any():
        return None
    kept = on.where(known)
    chances = p.reindex(kept.rows.index).to_numpy()
    return Calibrated(calibration.monthly_error(kept, chances), calibration.deciles(kept, chances))


def control(
    panel: pd.DataFrame, judged: pd.DataFrame, card: Ranking, dates: Sequence[pd.Timestamp], plan: Plan
) -> list[Control]:
    """Run the negative controls."""
    mixed = controls.shuffled(panel, outcome=plan.outcome, seed=plan.seed)
    on = ground(mixed.loc[judged.index], outcome=plan.outcome)
    wanted = [replace(card, name="shuffled", label=f"{card.label}, outcomes of other households")]
    if dates:
        fit = fitted.logistic(plan.signals)
        learned = rolling.rolling(
            mixed,
            fit,
            dates=dates,
            horizon_weeks=plan.horizon_weeks,
            outcome=plan.outcome,
            refit_every=len(dates),
        )
        label = "logistic regression that learned such outcomes"
        wanted.append(Ranking("shuffled_fit", label, learned, "fitted"))
    shuffled = _lifts(on, wanted, plan)
    real = ground(judged, outcome=plan.outcome)
    stream = Ranking("noise", "a stream of noise", controls.noise(panel, seed=plan.seed), "context")
    return shuffled + _lifts(real, [stream], plan)


def _lifts(on: Ground, wanted: Sequence[Ranking], plan: Plan) -> list[Control]:
    # Four times the capacity: at the capacity itself a handful of hits decides.
    k = 4 * plan.capacity
    compared = comparison.compare(on, wanted, plan.capacity, replicates=CONTROL_REPLICATES, seed=plan.seed)
    controls = []
    for row in compared.rankings:
        lift = row.at[str(k)].lift
        low = lift[1]
        controls.append(Control(row.name, row.label, k, lift, holds=low is None or low <= 1))
    return controls

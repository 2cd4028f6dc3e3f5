"""Decide whether a learned card may replace the installed one: it must not lose to that card or to a simple ranking.

For each past as-of date, a card is learned from outcomes that were complete by then, on other households. Both cards,
and the simple rankings, then rank that date. The lists are compared by their precision at the coach's capacity. A proxy for
need can be wrong in ways that no figure here shows; therefore a person installs the card (`waakvlam promote`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.card.on_panel import in_order
from models.card.scorecard import Scorecard
from models.errors import TrainingError
from models.evaluate import bootstrap, found, rankings
from models.evaluate.ahead import Ahead, at_least, found_ahead
from models.evaluate.at_capacity import at_capacity, places, pooled
from models.evaluate.bootstrap import Interval
from models.evaluate.found import LeadTime
from models.evaluate.ground import Ground, as_days, ground
from models.evaluate.rankings import PAST
from models.evaluate.rolling import rolling, test_dates
from models.learning.families import ANY, LABEL_OF, LEAST, ranking

OUTCOMES = tuple(dict.fromkeys((ANY, *LABEL_OF.values())))
DATES = 13
"""Number of past as-of dates to compare on: a year of every fourth week."""
ENOUGH = 20
"""Number of escalations from which the estimate alone can lose; with fewer, its whole interval must lie below zero."""
REPLICATES = 500


@dataclass(frozen=True)
class Outcome:
    """The comparison of the learned card with the kept one on one outcome.

    Parameters
    ----------
    escalations : int
        Agreements with the outcome on the dates that both cards ranked.
    precision : dict of str to float
        Share of the places whose address had the outcome, for ``kept`` and ``learned``.
    difference : list of float
        Learned minus kept: [estimate, low, high].
    loses : bool
        Whether the learned card finds less.
    """

    escalations: int
    precision: dict[str, float]
    difference: list[float | None]
    loses: bool


@dataclass(frozen=True)
class Rule:
    """The comparison of both cards with a simple ranking, on any escalation.

    Parameters
    ----------
    name, label : str
        The ranking.
    precision : float
        Share of the places whose address escalated.
    learned_less, kept_less : list of float
        Precision of the card minus that of the rule: [estimate, low, high].
    beats_learned, beats_kept : bool
        Whether the whole interval lies below zero, which means that sorting by this rule finds more.
    """

    name: str
    label: str
    precision: float
    learned_less: list[float | None]
    kept_less: list[float | None]
    beats_learned: bool
    beats_kept: bool


@dataclass(frozen=True)
class Judged:
    """The result of `judge`.

    Parameters
    ----------
    dates : list of str
        As-of dates that both cards ranked.
    outcomes : dict of str to Outcome
        The comparison of the learned card with the kept one, per outcome.
    rules : list of Rule
        Every simple ranking, and the one that past lists would have chosen for each date.
    ahead : list of Ahead
        Both cards on escalations at least 0, 4, 8 and 13 weeks away.
    lead_time : dict of str to LeadTime
        How long before their escalation addresses were listed, for ``kept`` and ``learned``.
    all_terms : float, optional
        Precision of the card with all terms, if only one shorter length was allowed.
    verdict : str
        The verdict in words; a refusal names the rule that finds more.
    adopted : bool
        Whether the card loses nowhere and learned from something.
    kept_note : str
        The simple rule that finds more than the card in use, as a sentence; empty if no rule does.
    """

    dates: list[str]
    outcomes: dict[str, Outcome]
    rules: list[Rule]
    ahead: list[Ahead]
    lead_time: dict[str, LeadTime]
    verdict: str
    adopted: bool
    kept_note: str = ""
    all_terms: float | None = None


def judge(
    panel: pd.DataFrame,
    card: Scorecard,
    *,
    capacity: int,
    horizon_weeks: int,
    lead_weeks: int = 0,
    most_terms: int | None = None,
    installed: Scorecard | None = None,
) -> Judged:
    """Compare learning from a card with keeping it, and both with simple rankings.

    Parameters
    ----------
    panel : pandas.DataFrame
        All rows of many mature as-of dates (`pipelines.scoring.panel`), not thinned.
    card : Scorecard
        The card that people made, from which learning starts.
    capacity : int
        Addresses per as-of date.
    horizon_weeks : int
        Gap between the dates learned from and the date ranked.
    lead_weeks : int
        Escalations earlier than this do not count as found.
    most_terms : int, optional
        Maximum number of terms of the card, which is then measured beside the card with all terms.
    installed : Scorecard, optional
        A learned card in use. It replaces `card` in the comparison on dates later than those it learned from.

    Returns
    -------
    Judged
        The comparison; it refuses the learned card if no date is late enough to look back on.

    Raises
    ------
    TrainingError
        The panel lacks a column.
    """
    try:
        dates = test_dates(panel, horizon_weeks=horizon_weeks, least=LEAST)[-DATES:]
    except KeyError as error:
        raise TrainingError(f"The panel lacks {error}.") from None
    if not dates:
        return Judged([], {}, [], [], {}, "Refused: the history is too short to look back on.", adopted=False)

    def look_back(terms: int | None) -> pd.Series:
        learn = ranking(card, lead_weeks=lead_weeks, most_terms=terms)
        return rolling(panel, learn, horizon_weeks=horizon_weeks, dates=dates)

    back = panel.loc[as_days(panel["as_of"]).isin(dates)]
    scores = {"kept": _kept_scores(back, card, installed), "learned": look_back(most_terms)}
    counted = at_least(back, lead_weeks)
    on = ground(counted)
    place_of = {name: places(on, on.of(score)) for name, score in scores.items()}
    outcomes = {name: _outcome(on.with_outcome(counted[name]), place_of, capacity) for name in OUTCOMES}
    rules = _rules(at_least(panel, lead_weeks), on, place_of, capacity, horizon_weeks)
    refusals = _refusals(outcomes, rules)
    ahead = found_ahead(back, scores, capacity)
    any_time = on.with_outcome(back[ANY])
    return Judged(
        dates=[day.date().isoformat() for day in dates],
        outcomes=outcomes,
        rules=rules,
        ahead=ahead,
        lead_time={n: found.lead_time(any_time, place, capacity) for n, place in place_of.items() if ahead},
        verdict=(
            f"Refused: {'; '.join(refusals)}."
            if refusals
            else "The learned card loses on no outcome, and to no simple ranking."
        ),
        adopted=not refusals,
        kept_note=_kept_note(rules),
        all_terms=None if most_terms is None else _precision(on, look_back(None), capacity),
    )


def _kept_scores(back: pd.DataFrame, card: Scorecard, installed: Scorecard | None) -> pd.Series:
    """Score the rows with the card that people made, and with the installed one after the dates it learned from."""
    kept = pd.Series(in_order(card, back), index=back.index)
    if installed is None or installed.calibration is None:
        return kept
    later = as_days(back["as_of"]) > pd.Timestamp(installed.calibration.last)
    return kept.mask(later, pd.Series(in_order(installed, back), index=back.index))


def _refusals(outcomes: dict[str, Outcome], rules: list[Rule]) -> list[str]:
    """Return the reasons not to adopt the learned card."""
    lost = [name for name, outcome in outcomes.items() if outcome.loses]
    better = [rule for rule in rules if rule.beats_learned]
    refusals = [f"the learned card loses on {' and '.join(lost)}"] if lost else []
    if better:
        refusals.append(f"sorting by {_best(better).label} finds more than the learned card")
    return refusals


def _kept_note(rules: list[Rule]) -> str:
    better = [rule for rule in rules if rule.beats_kept]
    return f"Sorting by {_best(better).label} finds more than the card in use." if better else ""


def _best(rules: list[Rule]) -> Rule:
    """Return the rule with the highest precision; among equal rules prefer a fixed one to `PAST`."""
    return max(rules, key=lambda rule: (rule.precision, rule.name != PAST))


def _precision(on: Ground, score: pd.Series, capacity: int) -> float:
    return round(pooled(at_capacity(on, places(on, on.of(score)), capacity))["precision"], 4)


class _Precisions:
    """The precision of several rankings at the capacity, on the same rows and the same replicates."""

    def __init__(self, on: Ground, place_of: dict[str, np.ndarray], capacity: int) -> None:
        self._capacity = capacity
        self._drawn = bootstrap.resample(on, place_of, [capacity], replicates=REPLICATES)
        self.of = {
            name: pooled(at_capacity(on, place, capacity))["precision"] for name, place in place_of.items()
        }

    def difference(self, name: str, other: str) -> Interval:
        """Return the precision of one ranking minus that of another."""
        return bootstrap.interval(
            self.of[name] - self.of[other], bootstrap.difference(self._drawn, name, other, self._capacity)
        )


def _outcome(on: Ground, place_of: dict[str, np.ndarray], capacity: int) -> Outcome:
    """Compare both cards on the outcome of some rows."""
    precisions = _Precisions(on, place_of, capacity)
    more = precisions.difference("learned", "kept")
    escalations = len(on.rows.loc[on.y == 1, ["corporatie_id", "overeenkomst_id"]].drop_duplicates())
    loses = more.estimate < 0 if escalations >= ENOUGH else more.high < 0
    precision = {name: round(value, 4) for name, value in precisions.of.items()}
    return Outcome(escalations, precision, more.rounded(), bool(loses))


def _rules(
    panel: pd.DataFrame, on: Ground, of_cards: dict[str, np.ndarray], capacity: int, horizon_weeks: int
) -> list[Rule]:
    """Compare both cards with every simple ranking, and with the one that past lists would have chosen.

    `of_cards` holds the places of both cards on the rows of `on`.
    """
    simple = rankings.simple(panel)
    if not simple:
        return []
    simple.append(rankings.past_choice(panel, simple, capacity=capacity, horizon_weeks=horizon_weeks))
    place_of = {r.name: places(on, on.of(r.scores)) for r in simple} | of_cards
    precisions = _Precisions(on, place_of, capacity)
    rules = []
    for rule in simple:
        learned_less = precisions.difference("learned", rule.name)
        kept_less = precisions.difference("kept", rule.name)
        rules.append(
            Rule(
                name=rule.name,
                label=rule.label,
                precision=round(precisions.of[rule.name], 4),
                learned_less=learned_less.rounded(),
                kept_less=kept_less.rounded(),
                beats_learned=learned_less.high < 0,
                beats_kept=kept_less.high < 0,
            )
        )
    return rules

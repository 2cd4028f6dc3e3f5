"""Decide whether a learned card may replace the installed one: it must not lose to that card or to a simple ranking.

For each past as-of date, a card is learned from outcomes that were complete by then, on other households. Both cards,
and the simple rankings, then rank that date. The lists are compared by their precision at the coach's capacity and at
`WIDER` times as many. A proxy for need can be wrong in ways that no figure here shows; therefore a person installs the card
(`waakvlam promote`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from models.card.on_panel import in_order
from models.card.scorecard import Scorecard
from models.errors import TrainingError
from models.evaluate import found, rankings
from models.evaluate.ahead import Ahead, at_least, found_ahead
from models.evaluate.at_capacity import at_capacity, places, pooled
from models.evaluate.found import LeadTime
from models.evaluate.ground import Ground, as_days, ground
from models.evaluate.rolling import rolling, test_dates
from models.learning.families import ANY, LABEL_OF, LEAST, ranking
from models.learning.rules import Precisions, Rule, best, compared

OUTCOMES = tuple(dict.fromkeys((ANY, *LABEL_OF.values())))
DATES = 13
"""Number of past as-of dates to compare on: a year of every fourth week."""
ENOUGH = 20
"""Minimum number of escalations to refuse a card by the estimate alone; with fewer, its whole interval must lie below zero."""
WIDER = 4
"""The cards are also compared on lists this many times as long, on which chance decides less."""


@dataclass(frozen=True)
class Outcome:
    """The comparison of the learned card with the kept one on one outcome.

    Parameters
    ----------
    escalations : int
        Agreements with the outcome on the dates that both cards ranked.
    precision : mapping of str to float
        Share of the places whose address had the outcome, for ``kept`` and ``learned``.
    difference, wider : sequence of float
        Learned minus kept at the capacity, and at `WIDER` times as many: [estimate, low, high].
    loses : bool
        Whether the learned card finds less.
    """

    escalations: int
    precision: Mapping[str, float]
    difference: Sequence[float | None]
    wider: Sequence[float | None]
    loses: bool


@dataclass(frozen=True)
class Judged:
    """The result of `judge`.

    Parameters
    ----------
    dates : sequence of str
        As-of dates that both cards ranked.
    outcomes : mapping of str to Outcome
        The comparison of the learned card with the kept one, per outcome.
    rules : sequence of Rule
        Every simple ranking, and the one that past lists would have chosen for each date, per length of the list.
    untried : sequence of str
        The simple rankings that could not be tried, because what they sort by was never delivered.
    ahead : sequence of Ahead
        Both cards on escalations at least 0, 4, 8 and 13 weeks away.
    lead_time : mapping of str to LeadTime
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

    dates: Sequence[str]
    outcomes: Mapping[str, Outcome]
    rules: Sequence[Rule]
    ahead: Sequence[Ahead]
    lead_time: Mapping[str, LeadTime]
    verdict: str
    adopted: bool
    kept_note: str = ""
    untried: Sequence[str] = field(default_factory=list)
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
        verdict = "Refused: the history is too short to look back on."
        return Judged([], {}, [], [], {}, verdict, adopted=False, untried=rankings.untried(panel))

    def look_back(terms: int | None) -> pd.Series:
        learn = ranking(card, lead_weeks=lead_weeks, most_terms=terms)
        return rolling(panel, learn, horizon_weeks=horizon_weeks, dates=dates)

    back = panel.loc[as_days(panel["as_of"]).isin(dates)]
    scores = {"kept": _kept_scores(back, card, installed), "learned": look_back(most_terms)}
    counted = at_least(back, lead_weeks)
    on = ground(counted)
    place_of = {name: places(on, on.of(score)) for name, score in scores.items()}
    outcomes = {name: _outcome(on.with_outcome(counted[name]), place_of, capacity) for name in OUTCOMES}
    lengths = (capacity, WIDER * capacity)
    rules = compared(at_least(panel, lead_weeks), on, place_of, lengths, horizon_weeks)
    untried = rankings.untried(panel)
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
            else f"The learned card loses on no outcome{_none_better(rules, untried)}."
        ),
        adopted=not refusals,
        kept_note=_kept_note(rules),
        untried=untried,
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
        refusals.append(_finds_more(best(better), "learned card"))
    return refusals


def _none_better(rules: list[Rule], untried: list[str]) -> str:
    if not rules:
        return "; no simple ranking could be tried, because nothing that they sort by was delivered"
    return f", and to no simple ranking{' that could be tried' if untried else ''}"


def _kept_note(rules: list[Rule]) -> str:
    better = [rule for rule in rules if rule.beats_kept]
    text = _finds_more(best(better), "card in use") if better else ""
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _finds_more(rule: Rule, card: str) -> str:
    return f"sorting by {rule.label} finds more than the {card} among the first {rule.first}"


def _precision(on: Ground, score: pd.Series, capacity: int) -> float:
    return round(pooled(at_capacity(on, places(on, on.of(score)), capacity))["precision"], 4)


def _outcome(on: Ground, place_of: dict[str, np.ndarray], capacity: int) -> Outcome:
    """Compare both cards on the outcome of some rows."""
    precisions = Precisions(on, place_of, (capacity, WIDER * capacity))
    more, wider = (precisions.difference("learned", "kept", k) for k in (capacity, WIDER * capacity))
    escalations = len(on.rows.loc[on.y == 1, ["corporatie_id", "overeenkomst_id"]].drop_duplicates())
    loses = wider.high < 0 or (more.estimate < 0 if escalations >= ENOUGH else more.high < 0)
    precision = {name: round(value, 4) for name, value in precisions.at[capacity].items()}
    return Outcome(escalations, precision, more.rounded(), wider.rounded(), bool(loses))

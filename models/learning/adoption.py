"""Decide whether a learned card may replace the installed one: it must not lose to that card or to a simple ranking.

For each past as-of date, a card is learned from outcomes that were complete by then, on other households. Both cards,
and the rankings that anyone could sort by, then rank that date. The lists are compared by their precision at the
coach's capacity. A proxy for need can be wrong in ways that no figure here shows; therefore a person installs the card
(`waakvlam promote`).
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from models.card.on_panel import in_order
from models.card.scorecard import Scorecard
from models.errors import TrainingError
from models.evaluate import bootstrap, rankings
from models.evaluate.at_capacity import at_capacity, places, pooled
from models.evaluate.bootstrap import Interval
from models.evaluate.ground import as_days, ground
from models.evaluate.rankings import Ranking
from models.evaluate.rolling import rolling, test_dates
from models.learning.families import ANY, LABEL_OF, LEAST, ranking

OUTCOMES = tuple(dict.fromkeys((ANY, *LABEL_OF.values())))
DATES = 13
"""Number of past as-of dates to compare on: a year of every fourth week."""
ENOUGH = 20
"""Number of escalations from which the estimate alone can lose; with fewer, its whole interval must lie below zero."""
REPLICATES = 500
WEEKS_AHEAD = (4, 8, 13)
PAST = "chosen_on_past"


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
class Ahead:
    """The escalations that both cards find early enough to help.

    A coach needs weeks to win trust, so an escalation within a month is found too late.

    Parameters
    ----------
    weeks : int
        Only escalations at least this many weeks after the as-of date count as found.
    precision, recall : dict of str to float
        Share of the places, and of these escalations, for ``kept`` and ``learned``.
    """

    weeks: int
    precision: dict[str, float]
    recall: dict[str, float]


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
        Both cards on escalations at least four, eight and thirteen weeks away.
    verdict : str
        The verdict in words; a refusal names the rule that finds more.
    adopted : bool
        Whether the card loses nowhere and learned from something.
    kept_note : str
        The simple rule that finds more than the card in use; empty if there is none.
    """

    dates: list[str]
    outcomes: dict[str, Outcome]
    rules: list[Rule]
    ahead: list[Ahead]
    verdict: str
    adopted: bool
    kept_note: str = ""


def judge(
    panel: pd.DataFrame,
    card: Scorecard,
    *,
    capacity: int,
    horizon_weeks: int,
    installed: Scorecard | None = None,
) -> Judged:
    """Compare learning from a card with keeping it, and both with rankings that anyone could sort by.

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
    installed : Scorecard, optional
        A learned card in use. It must be beaten on dates after those it learned from, whose outcomes it knows.
    """
    try:
        dates = test_dates(panel, horizon_weeks=horizon_weeks, least=LEAST)[-DATES:]
    except KeyError as error:
        raise TrainingError(f"The panel lacks {error}.") from None
    if not dates:
        return Judged([], {}, [], [], "Refused: the history is too short to look back on.", adopted=False)
    fit = ranking(card, horizon_weeks=horizon_weeks, capacity=capacity)
    learned = rolling(panel, fit, horizon_weeks=horizon_weeks, dates=dates)
    back = panel.loc[as_days(panel["as_of"]).isin(dates)]
    kept = pd.Series(in_order(card, back), index=back.index)
    if installed is not None and installed.calibration is not None:
        later = as_days(back["as_of"]) > pd.Timestamp(installed.calibration.last)
        kept = kept.mask(later, pd.Series(in_order(installed, back), index=back.index))
    outcomes = {name: _outcome(back, kept, learned, name, capacity) for name in OUTCOMES}
    rules = _rules(panel, back, kept, learned, capacity, horizon_weeks)
    lost = [name for name, outcome in outcomes.items() if outcome.loses]
    better = [rule for rule in rules if rule.beats_learned]
    verdict = "The learned card loses on no outcome, and to no simple ranking."
    if lost:
        verdict = f"Refused: the learned card loses on {' and '.join(lost)}."
    elif better:
        verdict = f"Refused: sorting by {_best(better).label} finds more than the learned card."
    older = [rule for rule in rules if rule.beats_kept]
    note = f"Sorting by {_best(older).label} finds more than the card in use." if older else ""
    days = [day.date().isoformat() for day in dates]
    return Judged(
        days, outcomes, rules, _ahead(back, kept, learned, capacity), verdict, not lost and not better, note
    )


def _best(rules: list[Rule]) -> Rule:
    """Return the rule that finds most; of equal rules, one that needs no choice comes first."""
    return max(rules, key=lambda rule: (rule.precision, rule.name != PAST))


def _outcome(back: pd.DataFrame, kept: pd.Series, learned: pd.Series, outcome: str, capacity: int) -> Outcome:
    """Compare both cards on one outcome."""
    on = ground(back, outcome=outcome)
    cards = {"kept": kept, "learned": learned}
    place_of = {name: places(on, on.of(score)) for name, score in cards.items()}
    drawn = bootstrap.resample(on, place_of, [capacity], replicates=REPLICATES)
    precision_of = {
        name: pooled(at_capacity(on, place, capacity))["precision"] for name, place in place_of.items()
    }
    rows = on.rows.loc[on.y == 1, ["corporatie_id", "overeenkomst_id"]]
    more = bootstrap.interval(
        precision_of["learned"] - precision_of["kept"],
        bootstrap.difference(drawn, "learned", "kept", capacity),
    )
    escalations = len(rows.drop_duplicates())
    loses = more.estimate < 0 if escalations >= ENOUGH else more.high < 0
    precision = {name: round(value, 4) for name, value in precision_of.items()}
    return Outcome(escalations, precision, more.rounded(), bool(loses))


def _ahead(back: pd.DataFrame, kept: pd.Series, learned: pd.Series, capacity: int) -> list[Ahead]:
    """Count the escalations some weeks ahead that both cards find; empty if no day of escalation is known."""
    if "escalated_on" not in back or back["escalated_on"].isna().all():
        return []
    weeks = (as_days(back["escalated_on"]) - as_days(back["as_of"])).dt.days / 7
    ahead = []
    for least in WEEKS_AHEAD:
        late = (back[ANY].fillna(0).astype(bool) & (weeks >= least)).astype("int8")
        on = ground(back.assign(**{ANY: late}))
        cards = {"kept": kept, "learned": learned}
        figures = {
            name: pooled(at_capacity(on, places(on, on.of(score)), capacity)) for name, score in cards.items()
        }
        ahead.append(
            Ahead(
                least,
                {name: round(own["precision"], 4) for name, own in figures.items()},
                {name: round(own["recall"], 4) for name, own in figures.items()},
            )
        )
    return ahead


def _rules(
    panel: pd.DataFrame,
    back: pd.DataFrame,
    kept: pd.Series,
    learned: pd.Series,
    capacity: int,
    horizon_weeks: int,
) -> list[Rule]:
    """Compare both cards with every simple ranking, and with the one that the past would have chosen."""
    simple = rankings.simple(panel)
    if not simple:
        return []
    score, _ = rankings.chosen_on_past(panel, simple, capacity=capacity, horizon_weeks=horizon_weeks)
    simple.append(
        Ranking(PAST, "the simple ranking that past lists would have chosen", score, break_ties=False)
    )
    on = ground(back)
    place_of = {r.name: places(on, on.of(r.scores), break_ties=r.break_ties) for r in simple}
    place_of |= {n: places(on, on.of(s)) for n, s in (("kept", kept), ("learned", learned))}
    drawn = bootstrap.resample(on, place_of, [capacity], replicates=REPLICATES)
    precision_of = {
        name: pooled(at_capacity(on, place, capacity))["precision"] for name, place in place_of.items()
    }

    def less(card: str, rule: str) -> Interval:
        return bootstrap.interval(
            precision_of[card] - precision_of[rule], bootstrap.difference(drawn, card, rule, capacity)
        )

    rules = []
    for one in simple:
        ours, theirs = less("learned", one.name), less("kept", one.name)
        precision = round(precision_of[one.name], 4)
        rules.append(
            Rule(
                one.name,
                one.label,
                precision,
                ours.rounded(),
                theirs.rounded(),
                ours.high < 0,
                theirs.high < 0,
            )
        )
    return rules

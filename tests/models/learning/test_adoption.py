"""Test the look back: a learned card is refused if it loses to the card in use or to what anyone could sort by."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models.card import on_panel
from models.card.scorecard import Scorecard
from models.evaluate.rankings import PAST, SIMPLE
from models.learning import families
from models.learning import rows as train_rows
from models.learning.adoption import judge
from models.learning.chance import calibrate
from tests.support.learning import CARD, HORIZON, panel, term

pytestmark = pytest.mark.dear


def test_the_look_back_finds_a_card_that_learns_better_than_one_that_does_not():
    actual = judge(panel(dates=16), CARD, capacity=10, horizon_weeks=HORIZON)
    assert actual.adopted
    assert actual.outcomes["escalated"].difference[0] > 0
    assert actual.outcomes["escalated_nuisance"].escalations == 0


def test_the_look_back_refuses_a_card_that_loses(monkeypatch):
    monkeypatch.setattr(
        "models.learning.adoption.ranking", lambda *_, **__: lambda *_: lambda t: -t["arrears_months"]
    )
    actual = judge(panel(dates=16), CARD, capacity=10, horizon_weeks=HORIZON)
    assert not actual.adopted
    assert actual.verdict.startswith("Refused: the learned card loses on escalated and escalated_payment")


def test_a_learned_card_in_use_is_the_one_to_beat_on_dates_it_does_not_know():
    rows = panel(dates=16)
    dates = sorted(rows["as_of"].unique())
    usable = train_rows.usable(rows, CARD)
    learned = families.learn(CARD, usable).card
    early = calibrate(learned, usable, horizon_weeks=HORIZON).model_copy(update={"last": str(dates[0])})
    late = early.model_copy(update={"last": str(dates[-1])})
    kept = {
        name: judge(
            rows,
            CARD,
            capacity=60,
            horizon_weeks=HORIZON,
            installed=learned.model_copy(update={"calibration": chance}),
        )
        .outcomes["escalated"]
        .precision["kept"]
        for name, chance in (("early", early), ("late", late))
    }
    alone = judge(rows, CARD, capacity=60, horizon_weeks=HORIZON).outcomes["escalated"].precision
    assert kept["late"] == alone["kept"]
    assert kept["early"] > alone["kept"]


def test_a_history_too_short_to_look_back_on_is_refused():
    actual = judge(panel(dates=4), CARD, capacity=10, horizon_weeks=HORIZON)
    assert (actual.adopted, actual.verdict) == (False, "Refused: the history is too short to look back on.")


def test_the_look_back_refuses_a_card_that_loses_to_a_rule_that_anyone_could_sort_by():
    rows = panel(dates=16)
    blind = Scorecard(name="start", version="1", terms=(term("worries_90d", (1, 0), (None, 10)),))
    actual = judge(rows, blind, capacity=10, horizon_weeks=HORIZON)
    assert not actual.adopted
    said = "orting by most complaints in 90 days finds more than the"
    assert f"s{said} learned card among the first 10." in actual.verdict
    assert actual.kept_note == f"S{said} card in use among the first 10."
    rules = [rule for rule in actual.rules if rule.name == "most_complaints_90d"]
    assert [rule.first for rule in rules] == [10, 40]
    assert rules[0].beats_learned and rules[0].beats_kept and rules[0].learned_less[2] < 0


def test_every_rule_is_tried_whatever_the_card_reads_and_those_that_cannot_be_are_named():
    """The card reads neither the amount nor all complaints, and the rules are compared all the same."""
    rows = panel(dates=16).assign(complaints_365d=lambda t: 3 * t["complaints_90d"])
    whole = judge(rows, CARD, capacity=10, horizon_weeks=HORIZON)
    assert {rule.name for rule in whole.rules} == {*SIMPLE, PAST} and not whole.untried
    assert whole.verdict == "The learned card loses on no outcome, and to no simple ranking."
    heard = rows.assign(arrears_euro=np.nan, arrears_months=np.nan, oldest_open_days=np.nan)
    part = judge(heard, CARD, capacity=10, horizon_weeks=HORIZON)
    assert {rule.name for rule in part.rules} == {"most_complaints_90d", "most_events_365d", PAST}
    assert part.untried == ["largest amount owed", "most months in arrears", "Hackney-style points"]
    assert "that could be tried" in part.verdict or part.verdict.startswith("Refused")
    silent = heard.assign(complaints_90d=np.nan, complaints_365d=np.nan)
    nothing = judge(silent, CARD, capacity=10, horizon_weeks=HORIZON)
    assert not nothing.rules and len(nothing.untried) == len(SIMPLE)
    assert "no simple ranking." not in nothing.verdict


def test_a_card_that_finds_less_on_longer_lists_is_refused(monkeypatch):
    """At the capacity both find the same; on lists four times as long the learned one clearly finds less."""

    def first_ten_alike(rows: pd.DataFrame) -> pd.Series:
        kept = pd.Series(on_panel.in_order(CARD, rows), index=rows.index)
        place = kept.groupby(rows["as_of"]).rank(method="first", ascending=False)
        return kept.where(place <= 10, -kept - 100)

    scored = panel(dates=16)
    order = first_ten_alike(scored)
    monkeypatch.setattr(
        "models.learning.adoption.rolling",
        lambda rows, *_, dates, **__: order.where(rows["as_of"].isin(dates)),
    )
    actual = judge(scored, CARD, capacity=10, horizon_weeks=HORIZON).outcomes["escalated"]
    assert actual.loses and actual.wider[2] < 0

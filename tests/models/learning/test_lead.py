"""Test learning from early escalations only, and the comparison of several lead times."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from models.card.scorecard import Scorecard
from models.card.term import Band, Term
from models.evaluate.ahead import at_least
from models.learning import families
from models.learning.rows import usable
from models.learning.trade import trade
from tests.support.panels import START, thrown

BANDS = (Band(below=1, points=0), Band(below=None, points=2))
WHY = "Made for a test of the lead time."
CARD = Scorecard(
    name="start",
    version="1",
    terms=tuple(Term(signal=name, why=WHY, bands=BANDS) for name in ("stornos_90d", "arrears_returns_365d")),
)


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """Invent a panel in which a reversed payment shows escalations of next week, and returns show later ones."""
    table = thrown(households=600, dates=18)
    rng = np.random.default_rng(3)
    soon = rng.random(len(table)) < 0.7
    late = pd.to_timedelta(np.where(soon, 7, 7 * 12), unit="D")
    escalated = table["escalated"] == 1
    noise = rng.random(len(table)) < 0.05
    return table.assign(
        escalated_on=(pd.to_datetime(table["as_of"]) + late).where(escalated),
        escalated_payment=table["escalated"],
        escalated_nuisance=0,
        stornos_90d=np.where((escalated & soon) | noise, 2.0, 0.0),
        arrears_returns_365d=np.where((escalated & ~soon) | noise, 2.0, 0.0),
        weight=1.0,
    )


def _top(card: Scorecard, signal: str) -> int:
    return max(next(t.named_points for t in card.terms if t.signal == signal))


def test_a_signal_of_what_comes_next_week_gets_fewer_points_with_a_lead_time(rows):
    cards = {lead: families.learn(CARD, at_least(usable(rows, CARD), lead)).card for lead in (0, 4)}
    assert _top(cards[4], "stornos_90d") < _top(cards[0], "stornos_90d") - 5
    assert _top(cards[4], "arrears_returns_365d") >= _top(cards[0], "arrears_returns_365d")


def test_half_a_lead_time_lies_between_none_and_all(rows):
    kept = usable(rows, CARD)
    full, half, none = (
        _top(families.learn(CARD, at_least(kept, 4, sooner)).card, "stornos_90d")
        for sooner in (1.0, 0.5, 0.0)
    )
    assert none < half < full
    assert full == _top(families.learn(CARD, kept).card, "stornos_90d")


def test_the_trade_shows_what_an_earlier_list_finds_and_costs(rows):
    now, early = trade(rows, CARD, capacity=20, horizon_weeks=26, leads=(0, 8))
    assert (now.lead_weeks, early.lead_weeks) == (0, 8)
    assert early.early > now.early
    assert early.all < now.all


def test_a_short_history_has_no_trade(rows):
    first = rows.loc[rows["as_of"] == START + timedelta(weeks=0)]
    assert trade(first, CARD, capacity=20, horizon_weeks=26) == []

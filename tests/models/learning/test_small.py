"""Test the card on a postcard: which terms stay, and what a short card costs."""

from __future__ import annotations

import pytest

from models.card.lined import lined
from models.learning import changes, families
from models.learning.rows import usable
from models.learning.small import cost, shortened
from tests.models.learning.test_learning import CARD, HORIZON, panel

PLAN = {"horizon_weeks": HORIZON, "capacity": 10}


@pytest.fixture(scope="module")
def rows():
    return usable(panel(), CARD)


@pytest.fixture(scope="module")
def full(rows):
    return families.learn(CARD, rows, **PLAN)


def test_a_short_card_keeps_a_term_of_each_family_and_names_what_it_lost(rows, full):
    short = shortened(CARD, full, rows, 4, **PLAN)
    kept = [term.signal for term in short.learned.card.terms]
    assert len(kept) == 4
    assert {"complaints_separate_90d", "worries_90d"} <= set(kept)
    assert sorted([*kept, *short.dropped]) == sorted(term.signal for term in full.card.terms)
    assert short.learned.hold == full.hold


def test_a_dropped_term_is_among_the_moves(rows, full):
    short = shortened(CARD, full, rows, 4, **PLAN)
    dropped = [m for m in changes.moves(lined(CARD), short.learned.card) if "dropped" in m.at]
    assert [m.signal for m in dropped] == [t.signal for t in full.card.terms if t.signal in short.dropped]
    assert all(m.after == 0 for m in dropped)


def test_a_card_with_room_for_every_term_does_not_change(rows, full):
    short = shortened(CARD, full, rows, 99, **PLAN)
    assert short.dropped == []
    assert short.learned.card == full.card


def test_fewer_terms_than_families_are_refused(rows, full):
    with pytest.raises(ValueError, match="at least 4 terms"):
        shortened(CARD, full, rows, 3, **PLAN)


def test_the_cost_compares_both_on_the_same_dates(rows):
    table = panel(dates=16)
    measured = cost(table, CARD, 4, **PLAN)
    assert measured is not None
    assert measured.terms == 4
    assert 0 < measured.small <= 1.05 * measured.full
    first = table.loc[table["as_of"] == table["as_of"].min()]
    assert cost(first, CARD, 4, **PLAN) is None

"""Test the lines that replace the bands of the card that people made."""

from __future__ import annotations

from models.card.lined import lined
from models.card.scorecard import EXPERT, load


def test_the_card_of_people_becomes_lines_through_their_points():
    expert = load(EXPERT)
    drawn = lined(expert)
    at, given = next(t.knots for t in drawn.terms if t.signal == "complaints_separate_90d")
    assert (at, given) == ([0, 1, 2, 3, 5, 8, 15], [0, 7, 13, 17, 19, 21, 23])
    at, given = next(t.knots for t in drawn.terms if t.signal == "oldest_open_days")
    assert (at, given) == ([0, 30, 60, 100], [0, 6, 10, 12])
    kept = {t.signal for t in drawn.terms if t.steps}
    assert kept == {
        "collection_phase",
        "plan_broken_days",
        "plan_running",
        "active_families",
        "families_growth",
        "never_paid",
    }
    own, added = drawn.terms[: len(expert.terms)], drawn.terms[len(expert.terms) :]
    assert [t.signal for t in own] == [t.signal for t in expert.terms]
    assert [(t.signal, set(t.named_points)) for t in added] == [
        ("arrears_euro", {0}),
        ("events_365d", {0}),
        ("never_paid", {0}),
    ]
    assert lined(drawn) == drawn

"""Test which escalations are early enough to count, and what each ranking finds of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.evaluate.ahead import at_least, found_ahead
from tests.support.panels import START, panel


def rows():
    """Three agreements: one escalates after 2 weeks, one after 10 weeks, and one on an unknown day."""
    return panel(
        [
            {"soon": 2, "late": 1, "escalated": 1, "escalated_on": START + timedelta(weeks=2)},
            {"soon": 1, "late": 2, "escalated": 1, "escalated_on": START + timedelta(weeks=10)},
            {"soon": 0, "late": 0, "escalated": 1},
        ]
    )


@pytest.mark.parametrize(
    ("weeks", "expected"), [(0, [1, 1, 1]), (2, [1, 1, 1]), (3, [0, 1, 1]), (11, [0, 0, 1])]
)
def test_an_escalation_sooner_than_the_lead_time_is_a_miss_and_an_unknown_day_counts(weeks, expected):
    assert at_least(rows(), weeks)["escalated"].tolist() == expected
    half = [1 if counts else 0.5 for counts in expected]
    assert at_least(rows(), weeks, 0.5)["escalated"].tolist() == half


def test_each_ranking_is_measured_on_escalations_far_enough_ahead():
    table = rows()
    measured = found_ahead(table, {name: table[name] for name in ("soon", "late")}, 1)
    assert [ahead.weeks for ahead in measured] == [0, 4, 8, 13]
    assert [ahead.precision["soon"] for ahead in measured] == [1, 0, 0, 0]
    assert [ahead.precision["late"] for ahead in measured] == [1, 1, 1, 0]
    assert [ahead.recall["late"] for ahead in measured] == [0.3333, 0.5, 0.5, 0]


def test_without_days_of_escalation_nothing_is_measured():
    assert found_ahead(panel([{"score": 1, "escalated": 1}]), {}, 1) == []

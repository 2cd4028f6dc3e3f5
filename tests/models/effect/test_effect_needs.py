"""Test the comparison of confirmed needs by rank and by lot: counts, interval, and silence if data are few."""

from __future__ import annotations

import numpy as np
import pytest

from models.effect import needs
from models.effect.needs import Group, compared, groups


def test_groups_are_counted_as_they_stand() -> None:
    top, lot = groups(["top", "top", "exploration", "top", "exploration"], [1, 0, np.nan, np.nan, 1])
    assert top == Group("top", 3, 2, 1)
    assert lot == Group("exploration", 2, 1, 1)


def test_the_intervals_are_those_of_wilson_and_newcombe() -> None:
    """Newcombe 1998 (Stat Med 17:873), table II, method 10, example (a): 56/70 against 48/80."""
    value, low, high = Group("top", 70, 70, 56).share
    assert (value, round(low, 3), round(high, 3)) == (0.8, 0.692, 0.877)
    said, message = compared(Group("top", 70, 70, 56), Group("exploration", 80, 80, 48))
    assert message
    assert "20 op de 100 meer (95%-interval: 5 op de 100 meer tot 33 op de 100 meer)" in said.nl
    assert said.nl.startswith("Op volgorde vond de coach vaker een behoefte.")


def test_no_difference_is_claimed_if_the_interval_includes_zero() -> None:
    said, message = compared(Group("top", 200, 150, 20), Group("exploration", 40, 30, 3))
    assert message
    assert said.nl.startswith("Een verschil is niet aangetoond.")
    assert "minder tot" in said.nl


def test_points_in_the_wrong_direction_are_reported() -> None:
    said, _ = compared(Group("top", 200, 200, 20), Group("exploration", 60, 60, 40))
    assert "de punten wijzen verkeerd" in said.nl


@pytest.mark.parametrize(
    ("top", "lot", "why"),
    [
        (Group("top", 300, 200, 90), Group("exploration", 0, 0, 0), "exploration is 0"),
        (Group("top", 300, 0, 0), Group("exploration", 60, 0, 0), "wat de coach vond"),
        (Group("top", 300, 200, 90), Group("exploration", 29, 20, 3), "Te weinig adressen"),
        (Group("top", 12, 12, 9), Group("exploration", 40, 20, 3), "Te weinig adressen"),
    ],
)
def test_too_few_findings_give_a_reason_and_no_figure(top: Group, lot: Group, why: str) -> None:
    said, message = compared(top, lot)
    assert (message, why in said.nl) == (False, True)
    assert "op de 100" not in said.nl
    assert "in 100" not in said.en


def test_the_result_names_its_limits() -> None:
    assert any("Het zegt niet of een bezoek helpt" in one.nl for one in needs.MEANING)

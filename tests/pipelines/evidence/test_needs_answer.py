"""Test what the manager reads of confirmed needs: shares with a margin, no share of a few households, and no empty claim."""

from __future__ import annotations

import re

import pytest

from models.effect.needs import Group
from pipelines.evidence.needs_answer import answer


def test_the_manager_reads_at_how_many_addresses_help_was_needed_and_what_a_lot_finds() -> None:
    """Wilson of 150 in 200 and of 150 in 300; Newcombe of 150 in 300 against 12 in 60."""
    sent = answer(Group("top", 300, 200, 150), Group("exploration", 60, 40, 12))
    assert (sent.name, sent.sure) == ("needs", True)
    assert sent.lines[0] == (
        "Van elke 100 adressen waarvan bekend is wat de coach vond, hadden er 75 (69 tot 80) hulp nodig. Wie niet is bereikt erbij: "
        "50 (44 tot 56) van elke 100 adressen op de lijst."
    )
    assert (
        sent.lines[1]
        == "Op volgorde van punten vond de coach vaker hulp nodig dan door loting: bij 30 (17 tot 40) van de 100 adressen meer."
    )


@pytest.mark.parametrize(
    ("lot", "said"),
    [
        (Group("exploration", 60, 40, 55), "Door loting vond de coach vaker hulp nodig dan op volgorde: bij 42"),
        (Group("exploration", 60, 40, 30), "van 13 van de 100 adressen minder tot 13 meer zijn."),
        (Group("exploration", 0, 0, 0), "er kwam nog geen adres door loting"),
        (Group("exploration", 29, 29, 9), "nodig zijn er 30 adressen op volgorde en evenveel door loting"),
    ],
)  # fmt: skip
def test_the_comparison_says_which_way_or_why_not(lot: Group, said: str) -> None:
    assert said in answer(Group("top", 300, 200, 150), lot).lines[1]


@pytest.mark.parametrize("known", [(29, 15), (40, 9), (40, 31)])
def test_a_share_never_tells_of_a_few_households(known: tuple[int, int]) -> None:
    sent = answer(Group("top", 60, *known), Group("exploration", 0, 0, 0))
    assert not sent.sure
    assert "is nog niet te zeggen" in sent.lines[0] and not re.search(r"\d+ \(", sent.lines[0])
